// SPDX-License-Identifier: MIT
// The lines and pieces that a reader makes of a stream, under limits.
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "green/fileobject.h"
#include "green/green.h"
#include "tests/fuzz/fuzz.h"

namespace {

constexpr std::size_t fits_a_pipe = 60000;

// The same of a string, to judge the reader by.
struct model {
  std::string_view rest;

  std::string take(std::size_t length) {
    const std::string taken(rest.substr(0, length));
    rest.remove_prefix(taken.size());
    return taken;
  }
  // Is there a line, or a piece, that is short enough?
  bool allows(std::string_view delimiter, std::size_t most) const {
    return std::min(rest.find(delimiter), rest.size()) <= most;
  }
  std::optional<std::string> until(std::string_view delimiter) {
    if (rest.empty()) return std::nullopt;
    const std::size_t end = rest.find(delimiter);
    std::string text = take(end);
    if (end != rest.npos) take(delimiter.size());
    return text;
  }
};

green::task<> compare_piece(green::reader& from, model& expected,
                            const std::string& delimiter, std::size_t most) {
  const bool allowed = expected.allows(delimiter, most);
  try {
    std::optional<std::string> piece;
    if (delimiter == "\n") {
      piece = co_await from.read_line(most);
    } else {
      piece = co_await from.read_until(delimiter, most);
    }
    fuzz::require(allowed, "the limit");
    fuzz::require(piece == expected.until(delimiter), "the piece");
  } catch (const green::limit_overrun&) {
    fuzz::require(!allowed, "a piece within the limit");
  }
}

green::task<> compare_exactly(green::reader& from, model& expected,
                              std::size_t length) {
  const bool enough = expected.rest.size() >= length;
  try {
    const std::string part = co_await from.read_exactly(length);
    fuzz::require(enough && part == expected.take(length), "exactly so many");
  } catch (const green::incomplete_read& e) {
    fuzz::require(!enough && e.came() == expected.rest.size(), "all there is");
  }
}

// What to read next is said by the input's own bytes.
green::task<> compare(green::reader& from, model expected, fuzz::input how) {
  for (;;) {
    const bool over = expected.rest.empty();
    const unsigned choice = how.number();
    const std::size_t length = 1 + choice / 6;
    if (choice % 6 == 0) {
      co_await compare_piece(from, expected, "\n", length);
    } else if (choice % 6 == 1) {
      co_await compare_piece(from, expected, "ab", fits_a_pipe);
    } else if (choice % 6 == 2) {
      co_await compare_exactly(from, expected, length);
    } else if (choice % 6 == 3) {
      const std::string seen = co_await from.peek(length);
      fuzz::require(seen == expected.rest.substr(0, length), "the next bytes");
    } else if (choice % 6 == 4) {
      const std::string part = co_await from.read(length);
      fuzz::require(part == expected.take(length), "so many bytes");
    } else {
      const std::string some = co_await from.read_some(length);
      fuzz::require(some == expected.take(some.size()), "some bytes");
      fuzz::require(some.size() <= length && some.empty() == over, "a byte");
    }
    if (over) co_return;
    if (how.rest().empty()) {  // nothing else would make it end
      co_await from.read(1);
      expected.take(1);
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  size = std::min(size, fits_a_pipe);
  int ends[2];
  fuzz::require(::pipe2(ends, O_CLOEXEC) == 0, "a pipe");
  fuzz::require(::write(ends[1], data, size) == ssize_t(size), "room");
  ::close(ends[1]);
  green::unique_fd stream(ends[0]);
  green::reader from(std::move(stream), 1 + size % 100);
  const model expected{{reinterpret_cast<const char*>(data), size}};
  green::run(compare, std::ref(from), expected, fuzz::input(data, size));
  return 0;
}
