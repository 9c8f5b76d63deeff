// SPDX-License-Identifier: MIT
//
// Mirrors <stdio.h>. A kill or timeout is thrown (docs/contract.md).
//
// Awaited: fclose fflush fflush_unlocked fgetc fgetc_unlocked fgets
//   fgets_unlocked fopen fprintf fputc fputc_unlocked fputs fputs_unlocked
//   fread fread_unlocked freopen fscanf fseek fseeko fsetpos fwrite
//   fwrite_unlocked getc getc_unlocked getchar getchar_unlocked getdelim
//   getline getw pclose perror popen printf putc putc_unlocked putchar
//   putchar_unlocked puts putw remove rename renameat renameat2 rewind scanf
//   tmpfile dprintf vdprintf vfprintf vfscanf vprintf vscanf
// Same: all else is the original: asprintf clearerr clearerr_unlocked
//   cookie_close_function_t cookie_io_functions_t cookie_read_function_t
//   cookie_seek_function_t cookie_write_function_t ctermid cuserid fdopen feof
//   feof_unlocked ferror ferror_unlocked fgetpos FILE fileno fileno_unlocked
//   fmemopen fopencookie fpos_t ftell ftello ftrylockfile funlockfile off_t
//   open_memstream setbuf setbuffer setlinebuf setvbuf size_t snprintf sprintf
//   sscanf ssize_t stderr stdin stdout ungetc va_list vasprintf vsnprintf
//   vsprintf vsscanf
// Differs: FILE is the original, and the calls share its buffer and its lock
//   with the original's. A call waits at its await: for other green threads'
//   calls on the stream, in the order of their coming, and for the descriptor.
//   While a call waits, plain calls may overtake it. Each byte then goes to one
//   of both, and no byte is lost. A kill or timeout loses no byte. A part that
//   was read goes back into the stream. A text that is partly written stays in
//   the stream's buffer, which grows if it must. printf and its like format at
//   the call, and the others keep their arguments until the await ends. The
//   names with _unlocked do as those without. scanf has at most 64 places; with
//   more, errno is E2BIG. Streams without a descriptor, and wide ones, are left
//   to the original's calls. setvbuf and its like are for a stream that has
//   nothing unwritten. Where setvbuf was not called, a file that is only
//   written gets a buffer of 64 KiB. So does a pipe or socket that is only
//   read. A null pointer for a stream aborts with a message. freopen, fopen
//   with ccs= and tmpfile run on a helper thread, and so does the seek of a
//   stream that reads. A kill abandons fopen and tmpfile there, and waits for
//   the end of the others. Interrupted, fclose and pclose leave the stream
//   open. fclose ends waits for the descriptor, as close does. Killed while it
//   waits for the end, pclose leaves the child to a green thread that takes its
//   status. SIGCHLD is not used. The calls rely on parts of glibc that
//   green/streams/glibc.h lists. A stream of green::popen is for green::pclose,
//   and one of ::popen for ::pclose.
// Missing: tempnam tmpnam, which are unsafe, and gets. The names in 64
//   (fopen64): off_t has 64 bits. flockfile, which waits for other OS threads:
//   a green::mutex beside the stream. fcloseall: fflush(nullptr), as exit
//   closes. obstack obstack_printf obstack_vprintf: vasprintf. psignal
//   psiginfo: fprintf and strsignal.
#pragma once

#include <stdarg.h>
#include <stdio.h>  // the original

#include "green/core/attributes.h"
#include "green/hub/operation.h"
#include "green/streams/reads.h"
#include "green/streams/writes.h"
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
using ::fdopen;
using ::feof;
using ::feof_unlocked;
using ::ferror;
using ::ferror_unlocked;
using ::fgetpos;
using ::FILE;
using ::fileno;
using ::fileno_unlocked;
using ::fmemopen;
using ::fopencookie;
using ::fpos_t;
using ::ftell;
using ::ftello;
using ::ftrylockfile;
using ::funlockfile;
using ::off_t;
using ::open_memstream;
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
using ::ungetc;
using ::va_list;
using ::vasprintf;
using ::vsnprintf;
using ::vsprintf;
using ::vsscanf;

/// What the calls on a byte, a word, items, a line and a text give.
using stream_reading = stream_call<int, bytes_request>;
using stream_items_reading = stream_call<size_t, bytes_request>;
using stream_line_reading = stream_call<char*, line_request>;
using stream_delimited_reading = stream_call<ssize_t, delimited_request>;
using stream_writing = stream_call<int, write_request>;
using stream_items_writing = stream_call<size_t, write_request>;
using stream_error_writing = stream_call<void, write_request>;
using stream_flushing = stream_call<int, flush_request>;

/// fgetc(3)
stream_reading fgetc(FILE* stream GREEN_KEPT);
/// getc(3)
stream_reading getc(FILE* stream GREEN_KEPT);
/// fgetc_unlocked(3)
stream_reading fgetc_unlocked(FILE* stream GREEN_KEPT);
/// getc_unlocked(3)
stream_reading getc_unlocked(FILE* stream GREEN_KEPT);
/// getchar(3)
stream_reading getchar();
/// getchar_unlocked(3)
stream_reading getchar_unlocked();
/// getw(3)
stream_reading getw(FILE* stream GREEN_KEPT);
/// fgets(3)
stream_line_reading fgets(char* into GREEN_KEPT, int size,
                          FILE* stream GREEN_KEPT);
/// fgets_unlocked(3)
stream_line_reading fgets_unlocked(char* into GREEN_KEPT, int size,
                                   FILE* stream GREEN_KEPT);
/// fread(3)
stream_items_reading fread(void* into GREEN_KEPT, size_t size, size_t count,
                           FILE* stream GREEN_KEPT);
/// fread_unlocked(3)
stream_items_reading fread_unlocked(void* into GREEN_KEPT, size_t size,
                                    size_t count, FILE* stream GREEN_KEPT);
/// getline(3)
stream_delimited_reading getline(char** line GREEN_KEPT,
                                 size_t* size GREEN_KEPT,
                                 FILE* stream GREEN_KEPT);
/// getdelim(3)
stream_delimited_reading getdelim(char** line GREEN_KEPT,
                                  size_t* size GREEN_KEPT, int delimiter,
                                  FILE* stream GREEN_KEPT);
/// fscanf(3)
[[gnu::format(scanf, 2, 3)]]
task<int> fscanf(FILE* stream, const char* format, ...);
/// scanf(3)
[[gnu::format(scanf, 1, 2)]]
task<int> scanf(const char* format, ...);
/// vfscanf(3)
[[gnu::format(scanf, 2, 0)]]
task<int> vfscanf(FILE* stream, const char* format, va_list arguments);
/// vscanf(3)
[[gnu::format(scanf, 1, 0)]]
task<int> vscanf(const char* format, va_list arguments);
/// fputc(3)
stream_writing fputc(int byte, FILE* stream GREEN_KEPT);
/// putc(3)
stream_writing putc(int byte, FILE* stream GREEN_KEPT);
/// fputc_unlocked(3)
stream_writing fputc_unlocked(int byte, FILE* stream GREEN_KEPT);
/// putc_unlocked(3)
stream_writing putc_unlocked(int byte, FILE* stream GREEN_KEPT);
/// putchar(3)
stream_writing putchar(int byte);
/// putchar_unlocked(3)
stream_writing putchar_unlocked(int byte);
/// putw(3)
stream_writing putw(int word, FILE* stream GREEN_KEPT);
/// fputs(3)
stream_writing fputs(const char* text GREEN_KEPT, FILE* stream GREEN_KEPT);
/// fputs_unlocked(3)
stream_writing fputs_unlocked(const char* text GREEN_KEPT,
                              FILE* stream GREEN_KEPT);
/// puts(3)
stream_writing puts(const char* text);
/// fwrite(3)
stream_items_writing fwrite(const void* items GREEN_KEPT, size_t size,
                            size_t count, FILE* stream GREEN_KEPT);
/// fwrite_unlocked(3)
stream_items_writing fwrite_unlocked(const void* items GREEN_KEPT, size_t size,
                                     size_t count, FILE* stream GREEN_KEPT);
/// fprintf(3)
[[gnu::format(printf, 2, 3)]]
stream_writing fprintf(FILE* stream, const char* format, ...);
/// printf(3)
[[gnu::format(printf, 1, 2)]]
stream_writing printf(const char* format, ...);
/// vfprintf(3)
[[gnu::format(printf, 2, 0)]]
stream_writing vfprintf(FILE* stream, const char* format, va_list arguments);
/// vprintf(3)
[[gnu::format(printf, 1, 0)]]
stream_writing vprintf(const char* format, va_list arguments);
/// dprintf(3)
[[gnu::format(printf, 2, 3)]]
task<int> dprintf(int fd, const char* format, ...);
/// vdprintf(3)
[[gnu::format(printf, 2, 0)]]
task<int> vdprintf(int fd, const char* format, va_list arguments);
/// perror(3)
stream_error_writing perror(const char* text);
/// fflush(3)
stream_flushing fflush(FILE* stream GREEN_KEPT);
/// fflush_unlocked(3)
stream_flushing fflush_unlocked(FILE* stream GREEN_KEPT);
/// fopen(3)
task<FILE*> fopen(const char* path GREEN_KEPT, const char* mode GREEN_KEPT);
/// freopen(3): see Differs.
task<FILE*> freopen(const char* path GREEN_KEPT, const char* mode GREEN_KEPT,
                    FILE* stream);
/// fclose(3): see Differs.
task<int> fclose(FILE* stream);
/// tmpfile(3)
task<FILE*> tmpfile();
/// fseek(3)
task<int> fseek(FILE* stream, long offset, int whence);
/// fseeko(3)
task<int> fseeko(FILE* stream, off_t offset, int whence);
/// rewind(3)
task<> rewind(FILE* stream);
/// fsetpos(3)
task<int> fsetpos(FILE* stream, const fpos_t* position GREEN_KEPT);
/// rename(2)
hub::operation<int> rename(const char* from GREEN_KEPT,
                           const char* to GREEN_KEPT);
/// renameat(2)
hub::operation<int> renameat(int from_directory, const char* from GREEN_KEPT,
                             int to_directory, const char* to GREEN_KEPT);
/// renameat2(2)
hub::operation<int> renameat2(int from_directory, const char* from GREEN_KEPT,
                              int to_directory, const char* to GREEN_KEPT,
                              unsigned flags);
/// remove(3)
hub::operation<int> remove(const char* path GREEN_KEPT);
/// popen(3), glibc's "e" included.
task<FILE*> popen(const char* command GREEN_KEPT, const char* mode GREEN_KEPT);
/// pclose(3)
task<int> pclose(FILE* stream GREEN_KEPT);

}  // namespace green
