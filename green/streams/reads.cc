// SPDX-License-Identifier: MIT
#include "green/streams/reads.h"

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstdlib>
#include <cstring>
#include <exception>

#include "green/core/green_thread.h"
#include "green/core/shield.h"
#include "green/streams/steps.h"
#include "green/streams/turns.h"

namespace green {

using outcome = file_buffer::outcome;

// The plain call does not wait: nothing is to be read, or it is refused, or the
// stream has no descriptor.
bool read_request::is_original(file_buffer& buffer) {
  if (!reads_nothing() && buffer.reads_bytes()) return false;
  set(original());
  return true;
}

bool read_request::take_from(file_buffer& buffer, bool& full) {
  const std::span<const char> there = buffer.unread();
  const std::size_t count = measure(there, full);
  if (!take(there.first(count))) return false;
  buffer.skip(count);
  return true;
}

template <class Request>
bool read_request::done_at_once(Request& request) {
  if (stream_turn::taken(request.stream())) return false;
  const file_lock lock(request.stream());
  if (!lock.held()) return false;
  file_buffer buffer(request.stream());
  if (request.reads_nothing() || !buffer.reads_bytes()) {
    request.set(request.original());
    return true;
  }
  std::span<const char> there = buffer.unread();
  if (there.empty()) {
    if (!request.room(buffer.size()).empty()) return false;
    const outcome fetched = buffer.fetch();
    if (fetched == outcome::waits) return false;
    if (fetched != outcome::done) {
      request.end(fetched == outcome::failed);
      return true;
    }
    there = buffer.unread();
  }
  bool full = false;
  const std::size_t count = request.measure(there, full);
  if (!full) return false;
  if (request.take(there.first(count))) {
    buffer.skip(count);
    request.complete();
  } else {
    request.end(true);
  }
  return true;
}

// Takes what the buffer has. `waits`: more has to come from the descriptor.
outcome read_request::advance(file_buffer& buffer) {
  for (;;) {
    bool full = false;
    if (!take_from(buffer, full)) return outcome::failed;
    if (full) return outcome::done;
    if (!buffer.unread().empty()) continue;  // ungetc had put the first back
    if (!room(buffer.size()).empty()) return outcome::waits;
    const outcome fetched = buffer.fetch();
    if (fetched != outcome::done) return fetched;
  }
}

std::span<char> read_request::room(std::size_t) noexcept { return {}; }

void read_request::took(std::size_t) noexcept {}

task<> read_request::take_all() {
  for (;;) {
    outcome so_far = outcome::waits;
    std::span<char> past;
    {
      file_lock lock(stream_);
      if (!lock.held()) co_await until_locked(lock);
      file_buffer buffer(stream_);
      if (is_original(buffer)) co_return;
      so_far = advance(buffer);
      if (so_far == outcome::done) co_return complete();
      past = room(buffer.size());
    }
    std::size_t got = 0;
    if (so_far == outcome::waits) {
      so_far = co_await read_more(stream_, past, got);
    }
    if (got != 0) took(got);
    if (so_far != outcome::done) co_return end(so_far == outcome::failed);
  }
}

// Interrupted, it puts back what it has taken.
task<> read_request::in_steps() {
  stream_turn turn(stream_);
  co_await turn.wait();
  std::exception_ptr interrupt;
  try {
    co_await take_all();
  } catch (...) {
    interrupt = std::current_exception();
  }
  if (!interrupt) co_return;
  const core::shield uninterrupted;
  file_lock lock(stream_);
  if (!lock.held()) co_await until_locked(lock);
  const std::span<const char> bytes = taken();
  file_buffer(stream_).give_back(bytes.data(), bytes.size());
  std::rethrow_exception(interrupt);
}

bytes_request::bytes_request(FILE* stream, void* into, std::size_t item,
                             std::size_t count) noexcept
    : read_request(stream),
      kind_(kind::items),
      into_(static_cast<char*>(into)),
      item_(item),
      wanted_(item * count) {}

// The original reads large pieces past the buffer, too.
std::span<char> bytes_request::room(std::size_t buffer_size) noexcept {
  const std::size_t left = wanted_ - done_;
  if (into_ == nullptr || left < std::max<std::size_t>(buffer_size, 1)) {
    return {};
  }
  return {into_ + done_, left - left % buffer_size};
}

std::intptr_t bytes_request::original() noexcept {
  switch (kind_) {
    case kind::byte:
      return ::fgetc_unlocked(stream());
    case kind::word:
      return ::getw(stream());
    case kind::items:
      break;
  }
  const std::size_t count = wanted_ == 0 ? 0 : wanted_ / item_;
  const std::size_t item = wanted_ == 0 ? 0 : item_;
  return static_cast<std::intptr_t>(
      ::fread_unlocked(into_, item, count, stream()));
}

std::size_t bytes_request::measure(std::span<const char> bytes,
                                   bool& full) const noexcept {
  const std::size_t left = wanted_ - done_;
  full = bytes.size() >= left;
  return std::min(bytes.size(), left);
}

bool bytes_request::take(std::span<const char> bytes) noexcept {
  std::copy(bytes.begin(), bytes.end(), into() + done_);
  done_ += bytes.size();
  return true;
}

std::span<const char> bytes_request::taken() const noexcept {
  return {into_ != nullptr ? into_ : word_, done_};
}

void bytes_request::complete() noexcept {
  switch (kind_) {
    case kind::byte:
      return set(static_cast<unsigned char>(word_[0]));
    case kind::word: {
      int word = 0;
      std::memcpy(&word, word_, sizeof word);
      return set(word);
    }
    case kind::items:
      return set(static_cast<std::intptr_t>(done_ / item_));
  }
}

void bytes_request::end(bool) noexcept {
  kind_ == kind::items ? complete() : set(EOF);
}

std::intptr_t line_request::original() noexcept {
  return reinterpret_cast<std::intptr_t>(
      ::fgets_unlocked(into_, size_, stream()));
}

std::size_t line_request::measure(std::span<const char> bytes,
                                  bool& full) const noexcept {
  const std::size_t left = static_cast<std::size_t>(size_ - 1) - done_;
  const std::size_t most = std::min(bytes.size(), left);
  const void* const end =
      most == 0 ? nullptr : std::memchr(bytes.data(), '\n', most);
  full = end != nullptr || most == left;
  if (end == nullptr) return most;
  return static_cast<std::size_t>(static_cast<const char*>(end) -
                                  bytes.data()) +
         1;
}

bool line_request::take(std::span<const char> bytes) noexcept {
  if (!bytes.empty()) std::memcpy(into_ + done_, bytes.data(), bytes.size());
  done_ += bytes.size();
  return true;
}

void line_request::complete() noexcept {
  into_[done_] = '\0';
  set(reinterpret_cast<std::intptr_t>(into_));
}

void line_request::end(bool error) noexcept {
  if (done_ == 0 || (error && errno != EAGAIN)) {
    set(0);
  } else {
    complete();
  }
}

bool delimited_request::reads_nothing() const noexcept {
  return line_ == nullptr || size_ == nullptr;
}

std::intptr_t delimited_request::original() noexcept {
  return ::getdelim(line_, size_, end_, stream());
}

std::size_t delimited_request::measure(std::span<const char> bytes,
                                       bool& full) const noexcept {
  const void* const end =
      bytes.empty() ? nullptr : std::memchr(bytes.data(), end_, bytes.size());
  full = end != nullptr;
  if (end == nullptr) return bytes.size();
  return static_cast<std::size_t>(static_cast<const char*>(end) -
                                  bytes.data()) +
         1;
}

// The line grows as the original's does.
bool delimited_request::take(std::span<const char> bytes) noexcept {
  const std::size_t needed = done_ + bytes.size() + 1;
  const bool none = *line_ == nullptr || *size_ == 0;
  if (none || needed > *size_) {
    const std::size_t least = none ? 120 : 2 * *size_;
    const std::size_t size = std::max(needed, least);
    void* const larger = std::realloc(*line_, size);
    if (larger == nullptr) return false;
    *line_ = static_cast<char*>(larger);
    *size_ = size;
  }
  if (!bytes.empty()) std::memcpy(*line_ + done_, bytes.data(), bytes.size());
  done_ += bytes.size();
  return true;
}

std::span<const char> delimited_request::taken() const noexcept {
  if (done_ == 0) return {};
  return {*line_, done_};
}

void delimited_request::complete() noexcept {
  (*line_)[done_] = '\0';
  set(static_cast<std::intptr_t>(done_));
}

void delimited_request::end(bool) noexcept {
  done_ == 0 ? set(-1) : complete();
}

template bool read_request::done_at_once(bytes_request&);
template bool read_request::done_at_once(line_request&);
template bool read_request::done_at_once(delimited_request&);

}  // namespace green
