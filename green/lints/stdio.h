// SPDX-License-Identifier: MIT
//
// The functions of <stdio.h> that wait.
// Made by tests/greenify/lint_test.cc.
#pragma once

#include <stdio.h>

extern "C" {

decltype(::dprintf) dprintf
    [[deprecated("holds the hub: co_await green::dprintf")]];
decltype(::fclose) fclose
    [[deprecated("holds the hub: co_await green::fclose")]];
decltype(::fflush) fflush
    [[deprecated("holds the hub: co_await green::fflush")]];
decltype(::fflush_unlocked) fflush_unlocked
    [[deprecated("holds the hub: co_await green::fflush_unlocked")]];
decltype(::fgetc) fgetc [[deprecated("holds the hub: co_await green::fgetc")]];
decltype(::fgetc_unlocked) fgetc_unlocked
    [[deprecated("holds the hub: co_await green::fgetc_unlocked")]];
decltype(::fgets) fgets [[deprecated("holds the hub: co_await green::fgets")]];
decltype(::fgets_unlocked) fgets_unlocked
    [[deprecated("holds the hub: co_await green::fgets_unlocked")]];
decltype(::fopen) fopen [[deprecated("holds the hub: co_await green::fopen")]];
decltype(::fprintf) fprintf
    [[deprecated("holds the hub: co_await green::fprintf")]];
decltype(::fputc) fputc [[deprecated("holds the hub: co_await green::fputc")]];
decltype(::fputc_unlocked) fputc_unlocked
    [[deprecated("holds the hub: co_await green::fputc_unlocked")]];
decltype(::fputs) fputs [[deprecated("holds the hub: co_await green::fputs")]];
decltype(::fputs_unlocked) fputs_unlocked
    [[deprecated("holds the hub: co_await green::fputs_unlocked")]];
decltype(::fread) fread [[deprecated("holds the hub: co_await green::fread")]];
decltype(::fread_unlocked) fread_unlocked
    [[deprecated("holds the hub: co_await green::fread_unlocked")]];
decltype(::freopen) freopen
    [[deprecated("holds the hub: co_await green::freopen")]];
decltype(::fscanf) fscanf
    [[deprecated("holds the hub: co_await green::fscanf")]];
decltype(::fseek) fseek [[deprecated("holds the hub: co_await green::fseek")]];
decltype(::fseeko) fseeko
    [[deprecated("holds the hub: co_await green::fseeko")]];
decltype(::fsetpos) fsetpos
    [[deprecated("holds the hub: co_await green::fsetpos")]];
decltype(::fwrite) fwrite
    [[deprecated("holds the hub: co_await green::fwrite")]];
decltype(::fwrite_unlocked) fwrite_unlocked
    [[deprecated("holds the hub: co_await green::fwrite_unlocked")]];
decltype(::getc) getc [[deprecated("holds the hub: co_await green::getc")]];
decltype(::getc_unlocked) getc_unlocked
    [[deprecated("holds the hub: co_await green::getc_unlocked")]];
decltype(::getchar) getchar
    [[deprecated("holds the hub: co_await green::getchar")]];
decltype(::getchar_unlocked) getchar_unlocked
    [[deprecated("holds the hub: co_await green::getchar_unlocked")]];
decltype(::getdelim) getdelim
    [[deprecated("holds the hub: co_await green::getdelim")]];
decltype(::getline) getline
    [[deprecated("holds the hub: co_await green::getline")]];
decltype(::getw) getw [[deprecated("holds the hub: co_await green::getw")]];
decltype(::pclose) pclose
    [[deprecated("holds the hub: co_await green::pclose")]];
decltype(::perror) perror
    [[deprecated("holds the hub: co_await green::perror")]];
decltype(::popen) popen [[deprecated("holds the hub: co_await green::popen")]];
decltype(::printf) printf
    [[deprecated("holds the hub: co_await green::printf")]];
decltype(::putc) putc [[deprecated("holds the hub: co_await green::putc")]];
decltype(::putc_unlocked) putc_unlocked
    [[deprecated("holds the hub: co_await green::putc_unlocked")]];
decltype(::putchar) putchar
    [[deprecated("holds the hub: co_await green::putchar")]];
decltype(::putchar_unlocked) putchar_unlocked
    [[deprecated("holds the hub: co_await green::putchar_unlocked")]];
decltype(::puts) puts [[deprecated("holds the hub: co_await green::puts")]];
decltype(::putw) putw [[deprecated("holds the hub: co_await green::putw")]];
decltype(::remove) remove
    [[deprecated("holds the hub: co_await green::remove")]];
decltype(::rename) rename
    [[deprecated("holds the hub: co_await green::rename")]];
decltype(::renameat) renameat
    [[deprecated("holds the hub: co_await green::renameat")]];
decltype(::renameat2) renameat2
    [[deprecated("holds the hub: co_await green::renameat2")]];
decltype(::rewind) rewind
    [[deprecated("holds the hub: co_await green::rewind")]];
decltype(::scanf) scanf [[deprecated("holds the hub: co_await green::scanf")]];
decltype(::tmpfile) tmpfile
    [[deprecated("holds the hub: co_await green::tmpfile")]];
decltype(::vdprintf) vdprintf
    [[deprecated("holds the hub: co_await green::vdprintf")]];
decltype(::vfprintf) vfprintf
    [[deprecated("holds the hub: co_await green::vfprintf")]];
decltype(::vfscanf) vfscanf
    [[deprecated("holds the hub: co_await green::vfscanf")]];
decltype(::vprintf) vprintf
    [[deprecated("holds the hub: co_await green::vprintf")]];
decltype(::vscanf) vscanf
    [[deprecated("holds the hub: co_await green::vscanf")]];
decltype(::fcloseall) fcloseall
    [[deprecated("holds the hub: see Missing in green/stdio.h")]];
decltype(::flockfile) flockfile
    [[deprecated("holds the hub: see Missing in green/stdio.h")]];
decltype(::obstack_printf) obstack_printf
    [[deprecated("holds the hub: see Missing in green/stdio.h")]];
decltype(::obstack_vprintf) obstack_vprintf
    [[deprecated("holds the hub: see Missing in green/stdio.h")]];

}  // extern "C"
