// SPDX-License-Identifier: MIT
#pragma once

#include <stdarg.h>
#include <stdio.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <span>

#include "green/streams/call.h"
#include "green/streams/file_buffer.h"

namespace green {

/// A text that a call made of its arguments.
class made_text {
 public:
  made_text() noexcept = default;
  /// vasprintf(3), at once. The errno of a failure is kept.
  made_text(const char* format, va_list arguments) noexcept;
  /// The text and a newline.
  explicit made_text(const char* line) noexcept;

  std::span<const char> bytes() const noexcept { return {text_.get(), size_}; }
  std::size_t size() const noexcept { return size_; }
  int error() const noexcept { return error_; }

 private:
  struct freed {
    void operator()(char* text) const noexcept { std::free(text); }
  };
  std::unique_ptr<char, freed> text_;
  std::size_t size_ = 0;
  int error_ = 0;
};

/// A call that writes to a stream.
class write_request final : public stream_request {
 public:
  /// Bytes of the caller, and the result where all is well.
  write_request(FILE* stream, const void* bytes, std::size_t count,
                std::intptr_t done) noexcept;
  /// fwrite(3)
  write_request(FILE* stream, const void* items, std::size_t item,
                std::size_t count, std::intptr_t done) noexcept;
  /// A text, and its length as the result.
  write_request(FILE* stream, made_text text) noexcept;
  /// fputc(3)
  static write_request of_byte(FILE* stream, int byte) noexcept;
  /// putw(3)
  static write_request of_word(FILE* stream, int word) noexcept;

  bool at_once() override;
  task<> in_steps() override;

 private:
  bool is_original(file_buffer& buffer) noexcept;
  void fail(std::size_t taken) noexcept;
  std::span<const char> text() const noexcept {
    return {text_ != nullptr ? text_ : few_, size_};
  }

  FILE* stream_;
  made_text made_;
  char few_[sizeof(int)] = {};
  const char* text_ = nullptr;  // few_ if null
  std::size_t size_;
  std::size_t item_ = 0;  // 0: a failure is EOF
  std::intptr_t done_;
  bool taken_ = false;  // the buffer has it all
};

/// fflush(3) of a stream. A null pointer is all of them.
class flush_request final : public stream_request {
 public:
  explicit flush_request(FILE* stream) noexcept : stream_(stream) {}

  bool at_once() override;
  task<> in_steps() override;

 private:
  FILE* stream_;
};

/// Writes all that is unwritten. Returns false with errno if that fails. The
/// caller has the stream's turn.
task<bool> write_rest(FILE* stream);

}  // namespace green
