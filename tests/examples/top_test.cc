// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <regex>
#include <string>
#include <thread>

#include "green/debug.h"
#include "green/event.h"
#include "green/green.h"
#include "green/greenlet.h"
#include "tests/support/files.h"
#include "tests/support/program.h"
#include "tests/support/waiting.h"

using namespace std::chrono_literals;
using green::task;

namespace {

const std::string top = "examples/top";

bool contains(const std::string& text, const std::string& pattern) {
  return std::regex_search(text, std::regex(pattern));
}

}  // namespace

TEST_CASE("top shows hubs, waits and the oldest green threads") {
  const tests::temporary_folder folder;
  const std::string path = folder.at("debug");
  green::debug_server server("unix:" + path);
  std::atomic<bool> ready = false;
  green::event end;
  std::thread hub([&] {
    green::run([&]() -> task<> {
      const auto sleep = []() -> task<> { co_await green::sleep(1h); };
      for (int i = 0; i < 20; ++i) green::spawn(sleep).set_name("sleeper");
      co_await tests::others_wait();
      ready = true;
      co_await end.wait();
    });
  });
  while (!ready) std::this_thread::yield();
  const auto shown = tests::run({top, "--once", path});
  end.set();
  hub.join();
  server.stop();
  INFO(shown.out);
  CHECK(shown.status == 0);
  CHECK(contains(shown.out, "^ +THREAD +LIVE +READY"));
  CHECK(contains(shown.out, "\n +[0-9]+ +21 +0 "));
  CHECK(contains(shown.out, "\n +20  sleep\\(# ms left\\) at .*top_test.cc:"));
  CHECK(contains(shown.out, "\n +1  event # at .*top_test.cc:"));
  CHECK(contains(shown.out, "\n +[0-9.]+  sleeper, sleep\\("));
}

TEST_CASE("top says why it shows nothing") {
  CHECK(tests::refuses(tests::run({top}), "usage: top"));
  const auto failed = tests::run({top, "/no/such/socket"});
  CHECK(failed.status == 1);
  CHECK(failed.err.find("/no/such/socket") != std::string::npos);
}
