// SPDX-License-Identifier: MIT
#include "green/dumps/process.h"

#include <doctest/doctest.h>
#include <stdio.h>

#include <atomic>
#include <chrono>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "green/core/system.h"
#include "green/debug.h"
#include "green/event.h"
#include "green/green.h"
#include "green/greenlet.h"
#include "green/mutex"
#include "green/sys/socket.h"
#include "green/threadpool.h"
#include "tests/support/dumped.h"
#include "tests/support/sockets.h"
#include "tests/support/standard_error.h"
#include "tests/support/waiting.h"

using namespace std::chrono_literals;
using green::task;
using tests::dumped;
using tests::matches;
using tests::others_wait;

namespace {

// A thread has a hub of its own, which ends with the thread.
template <class F>
void run_on_thread(F f) {
  std::thread([f] { green::run(f); }).join();
}

// A hub on a thread of its own, which runs f until the end of the scope.
class other_hub {
 public:
  template <class F>
  explicit other_hub(F f)
      : thread_([this, f] {
          green::run([&]() -> task<> {
            const auto g = green::spawn(f);
            g.set_name("other");
            co_await others_wait();
            ready_ = true;
            co_await end_.wait();
            co_await g.kill();
          });
        }) {
    while (!ready_) std::this_thread::yield();
  }
  other_hub(const other_hub&) = delete;
  other_hub& operator=(const other_hub&) = delete;
  ~other_hub() {
    end_.set();
    thread_.join();
  }

 private:
  std::atomic<bool> ready_ = false;
  green::event end_;
  std::thread thread_;
};

}  // namespace

TEST_CASE("a dump has the green threads of every hub, from a plain thread") {
  const auto sleep = []() -> task<> { co_await green::sleep(1h); };
  const other_hub first(sleep), second(sleep);
  const std::string text = dumped(green::dump_all);
  INFO(text);
  CHECK(matches(text, "^green: process [0-9]+, 2 hubs, 4 green threads\n"));
  CHECK(matches(text,
                "\nhub 1, OS thread [0-9]+ \\(.*\\):\n"
                "  green threads: 2 live, 0 ready, 2 spawned, 0 "
                "failed\n  turns: "));
  CHECK(matches(text, "\nhub 2, OS thread [0-9]+"));
  // Both hubs' main ones are alike, and what these have spawned is, too.
  CHECK(matches(text,
                "\ngreen threads:\n2 x main \\[[0-9]+ to [0-9]+\\], "
                ".*: event # at .*process_test"));
  CHECK(matches(text,
                "\n  2 x other \\[.* sleep\\([#0-9]+ ms left\\) at "
                ".*process_test.cc:[0-9]+\n"));
  CHECK(matches(text, "\ntimers:\nhub 1: 1 armed, the next in "));
}

TEST_CASE("a dump tells of failures, helpers, requests and rings") {
  const tests::standard_error reported;
  run_on_thread([]() -> task<> {
    const auto deeper = []() -> task<> {
      co_await green::sleep();
      throw std::runtime_error("no such thing");
    };
    const auto fail = [&]() -> task<> { co_await deeper(); };
    const auto failed = green::spawn(fail);
    failed.set_name("failing");
    auto [a, b] = tests::stream_pair();
    const int fd = a;
    const auto receive = [fd]() -> task<> {
      char byte;
      co_await green::recv(fd, &byte, 1, 0);
    };
    const auto reader = green::spawn(receive);
    green::mutex fork, knife;
    const auto eat = [](green::mutex& x, green::mutex& y) -> task<> {
      const auto one = co_await x.scoped_lock();
      co_await others_wait();
      const auto two = co_await y.scoped_lock();
    };
    auto ada = green::spawn(eat, std::ref(fork), std::ref(knife));
    auto bob = green::spawn(eat, std::ref(knife), std::ref(fork));
    ada.set_name("ada");
    bob.set_name("bob");
    green::threadpool helpers(1);
    std::atomic<bool> begun = false, end = false;
    const auto work = [&] {
      begun = true;
      while (!end) std::this_thread::yield();
    };
    const auto apply = [&]() -> task<> { co_await helpers.apply(work); };
    const auto applying = green::spawn(apply);
    while (!begun) co_await green::sleep();
    co_await others_wait();
    co_await others_wait();
    const std::string text = dumped(green::dump_all);
    INFO(text);
    CHECK(matches(text,
                  "\ngreen threads that have failed:\nfailing \\[[0-9]+\\], "
                  "spawned at .*: ended with std::runtime_error: no such "
                  "thing, thrown after the await at .*:[0-9]+, awaited at "
                  ".*:[0-9]+\n"));
    CHECK(matches(text,
                  "\nhelper threads:\nOS thread [0-9]+: threadpool job "
                  "for [0-9.]+ ms\n"));
    CHECK(matches(text,
                  "\nrequests:\n(hub .*\n)*hub [0-9]+: recv, 1 in "
                  "flight, 0 done\n"));
    CHECK(matches(text,
                  "\nrings:\n  deadlock: ada waits for bob, which waits "
                  "for ada\n"));
    CHECK(matches(text, "ada \\[.*mutex 0x[0-9a-f]+, held by bob at "));
    end = true;
    co_await bob.kill();
    co_await reader.kill();
    co_await applying.join();
    co_await ada.join();
    CHECK_THROWS_AS(co_await failed.get(), std::runtime_error);
  });
}

TEST_CASE(
    "of a hub that stands still, the dump tells who runs, and its stack") {
  if (green::core::under_tsan()) return;  // it holds signals back
  std::atomic<bool> held = false, end = false;
  std::thread holder([&] {
    green::run([&]() -> task<> {
      green::detect_blocking(0ns);
      const auto hold = [&]() -> task<> {
        held = true;
        while (!end) std::this_thread::sleep_for(1ms);
        co_return;
      };
      const auto g = green::spawn(hold);
      g.set_name("hog");
      co_await g.join();
    });
  });
  while (!held) std::this_thread::yield();
  const auto all = green::dumps::look_at_process();
  end = true;
  holder.join();
  const std::string text = green::dumps::text_of_blocked(all);
  INFO(text);
  CHECK(matches(text,
                "hub 1, OS thread [0-9]+ \\(.*\\): stands still for "
                "[0-9]+ ms at most\n"
                "  hog, spawned at .*process_test.cc:[0-9]+ runs there\n"
                "  at "));
  CHECK(matches(text, "sleep"));
  CHECK(text == green::dumps::text_of_hubs(all));
  CHECK(matches(green::dumps::json_of_blocked(all),
                "\"blocked\":true,\"running\":[0-9]+"));
}

TEST_CASE("no hub stands still where each answers, and none is known of none") {
  CHECK(matches(dumped(green::dump_all), ", 0 hubs, 0 green threads\n$"));
  const other_hub one([]() -> task<> { co_await green::sleep(1h); });
  CHECK(green::dumps::text_of_blocked(green::dumps::look_at_process()) ==
        "no hub stands still\n");
}

TEST_CASE("hubs that dump at the same time both come to an end") {
  const auto dump_often = []() -> task<> {
    for (int i = 0; i < 5; ++i) {
      CHECK(matches(dumped(green::dump_all), "main"));
      co_await green::sleep();
    }
  };
  std::vector<std::thread> hubs;
  for (int i = 0; i < 3; ++i) {
    hubs.emplace_back([&] { green::run(dump_often); });
  }
  for (std::thread& hub : hubs) hub.join();
}

TEST_CASE("a hundred thousand green threads are folded") {
  run_on_thread([]() -> task<> {
    constexpr int many = 100'000;
    green::event go;
    const auto wait = [&]() -> task<> { co_await go.wait(); };
    for (int i = 0; i < many; ++i) green::spawn(wait);
    co_await others_wait();
    const std::string text = dumped(green::dump_all);
    CHECK(text.size() < 10'000);
    CHECK(
        matches(text, "\n  100000 x greenlet-# \\[.*: event 0x[0-9a-f]+ at "));
    go.set();
    co_await others_wait();
  });
}

TEST_CASE("JSON has the same, and escapes what it must") {
  const other_hub one([]() -> task<> {
    green::getcurrent().set_name("a \"b\" \\ \n");
    co_await green::sleep(1h);
  });
  const std::string text =
      green::dumps::json_of(green::dumps::look_at_process());
  INFO(text);
  CHECK(matches(text,
                "^\\{\"process\":[0-9]+,\"hubs\":\\[\n\\{\"os_thread\":"
                "[0-9]+,\"name\":\".*\",\"blocked\":false,\"live\":2,"));
  CHECK(text.find("\"name\":\"a \\\"b\\\" \\\\ \\u000a\"") !=
        std::string::npos);
  CHECK(matches(text,
                "\"wait\":\"sleep\\(.*\",\"awaits\":\\[\n\".*process_test"
                ".cc:[0-9]+\"\\]"));
}
