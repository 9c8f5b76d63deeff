// SPDX-License-Identifier: MIT
//
// A transport that does as it is told, for tests of readers and writers:
//
//   tests::scripted_transport wire({"one\ntw", "o\n"});
//   green::reader in(wire);
//   CHECK(co_await in.read_line(10) == "one");
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <deque>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include "green/fileobject.h"
#include "green/greenlet.h"

namespace tests {

struct scripted_transport final : green::transport {
  scripted_transport() = default;
  /// Each part comes by a read of its own; then the end of file.
  explicit scripted_transport(std::deque<std::string> all)
      : parts(std::move(all)) {}
  /// The text in parts of this size.
  scripted_transport(const std::string& text, std::size_t size) {
    for (std::size_t at = 0; at < text.size(); at += size) {
      parts.push_back(text.substr(at, size));
    }
  }

  green::task<std::size_t> read(char* into, std::size_t length) override {
    places.push_back(into);
    co_await step();
    if (parts.empty()) co_return 0;
    const std::size_t given = parts.front().copy(into, length);
    parts.front().erase(0, given);
    if (parts.front().empty()) parts.pop_front();
    co_return given;
  }
  green::task<std::size_t> write(std::string_view bytes) override {
    places.push_back(bytes.data());
    co_await step();
    const std::string_view now = bytes.substr(0, most);
    written += now;
    co_return now.size();
  }

  green::task<> step() {
    if (places.size() <= quick) co_return;
    if (pause.count() != 0) co_await green::sleep(pause);
    if (error != 0) throw std::system_error(error, std::generic_category());
  }

  std::deque<std::string> parts;    // to be read
  std::string written;              // by all writes
  std::size_t most = 1 << 30;       // bytes that one write takes
  std::size_t quick = 0;            // calls that go well at once
  std::chrono::seconds pause{0};    // before each later one is done
  int error = 0;                    // of each later one
  std::vector<const char*> places;  // the memory of each call
};

}  // namespace tests
