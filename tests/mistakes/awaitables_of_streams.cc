// SPDX-License-Identifier: MIT
#include "tests/mistakes/awaitables.h"

namespace tests {

namespace {

// The functions of <stdio.h>.
const std::vector<awaitable> all = {
    {"fgetc", "green::fgetc(at<FILE>())"},
    {"fgetc_unlocked", "green::fgetc_unlocked(at<FILE>())"},
    {"getc", "green::getc(at<FILE>())"},
    {"getc_unlocked", "green::getc_unlocked(at<FILE>())"},
    {"getw", "green::getw(at<FILE>())"},
    {"getchar", "green::getchar()"},
    {"getchar_unlocked", "green::getchar_unlocked()"},
    {"fgets", "green::fgets(at<char>(), 9, at<FILE>())"},
    {"fgets_unlocked", "green::fgets_unlocked(at<char>(), 9, at<FILE>())"},
    {"fread", "green::fread(at<char>(), 1, 9, at<FILE>())"},
    {"fread_unlocked", "green::fread_unlocked(at<char>(), 1, 9, at<FILE>())"},
    {"getdelim", "green::getdelim(at<char*>(), at<size_t>(), 0, at<FILE>())"},
    {"getline", "green::getline(at<char*>(), at<size_t>(), at<FILE>())"},
    {"fscanf", "green::fscanf(at<FILE>(), \"a\")"},
    {"scanf", "green::scanf(\"a\")"},
    {"vfscanf", "green::vfscanf(at<FILE>(), \"a\", of<va_list>())"},
    {"vscanf", "green::vscanf(\"a\", of<va_list>())"},
    {"fputc", "green::fputc(1, at<FILE>())"},
    {"fputc_unlocked", "green::fputc_unlocked(1, at<FILE>())"},
    {"putc", "green::putc(1, at<FILE>())"},
    {"putc_unlocked", "green::putc_unlocked(1, at<FILE>())"},
    {"putw", "green::putw(1, at<FILE>())"},
    {"putchar", "green::putchar(1)"},
    {"putchar_unlocked", "green::putchar_unlocked(1)"},
    {"fputs", "green::fputs(\"a\", at<FILE>())"},
    {"fputs_unlocked", "green::fputs_unlocked(\"a\", at<FILE>())"},
    {"puts", "green::puts(\"a\")"},
    {"fwrite", "green::fwrite(\"a\", 1, 1, at<FILE>())"},
    {"fwrite_unlocked", "green::fwrite_unlocked(\"a\", 1, 1, at<FILE>())"},
    {"fprintf", "green::fprintf(at<FILE>(), \"a\")"},
    {"printf", "green::printf(\"a\")"},
    {"vfprintf", "green::vfprintf(at<FILE>(), \"a\", of<va_list>())"},
    {"vprintf", "green::vprintf(\"a\", of<va_list>())"},
    {"dprintf", "green::dprintf(-1, \"a\")"},
    {"vdprintf", "green::vdprintf(-1, \"a\", of<va_list>())"},
    {"perror", "green::perror(\"a\")"},
    {"fflush", "green::fflush(at<FILE>())"},
    {"fflush_unlocked", "green::fflush_unlocked(at<FILE>())"},
    {"fopen", "green::fopen(\"/\", \"r\")"},
    {"freopen", "green::freopen(\"/\", \"r\", at<FILE>())"},
    {"fclose", "green::fclose(at<FILE>())"},
    {"tmpfile", "green::tmpfile()"},
    {"fseek", "green::fseek(at<FILE>(), 0, 0)"},
    {"fseeko", "green::fseeko(at<FILE>(), 0, 0)"},
    {"rewind", "green::rewind(at<FILE>())"},
    {"fsetpos", "green::fsetpos(at<FILE>(), at<fpos_t>())"},
    {"remove", "green::remove(\"/\")"},
    {"renameat", "green::renameat(-1, \"/\", -1, \"/\")"},
    {"renameat2", "green::renameat2(-1, \"/\", -1, \"/\", 0)"},
};

}  // namespace

const std::vector<awaitable>& awaitables_of_streams() { return all; }

}  // namespace tests
