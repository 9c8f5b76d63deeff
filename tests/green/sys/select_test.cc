// SPDX-License-Identifier: MIT
#include "green/sys/select.h"

#include <doctest/doctest.h>
#include <fcntl.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "tests/support/answers.h"
#include "tests/support/mirror.h"
#include "tests/support/oracle.h"
#include "tests/support/sockets.h"
#include "tests/support/virtual_time.h"
#include "tests/support/waiting.h"

using namespace std::chrono_literals;
using tests::answer;
using tests::answers;
using tests::descriptor;
using tests::failed;
using tests::task_of;

static_assert(tests::mirrors(green::select, ::select));
static_assert(tests::mirrors(green::pselect, ::pselect));

namespace {

struct original : tests::system_side {
  static constexpr tests::blocking_call select = &::select;
  static constexpr tests::blocking_call pselect = &::pselect;
};

struct mirror : tests::green_side {
  static constexpr auto select = &green::select;
  static constexpr auto pselect = &green::pselect;
};

class set_of {
 public:
  set_of() { FD_ZERO(&set); }
  explicit set_of(const std::vector<int>& fds) : set_of() {
    for (const int fd : fds) FD_SET(fd, &set);
  }
  std::vector<int> all() const {
    std::vector<int> fds;
    for (int fd = 0; fd < FD_SETSIZE; ++fd) {
      if (FD_ISSET(fd, &set)) fds.push_back(fd);
    }
    return fds;
  }
  std::string words() const {
    std::string out;
    for (const int fd : all()) out += " " + std::to_string(fd);
    return out;
  }
  fd_set set;
};

struct states {
  states() {
    REQUIRE(::write(second.b, "x", 1) == 1);
    third.a.reset();
    fourth.b.reset();
    hung_up.b.reset();
    tests::fill(full.a);
    REQUIRE(::send(urgent.b, "!", 1, MSG_OOB) == 1);
    while (!has_urgent()) {
    }
  }
  bool has_urgent() const {
    set_of one({urgent.a});
    timeval none{0, 0};
    return ::select(FD_SETSIZE, nullptr, nullptr, &one.set, &none) == 1;
  }
  std::vector<int> numbers() const {
    return {first.a, first.b,  second.a, second.b,  third.b, fourth.a,
            full.a,  urgent.a, urgent.b, hung_up.a, here};
  }

  tests::two_descriptors first = tests::pipe_descriptors();
  tests::two_descriptors second = tests::pipe_descriptors();
  tests::two_descriptors third = tests::pipe_descriptors();
  tests::two_descriptors fourth = tests::pipe_descriptors();
  tests::two_descriptors full = tests::stream_pair();
  tests::two_descriptors urgent = tests::tcp_pair();
  tests::two_descriptors hung_up = tests::stream_pair();
  descriptor here = descriptor(::open(".", O_RDONLY));
};

template <class S>
task_of<S> select_all(const states& s, answers& out) {
  std::vector<std::vector<int>> groups = {s.numbers(), {}};
  for (const int fd : s.numbers()) groups.push_back({fd});
  for (const auto& group : groups) {
    for (int which = 0; which < 8; ++which) {
      set_of reading(group), writing(group), exceptional(group);
      timeval short_time{0, 1000};
      const int ready = co_await S::select(
          FD_SETSIZE, (which & 1) != 0 ? &reading.set : nullptr,
          (which & 2) != 0 ? &writing.set : nullptr,
          (which & 4) != 0 ? &exceptional.set : nullptr, &short_time);
      out.add("sets " + std::to_string(which) + ":" + reading.words() + "," +
                  writing.words() + "," + exceptional.words() + " ready",
              ready);
    }
  }
}

}  // namespace

TEST_CASE("M6: the original's sets are found") {
  const states s;
  answers by_green, by_original;
  mirror::run(select_all<mirror>, std::cref(s), std::ref(by_green));
  original::run(select_all<original>, std::cref(s), std::ref(by_original));
  CHECK(differences(by_green, by_original) == "");
}

TEST_CASE_TEMPLATE("select waits for what becomes ready", S, original, mirror) {
  S::run([]() -> task_of<S> {
    auto [in, out] = tests::pipe_descriptors();
    auto [in2, out2] = tests::pipe_descriptors();
    const int to = out2;
    typename S::thread writer([to]() -> task_of<S> {
      co_await S::this_thread::yield();
      CHECK(co_await S::write(to, "x", 1) == 1);
    });
    set_of reading({in, in2});
    CHECK(co_await S::select(in2 + 1, &reading.set, nullptr, nullptr,
                             nullptr) == 1);
    CHECK(reading.all() == std::vector<int>{in2});
    co_await writer.join();
    set_of more({in, in2});
    CHECK(co_await S::pselect(in2 + 1, &more.set, nullptr, nullptr, nullptr,
                              nullptr) == 1);
    set_of below({in2});
    timeval none{0, 0};
    CHECK(co_await S::select(0, &below.set, nullptr, nullptr, &none) == 0);
  });
}

TEST_CASE("a timeout is as long as was said") {
  tests::run_virtual([]() -> green::task<> {
    auto [in, out] = tests::pipe_descriptors();
    const auto start = green::core::now();
    timeval length{1, 2'500'000};
    set_of reading({in});
    CHECK(co_await green::select(in + 1, &reading.set, nullptr, nullptr,
                                 &length) == 0);
    CHECK(reading.all().empty());
    CHECK(tests::since(start) == 3500ms);
    CHECK(length.tv_sec == 1);
    const timespec more{2, 5};
    CHECK(co_await green::pselect(0, nullptr, nullptr, nullptr, &more,
                                  nullptr) == 0);
    CHECK(tests::since(start) == 5500ms + 5ns);
    // What has ended is not exceptional: the time passes.
    out.reset();
    set_of exceptional({in});
    CHECK(co_await green::select(in + 1, nullptr, nullptr, &exceptional.set,
                                 &length) == 0);
    CHECK(exceptional.all().empty());
    CHECK(tests::since(start) == 9000ms + 5ns);
    timeval eternal{INT64_MAX, 999'999};
    set_of ended({in});
    CHECK(co_await green::select(in + 1, &ended.set, nullptr, nullptr,
                                 &eternal) == 1);
  });
}

TEST_CASE_TEMPLATE("documented errors", S, original, mirror) {
  S::run([]() -> task_of<S> {
    auto [in, out] = tests::pipe_descriptors();
    REQUIRE(::write(out, "x", 1) == 1);
    descriptor closed(::open(".", O_RDONLY));
    set_of reading({in, closed}), before = reading;
    closed.reset();
    timeval none{0, 0};
    for (timeval* const timeout : {&none, static_cast<timeval*>(nullptr)}) {
      CHECK(answer(co_await S::select(FD_SETSIZE, &reading.set, nullptr,
                                      nullptr, timeout)) ==
            failed(EBADF));  // M8
      CHECK(reading.all() == before.all());
    }
    CHECK(answer(co_await S::select(-1, nullptr, nullptr, nullptr, &none)) ==
          failed(EINVAL));
    for (timeval odd : {timeval{-1, 0}, timeval{0, -1}}) {
      CHECK(answer(co_await S::select(0, nullptr, nullptr, nullptr, &odd)) ==
            failed(EINVAL));
    }
    for (const timespec odd :
         {timespec{-1, 0}, timespec{0, -1}, timespec{0, 1'000'000'000}}) {
      CHECK(answer(co_await S::pselect(0, nullptr, nullptr, nullptr, &odd,
                                       nullptr)) == failed(EINVAL));
    }
  });
}

TEST_CASE("what green does not support is said") {
  green::run([]() -> green::task<> {
    timeval none{0, 0};
    CHECK(answer(co_await green::select(FD_SETSIZE + 1, nullptr, nullptr,
                                        nullptr, &none)) == failed(EINVAL));
  });
}

TEST_CASE("select ends by a kill and by a timeout") {
  const int before = tests::open_descriptors();
  green::run([]() -> green::task<> {
    auto [in, out] = tests::pipe_descriptors();
    const int from = in;
    co_await tests::check_interruptible([from]() -> green::task<> {
      set_of reading({from});
      co_await green::select(from + 1, &reading.set, nullptr, nullptr, nullptr);
    });
  });
  CHECK(tests::open_descriptors() == before);
}

TEST_CASE("M7: a timeout of 0 lets others run") {
  green::run([]() -> green::task<> {
    bool over = false;
    int turns = 0;
    const auto ticks = [&over, &turns]() -> green::task<> {
      while (!over) {
        ++turns;
        co_await green::sleep();
      }
    };
    const auto ticker = green::spawn(ticks);
    timeval none{0, 0};
    for (int i = 0; i < 1000; ++i) {
      co_await green::select(0, nullptr, nullptr, nullptr, &none);
    }
    over = true;
    co_await ticker.join();
    CHECK(turns >= 999);
  });
}
