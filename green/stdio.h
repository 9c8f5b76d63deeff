// SPDX-License-Identifier: MIT
//
// Mirrors <stdio.h>.
//
// Awaited: rename popen pclose
// Same: all else is the original: FILE asprintf clearerr ctermid dprintf
//   fclose fdopen feof ferror fflush fgetc fgetpos fgets fileno flockfile
//   fmemopen fopen fopencookie fpos_t fprintf fputc fputs fread freopen
//   fscanf fseek fseeko fsetpos ftell ftello ftrylockfile funlockfile fwrite
//   getc getc_unlocked getchar getchar_unlocked getdelim getline off_t
//   open_memstream perror printf putc putc_unlocked putchar putchar_unlocked
//   puts remove renameat renameat2 rewind scanf setbuf setvbuf size_t
//   snprintf sprintf sscanf ssize_t stderr stdin stdout tmpfile ungetc
//   va_list vasprintf vdprintf vfprintf vfscanf vprintf vscanf vsnprintf
//   vsprintf vsscanf
// Differs: the streams are the original's, so that fread and its like hold
//   the hub while they wait, those on a stream of popen too: green::read of
//   its fileno does not. pclose waits for room before it writes what a
//   stream has left. Killed while it waits for the end, it leaves the child
//   to a green thread that takes its status; SIGCHLD is not used. A stream
//   of green::popen is for green::pclose, and one of ::popen for ::pclose.
// Missing: tempnam tmpnam, which are unsafe, and gets.
#pragma once

#include <stdio.h>  // the original

#include "green/hub/operation.h"
#include "green/task.h"

namespace green {

using ::asprintf;
using ::clearerr;
using ::ctermid;
using ::dprintf;
using ::fclose;
using ::fdopen;
using ::feof;
using ::ferror;
using ::fflush;
using ::fgetc;
using ::fgetpos;
using ::fgets;
using ::FILE;
using ::fileno;
using ::flockfile;
using ::fmemopen;
using ::fopen;
using ::fopencookie;
using ::fpos_t;
using ::fprintf;
using ::fputc;
using ::fputs;
using ::fread;
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
using ::getc;
using ::getc_unlocked;
using ::getchar;
using ::getchar_unlocked;
using ::getdelim;
using ::getline;
using ::off_t;
using ::open_memstream;
using ::perror;
using ::printf;
using ::putc;
using ::putc_unlocked;
using ::putchar;
using ::putchar_unlocked;
using ::puts;
using ::remove;
using ::renameat;
using ::renameat2;
using ::rewind;
using ::scanf;
using ::setbuf;
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
hub::operation<int> rename(const char* from, const char* to);
/// popen(3), glibc's "e" included.
task<FILE*> popen(const char* command, const char* mode);
/// pclose(3)
task<int> pclose(FILE* stream);

}  // namespace green
