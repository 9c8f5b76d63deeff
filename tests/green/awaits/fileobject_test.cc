// SPDX-License-Identifier: MIT
// Of readers and writers, over a transport that is ready at once.
#include <doctest/doctest.h>

#include <cstddef>
#include <string_view>

#include "green/fileobject.h"
#include "tests/support/awaits.h"

using tests::fair;

namespace {

struct ready_transport final : green::transport {
  green::task<std::size_t> read(char* into, std::size_t) override {
    *into = '\n';
    co_return 1;
  }
  green::task<std::size_t> write(std::string_view bytes) override {
    co_return bytes.size();
  }
};

}  // namespace

TEST_CASE("a reader and a writer") {
  ready_transport wire;
  green::reader in(wire);
  green::writer out(wire, 2);
  fair("fileobject.h read_line", [&] { return in.read_line(1); });
  fair("fileobject.h read_until", [&] { return in.read_until("\n", 1); });
  fair("fileobject.h read_exactly", [&] { return in.read_exactly(1); });
  fair("fileobject.h read", [&] { return in.read(1); });
  fair("fileobject.h read_some", [&] { return in.read_some(1); });
  fair("fileobject.h peek", [&] { return in.peek(1); });
  fair("fileobject.h write", [&] { return out.write("x"); });
  fair("fileobject.h flush", [&] { return out.flush(); });
}
