// SPDX-License-Identifier: MIT
#pragma once

#include <stdio.h>
#include <sys/types.h>

#include <cstddef>
#include <span>

namespace green {

/// The lock that the original's calls on a stream take. It belongs to the OS
/// thread, so that nobody may hold it at an await.
class file_lock {
 public:
  explicit file_lock(FILE* stream) noexcept : stream_(stream) { try_again(); }
  file_lock(const file_lock&) = delete;
  file_lock& operator=(const file_lock&) = delete;
  ~file_lock();

  /// False: another OS thread is in a call on the stream.
  bool held() const noexcept { return held_; }
  bool try_again() noexcept;
  const FILE* stream() const noexcept { return stream_; }

 private:
  FILE* const stream_;
  bool held_ = false;
};

/// The buffer of a stream, as the C library keeps it. The caller holds the
/// stream's file_lock. No function waits.
class file_buffer {
 public:
  explicit file_buffer(FILE* stream) noexcept : f_(*stream) {}

  /// What became of a transfer. `waits`: it is to be made by an operation.
  enum class outcome : unsigned char { done, end, failed, waits };

  /// Has it a descriptor for such bytes? The calls on all other streams are
  /// the original's, as are the refusals.
  bool reads_bytes() noexcept;
  bool writes_bytes() noexcept;
  int descriptor() const noexcept { return f_._fileno; }
  std::size_t size() noexcept;
  void set_failed() noexcept { f_._flags |= _IO_ERR_SEEN; }
  void set_end() noexcept { f_._flags |= _IO_EOF_SEEN; }
  void leave_end() noexcept { f_._flags &= ~_IO_EOF_SEEN; }

  /// The bytes that are to be read next. There may be others behind them only
  /// if ungetc(3) has put these back.
  std::span<const char> unread() noexcept;
  void skip(std::size_t bytes) noexcept { f_._IO_read_ptr += bytes; }
  /// When no bytes are unread: reads some, unless that would wait.
  outcome fetch() noexcept;
  /// Bytes that were read from the descriptor become the next to be read.
  void place(const char* bytes, std::size_t count) noexcept;
  /// Bytes were read from the descriptor, past the buffer.
  void passed(std::size_t count) noexcept;
  /// Bytes that were taken become the next to be read.
  void give_back(const char* bytes, std::size_t count) noexcept;
  /// Does the original write stdout's lines before it reads from here?
  bool reads_with_prompt() const noexcept;

  /// The bytes that are not yet written.
  std::span<const char> unwritten() const noexcept;
  /// How many bytes are to be written now, the unwritten ones included, when
  /// these bytes are added?
  std::size_t due(const char* bytes, std::size_t count) noexcept;
  /// Adds these bytes, and writes the due ones unless that would wait. `taken`:
  /// each of the bytes is in the buffer now, or written.
  outcome write(const char* bytes, std::size_t count, bool& taken) noexcept;
  /// Makes the buffer one of unwritten bytes, as the original does. False with
  /// errno: the descriptor cannot go back to the place of the writing.
  bool begin_writing() noexcept;
  /// The unwritten bytes have been written, or are lost by an error.
  void drop_unwritten() noexcept;
  /// So many bytes were written to the descriptor.
  void advance(std::size_t count) noexcept;
  /// Puts bytes before the unwritten ones, into a larger buffer if they do not
  /// fit. The C library frees that buffer. False: there is no memory.
  bool put_before(std::span<const char> one,
                  std::span<const char> two) noexcept;

 private:
  bool has(int flags) const noexcept { return (f_._flags & flags) != 0; }
  bool is_narrow_file() noexcept;
  std::size_t capacity() const noexcept;
  bool allocate() noexcept;
  void begin_reading() noexcept;
  void leave_put_back() noexcept;
  void set_unread(std::size_t count) noexcept;
  void set_unwritten(std::size_t count) noexcept;
  bool has_room_for(const char* bytes, std::size_t count) const noexcept;
  char* make_room(std::size_t before, std::size_t behind) noexcept;
  bool replace(std::size_t written, std::span<const char> added) noexcept;
  outcome fail() noexcept;

  FILE& f_;
};

}  // namespace green
