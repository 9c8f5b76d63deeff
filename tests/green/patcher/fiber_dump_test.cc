// SPDX-License-Identifier: MIT
// A dump shows where fibers wait (green/patcher/fiber.cc).
#include <doctest/doctest.h>
#include <stdio.h>
#include <sys/socket.h>

#include <string>
#include <vector>

#include "green/core/system.h"
#include "green/debug.h"
#include "green/green.h"
#include "green/greenlet.h"
#include "tests/support/dumped.h"
#include "tests/support/hooked.h"
#include "tests/support/sockets.h"
#include "tests/support/waiting.h"

using green::task;
using tests::dumped;
using tests::matches;

namespace {

const auto hooked_recv = tests::hooked("recv", ::recv);

}  // namespace

[[gnu::noinline]] char read_by_library(int fd) {
  char byte = 0;
  CHECK(hooked_recv(fd, &byte, 1, 0) == 1);
  return byte;
}

TEST_CASE("a dump has the native stacks of fibers, which wait on") {
  green::run([]() -> task<> {
    auto [a, b] = tests::stream_pair();
    const int from = a;
    char got = 0;
    const auto call = [&] { got = read_by_library(from); };
    const auto read = [&]() -> task<> { co_await tests::on_fiber(call); };
    const auto reader = green::spawn(read);
    reader.set_name("reader");
    co_await tests::others_wait();
    for (int i = 0; i < 2; ++i) {
      const std::string text = dumped(green::dump_all);
      INFO(text);
      CHECK(matches(text, "\nfibers:\nreader.*:\n(  at .*\n)+"));
      if (!green::core::under_tsan()) {
        CHECK(matches(text, "\n  at .*read_by_library"));
      }
    }
    CHECK(::send(b, "x", 1, 0) == 1);
    co_await reader.join();
    CHECK(got == 'x');
    CHECK_FALSE(matches(dumped(green::dump_all), "\nfibers:\n"));
  });
}

TEST_CASE("a dump on a fiber leaves the others alone") {
  green::run([]() -> task<> {
    auto [a, b] = tests::stream_pair();
    const int from = a;
    const auto read = [from]() -> task<> {
      const auto call = [from] { read_by_library(from); };
      co_await tests::on_fiber(call);
    };
    const auto reader = green::spawn(read);
    co_await tests::others_wait();
    std::string text;
    const auto dump = [&text] { text = dumped(green::dump_all); };
    co_await tests::on_fiber(dump);
    CHECK(matches(text, "green threads:"));
    CHECK_FALSE(matches(text, "\nfibers:\n"));
    CHECK(::send(b, "x", 1, 0) == 1);
    co_await reader.join();
  });
}
