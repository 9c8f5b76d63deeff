// SPDX-License-Identifier: MIT
#include "green/streams/scan.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <exception>
#include <new>
#include <span>
#include <string_view>
#include <utility>

#include "green/core/green_thread.h"
#include "green/core/shield.h"
#include "green/streams/file_buffer.h"
#include "green/streams/steps.h"
#include "green/streams/turns.h"

namespace green {

using outcome = file_buffer::outcome;

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// The end of a set of characters, behind its ']'.
std::size_t end_of_set(std::string_view format, std::size_t at) {
  if (at < format.size() && format[at] == '^') ++at;
  if (at < format.size() && format[at] == ']') ++at;
  const std::size_t end = format.find(']', at);
  return end == std::string_view::npos ? format.size() : end + 1;
}

// One conversion of a format, from behind its '%'.
struct conversion {
  conversion(std::string_view format, std::size_t at);

  std::size_t number = 0;  // of its place, as in "%2$d"
  bool assigns = true;
  std::string text;  // without the number and the letter m
  std::size_t end;   // in the format
};

conversion::conversion(std::string_view format, std::size_t at) {
  const std::size_t digits =
      std::min(format.find_first_not_of("0123456789", at), format.size());
  if (digits > at && digits < format.size() && format[digits] == '$') {
    for (; at < digits; ++at) {
      number = std::min<std::size_t>(
          number * 10 + static_cast<std::size_t>(format[at] - '0'), 1000);
    }
    ++at;
  }
  constexpr std::string_view before = "*'IhlLqjzt";
  for (; at < format.size(); ++at) {
    const char c = format[at];
    if (c == 'm') continue;
    if (c == '*') assigns = false;
    if (!is_digit(c) && before.find(c) == std::string_view::npos) break;
    if (c != '*') text += c;
  }
  end = std::min(at + 1, format.size());
  const char letter = at < format.size() ? format[at] : '\0';
  if (letter == '[') end = end_of_set(format, end);
  if (letter == '%') assigns = false;
  text = (letter == '%' ? "%" : "%*") + text;
  text += format.substr(at, end - at);
}

// The bytes of a trial, and whether the C library has asked for more of them.
struct trial {
  std::string_view left;
  bool asked = false;

  static ssize_t read(void* cookie, char* into, std::size_t size) {
    trial& self = *static_cast<trial*>(cookie);
    self.asked = self.left.empty();
    const std::size_t count = std::min(size, self.left.size());
    std::memcpy(into, self.left.data(), count);
    self.left.remove_prefix(count);
    return static_cast<ssize_t>(count);
  }
};

template <std::size_t... I>
int call_original(FILE* stream, const char* format, void* const* places,
                  std::index_sequence<I...>) {
  return ::fscanf(stream, format, places[I]...);
}

}  // namespace

scan_request::scan_request(const char* format, va_list arguments)
    : format_(format) {
  read_format();
  if (too_many()) return;
  for (std::size_t i = 0; i < count_; ++i) {
    places_[i] = va_arg(arguments, void*);
  }
}

void scan_request::read_format() {
  for (std::size_t at = 0; at < format_.size();) {
    if (format_[at] != '%') {
      dry_ += format_[at++];
      continue;
    }
    const conversion found(format_, at + 1);
    dry_ += found.text;
    at = found.end;
    if (found.number != 0) count_ = std::max(count_, found.number);
    if (found.number == 0 && found.assigns) ++count_;
  }
}

bool scan_request::satisfied_by(const std::string& bytes) const {
  trial input{bytes};
  cookie_io_functions_t functions{};
  functions.read = &trial::read;
  FILE* const stream = ::fopencookie(&input, "r", functions);
  if (stream == nullptr) throw std::bad_alloc();
  void* const nothing = nullptr;
  (void)call_original(stream, dry_.c_str(), &nothing,
                      std::make_index_sequence<1>());
  ::fclose(stream);
  return !input.asked;
}

int scan_request::make(FILE* stream) const {
  return call_original(stream, format_.c_str(), places_.data(),
                       std::make_index_sequence<most_places>());
}

namespace {

// Takes bytes until the original's call would not wait for more. They are in
// `taken` then. Returns `failed` with errno if there are no more for an error.
task<outcome> take_enough(FILE* stream, const scan_request& request,
                          std::string& taken) {
  for (outcome last = outcome::done;;) {
    {
      file_lock lock(stream);
      if (!lock.held()) co_await until_locked(lock);
      file_buffer buffer(stream);
      if (!buffer.reads_bytes()) co_return outcome::done;
      for (auto more = buffer.unread(); !more.empty(); more = buffer.unread()) {
        taken.append(more.begin(), more.end());
        buffer.skip(more.size());
      }
      if (last != outcome::done || request.satisfied_by(taken)) co_return last;
      last = buffer.fetch();
    }
    std::size_t past = 0;
    if (last == outcome::waits) last = co_await read_more(stream, {}, past);
  }
}

}  // namespace

// The bytes that are taken go back for the original's call, or when an
// interrupt comes. Then the end of file, which the stream knows, keeps that
// call from waiting for more.
task<int> scan(FILE* stream, scan_request request) {
  if (request.too_many()) {
    errno = E2BIG;
    co_return EOF;
  }
  stream_turn turn(stream);
  co_await turn.wait();
  std::string taken;
  std::exception_ptr interrupt;
  outcome last = outcome::done;
  int error = 0;
  try {
    last = co_await take_enough(stream, request, taken);
    error = errno;
  } catch (...) {
    interrupt = std::current_exception();
  }
  const core::shield uninterrupted;
  file_lock lock(stream);
  if (!lock.held()) co_await until_locked(lock);
  file_buffer buffer(stream);
  buffer.give_back(taken.data(), taken.size());
  if (interrupt) std::rethrow_exception(interrupt);
  if (last != outcome::done) buffer.set_end();
  const int found = request.make(stream);
  if (last == outcome::failed) {
    buffer.leave_end();
    errno = error;
  }
  co_return found;
}

}  // namespace green
