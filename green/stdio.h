// SPDX-License-Identifier: MIT
//
// Mirrors <stdio.h>. A kill or timeout is thrown (docs/contract.md).
//
// Awaited: rename popen pclose
// Same: all else is the original: asprintf clearerr clearerr_unlocked
//   cookie_close_function_t cookie_io_functions_t cookie_read_function_t
//   cookie_seek_function_t cookie_write_function_t ctermid cuserid dprintf
//   fclose fcloseall fdopen feof feof_unlocked ferror ferror_unlocked fflush
//   fflush_unlocked fgetc fgetc_unlocked fgetpos fgets fgets_unlocked FILE
//   fileno fileno_unlocked flockfile fmemopen fopen fopencookie fpos_t fprintf
//   fputc fputc_unlocked fputs fputs_unlocked fread fread_unlocked freopen
//   fscanf fseek fseeko fsetpos ftell ftello ftrylockfile funlockfile fwrite
//   fwrite_unlocked getc getc_unlocked getchar getchar_unlocked getdelim
//   getline getw obstack obstack_printf obstack_vprintf off_t open_memstream
//   perror printf putc putc_unlocked putchar putchar_unlocked puts putw remove
//   renameat renameat2 rewind scanf setbuf setbuffer setlinebuf setvbuf size_t
//   snprintf sprintf sscanf ssize_t stderr stdin stdout tmpfile ungetc va_list
//   vasprintf vdprintf vfprintf vfscanf vprintf vscanf vsnprintf vsprintf
//   vsscanf
// Differs: the streams are the original's. So fread and its like hold the hub
//   while they wait, also on a stream of popen. green::read of its fileno does
//   not. pclose waits for room before it writes the bytes that are left in the
//   stream. Killed while it waits for the end, it leaves the child to a green
//   thread that takes its status. SIGCHLD is not used. A stream of green::popen
//   is for green::pclose, and one of ::popen for ::pclose.
// Missing: tempnam tmpnam, which are unsafe, and gets. The names in 64
//   (fopen64): off_t has 64 bits.
#pragma once

#include <stdio.h>  // the original

#include "green/core/attributes.h"
#include "green/hub/operation.h"
#include "green/task.h"

namespace green {

using ::asprintf;
using ::clearerr;
using ::clearerr_unlocked;
using ::cookie_close_function_t;
using ::cookie_io_functions_t;
using ::cookie_read_function_t;
using ::cookie_seek_function_t;
using ::cookie_write_function_t;
using ::ctermid;
using ::cuserid;
using ::dprintf;
using ::fclose;
using ::fcloseall;
using ::fdopen;
using ::feof;
using ::feof_unlocked;
using ::ferror;
using ::ferror_unlocked;
using ::fflush;
using ::fflush_unlocked;
using ::fgetc;
using ::fgetc_unlocked;
using ::fgetpos;
using ::fgets;
using ::fgets_unlocked;
using ::FILE;
using ::fileno;
using ::fileno_unlocked;
using ::flockfile;
using ::fmemopen;
using ::fopen;
using ::fopencookie;
using ::fpos_t;
using ::fprintf;
using ::fputc;
using ::fputc_unlocked;
using ::fputs;
using ::fputs_unlocked;
using ::fread;
using ::fread_unlocked;
using ::freopen;
using ::fscanf;
using ::fseek;
using ::fseeko;
using ::fsetpos;
using ::ftell;
using ::ftello;
using ::ftrylockfile;
using ::funlockfile;
using ::fwrite;
using ::fwrite_unlocked;
using ::getc;
using ::getc_unlocked;
using ::getchar;
using ::getchar_unlocked;
using ::getdelim;
using ::getline;
using ::getw;
using ::obstack;
using ::obstack_printf;
using ::obstack_vprintf;
using ::off_t;
using ::open_memstream;
using ::perror;
using ::printf;
using ::putc;
using ::putc_unlocked;
using ::putchar;
using ::putchar_unlocked;
using ::puts;
using ::putw;
using ::remove;
using ::renameat;
using ::renameat2;
using ::rewind;
using ::scanf;
using ::setbuf;
using ::setbuffer;
using ::setlinebuf;
using ::setvbuf;
using ::size_t;
using ::snprintf;
using ::sprintf;
using ::sscanf;
using ::ssize_t;
using ::stderr;
using ::stdin;
using ::stdout;
using ::tmpfile;
using ::ungetc;
using ::va_list;
using ::vasprintf;
using ::vdprintf;
using ::vfprintf;
using ::vfscanf;
using ::vprintf;
using ::vscanf;
using ::vsnprintf;
using ::vsprintf;
using ::vsscanf;

/// rename(2)
hub::operation<int> rename(const char* from GREEN_KEPT,
                           const char* to GREEN_KEPT);
/// popen(3), glibc's "e" included.
task<FILE*> popen(const char* command GREEN_KEPT, const char* mode GREEN_KEPT);
/// pclose(3)
task<int> pclose(FILE* stream GREEN_KEPT);

}  // namespace green
