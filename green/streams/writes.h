// SPDX-License-Identifier: MIT
#pragma once

#include <stdarg.h>
#include <stdio.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <span>
#include <utility>

#include "green/streams/call.h"
#include "green/streams/file_buffer.h"

namespace green {

/// A text that a call made of its arguments. A short one needs no memory.
class made_text {
 public:
  made_text() noexcept = default;
  /// vasprintf(3), at once. The errno of a failure is kept.
  made_text(const char* format, va_list arguments) noexcept;
  /// The text and a newline.
  explicit made_text(const char* line) noexcept;
  /// A copy of these bytes.
  made_text(const void* bytes, std::size_t count) noexcept;
  made_text(made_text&& other) noexcept
      : far_(std::move(other.far_)), size_(other.size_), error_(other.error_) {
    if (far_ == nullptr) std::memcpy(near_, other.near_, size_);
  }

  std::span<const char> bytes() const noexcept {
    return {far_ != nullptr ? far_.get() : near_, size_};
  }
  std::size_t size() const noexcept { return size_; }
  int error() const noexcept { return error_; }

 private:
  char* make_room(std::size_t count) noexcept;

  struct freed {
    void operator()(char* text) const noexcept { std::free(text); }
  };
  std::unique_ptr<char, freed> far_;  // null: the text is in near_
  std::size_t size_ = 0;
  int error_ = 0;
  char near_[100];
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
  template <class... Arguments>
  explicit write_request(FILE* stream, std::in_place_t,
                         Arguments&&... of_text) noexcept
      : stream_(stream),
        made_(std::forward<Arguments>(of_text)...),
        size_(made_.size()),
        done_(static_cast<std::intptr_t>(size_)) {}
  /// fputc(3)
  static write_request of_byte(FILE* stream, int byte) noexcept;
  /// putw(3)
  static write_request of_word(FILE* stream, int word) noexcept;

  bool at_once();
  task<> in_steps() override;

 private:
  bool is_original(file_buffer& buffer) noexcept;
  void fail(std::size_t taken) noexcept;
  std::span<const char> text() const noexcept {
    return {text_ != nullptr ? text_ : made_.bytes().data(), size_};
  }

  FILE* stream_;
  made_text made_;
  const char* text_ = nullptr;  // the made text if null
  std::size_t size_;
  std::size_t item_ = 0;  // 0: a failure is EOF
  std::intptr_t done_;
  bool taken_ = false;  // the buffer has it all
};

/// fflush(3) of a stream. A null pointer is all of them.
class flush_request final : public stream_request {
 public:
  explicit flush_request(FILE* stream) noexcept : stream_(stream) {}

  bool at_once();
  task<> in_steps() override;

 private:
  FILE* stream_;
};

/// Writes all that is unwritten. Returns false with errno if that fails. The
/// caller has the stream's turn.
task<bool> write_rest(FILE* stream);

}  // namespace green
