// SPDX-License-Identifier: MIT
#pragma once

#include <stdio.h>
#include <sys/single_threaded.h>
#include <sys/types.h>

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

#include "green/core/assert.h"
#include "green/streams/glibc.h"

namespace green {

/// The lock that the original's calls on a stream take. It belongs to the OS
/// thread, so that nobody may hold it at an await.
class file_lock {
 public:
  explicit file_lock(FILE* stream) noexcept
      : stream_(stream), alone_(__libc_single_threaded != 0) {
    GREEN_ASSERT(stream != nullptr,
                 "a function of <stdio.h> got a null pointer for its stream");
    if (!alone_) try_again();
  }
  file_lock(const file_lock&) = delete;
  file_lock& operator=(const file_lock&) = delete;
  ~file_lock() {
    if (!locked_) return;
    order().store(true, std::memory_order_release);
    ::funlockfile(stream_);
  }

  /// False: another OS thread is in a call on the stream.
  bool held() const noexcept { return alone_ || locked_; }
  bool try_again() noexcept {
    locked_ = ::ftrylockfile(stream_) == 0;
    if (locked_) (void)order().load(std::memory_order_acquire);
    return locked_;
  }
  const FILE* stream() const noexcept { return stream_; }

 private:
  // The C library's lock is unknown to the thread sanitizer. This tells it that
  // one holder of a lock comes after another.
  std::atomic<bool>& order() const noexcept {
    return orders[reinterpret_cast<std::uintptr_t>(stream_) / 64 %
                  orders.size()];
  }

  static inline constinit std::array<std::atomic<bool>, 64> orders{};

  FILE* const stream_;
  const bool alone_;  // the process has no other thread, so it needs no lock
  bool locked_ = false;
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
  bool reads_bytes() noexcept {
    return !has(glibc::no_reads) && is_narrow_file();
  }
  bool writes_bytes() noexcept {
    return !has(glibc::no_writes) && is_narrow_file();
  }
  int descriptor() const noexcept { return f_._fileno; }
  std::size_t size() noexcept { return allocate() ? capacity() : 1; }
  void set_failed() noexcept { f_._flags |= _IO_ERR_SEEN; }
  void set_end() noexcept { f_._flags |= _IO_EOF_SEEN; }
  void leave_end() noexcept { f_._flags &= ~_IO_EOF_SEEN; }

  /// The bytes that are to be read next. There may be others behind them only
  /// if ungetc(3) has put these back.
  std::span<const char> unread() noexcept {
    if (f_._IO_read_ptr == f_._IO_read_end && has(glibc::in_put_back)) {
      leave_put_back();
    }
    if (f_._IO_read_ptr == nullptr || has(glibc::putting)) return {};
    return {f_._IO_read_ptr, f_._IO_read_end};
  }
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
  std::span<const char> unwritten() const noexcept {
    if (!has(glibc::putting)) return {};
    return {f_._IO_write_base, f_._IO_write_ptr};
  }
  /// How many bytes are to be written now, the unwritten ones included, when
  /// these bytes are added?
  std::size_t due(const char* bytes, std::size_t count) noexcept;
  /// Adds these bytes if nothing is due then. False: `write` has to decide.
  bool add(const char* bytes, std::size_t count) noexcept {
    constexpr int asked = glibc::putting | glibc::of_file | glibc::no_writes |
                          glibc::in_put_back | glibc::line_buffered |
                          glibc::unbuffered;
    const bool adds =
        (f_._flags & asked) == (glibc::putting | glibc::of_file) &&
        f_._mode < 0 && f_._IO_read_end == f_._IO_write_base &&
        count <= static_cast<std::size_t>(f_._IO_buf_end - f_._IO_write_ptr);
    if (!adds) return false;
    std::memcpy(f_._IO_write_ptr, bytes, count);
    f_._IO_write_ptr += count;
    return true;
  }
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
  bool is_narrow_file() noexcept {
    if (f_._mode > 0 || !has(glibc::of_file) || f_._fileno < 0) return false;
    if (f_._mode == 0) choose_bytes();
    return true;
  }
  std::size_t capacity() const noexcept {
    return static_cast<std::size_t>(f_._IO_buf_end - f_._IO_buf_base);
  }
  bool allocate() noexcept {
    return f_._IO_buf_base != nullptr || allocate_now();
  }
  void choose_bytes() noexcept;
  bool allocate_now() noexcept;
  bool suits_large() const noexcept;
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
