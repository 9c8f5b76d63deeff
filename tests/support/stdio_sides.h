// SPDX-License-Identifier: MIT
//
// The two sides of tests of <stdio.h>: the original and green's mirror.
#pragma once

#include <doctest/doctest.h>
#include <stdarg.h>
#include <stdio.h>

#include "green/stdio.h"
#include "tests/support/answers.h"
#include "tests/support/oracle.h"

namespace tests {

struct stdio_original : system_side {
  static constexpr blocking_call popen = &::popen;
  static constexpr blocking_call pclose = &::pclose;
  static constexpr blocking_call fopen = &::fopen;
  static constexpr blocking_call freopen = &::freopen;
  static constexpr blocking_call fclose = &::fclose;
  static constexpr blocking_call tmpfile = &::tmpfile;
  static constexpr blocking_call fgetc = &::fgetc;
  static constexpr blocking_call getw = &::getw;
  static constexpr blocking_call fgets = &::fgets;
  static constexpr blocking_call fread = &::fread;
  static constexpr blocking_call getline = &::getline;
  static constexpr blocking_call getdelim = &::getdelim;
  static constexpr blocking_call fputc = &::fputc;
  static constexpr blocking_call putw = &::putw;
  static constexpr blocking_call fputs = &::fputs;
  static constexpr blocking_call fwrite = &::fwrite;
  static constexpr blocking_call fflush = &::fflush;
  static constexpr blocking_call fseek = &::fseek;
  static constexpr blocking_call fseeko = &::fseeko;
  static constexpr blocking_call fsetpos = &::fsetpos;
  static constexpr blocking_call rename = &::rename;
  static constexpr blocking_call renameat = &::renameat;
  static constexpr blocking_call renameat2 = &::renameat2;
  static constexpr blocking_call remove = &::remove;

  static ready<> rewind(FILE* stream) {
    ::rewind(stream);
    return {};
  }
  [[gnu::format(printf, 2, 3)]]
  static ready<int> fprintf(FILE* stream, const char* format, ...) {
    va_list arguments;
    va_start(arguments, format);
    const int result = ::vfprintf(stream, format, arguments);
    va_end(arguments);
    return ready<int>(result);
  }
  [[gnu::format(printf, 2, 3)]]
  static ready<int> dprintf(int fd, const char* format, ...) {
    va_list arguments;
    va_start(arguments, format);
    const int result = ::vdprintf(fd, format, arguments);
    va_end(arguments);
    return ready<int>(result);
  }
  [[gnu::format(scanf, 2, 3)]]
  static ready<int> fscanf(FILE* stream, const char* format, ...) {
    va_list arguments;
    va_start(arguments, format);
    const int result = ::vfscanf(stream, format, arguments);
    va_end(arguments);
    return ready<int>(result);
  }
};

struct stdio_mirror : green_side {
  static constexpr auto popen = &green::popen;
  static constexpr auto pclose = &green::pclose;
  static constexpr auto fopen = &green::fopen;
  static constexpr auto freopen = &green::freopen;
  static constexpr auto fclose = &green::fclose;
  static constexpr auto tmpfile = &green::tmpfile;
  static constexpr auto fgetc = &green::fgetc;
  static constexpr auto getw = &green::getw;
  static constexpr auto fgets = &green::fgets;
  static constexpr auto fread = &green::fread;
  static constexpr auto getline = &green::getline;
  static constexpr auto getdelim = &green::getdelim;
  static constexpr auto fputc = &green::fputc;
  static constexpr auto putw = &green::putw;
  static constexpr auto fputs = &green::fputs;
  static constexpr auto fwrite = &green::fwrite;
  static constexpr auto fflush = &green::fflush;
  static constexpr auto fseek = &green::fseek;
  static constexpr auto fseeko = &green::fseeko;
  static constexpr auto fsetpos = &green::fsetpos;
  static constexpr auto rewind = &green::rewind;
  static constexpr auto rename = &green::rename;
  static constexpr auto renameat = &green::renameat;
  static constexpr auto renameat2 = &green::renameat2;
  static constexpr auto remove = &green::remove;
  static constexpr auto fprintf = &green::fprintf;
  static constexpr auto dprintf = &green::dprintf;
  static constexpr auto fscanf = &green::fscanf;
};

/// Runs body<S>(answers&) on both sides, which have to give the same.
template <class Body>
void compare(Body body) {
  answers by_green, by_original;
  stdio_mirror::run(
      [&] { return body.template operator()<stdio_mirror>(by_green); });
  stdio_original::run(
      [&] { return body.template operator()<stdio_original>(by_original); });
  CHECK(differences(by_green, by_original) == "");
}

}  // namespace tests
