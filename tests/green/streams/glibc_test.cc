// SPDX-License-Identifier: MIT
// The C library still keeps its streams as green/streams/glibc.h says. Where
// that is wrong, the calls on streams would lose bytes.
#include "green/streams/glibc.h"

#include <doctest/doctest.h>
#include <malloc.h>
#include <stdio.h>
#include <stdio_ext.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <string>
#include <vector>

#include "green/streams/every.h"
#include "tests/support/files.h"

namespace {

bool has(const FILE* f, int flags) { return (f->_flags & flags) == flags; }

struct opened {
  explicit opened(const std::string& path, const char* mode)
      : stream(::fopen(path.c_str(), mode)) {
    REQUIRE(stream != nullptr);
  }
  opened(const opened&) = delete;
  opened& operator=(const opened&) = delete;
  ~opened() { ::fclose(stream); }
  FILE* operator->() const { return stream; }
  operator FILE*() const { return stream; }
  FILE* stream;
};

}  // namespace

TEST_CASE("the flags tell what a stream may do, and how it is buffered") {
  const tests::temporary_folder folder;
  const std::string path = folder.file("a", "abc");
  for (const char* const mode : {"r", "w", "a", "r+", "a+"}) {
    CAPTURE(mode);
    const opened f(path, mode);
    CHECK(has(f, green::glibc::no_reads) == (__freadable(f) == 0));
    CHECK(has(f, green::glibc::no_writes) == (__fwritable(f) == 0));
    CHECK(has(f, green::glibc::appending) == (*mode == 'a'));
    CHECK(has(f, green::glibc::of_file));
    CHECK_FALSE(has(f, green::glibc::line_buffered));
    ::setvbuf(f, nullptr, _IOLBF, 0);
    CHECK(__flbf(f) != 0);
    CHECK(has(f, green::glibc::line_buffered));
    CHECK_FALSE(has(f, green::glibc::unbuffered));
    ::setvbuf(f, nullptr, _IONBF, 0);
    CHECK(has(f, green::glibc::unbuffered));
    CHECK_FALSE(has(f, green::glibc::line_buffered));
  }
}

TEST_CASE("a stream of a file is told from those without a descriptor") {
  const tests::temporary_folder folder;
  const opened f(folder.at("a"), "w");
  CHECK(f->_fileno == ::fileno(f));
  std::array<char, 9> memory{};
  FILE* const in_memory = ::fmemopen(memory.data(), memory.size(), "r+");
  CHECK(in_memory->_fileno < 0);
  ::fclose(in_memory);
  FILE* const cookie = ::fopencookie(nullptr, "r", cookie_io_functions_t{});
  CHECK(cookie->_fileno < 0);
  ::fclose(cookie);
  char* text = nullptr;
  size_t size = 0;
  FILE* const growing = ::open_memstream(&text, &size);
  CHECK_FALSE(has(growing, green::glibc::of_file));
  ::fclose(growing);
  std::free(text);
}

TEST_CASE("the pointers hold the bytes that are unwritten and unread") {
  const tests::temporary_folder folder;
  const opened f(folder.at("a"), "w+");
  CHECK(f->_IO_buf_base == nullptr);
  CHECK(f->_mode == 0);
  ::fputs("words", f);
  CHECK(f->_mode < 0);
  CHECK(has(f, green::glibc::putting));
  CHECK(__fwriting(f) != 0);
  CHECK(std::string(f->_IO_write_base, f->_IO_write_ptr) == "words");
  CHECK(__fpending(f) == 5);
  CHECK(f->_IO_read_end == f->_IO_write_base);
  CHECK(f->_IO_write_end == f->_IO_buf_end);
  CHECK(__fbufsize(f) == static_cast<size_t>(f->_IO_buf_end - f->_IO_buf_base));
  // As by its like in file_buffer, the text goes where the pointers say.
  *f->_IO_write_ptr++ = '!';
  CHECK(::fflush(f) == 0);
  CHECK(tests::contents(folder.at("a")) == "words!");
  ::rewind(f);
  CHECK(::fgetc(f) == 'w');
  CHECK_FALSE(has(f, green::glibc::putting));
  CHECK(std::string(f->_IO_read_ptr, f->_IO_read_end) == "ords!");
  f->_IO_read_ptr += 2;
  CHECK(::fgetc(f) == 'd');
  CHECK(::ftell(f) == 4);
}

TEST_CASE("a byte that was put back, and is another, has a buffer of its own") {
  const tests::temporary_folder folder;
  const opened f(folder.file("a", "abc"), "r");
  CHECK(::fgetc(f) == 'a');
  CHECK_FALSE(has(f, green::glibc::in_put_back));
  CHECK(::ungetc('x', f) == 'x');
  CHECK(has(f, green::glibc::in_put_back));
  CHECK(std::string(f->_IO_read_ptr, f->_IO_read_end) == "x");
  CHECK(std::string(f->_IO_save_base, f->_IO_save_end) == "bc");
  CHECK(::fgetc(f) == 'x');
  CHECK(::fgetc(f) == 'b');
  CHECK_FALSE(has(f, green::glibc::in_put_back));
}

TEST_CASE("the library frees a buffer that is not its user's") {
  const tests::temporary_folder folder;
  {
    const opened f(folder.at("a"), "w");
    std::array<char, 100> own{};
    ::setvbuf(f, own.data(), _IOFBF, own.size());
    CHECK(has(f, green::glibc::user_buffer));
    CHECK(f->_IO_buf_base == own.data());
  }
  const opened f(folder.at("a"), "w");
  ::fputc('a', f);
  CHECK_FALSE(has(f, green::glibc::user_buffer));
  CHECK(::malloc_usable_size(f->_IO_buf_base) >= __fbufsize(f));
}

TEST_CASE("the list of all streams has those that are open") {
  const tests::temporary_folder folder;
  std::vector<FILE*> unwritten;
  const auto listed = [&](FILE* f) {
    unwritten = green::unwritten_streams();
    return std::ranges::count(unwritten, f);
  };
  const opened f(folder.at("a"), "w");
  CHECK(listed(f) == 0);
  ::fputs("a", f);
  CHECK(listed(f) == 1);
  CHECK(::fflush(f) == 0);
  CHECK(listed(f) == 0);
}
