// SPDX-License-Identifier: MIT
#include "green/stdio.h"

#include <fcntl.h>
#include <stdio_ext.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstdint>
#include <cstring>
#include <memory>
#include <span>
#include <string>
#include <utility>

#include "green/core/green_thread.h"
#include "green/core/shield.h"
#include "green/fcntl.h"
#include "green/hub/call_on_helper.h"
#include "green/hub/offloaded.h"
#include "green/hub/prep.h"
#include "green/posix/helper_call.h"
#include "green/posix/kept_errno.h"
#include "green/streams/scan.h"
#include "green/streams/steps.h"
#include "green/streams/turns.h"
#include "green/unistd.h"

namespace green {

stream_reading fgetc(FILE* stream) { return stream_reading("fgetc", stream); }

stream_reading getc(FILE* stream) { return stream_reading("getc", stream); }

stream_reading fgetc_unlocked(FILE* stream) {
  return stream_reading("fgetc_unlocked", stream);
}

stream_reading getc_unlocked(FILE* stream) {
  return stream_reading("getc_unlocked", stream);
}

stream_reading getchar() { return stream_reading("getchar", stdin); }

stream_reading getchar_unlocked() {
  return stream_reading("getchar_unlocked", stdin);
}

stream_reading getw(FILE* stream) {
  return stream_reading("getw", stream, bytes_request::kind::word);
}

stream_line_reading fgets(char* into, int size, FILE* stream) {
  return stream_line_reading("fgets", into, size, stream);
}

stream_line_reading fgets_unlocked(char* into, int size, FILE* stream) {
  return stream_line_reading("fgets_unlocked", into, size, stream);
}

stream_items_reading fread(void* into, size_t size, size_t count,
                           FILE* stream) {
  return stream_items_reading("fread", stream, into, size, count);
}

stream_items_reading fread_unlocked(void* into, size_t size, size_t count,
                                    FILE* stream) {
  return stream_items_reading("fread_unlocked", stream, into, size, count);
}

stream_delimited_reading getline(char** line, size_t* size, FILE* stream) {
  return stream_delimited_reading("getline", line, size, '\n', stream);
}

stream_delimited_reading getdelim(char** line, size_t* size, int delimiter,
                                  FILE* stream) {
  return stream_delimited_reading("getdelim", line, size, delimiter, stream);
}

task<int> vfscanf(FILE* stream, const char* format, va_list arguments) {
  return scan(stream, scan_request(format, arguments));
}

task<int> vscanf(const char* format, va_list arguments) {
  return scan(stdin, scan_request(format, arguments));
}

task<int> fscanf(FILE* stream, const char* format, ...) {
  va_list arguments;
  va_start(arguments, format);
  task<int> call = green::vfscanf(stream, format, arguments);
  va_end(arguments);
  return call;
}

task<int> scanf(const char* format, ...) {
  va_list arguments;
  va_start(arguments, format);
  task<int> call = green::vfscanf(stdin, format, arguments);
  va_end(arguments);
  return call;
}

stream_writing fputc(int byte, FILE* stream) {
  return stream_writing("fputc", write_request::of_byte(stream, byte));
}

stream_writing putc(int byte, FILE* stream) {
  return stream_writing("putc", write_request::of_byte(stream, byte));
}

stream_writing fputc_unlocked(int byte, FILE* stream) {
  return stream_writing("fputc_unlocked", write_request::of_byte(stream, byte));
}

stream_writing putc_unlocked(int byte, FILE* stream) {
  return stream_writing("putc_unlocked", write_request::of_byte(stream, byte));
}

stream_writing putchar(int byte) {
  return stream_writing("putchar", write_request::of_byte(stdout, byte));
}

stream_writing putchar_unlocked(int byte) {
  return stream_writing("putchar_unlocked",
                        write_request::of_byte(stdout, byte));
}

stream_writing putw(int word, FILE* stream) {
  return stream_writing("putw", write_request::of_word(stream, word));
}

stream_writing fputs(const char* text, FILE* stream) {
  return stream_writing("fputs", stream, text, std::strlen(text), 1);
}

stream_writing fputs_unlocked(const char* text, FILE* stream) {
  return stream_writing("fputs_unlocked", stream, text, std::strlen(text), 1);
}

stream_writing puts(const char* text) {
  return stream_writing("puts", stdout, std::in_place, text);
}

stream_items_writing fwrite(const void* items, size_t size, size_t count,
                            FILE* stream) {
  return stream_items_writing("fwrite", stream, items, size, count,
                              static_cast<std::intptr_t>(count));
}

stream_items_writing fwrite_unlocked(const void* items, size_t size,
                                     size_t count, FILE* stream) {
  return stream_items_writing("fwrite_unlocked", stream, items, size, count,
                              static_cast<std::intptr_t>(count));
}

stream_writing vfprintf(FILE* stream, const char* format, va_list arguments) {
  return stream_writing("vfprintf", stream, std::in_place, format, arguments);
}

stream_writing vprintf(const char* format, va_list arguments) {
  return stream_writing("vprintf", stdout, std::in_place, format, arguments);
}

stream_writing fprintf(FILE* stream, const char* format, ...) {
  va_list arguments;
  va_start(arguments, format);
  stream_writing call("fprintf", stream, std::in_place, format, arguments);
  va_end(arguments);
  return call;
}

stream_writing printf(const char* format, ...) {
  va_list arguments;
  va_start(arguments, format);
  stream_writing call("printf", stdout, std::in_place, format, arguments);
  va_end(arguments);
  return call;
}

namespace {

[[gnu::format(printf, 1, 2)]]
made_text make_text(const char* format, ...) {
  va_list arguments;
  va_start(arguments, format);
  made_text text(format, arguments);
  va_end(arguments);
  return text;
}

task<int> write_text(int fd, made_text text) {
  if (text.error() != 0) {
    errno = text.error();
    co_return -1;
  }
  const std::span<const char> bytes = text.bytes();
  for (size_t done = 0; done < bytes.size();) {
    const ssize_t wrote =
        co_await write(fd, bytes.data() + done, bytes.size() - done);
    if (wrote < 0) co_return -1;
    done += static_cast<size_t>(wrote);
  }
  co_return static_cast<int>(bytes.size());
}

}  // namespace

task<int> vdprintf(int fd, const char* format, va_list arguments) {
  return write_text(fd, made_text(format, arguments));
}

task<int> dprintf(int fd, const char* format, ...) {
  va_list arguments;
  va_start(arguments, format);
  made_text text(format, arguments);
  va_end(arguments);
  return write_text(fd, std::move(text));
}

stream_error_writing perror(const char* text) {
  const char* const error = ::strerror(errno);
  const bool alone = text == nullptr || *text == '\0';
  return stream_error_writing(
      "perror", stderr, std::in_place,
      alone ? make_text("%s\n", error) : make_text("%s: %s\n", text, error));
}

stream_flushing fflush(FILE* stream) {
  return stream_flushing("fflush", stream);
}

stream_flushing fflush_unlocked(FILE* stream) {
  return stream_flushing("fflush_unlocked", stream);
}

namespace {

struct stream_closer {
  void operator()(FILE* stream) const noexcept { ::fclose(stream); }
};
using owned_stream = std::unique_ptr<FILE, stream_closer>;

struct opened_stream {
  owned_stream stream;
  int error;
};

// Opens by f() on a helper thread. An abandoned helper closes what it opens.
template <class F>
task<FILE*> open_by_helper(hub::offload& helpers, const char* what, F f) {
  auto call = [f = std::move(f)] {
    owned_stream stream(f());
    return opened_stream{std::move(stream), errno};
  };
  hub::offloaded<decltype(call)> wait(helpers, what, std::move(call));
  opened_stream opened = co_await wait;
  if (opened.stream == nullptr) errno = opened.error;
  co_return opened.stream.release();
}

// The mode of fopen, as the C library reads it.
struct open_mode {
  explicit open_mode(const char* letters);

  bool valid = true;
  bool updates = false;  // the letter +
  int flags = 0;         // of open
};

open_mode::open_mode(const char* letters) {
  valid = *letters == 'r' || *letters == 'w' || *letters == 'a';
  if (*letters == 'w') flags = O_CREAT | O_TRUNC;
  if (*letters == 'a') flags = O_CREAT | O_APPEND;
  const bool reads = *letters == 'r';
  for (int i = 1; i < 7 && valid && letters[i] != '\0'; ++i) {
    updates |= letters[i] == '+';
    if (letters[i] == 'x') flags |= O_EXCL;
    if (letters[i] == 'e') flags |= O_CLOEXEC;
  }
  flags |= updates ? O_RDWR : reads ? O_RDONLY : O_WRONLY;
}

}  // namespace

task<FILE*> fopen(const char* path, const char* mode) {
  const kept_errno at_start;
  const open_mode letters(mode);
  if (!letters.valid) {
    errno = EINVAL;
    co_return nullptr;
  }
  if (std::strstr(mode, ",ccs=") != nullptr) {
    const auto call = [path = std::string(path), mode = std::string(mode)] {
      return ::fopen(path.c_str(), mode.c_str());
    };
    co_return co_await open_by_helper(hub::patient_helpers(), "fopen", call);
  }
  const int fd = co_await open(path, letters.flags, 0666);
  if (fd < 0) co_return nullptr;
  const bool at_end = *mode == 'a' && !letters.updates;
  if (at_end) ::lseek(fd, 0, SEEK_END);  // fdopen leaves that to its caller
  const char plain[] = {mode[0], letters.updates ? '+' : '\0', '\0'};
  FILE* const stream = ::fdopen(fd, plain);
  if (stream == nullptr) {
    const int error = errno;
    ::close(fd);
    errno = error;
    co_return nullptr;
  }
  at_start.put_back();
  co_return stream;
}

task<FILE*> tmpfile() {
  return open_by_helper(hub::file_helpers(), "tmpfile",
                        [] { return ::tmpfile(); });
}

task<FILE*> freopen(const char* path, const char* mode, FILE* stream) {
  stream_turn turn(stream);
  co_await turn.wait();
  co_await write_rest(stream);
  const auto call = [=] {
    return ::freopen(path, mode, stream) == nullptr ? -1 : 0;
  };
  const int done =
      co_await whole_helper_call(hub::patient_helpers(), "freopen", call);
  co_return done < 0 ? nullptr : stream;
}

namespace {

// The C library closes a duplicate, and green::close the descriptor. -1: there
// is none, so the C library closes all.
task<int> take_descriptor(FILE* stream) {
  const kept_errno at_start;
  file_lock lock(stream);
  if (!lock.held()) co_await until_locked(lock);
  const int fd = ::fileno_unlocked(stream);
  const int duplicate = fd < 0 ? -1 : ::fcntl(fd, F_DUPFD_CLOEXEC, 0);
  if (duplicate >= 0) stream->_fileno = duplicate;
  at_start.put_back();
  co_return duplicate < 0 ? -1 : fd;
}

}  // namespace

task<int> fclose(FILE* stream) {
  const kept_errno at_start;
  int error = 0, fd = -1;
  {
    stream_turn turn(stream);
    co_await turn.wait();
    const bool written = co_await write_rest(stream);
    if (!written) error = errno;
    const core::shield uninterrupted;
    fd = co_await take_descriptor(stream);
  }
  if (::fclose(stream) != 0 && error == 0) error = errno;
  if (fd >= 0) {
    const int closed = co_await close(fd);
    if (closed != 0 && error == 0) error = errno;
  }
  if (error == 0) co_return at_start(0);
  errno = error;
  co_return EOF;
}

namespace {

// A stream that reads may fill its buffer at the new place, from the disk.
template <class F>
task<int> seek(FILE* stream, F f) {
  stream_turn turn(stream);
  co_await turn.wait();
  const bool written = co_await write_rest(stream);
  if (!written) co_return -1;
  bool reads = false;
  {
    file_lock lock(stream);
    if (!lock.held()) co_await until_locked(lock);
    reads = file_buffer(stream).reads_bytes();
    if (!reads) co_return f();
  }
  co_return co_await whole_helper_call(hub::file_helpers(), "fseek", f);
}

}  // namespace

task<int> fseek(FILE* stream, long offset, int whence) {
  return seek(stream, [=] { return ::fseek(stream, offset, whence); });
}

task<int> fseeko(FILE* stream, off_t offset, int whence) {
  return seek(stream, [=] { return ::fseeko(stream, offset, whence); });
}

task<> rewind(FILE* stream) {
  co_await seek(stream, [=] {
    ::rewind(stream);  // NOLINT: it is the one that is mirrored
    return 0;
  });
}

task<int> fsetpos(FILE* stream, const fpos_t* position) {
  return seek(stream, [=] { return ::fsetpos(stream, position); });
}

hub::operation<int> rename(const char* from, const char* to) {
  return {io_uring_prep_renameat, AT_FDCWD, from, AT_FDCWD, to, 0u};
}

hub::operation<int> renameat(int from_directory, const char* from,
                             int to_directory, const char* to) {
  return {io_uring_prep_renameat, from_directory, from, to_directory, to, 0u};
}

hub::operation<int> renameat2(int from_directory, const char* from,
                              int to_directory, const char* to,
                              unsigned flags) {
  return {
      io_uring_prep_renameat, from_directory, from, to_directory, to, flags};
}

hub::operation<int> remove(const char* path) {
  return hub::call_on_helper<&::remove, "remove">(path);
}

}  // namespace green
