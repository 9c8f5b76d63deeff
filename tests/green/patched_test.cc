// SPDX-License-Identifier: MIT
// greenify: allow-file(dropped) some calls throw at once
#include "green/patched.h"

#include <execinfo.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cfenv>
#include <exception>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "green/greenlet.h"
#include "green/timeout.h"
#include "tests/support/hooked.h"
#include "tests/support/sockets.h"
#include "tests/support/standard_error.h"
#include "tests/support/virtual_time.h"
#include "tests/support/waiting.h"

using namespace std::chrono_literals;
using tests::hooked;
using tests::on_fiber;

namespace {

namespace c {
const auto recv = hooked("recv", ::recv);
const auto send = hooked("send", ::send);
const auto nanosleep = hooked("nanosleep", ::nanosleep);
}  // namespace c

int sleep_for(std::chrono::nanoseconds time) {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(time);
  const timespec length{seconds.count(), (time - seconds).count()};
  return c::nanosleep(&length, nullptr);
}

std::string message(const std::logic_error& error) { return error.what(); }

template <class Error, class F>
std::string error_of(F f) {
  try {
    f();
  } catch (const Error& error) {
    return message(error);
  }
  return "nothing was thrown";
}

}  // namespace

TEST_CASE("patched gives what the function gives") {
  green::run([]() -> green::task<> {
    CHECK(co_await on_fiber([] { return 42; }) == 42);

    bool ran = false;
    co_await on_fiber([&] { ran = true; });
    CHECK(ran);

    int number = 1;
    int& same = co_await on_fiber([&]() -> int& { return number; });
    CHECK(&same == &number);

    auto make = [owned = std::make_unique<int>(7)]() mutable {
      return std::move(owned);
    };
    const std::unique_ptr<int> moved = co_await on_fiber(std::move(make));
    CHECK(*moved == 7);

    const int& fixed =
        co_await on_fiber([&]() -> const int& { return number; });
    CHECK(&fixed == &number);
  });
}

TEST_CASE("patched throws what the function throws") {
  green::run([]() -> green::task<> {
    std::string caught;
    try {
      co_await on_fiber([]() -> int { throw std::runtime_error("mine"); });
    } catch (const std::runtime_error& error) {
      caught = error.what();
    }
    CHECK(caught == "mine");
  });
}

TEST_CASE("the hub goes on while a fiber waits") {
  tests::run_virtual([]() -> green::task<> {
    const auto start = green::core::now();
    std::vector<green::greenlet<>> all;
    std::vector<int> order;
    for (int i = 0; i < 50; ++i) {
      all.push_back(green::spawn([i, &order]() -> green::task<> {
        co_await on_fiber([i, &order] {
          for (int round = 0; round < 20; ++round) sleep_for(1s);
          sleep_for((50 - i) * 1ms);
          order.push_back(i);
        });
      }));
    }
    for (const auto& each : all) co_await each.join();
    CHECK(tests::since(start) == 20s + 50ms);
    for (int i = 0; i < 50; ++i) {
      CHECK(order[static_cast<std::size_t>(i)] == 49 - i);
    }
  });
}

TEST_CASE("a fiber waits for another by a socket") {
  green::run([]() -> green::task<> {
    const auto ends = tests::stream_pair();
    const int a = ends.a, b = ends.b;
    auto echo = green::spawn([b]() -> green::task<> {
      co_await on_fiber([b] {
        char data[16];
        for (ssize_t n; (n = c::recv(b, data, sizeof data, 0)) > 0;) {
          CHECK(c::send(b, data, static_cast<size_t>(n), 0) == n);
        }
      });
    });
    const int rounds = co_await on_fiber([a] {
      for (int i = 0; i < 1000; ++i) {
        int answer = -1;
        if (c::send(a, &i, sizeof i, 0) != sizeof i) return i;
        if (c::recv(a, &answer, sizeof answer, MSG_WAITALL) != sizeof answer) {
          return i;
        }
        if (answer != i) return i;
      }
      ::shutdown(a, SHUT_WR);
      return 1000;
    });
    CHECK(rounds == 1000);
    co_await echo.join();
  });
}

TEST_CASE("each fiber rethrows its own exception") {
  tests::run_virtual([]() -> green::task<> {
    std::vector<green::greenlet<>> all;
    for (int i = 0; i < 5; ++i) {
      all.push_back(green::spawn([i]() -> green::task<> {
        co_await on_fiber([i] {
          CHECK(std::uncaught_exceptions() == 0);
          try {
            try {
              throw i;
            } catch (...) {
              sleep_for((10 - i) * 1ms);
              throw;
            }
          } catch (const int thrown) {
            CHECK(thrown == i);
            sleep_for(5ms);
          }
          CHECK(std::current_exception() == nullptr);
        });
      }));
    }
    for (const auto& each : all) co_await each.join();
  });
}

TEST_CASE("uncaught exceptions are counted by the fiber") {
  tests::run_virtual([]() -> green::task<> {
    struct sleeper {
      ~sleeper() {
        CHECK(std::uncaught_exceptions() == 1);
        sleep_for(1s);
        CHECK(std::uncaught_exceptions() == 1);
      }
    };
    auto unwinding = green::spawn([]() -> green::task<> {
      co_await on_fiber([] {
        try {
          const sleeper late;
          throw 1;
        } catch (int) {
        }
      });
    });
    co_await tests::others_wait();
    CHECK(std::uncaught_exceptions() == 0);
    co_await on_fiber([] { CHECK(std::uncaught_exceptions() == 0); });
    co_await unwinding.join();
  });
}

TEST_CASE("each fiber has its own errno") {
  tests::run_virtual([]() -> green::task<> {
    std::vector<green::greenlet<>> all;
    for (int i = 1; i < 6; ++i) {
      all.push_back(green::spawn([i]() -> green::task<> {
        co_await on_fiber([i] {
          errno = i;
          sleep_for((10 - i) * 1ms);
          CHECK(errno == i);  // a call that succeeds leaves it
          char byte;
          CHECK(c::recv(-1, &byte, 1, 0) == -1);
          CHECK(errno == EBADF);
        });
      }));
    }
    for (const auto& each : all) co_await each.join();
  });
}

TEST_CASE("floating point is rounded as the fiber says") {
  tests::run_virtual([]() -> green::task<> {
    auto up = green::spawn([]() -> green::task<> {
      co_await on_fiber([] {
        CHECK(std::fegetround() == FE_TONEAREST);
        std::fesetround(FE_UPWARD);
        sleep_for(2ms);
        CHECK(std::fegetround() == FE_UPWARD);
        std::fesetround(FE_TONEAREST);
      });
    });
    co_await tests::others_wait();
    CHECK(std::fegetround() == FE_TONEAREST);
    co_await up.join();
  });
}

namespace {

// More numbers than there are registers that a call keeps, of either kind.
int mixed(int seed) {
  volatile double start = seed;
  std::array<double, 12> real;
  std::array<long, 12> whole;
  for (std::size_t i = 0; i < real.size(); ++i) {
    real[i] = start * static_cast<double>(i);
    whole[i] = static_cast<long>(start) + static_cast<long>(i);
  }
  for (int round = 0; round < 3; ++round) {
    sleep_for(1ms);
    for (double& r : real) r += start;
    for (long& w : whole) w *= 3;
  }
  double sum = 0;
  for (double r : real) sum += r;
  for (long w : whole) sum += static_cast<double>(w);
  return static_cast<int>(sum);
}

}  // namespace

TEST_CASE("what a fiber has in registers is its own") {
  tests::run_virtual([]() -> green::task<> {
    std::vector<green::greenlet<>> all;
    for (int i = 1; i <= 5; ++i) {
      all.push_back(green::spawn([i]() -> green::task<> {
        const int sum = co_await on_fiber([i] { return mixed(i); });
        CHECK(sum == 66 * i + 36 * i + 27 * (12 * i + 66));
      }));
    }
    for (const auto& each : all) co_await each.join();
  });
}

TEST_CASE("a backtrace ends where the fiber begins") {
  tests::run_virtual([]() -> green::task<> {
    int frames = 0;
    co_await on_fiber([&frames] {
      sleep_for(1s);
      std::array<void*, 100> found;
      frames = ::backtrace(found.data(), static_cast<int>(found.size()));
    });
    CHECK(frames > 1);
    CHECK(frames < 50);
  });
}

TEST_CASE("patched says where it cannot be called") {
  const auto nothing = [] {};
  CHECK(error_of<std::logic_error>([&] { (void)green::patched(nothing); }) ==
        "green::patched: no module is patched: call "
        "green::patcher::monkey_patch() or import_patched() first");
  CHECK(error_of<std::logic_error>([&] { (void)on_fiber(nothing); }) ==
        "green::patched: no hub runs on this thread: await it in a function "
        "that green::run or spawn runs");
  green::run([&]() -> green::task<> {
    const std::string inside = co_await on_fiber([&] {
      return error_of<std::logic_error>([&] { (void)on_fiber(nothing); });
    });
    CHECK(inside.find("a hub cannot run inside green::patched()") !=
          std::string::npos);
    const std::string hub = co_await on_fiber(
        [] { return error_of<std::logic_error>([] { green::run([] {}); }); });
    CHECK(hub.find("a hub cannot run inside green::patched()") !=
          std::string::npos);
  });
}

TEST_CASE("in_patched is true in the function alone") {
  CHECK_FALSE(green::in_patched());
  tests::run_virtual([]() -> green::task<> {
    CHECK_FALSE(green::in_patched());
    auto inside = green::spawn([]() -> green::task<> {
      co_await on_fiber([] {
        CHECK(green::in_patched());
        sleep_for(1s);
        CHECK(green::in_patched());
      });
    });
    co_await tests::others_wait();
    CHECK_FALSE(green::in_patched());
    co_await inside.join();
    CHECK_FALSE(green::in_patched());
  });
}

namespace {

// Uses the whole of what it is given.
std::size_t fill_stack(std::size_t bytes) {
  constexpr std::size_t frame = 1024;
  std::array<volatile char, frame> part{};
  part[bytes % frame] = 1;
  if (bytes <= frame) return static_cast<std::size_t>(part[bytes % frame]);
  return fill_stack(bytes - frame) + static_cast<std::size_t>(part[0] & 1);
}

}  // namespace

TEST_CASE("a function that needs more stack asks for it") {
  green::run([]() -> green::task<> {
    const auto deep = [] { return fill_stack(100 * 1024); };
    CHECK(co_await on_fiber(deep) > 0);
    const auto deeper = [] { return fill_stack(1500 * 1024); };
    CHECK(co_await on_fiber(deeper).stack(4 * 1024 * 1024) > 0);
    CHECK(co_await on_fiber([] { return 1; }).stack(1) == 1);
  });
}

TEST_CASE("thousands of fibers wait at once") {
  tests::run_virtual([]() -> green::task<> {
    constexpr int count = 3000;
    int ended = 0;
    std::vector<green::greenlet<>> all;
    for (int i = 0; i < count; ++i) {
      all.push_back(green::spawn([&ended]() -> green::task<> {
        co_await on_fiber([&ended] {
          sleep_for(1s);
          ++ended;
        });
      }));
    }
    co_await tests::others_wait();
    CHECK(ended == 0);
    for (const auto& each : all) co_await each.join();
    CHECK(ended == count);
  });
}
