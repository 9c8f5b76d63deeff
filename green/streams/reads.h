// SPDX-License-Identifier: MIT
#pragma once

#include <stdio.h>
#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <span>

#include "green/streams/call.h"
#include "green/streams/file_buffer.h"

namespace green {

/// A call that takes bytes from a stream. A derived class says how many.
class read_request : public stream_request {
 public:
  task<> in_steps() final;

  /// Where the next bytes may be read past a buffer of that size. Empty: they
  /// have to go through the buffer.
  virtual std::span<char> room(std::size_t buffer_size) noexcept;
  /// Bytes were read there.
  virtual void took(std::size_t count) noexcept;

 protected:
  explicit read_request(FILE* stream) noexcept : stream_(stream) {}
  ~read_request() = default;

  /// at_once() of the derived class. It knows the class, so that a call of few
  /// bytes makes no virtual call.
  template <class Request>
  static bool done_at_once(Request& request);

  FILE* stream() const noexcept { return stream_; }
  /// Makes the original's call. The stream has no descriptor, or the arguments
  /// are such that nothing is read.
  virtual std::intptr_t original() noexcept = 0;
  virtual bool reads_nothing() const noexcept = 0;
  /// How many of these bytes belong to the call. `full`: no more do.
  virtual std::size_t measure(std::span<const char> bytes,
                              bool& full) const noexcept = 0;
  /// Takes these. False with errno: there is no memory for them.
  virtual bool take(std::span<const char> bytes) noexcept = 0;
  /// The end of file, or an error that errno tells, ends the call.
  virtual void end(bool error) noexcept = 0;
  /// The call has all it wants.
  virtual void complete() noexcept = 0;
  /// What it has taken.
  virtual std::span<const char> taken() const noexcept = 0;

 private:
  bool is_original(file_buffer& buffer);
  task<> take_all();
  bool take_from(file_buffer& buffer, bool& full);
  file_buffer::outcome advance(file_buffer& buffer);

  FILE* stream_;
};

/// fgetc(3), getw(3) and fread(3)
class bytes_request final : public read_request {
 public:
  enum class kind : unsigned char { byte, word, items };

  explicit bytes_request(FILE* stream, kind of = kind::byte) noexcept
      : read_request(stream), kind_(of), wanted_(of == kind::byte ? 1 : 4) {}
  bytes_request(FILE* stream, void* into, std::size_t item,
                std::size_t count) noexcept;

  bool at_once() { return done_at_once(*this); }
  std::span<char> room(std::size_t buffer_size) noexcept override;
  void took(std::size_t count) noexcept override { done_ += count; }

 private:
  friend class read_request;

  std::intptr_t original() noexcept override;
  bool reads_nothing() const noexcept override { return wanted_ == 0; }
  std::size_t measure(std::span<const char> bytes,
                      bool& full) const noexcept override;
  bool take(std::span<const char> bytes) noexcept override;
  void end(bool error) noexcept override;
  void complete() noexcept override;
  std::span<const char> taken() const noexcept override;
  char* into() noexcept { return into_ != nullptr ? into_ : word_; }

  kind kind_;
  char word_[4] = {};
  char* into_ = nullptr;  // word_ if null
  std::size_t item_ = 1;
  std::size_t wanted_;
  std::size_t done_ = 0;
};

/// fgets(3)
class line_request final : public read_request {
 public:
  line_request(char* into, int size, FILE* stream) noexcept
      : read_request(stream), into_(into), size_(size) {}

  bool at_once() { return done_at_once(*this); }

 private:
  friend class read_request;

  std::intptr_t original() noexcept override;
  bool reads_nothing() const noexcept override { return size_ <= 1; }
  std::size_t measure(std::span<const char> bytes,
                      bool& full) const noexcept override;
  bool take(std::span<const char> bytes) noexcept override;
  void end(bool error) noexcept override;
  void complete() noexcept override;
  std::span<const char> taken() const noexcept override {
    return {into_, done_};
  }

  char* into_;
  int size_;
  std::size_t done_ = 0;
};

/// getdelim(3)
class delimited_request final : public read_request {
 public:
  delimited_request(char** line, std::size_t* size, int delimiter,
                    FILE* stream) noexcept
      : read_request(stream), line_(line), size_(size), end_(delimiter) {}

  bool at_once() { return done_at_once(*this); }

 private:
  friend class read_request;

  std::intptr_t original() noexcept override;
  bool reads_nothing() const noexcept override;
  std::size_t measure(std::span<const char> bytes,
                      bool& full) const noexcept override;
  bool take(std::span<const char> bytes) noexcept override;
  void end(bool error) noexcept override;
  void complete() noexcept override;
  std::span<const char> taken() const noexcept override;

  char** line_;
  std::size_t* size_;
  int end_;
  std::size_t done_ = 0;
};

extern template bool read_request::done_at_once(bytes_request&);
extern template bool read_request::done_at_once(line_request&);
extern template bool read_request::done_at_once(delimited_request&);

}  // namespace green
