// SPDX-License-Identifier: MIT
// Kills and timeouts of what patched() runs.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <pthread.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <stdexcept>
#include <string>
#include <system_error>

#include "green/greenlet.h"
#include "green/patched.h"
#include "green/timeout.h"
#include "tests/support/hooked.h"
#include "tests/support/oracle.h"
#include "tests/support/sockets.h"
#include "tests/support/standard_error.h"
#include "tests/support/virtual_time.h"
#include "tests/support/waiting.h"

using namespace std::chrono_literals;
using tests::answer;
using tests::failed;
using tests::hooked;
using tests::on_fiber;

namespace {

namespace c {
const auto recv = hooked("recv", ::recv);
const auto read = hooked("read", ::read);
const auto poll = hooked("poll", ::poll);
const auto close = hooked("close", ::close);
const auto sleep = hooked("sleep", ::sleep);
const auto clock_nanosleep = hooked("clock_nanosleep", ::clock_nanosleep);
const auto getaddrinfo = hooked("getaddrinfo", ::getaddrinfo);
const auto lock = hooked("pthread_mutex_lock", ::pthread_mutex_lock);
const auto unlock = hooked("pthread_mutex_unlock", ::pthread_mutex_unlock);
}  // namespace c

// What the calls of a function gave, that was interrupted in the first.
struct calls {
  answer first = 0, second = 0, third = 0;
  bool returned = false;
};

auto three_calls(int fd, calls& made) {
  return [fd, &made] {
    char byte;
    made.first = c::recv(fd, &byte, 1, 0);
    made.second = c::read(fd, &byte, 1);
    pollfd one{fd, POLLIN, 0};
    made.third = c::poll(&one, 1, -1);
    made.returned = true;
  };
}

// Is it thrown, once the function has returned?
template <class Error, class F>
green::task<bool> throws(F f) {
  bool thrown = false;
  try {
    co_await on_fiber(f);
  } catch (const Error&) {
    thrown = true;
  }
  co_return thrown;
}

}  // namespace

TEST_CASE("a timeout ends the call that waits and all later ones") {
  green::run([]() -> green::task<> {
    const auto ends = tests::stream_pair();
    calls made;
    const green::timeout soon(1ms);
    CHECK(co_await throws<green::timed_out>(three_calls(ends.a, made)));
    CHECK(made.returned);
    CHECK(made.first == failed(ETIMEDOUT));
    CHECK(made.second == failed(ETIMEDOUT));
    CHECK(made.third == failed(ETIMEDOUT));
  });
}

TEST_CASE("so does a kill") {
  green::run([]() -> green::task<> {
    const auto ends = tests::stream_pair();
    const int fd = ends.a;
    calls made;
    const green::greenlet<> waiting =
        co_await tests::started([fd, &made]() -> green::task<> {
          co_await on_fiber(three_calls(fd, made));
        });
    co_await waiting.kill();
    CHECK(waiting.was_killed());
    CHECK(made.returned);
    CHECK(made.first == failed(ECANCELED));
    CHECK(made.second == failed(ECANCELED));
    CHECK(made.third == failed(ECANCELED));
  });
}

TEST_CASE("the exception of a timeout is the timeout's own") {
  struct mine : std::system_error {
    mine() : system_error(EDOM, std::generic_category()) {}
  };
  tests::run_virtual([]() -> green::task<> {
    const green::timeout soon(1ms, mine());
    CHECK(co_await throws<mine>([] { c::sleep(1); }));
  });
}

TEST_CASE("the interrupt is thrown even if the function throws or succeeds") {
  tests::run_virtual([]() -> green::task<> {
    const auto throwing = [] {
      if (c::sleep(10) != 0) throw std::runtime_error("interrupted");
    };
    {
      const green::timeout soon(1s);
      CHECK(co_await throws<green::timed_out>(throwing));
    }
    const green::timeout soon(1s);
    CHECK(co_await throws<green::timed_out>([] { return c::sleep(10); }));
  });
}

TEST_CASE("a result that is there wins, and the next call is interrupted") {
  green::run([]() -> green::task<> {
    const auto ends = tests::stream_pair();
    const int fd = ends.a;
    answer first = 0, second = 0;
    const green::greenlet<> waiting =
        co_await tests::started([&, fd]() -> green::task<> {
          co_await on_fiber([&, fd] {
            char byte;
            first = c::recv(fd, &byte, 1, 0);
            second = c::recv(fd, &byte, 1, 0);
          });
        });
    CHECK(::send(ends.b, "x", 1, 0) == 1);
    co_await waiting.kill();
    CHECK(waiting.was_killed());
    CHECK((first == answer(1) || first == failed(ECANCELED)));
    CHECK(second == failed(ECANCELED));
  });
}

TEST_CASE("a kill before its start keeps the function from running") {
  green::run([]() -> green::task<> {
    bool ran = false;
    const green::greenlet<> never = green::spawn([&]() -> green::task<> {
      try {
        co_await green::sleep(1h);
      } catch (const green::timed_out&) {
      }
      co_await on_fiber([&] { ran = true; });
    });
    co_await tests::others_wait();
    co_await never.kill();
    CHECK_FALSE(ran);
  });
}

TEST_CASE("error numbers say it where calls give them") {
  tests::run_virtual([]() -> green::task<> {
    const timespec hour{3600, 0};
    answer slept = 0, slept_again = 0, found = 0;
    errno = 0;
    const green::timeout soon(1s);
    const auto f = [&] {
      slept = c::clock_nanosleep(CLOCK_MONOTONIC, 0, &hour, nullptr);
      addrinfo* none = nullptr;
      const int code = c::getaddrinfo("localhost", nullptr, nullptr, &none);
      found = answer(code, errno);
      slept_again = static_cast<long>(c::sleep(3));
    };
    CHECK(co_await throws<green::timed_out>(f));
    CHECK(slept == answer(ETIMEDOUT));
    CHECK(found == answer(EAI_SYSTEM, ETIMEDOUT));
    CHECK(slept_again == answer(3));
  });
}

TEST_CASE("an interrupted function closes and takes its locks") {
  green::run([]() -> green::task<> {
    auto ends = tests::stream_pair();
    const int fd = ends.a.release();
    pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
    bool inside = false, met = false;
    const auto hold = [&]() -> green::task<> {
      co_await on_fiber([&] {
        c::lock(&mutex);
        inside = true;
        const timespec moment{0, 20'000'000};
        c::clock_nanosleep(CLOCK_MONOTONIC, 0, &moment, nullptr);
        inside = false;
        c::unlock(&mutex);
      });
    };
    const auto holder = co_await tests::started(hold);
    const green::timeout soon(1ms);
    const auto f = [&] {
      char byte;
      if (c::recv(fd, &byte, 1, 0) != -1) return;
      if (c::lock(&mutex) != 0) return;
      met = inside;
      c::unlock(&mutex);
      CHECK(answer(c::close(fd)) == answer(0));
    };
    CHECK(co_await throws<green::timed_out>(f));
    CHECK_FALSE(met);
    CHECK(::fcntl(fd, F_GETFD) == -1);
    co_await holder.join();
  });
}

TEST_CASE("code that calls on and on after an interrupt lets others run") {
  tests::run_virtual([]() -> green::task<> {
    bool stop = false;
    long calls = 0;
    const green::greenlet<> stubborn =
        co_await tests::started([&]() -> green::task<> {
          co_await on_fiber([&] {
            while (!stop) {
              c::sleep(1);
              ++calls;
            }
          });
        });
    const tests::standard_error words;
    const auto killed =
        green::spawn([&]() -> green::task<> { co_await stubborn.kill(); });
    for (int i = 0; i < 500; ++i) co_await green::sleep();
    CHECK(calls > 64);
    stop = true;
    co_await killed.join();
    CHECK(stubborn.was_killed());
    CHECK(words.text().find("goes on calling after its calls fail") !=
          std::string::npos);
  });
}

TEST_CASE("what does not return is leaked at the end of its hub") {
  const tests::standard_error words;
  tests::run_virtual([]() -> green::task<> {
    const auto for_ever = []() -> green::task<> {
      co_await on_fiber([] {
        for (;;) c::sleep(1);
      });
    };
    co_await tests::started(for_ever);
  });
  CHECK(words.text().find("did not return before the end of its hub") !=
        std::string::npos);
}
