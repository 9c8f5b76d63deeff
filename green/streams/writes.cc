// SPDX-License-Identifier: MIT
#include "green/streams/writes.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <string_view>
#include <utility>
#include <vector>

#include "green/streams/every.h"
#include "green/streams/steps.h"
#include "green/streams/turns.h"

namespace green {

using outcome = file_buffer::outcome;

// Null: the text is to be none, for want of memory.
char* made_text::make_room(std::size_t count) noexcept {
  size_ = count;
  if (count <= sizeof near_) return near_;
  far_.reset(static_cast<char*>(std::malloc(count)));
  if (far_ != nullptr) return far_.get();
  size_ = 0;
  error_ = ENOMEM;
  return nullptr;
}

made_text::made_text(const void* bytes, std::size_t count) noexcept {
  char* const into = make_room(count);
  if (into != nullptr) std::memcpy(into, bytes, size_);
}

// Most texts are short. For these, vasprintf(3) would take twice the time.
made_text::made_text(const char* format, va_list arguments) noexcept {
  const int errno_before = errno;
  std::array<char, 512> first;
  va_list again;
  va_copy(again, arguments);
  const int length = ::vsnprintf(first.data(), first.size(), format, arguments);
  const auto count = static_cast<std::size_t>(length);
  if (length < 0) {
    error_ = errno;
  } else if (count < first.size()) {
    char* const into = make_room(count);
    if (into != nullptr) std::memcpy(into, first.data(), count);
  } else {
    errno = errno_before;  // the format may print it
    char* made = nullptr;
    const int made_length = ::vasprintf(&made, format, again);
    if (made_length < 0) {
      error_ = errno;
    } else {
      far_.reset(made);
      size_ = static_cast<std::size_t>(made_length);
    }
  }
  va_end(again);
  errno = errno_before;
}

made_text::made_text(const char* line) noexcept {
  const std::string_view text = line;
  char* const into = make_room(text.size() + 1);
  if (into == nullptr) return;
  *std::ranges::copy(text, into).out = '\n';
}

write_request::write_request(FILE* stream, const void* bytes, std::size_t count,
                             std::intptr_t done) noexcept
    : stream_(stream),
      text_(static_cast<const char*>(bytes)),
      size_(count),
      done_(done) {}

write_request::write_request(FILE* stream, const void* items, std::size_t item,
                             std::size_t count, std::intptr_t done) noexcept
    : stream_(stream),
      text_(static_cast<const char*>(items)),
      size_(item * count),
      item_(item),
      done_(size_ == 0 ? 0 : done) {}

write_request write_request::of_byte(FILE* stream, int byte) noexcept {
  const auto value = static_cast<unsigned char>(byte);
  write_request request(stream, std::in_place, &value, sizeof value);
  request.done_ = value;
  return request;
}

write_request write_request::of_word(FILE* stream, int word) noexcept {
  write_request request(stream, std::in_place, &word, sizeof word);
  request.done_ = 0;
  return request;
}

void write_request::fail(std::size_t taken) noexcept {
  set(item_ == 0 ? EOF : static_cast<std::intptr_t>(taken / item_));
}

// The plain call does not wait: nothing is to be written, or it is refused, or
// the stream has no descriptor.
bool write_request::is_original(file_buffer& buffer) noexcept {
  if (made_.error() != 0) {
    errno = made_.error();
    set(EOF);
    return true;
  }
  if (size_ == 0) {
    set(done_);
    return true;
  }
  if (buffer.writes_bytes()) return false;
  const std::size_t taken = ::fwrite_unlocked(text().data(), 1, size_, stream_);
  taken == size_ ? set(done_) : fail(taken);
  return true;
}

bool write_request::at_once() {
  if (stream_turn::taken(stream_)) return false;
  const file_lock lock(stream_);
  if (!lock.held()) return false;
  file_buffer buffer(stream_);
  if (size_ != 0 && buffer.add(text().data(), size_)) {
    set(done_);
    return true;
  }
  if (is_original(buffer)) return true;
  const outcome tried = buffer.write(text().data(), size_, taken_);
  if (tried == outcome::failed) fail(0);
  if (tried == outcome::done) set(done_);
  return tried != outcome::waits;
}

task<> write_request::in_steps() {
  stream_turn turn(stream_);
  co_await turn.wait();
  if (!taken_) {
    file_lock lock(stream_);
    if (!lock.held()) co_await until_locked(lock);
    file_buffer buffer(stream_);
    if (is_original(buffer)) co_return;
  }
  std::size_t taken = 0;
  const std::span<const char> rest = taken_ ? std::span<const char>() : text();
  const outcome end = co_await write_out(stream_, rest, taken);
  end == outcome::failed ? fail(taken) : set(done_);
}

task<bool> write_rest(FILE* stream) {
  {
    file_lock lock(stream);
    if (!lock.held()) co_await until_locked(lock);
    file_buffer buffer(stream);
    if (!buffer.writes_bytes() || buffer.unwritten().empty()) co_return true;
  }
  std::size_t taken = 0;
  co_return co_await write_out(stream, {}, taken) != outcome::failed;
}

bool flush_request::at_once() {
  if (stream_ == nullptr || stream_turn::taken(stream_)) return false;
  const file_lock lock(stream_);
  if (!lock.held()) return false;
  file_buffer buffer(stream_);
  if (!buffer.writes_bytes() || buffer.unwritten().empty()) {
    set(::fflush_unlocked(stream_));
    return true;
  }
  bool taken = false;
  const outcome tried = buffer.write(nullptr, 0, taken);
  set(tried == outcome::failed ? EOF : 0);
  return tried != outcome::waits;
}

namespace {

task<bool> flush_one(FILE* stream) {
  stream_turn turn(stream);
  co_await turn.wait();
  const bool written = co_await write_rest(stream);
  if (!written) co_return false;
  file_lock lock(stream);
  if (!lock.held()) co_await until_locked(lock);
  const bool idle = file_buffer(stream).unwritten().empty();
  co_return !idle || ::fflush_unlocked(stream) == 0;
}

}  // namespace

task<> flush_request::in_steps() {
  bool well = true;
  if (stream_ != nullptr) {
    well = co_await flush_one(stream_);
  } else {
    const std::vector<FILE*> streams = unwritten_streams();
    for (FILE* const stream : streams) {
      const bool flushed = co_await flush_one(stream);
      well = flushed && well;
    }
  }
  set(well ? 0 : EOF);
}

}  // namespace green
