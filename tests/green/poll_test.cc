// SPDX-License-Identifier: MIT
#include "green/poll.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/resource.h>

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "tests/support/answers.h"
#include "tests/support/files.h"
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

static_assert(tests::mirrors(green::poll, ::poll));
static_assert(tests::mirrors(green::ppoll, ::ppoll));

namespace {

struct original : tests::system_side {
  static constexpr tests::blocking_call poll = &::poll;
  static constexpr tests::blocking_call ppoll = &::ppoll;
};

struct mirror : tests::green_side {
  static constexpr auto poll = &green::poll;
  static constexpr auto ppoll = &green::ppoll;
};

constexpr short all_events =
    POLLIN | POLLOUT | POLLPRI | POLLRDHUP | POLLRDNORM | POLLWRNORM;

// Descriptors in many states, and numbers that are none.
struct states {
  states() {
    ::close(nonsense.release());
    b.reset();
    REQUIRE(::write(out2, "x", 1) == 1);
    in3.reset();
    out4.reset();
    tests::fill(full);
  }
  std::vector<int> numbers() const {
    return {in,       out,  a,    in2, out2, out3,   in4,      full,
            listener, file, here, -1,  -100, number, 1'000'000};
  }

  tests::two_descriptors first = tests::pipe_descriptors();
  tests::two_descriptors second = tests::pipe_descriptors();
  tests::two_descriptors third = tests::pipe_descriptors();
  tests::two_descriptors fourth = tests::pipe_descriptors();
  tests::two_descriptors sockets = tests::stream_pair();
  tests::two_descriptors filled = tests::stream_pair();
  descriptor &in = first.a, &out = first.b;
  descriptor &in2 = second.a, &out2 = second.b;
  descriptor &in3 = third.a, &out3 = third.b;
  descriptor &in4 = fourth.a, &out4 = fourth.b;
  descriptor &a = sockets.a, &b = sockets.b;
  descriptor& full = filled.a;
  descriptor listener = tests::tcp_listener();
  descriptor file = descriptor(::open("/proc/self/exe", O_RDONLY));
  descriptor here = descriptor(::open(".", O_RDONLY));
  descriptor nonsense = descriptor(::open(".", O_RDONLY));
  int number = nonsense;
};

// One by one, and all at once.
template <class S>
task_of<S> poll_all(const states& s, answers& out) {
  std::vector<pollfd> all;
  for (const int fd : s.numbers()) {
    for (const int events : {0, POLLIN, POLLOUT, POLLPRI, int{all_events}}) {
      pollfd one{fd, static_cast<short>(events), 77};
      const std::string call = "fd " + std::to_string(fd) + " events " +
                               std::to_string(events) + " revents ";
      const int ready = co_await S::poll(&one, 1, 0);
      out.add(call + std::to_string(one.revents), ready);
      all.push_back({fd, static_cast<short>(events), 77});
    }
  }
  out.add("all", co_await S::poll(all.data(), all.size(), 1000));
  for (const pollfd& one : all) out.add("all", one.revents);
}

}  // namespace

TEST_CASE("what the original finds is found") {
  const states s;
  answers by_green, by_original;
  mirror::run(poll_all<mirror>, std::cref(s), std::ref(by_green));
  original::run(poll_all<original>, std::cref(s), std::ref(by_original));
  CHECK(differences(by_green, by_original) == "");
}

TEST_CASE_TEMPLATE("M10: ten that are ready are all reported", S, original,
                   mirror) {
  S::run([]() -> task_of<S> {
    std::vector<tests::two_descriptors> pairs;
    std::vector<pollfd> fds;
    for (int i = 0; i < 10; ++i) {
      pairs.push_back(tests::stream_pair());
      fds.push_back({pairs.back().a, POLLIN, 0});
    }
    CHECK(co_await S::poll(fds.data(), 10, 0) == 0);
    for (const auto& pair : pairs) REQUIRE(::write(pair.b, "x", 1) == 1);
    CHECK(co_await S::poll(fds.data(), 10, -1) == 10);
    for (const pollfd& fd : fds) CHECK(fd.revents == POLLIN);
  });
}

TEST_CASE_TEMPLATE("M6: poll waits for what becomes ready, or the timeout", S,
                   original, mirror) {
  S::run([]() -> task_of<S> {
    auto [in, out] = tests::pipe_descriptors();
    auto [in2, out2] = tests::pipe_descriptors();
    const int to = out2;
    typename S::thread writer([to]() -> task_of<S> {
      co_await S::this_thread::yield();
      CHECK(co_await S::write(to, "x", 1) == 1);
    });
    pollfd fds[] = {{in, POLLIN, 0}, {-1, POLLIN, 9}, {in2, POLLIN, 0}};
    CHECK(co_await S::poll(fds, 3, -1) == 1);
    CHECK(fds[0].revents == 0);
    CHECK(fds[1].revents == 0);
    CHECK(fds[2].revents == POLLIN);
    co_await writer.join();
    CHECK(co_await S::poll(fds, 2, 1) == 0);
    CHECK(co_await S::poll(nullptr, 0, 1) == 0);
  });
}

TEST_CASE("a timeout is as long as was said") {
  tests::run_virtual([]() -> green::task<> {
    auto [in, out] = tests::pipe_descriptors();
    pollfd fds[] = {{in, POLLIN, 0}};
    const auto start = green::core::now();
    CHECK(co_await green::poll(fds, 1, 1500) == 0);
    CHECK(tests::since(start) == 1500ms);
    const timespec length{2, 5};
    CHECK(co_await green::ppoll(fds, 1, &length, nullptr) == 0);
    CHECK(tests::since(start) == 3500ms + 5ns);
    CHECK(co_await green::poll(fds, 1, 0) == 0);
    CHECK(tests::since(start) == 3500ms + 5ns);
    const timespec eternal{INT64_MAX, 999'999'999};
    CHECK(::write(out, "x", 1) == 1);
    CHECK(co_await green::ppoll(fds, 1, &eternal, nullptr) == 1);
  });
}

TEST_CASE_TEMPLATE("documented errors", S, original, mirror) {
  S::run([]() -> task_of<S> {
    rlimit most;
    REQUIRE(::getrlimit(RLIMIT_NOFILE, &most) == 0);
    std::vector<pollfd> many(most.rlim_cur + 1, pollfd{-1, POLLIN, 0});
    CHECK(answer(co_await S::poll(many.data(), many.size(), 0)) ==
          failed(EINVAL));
    pollfd* const nowhere = tests::nowhere<pollfd>();
    CHECK(answer(co_await S::poll(nowhere, 1, 0)) == failed(EFAULT));
    for (const timespec bad :
         {timespec{-1, 0}, timespec{0, -1}, timespec{0, 1'000'000'000}}) {
      CHECK(answer(co_await S::ppoll(nullptr, 0, &bad, nullptr)) ==
            failed(EINVAL));
    }
    const timespec none{0, 0};
    CHECK(co_await S::ppoll(nullptr, 0, &none, nullptr) == 0);
  });
}

TEST_CASE("a file that is never ready is waited for in vain") {
  tests::run_virtual([]() -> green::task<> {
    const tests::temporary_folder folder;
    const descriptor file(::open(folder.file("a").c_str(), O_RDWR));
    auto [in, out] = tests::pipe_descriptors();
    for (const int events : {0, int{POLLPRI}}) {
      pollfd fds[] = {{file, static_cast<short>(events), 0}, {in, POLLIN, 0}};
      const auto start = green::core::now();
      CHECK(co_await green::poll(fds, 1, 1000) == 0);
      CHECK(co_await green::poll(fds, 2, 1000) == 0);
      CHECK(tests::since(start) == 2s);
    }
  });
}

TEST_CASE("poll ends by a kill and by a timeout") {
  const int before = tests::open_descriptors();
  green::run([]() -> green::task<> {
    auto [in, out] = tests::pipe_descriptors();
    const int from = in;
    co_await tests::check_interruptible([from]() -> green::task<> {
      pollfd fds[] = {{from, POLLIN, 0}, {from, POLLPRI, 0}};
      co_await green::poll(fds, 2, -1);
    });
    co_await tests::check_interruptible(
        []() -> green::task<> { co_await green::poll(nullptr, 0, 1'000'000); });
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
    for (int i = 0; i < 1000; ++i) co_await green::poll(nullptr, 0, 0);
    over = true;
    co_await ticker.join();
    CHECK(turns >= 999);
  });
}

TEST_CASE("two that poll one descriptor both see it") {
  green::run([]() -> green::task<> {
    auto [in, out] = tests::pipe_descriptors();
    const int from = in;
    const auto polls = [from]() -> green::task<> {
      pollfd one{from, POLLIN, 0};
      CHECK(co_await green::poll(&one, 1, -1) == 1);
    };
    const auto first = co_await tests::started(polls);
    const auto second = co_await tests::started(polls);
    CHECK(co_await green::write(out, "x", 1) == 1);
    co_await first.join();
    co_await second.join();
  });
}

TEST_CASE("close ends poll, and closes at once") {
  green::run([]() -> green::task<> {
    for (const std::size_t count : {std::size_t{1}, std::size_t{3000}}) {
      auto [a, b] = tests::stream_pair();
      auto [in, out] = tests::pipe_descriptors();
      std::vector<pollfd> fds(count, pollfd{a, POLLIN, 0});
      fds.push_back({in, POLLIN, 0});
      const auto polls = [&fds]() -> green::task<> {
        std::vector<pollfd> mine = fds;
        CHECK(co_await green::poll(mine.data(), mine.size(), -1) ==
              static_cast<int>(mine.size()) - 1);
        CHECK(mine[0].revents == POLLNVAL);
        CHECK(mine.back().revents == 0);
      };
      const auto first = co_await tests::started(polls);
      const auto second = co_await tests::started(polls);
      const int number = a.release();
      CHECK(co_await green::close(number) == 0);
      char byte;
      CHECK(::recv(b, &byte, 1, MSG_DONTWAIT) == 0);
      co_await first.join();
      co_await second.join();
    }
  });
}

TEST_CASE("thousands of descriptors") {
  green::run([]() -> green::task<> {
    auto [in, out] = tests::pipe_descriptors();
    std::vector<pollfd> fds(5000, pollfd{in, POLLIN, 0});
    const int to = out;
    const auto writes = [to]() -> green::task<> {
      CHECK(co_await green::write(to, "x", 1) == 1);
    };
    const auto writer = green::spawn(writes);
    CHECK(co_await green::poll(fds.data(), fds.size(), -1) == 5000);
    co_await writer.join();
  });
}
