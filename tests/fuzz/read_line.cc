// SPDX-License-Identifier: MIT
// The lines and pieces that subprocess::reader makes of a child's output.
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <optional>

#include "green/green.h"
#include "green/subprocess/streams.h"
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
  std::optional<std::string> line() {
    if (rest.empty()) return std::nullopt;
    const std::size_t end = rest.find('\n');
    std::string text = take(end == rest.npos ? end : end + 1);
    if (end != rest.npos) text.pop_back();
    return text;
  }
};

// What to read next is said by the input's own bytes.
green::task<> compare(green::subprocess::reader& from, model expected,
                      fuzz::input how) {
  for (;;) {
    const bool over = expected.rest.empty();
    const unsigned choice = how.number();
    const std::size_t length = 1 + choice / 3;
    if (choice % 3 == 0) {
      const auto line = co_await from.read_line();
      fuzz::require(line == expected.line(), "the line");
    } else if (choice % 3 == 1) {
      const std::string part = co_await from.read(length);
      fuzz::require(part == expected.take(length), "so many bytes");
    } else {
      const std::string some = co_await from.read_some(length);
      fuzz::require(some == expected.take(some.size()), "some bytes");
      fuzz::require(some.size() <= length && some.empty() == over, "a byte");
    }
    if (over) co_return;
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
  green::subprocess::reader from{green::unique_fd(ends[0])};
  const model expected{{reinterpret_cast<const char*>(data), size}};
  green::run(compare, std::ref(from), expected, fuzz::input(data, size));
  return 0;
}
