// SPDX-License-Identifier: MIT
#include "green/sys/epoll.h"

#include <doctest/doctest.h>

#include <set>
#include <vector>

#include "tests/support/answers.h"
#include "tests/support/mirror.h"
#include "tests/support/oracle.h"
#include "tests/support/sockets.h"
#include "tests/support/virtual_time.h"
#include "tests/support/waiting.h"

using namespace std::chrono_literals;
using tests::answer;
using tests::descriptor;
using tests::failed;
using tests::task_of;

static_assert(tests::mirrors(green::epoll_wait, ::epoll_wait));
static_assert(tests::mirrors(green::epoll_pwait, ::epoll_pwait));
static_assert(tests::mirrors(green::epoll_pwait2, ::epoll_pwait2));

namespace {

struct original : tests::system_side {
  static constexpr tests::blocking_call epoll_wait = &::epoll_wait;
  static constexpr tests::blocking_call epoll_pwait = &::epoll_pwait;
};

struct mirror : tests::green_side {
  static constexpr auto epoll_wait = &green::epoll_wait;
  static constexpr auto epoll_pwait = &green::epoll_pwait;
};

descriptor new_epoll() { return descriptor(green::epoll_create1(0)); }

void watch(int epoll, int fd, unsigned events) {
  green::epoll_event wanted{};
  wanted.events = events;
  wanted.data.fd = fd;
  REQUIRE(green::epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &wanted) == 0);
}

}  // namespace

TEST_CASE_TEMPLATE("M10: ten that are ready are all reported", S, original,
                   mirror) {
  S::run([]() -> task_of<S> {
    const descriptor epoll = new_epoll();
    std::vector<tests::two_descriptors> pairs;
    std::set<int> wanted, found;
    for (int i = 0; i < 10; ++i) {
      pairs.push_back(tests::stream_pair());
      watch(epoll, pairs.back().a, EPOLLIN);
      wanted.insert(pairs.back().a);
    }
    epoll_event events[20];
    CHECK(co_await S::epoll_wait(epoll, events, 20, 0) == 0);
    for (const auto& pair : pairs) REQUIRE(::write(pair.b, "x", 1) == 1);
    CHECK(co_await S::epoll_wait(epoll, events, 20, -1) == 10);
    for (int i = 0; i < 10; ++i) found.insert(int{events[i].data.fd});
    CHECK(found == wanted);
    CHECK(co_await S::epoll_pwait(epoll, events, 4, -1, nullptr) == 4);
  });
}

TEST_CASE_TEMPLATE("edges, single shots and the end", S, original, mirror) {
  S::run([]() -> task_of<S> {
    const descriptor epoll = new_epoll();
    auto [in, out] = tests::pipe_descriptors();
    auto [in2, out2] = tests::pipe_descriptors();
    watch(epoll, in, EPOLLIN | EPOLLET);
    watch(epoll, in2, EPOLLIN | EPOLLONESHOT);
    epoll_event events[4];
    REQUIRE(::write(out, "x", 1) == 1);
    CHECK(co_await S::epoll_wait(epoll, events, 4, -1) == 1);
    CHECK(co_await S::epoll_wait(epoll, events, 4, 1) == 0);
    REQUIRE(::write(out2, "x", 1) == 1);
    CHECK(co_await S::epoll_wait(epoll, events, 4, -1) == 1);
    REQUIRE(::write(out2, "x", 1) == 1);
    CHECK(co_await S::epoll_wait(epoll, events, 4, 1) == 0);
    out.reset();
    CHECK(co_await S::epoll_wait(epoll, events, 4, -1) == 1);
    CHECK(unsigned{events[0].events} == (EPOLLIN | EPOLLHUP));
    CHECK(int{events[0].data.fd} == in);
  });
}

TEST_CASE_TEMPLATE("epoll in epoll", S, original, mirror) {
  S::run([]() -> task_of<S> {
    const descriptor outer = new_epoll(), inner = new_epoll();
    auto [in, out] = tests::pipe_descriptors();
    watch(inner, in, EPOLLIN);
    watch(outer, inner, EPOLLIN);
    const int to = out;
    typename S::thread writer([to]() -> task_of<S> {
      co_await S::this_thread::yield();
      CHECK(co_await S::write(to, "x", 1) == 1);
    });
    epoll_event event;
    CHECK(co_await S::epoll_wait(outer, &event, 1, -1) == 1);
    CHECK(int{event.data.fd} == inner);
    CHECK(co_await S::epoll_wait(inner, &event, 1, -1) == 1);
    CHECK(int{event.data.fd} == in);
    co_await writer.join();
  });
}

TEST_CASE_TEMPLATE("what is added while it waits is seen", S, original,
                   mirror) {
  S::run([]() -> task_of<S> {
    const descriptor epoll = new_epoll();
    auto [in, out] = tests::pipe_descriptors();
    REQUIRE(::write(out, "x", 1) == 1);
    const int at = epoll;
    int found = -1;
    typename S::thread waiter([at, &found]() -> task_of<S> {
      epoll_event event;
      CHECK(co_await S::epoll_wait(at, &event, 1, -1) == 1);
      found = event.data.fd;
    });
    co_await S::this_thread::yield();
    watch(epoll, in, EPOLLIN);
    co_await waiter.join();
    CHECK(found == in);
  });
}

TEST_CASE_TEMPLATE("documented errors", S, original, mirror) {
  S::run([]() -> task_of<S> {
    const descriptor epoll = new_epoll();
    auto [in, out] = tests::pipe_descriptors();
    watch(epoll, out, EPOLLOUT);
    epoll_event event;
    epoll_event* const nowhere = tests::nowhere<epoll_event>();
    CHECK(answer(co_await S::epoll_wait(-1, &event, 1, 0)) == failed(EBADF));
    CHECK(answer(co_await S::epoll_wait(in, &event, 1, 0)) == failed(EINVAL));
    CHECK(answer(co_await S::epoll_wait(epoll, &event, 0, 0)) ==
          failed(EINVAL));
    CHECK(answer(co_await S::epoll_wait(epoll, &event, -1, 0)) ==
          failed(EINVAL));
    CHECK(answer(co_await S::epoll_wait(epoll, nowhere, 1, -1)) ==
          failed(EFAULT));
  });
}

TEST_CASE("a timeout is as long as was said") {
  tests::run_virtual([]() -> green::task<> {
    const descriptor epoll = new_epoll();
    const auto start = green::core::now();
    epoll_event event;
    CHECK(co_await green::epoll_wait(epoll, &event, 1, 1500) == 0);
    CHECK(co_await green::epoll_wait(epoll, &event, 1, 0) == 0);
    CHECK(tests::since(start) == 1500ms);
  });
}

TEST_CASE("epoll_wait ends by a kill and by a timeout, and no event is lost") {
  const int before = tests::open_descriptors();
  green::run([]() -> green::task<> {
    const descriptor epoll = new_epoll();
    auto [in, out] = tests::pipe_descriptors();
    watch(epoll, in, EPOLLIN | EPOLLET);
    const int at = epoll;
    co_await tests::check_interruptible([at]() -> green::task<> {
      epoll_event event;
      co_await green::epoll_wait(at, &event, 1, -1);
    });
    REQUIRE(::write(out, "x", 1) == 1);
    epoll_event event;
    CHECK(co_await green::epoll_wait(at, &event, 1, -1) == 1);
  });
  CHECK(tests::open_descriptors() == before);
}

TEST_CASE("close ends epoll_wait with EBADF") {
  green::run([]() -> green::task<> {
    descriptor epoll = new_epoll();
    const int at = epoll;
    answer result = 0;
    const auto waits = [at, &result]() -> green::task<> {
      epoll_event event;
      result = co_await green::epoll_wait(at, &event, 1, -1);
    };
    const auto waiter = co_await tests::started(waits);
    CHECK(co_await green::close(epoll.release()) == 0);
    co_await waiter.join();
    CHECK(result == failed(EBADF));
  });
}

TEST_CASE_TEMPLATE("two that wait share the edges", S, original, mirror) {
  S::run([]() -> task_of<S> {
    const descriptor epoll = new_epoll();
    auto [a, b] = tests::pipe_descriptors();
    auto [c, d] = tests::pipe_descriptors();
    watch(epoll, a, EPOLLIN | EPOLLET);
    watch(epoll, c, EPOLLIN | EPOLLET);
    const int at = epoll;
    int found[2] = {-1, -1};
    const auto waits = [at](int* into) -> task_of<S> {
      epoll_event event;
      CHECK(co_await S::epoll_wait(at, &event, 1, -1) == 1);
      *into = event.data.fd;
    };
    typename S::thread first(waits, &found[0]), second(waits, &found[1]);
    co_await S::this_thread::yield();
    CHECK(co_await S::write(b, "x", 1) == 1);
    CHECK(co_await S::write(d, "x", 1) == 1);
    co_await first.join();
    co_await second.join();
    CHECK(std::set<int>{found[0], found[1]} == std::set<int>{a, c});
  });
}

TEST_CASE("M7: a timeout of 0 lets others run") {
  green::run([]() -> green::task<> {
    const descriptor epoll = new_epoll();
    bool over = false;
    int turns = 0;
    const auto ticks = [&over, &turns]() -> green::task<> {
      while (!over) {
        ++turns;
        co_await green::sleep();
      }
    };
    const auto ticker = green::spawn(ticks);
    epoll_event event;
    for (int i = 0; i < 1000; ++i) {
      co_await green::epoll_wait(epoll, &event, 1, 0);
    }
    over = true;
    co_await ticker.join();
    CHECK(turns >= 999);
  });
}
