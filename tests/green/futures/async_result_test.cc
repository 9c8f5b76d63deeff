// SPDX-License-Identifier: MIT
// async_result, of green/event.h.
#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "green/event.h"
#include "green/green.h"
#include "green/greenlet.h"
#include "green/timeout.h"
#include "tests/support/virtual_time.h"

namespace {

using namespace std::chrono_literals;
using green::async_result;
using green::task;

}  // namespace

TEST_CASE("get waits for the value, and many may get it") {
  tests::run_virtual([]() -> task<> {
    async_result<std::string> r;
    const auto getting = [&]() -> task<std::string> {
      co_return co_await r.get();
    };
    const auto a = green::spawn(getting);
    const auto b = green::spawn(getting);
    co_await green::sleep(1s);
    CHECK_FALSE(r.ready());
    CHECK_FALSE(r.successful());
    CHECK(r.value() == nullptr);
    r.set("hello");
    CHECK(r.ready());
    CHECK(r.successful());
    CHECK(r.exception() == nullptr);
    CHECK(*r.value() == "hello");
    CHECK(co_await a.get() == "hello");
    CHECK(co_await b.get() == "hello");
    CHECK(co_await r.get() == "hello");
    CHECK(r.get_nowait() == "hello");
  });
}

// G6
TEST_CASE("get throws the exception, to everybody the same one") {
  tests::run_virtual([]() -> task<> {
    async_result<int> r;
    const auto getting = [&]() -> task<const void*> {
      try {
        co_await r.get();
      } catch (const std::runtime_error& e) {
        CHECK(std::string(e.what()) == "failed");
        co_return &e;
      }
      co_return nullptr;
    };
    const auto a = green::spawn(getting);
    const auto b = green::spawn(getting);
    const auto c = green::spawn(getting);
    co_await green::sleep();
    r.set_exception(std::runtime_error("failed"));
    CHECK(r.ready());
    CHECK_FALSE(r.successful());
    CHECK(r.value() == nullptr);
    CHECK(r.exception() != nullptr);
    const void* const thrown = co_await a.get();
    CHECK(thrown != nullptr);
    CHECK(co_await b.get() == thrown);
    CHECK(co_await c.get() == thrown);
    CHECK(co_await r.wait());
    CHECK_THROWS_AS(r.get_nowait(), std::runtime_error);
  });
}

TEST_CASE("set_exception takes an exception_ptr, but no empty one") {
  tests::run_virtual([]() -> task<> {
    async_result<> r;
    CHECK_THROWS_AS(r.set_exception(std::exception_ptr()),
                    std::invalid_argument);
    CHECK_FALSE(r.ready());
    const auto error = std::make_exception_ptr(42);
    r.set_exception(error);
    CHECK(r.exception() == error);
    CHECK_THROWS_AS(co_await r.get(), int);
  });
}

TEST_CASE("get throws timed_out at its deadline, wait gives false") {
  tests::run_virtual([]() -> task<> {
    async_result<int> r;
    const auto start = green::core::now();
    CHECK_THROWS_AS(co_await r.get(1s), green::timed_out);
    CHECK(tests::since(start) == 1s);
    CHECK_FALSE(co_await r.wait(1s));
    CHECK(tests::since(start) == 2s);
    CHECK_THROWS_AS(r.get_nowait(), green::timed_out);
    const auto setter = green::spawn_later(1s, [&] { r.set(7); });
    CHECK(co_await r.wait(2s));
    CHECK(co_await r.get(2s) == 7);
    CHECK(tests::since(start) == 3s);
  });
}

TEST_CASE("set again replaces, but who was woken keeps what came first") {
  tests::run_virtual([]() -> task<> {
    async_result<int> r;
    const auto getting = [&]() -> task<int> { co_return co_await r.get(); };
    const auto early = green::spawn(getting);
    co_await green::sleep();
    r.set(1);
    r.set_exception(std::runtime_error("second"));
    CHECK_FALSE(r.successful());
    r.set(3);
    CHECK(co_await early.get() == 1);
    CHECK(co_await r.get() == 3);
    CHECK(r.exception() == nullptr);
  });
}

TEST_CASE("a value that cannot be copied goes to the first get") {
  tests::run_virtual([]() -> task<> {
    async_result<std::unique_ptr<int>> r;
    const auto getting = [&]() -> task<int> {
      const std::unique_ptr<int> p = co_await r.get();
      co_return *p;
    };
    const auto g = green::spawn(getting);
    co_await green::sleep();
    r.set(std::make_unique<int>(5));
    CHECK(co_await g.get() == 5);
    CHECK(co_await r.wait());
    CHECK_THROWS_AS(co_await r.get(), std::logic_error);
    r.set(std::make_unique<int>(6));
    CHECK(*co_await r.get() == 6);
  });
}

TEST_CASE("an async_result of nothing") {
  tests::run_virtual([]() -> task<> {
    async_result<> r;
    const auto setter = green::spawn_later(1s, [&] { r.set(); });
    co_await r.get();
    CHECK(r.successful());
    r.get_nowait();
  });
}

TEST_CASE("a green thread that is killed or timed out while it gets") {
  tests::run_virtual([]() -> task<> {
    async_result<int> r;
    const auto getting = [&]() -> task<int> { co_return co_await r.get(); };
    const auto victim = green::spawn(getting);
    const auto other = green::spawn(getting);
    co_await green::sleep();
    co_await victim.kill();
    CHECK(victim.was_killed());
    const auto get = [&] { return r.get(); };
    CHECK_THROWS_AS(co_await green::with_timeout(1s, get), green::timed_out);
    r.set(8);
    CHECK(co_await other.get() == 8);
  });
}

TEST_CASE("a kill after set does not take the value away") {
  tests::run_virtual([]() -> task<> {
    auto r = std::make_unique<async_result<int>>();
    int got = 0;
    const auto g = green::spawn([&]() -> task<> { got = co_await r->get(); });
    co_await green::sleep();
    r->set(9);
    r.reset();
    co_await g.kill();
    CHECK(got == 9);
  });
}

TEST_CASE("it can be the target of a greenlet's link") {
  tests::run_virtual([]() -> task<> {
    async_result<int> value;
    const auto giving = []() -> task<int> { co_return 4; };
    green::spawn(giving).link(std::ref(value));
    CHECK(co_await value.get() == 4);

    async_result<int> error;
    const auto failing = []() -> task<int> {
      throw std::runtime_error("linked");
      co_return 0;
    };
    green::spawn(failing).link(std::ref(error));
    CHECK_THROWS_AS(co_await error.get(), std::runtime_error);

    async_result<> done;
    const auto killed =
        green::spawn([]() -> task<> { co_await green::sleep(1h); });
    killed.link(std::ref(done));
    killed.kill_nowait();
    CHECK_THROWS_AS(co_await done.get(), green::greenlet_exit);
  });
}

namespace {

// Asks the async_result when it is copied: it must not be locked then.
struct asks {
  explicit asks(async_result<asks>& r) : asked(&r) {}
  asks(const asks& other) : asked(other.asked) { (void)asked->ready(); }
  async_result<asks>* asked;
};

}  // namespace

TEST_CASE("values are copied without any lock") {
  tests::run_virtual([]() -> task<> {
    async_result<asks> r;
    r.set(asks(r));
    (void)co_await r.get();
    (void)r.get_nowait();
  });
}

TEST_CASE("OS threads set, green threads of two hubs get") {
  for (int i = 0; i < 200; ++i) {
    async_result<std::string> r;
    const auto getting = [&r]() -> task<> {
      const std::string got = co_await r.get();
      CHECK((got == "first" || got == "second"));
    };
    std::thread hub([&] { green::run(getting); });
    std::thread a([&] { r.set("first"); });
    std::thread b([&] { r.set("second"); });
    green::run(getting);
    hub.join();
    a.join();
    b.join();
    CHECK(r.successful());
  }
}

TEST_CASE("the one who gets may destroy it at once") {
  green::run([]() -> task<> {
    for (int i = 0; i < 1000; ++i) {
      auto r = std::make_unique<async_result<int>>();
      std::thread setter([at = r.get(), i] { at->set(i); });
      CHECK(co_await r->get() == i);
      r.reset();
      setter.join();
    }
  });
}
