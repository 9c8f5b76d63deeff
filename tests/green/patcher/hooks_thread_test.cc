// SPDX-License-Identifier: MIT
// pthread_once, threads, barriers and futexes of C code on fibers.
#include <doctest/doctest.h>
#include <linux/futex.h>
#include <pthread.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <limits>
#include <stdexcept>
#include <thread>
#include <vector>

#include "green/greenlet.h"
#include "green/patched.h"
#include "tests/support/hooked.h"
#include "tests/support/oracle.h"
#include "tests/support/virtual_time.h"
#include "tests/support/waiting.h"

using namespace std::chrono_literals;
using tests::answer;
using tests::failed;
using tests::hooked;
using tests::on_fiber;

namespace {

using syscall_type = long(long, long, long, long, long, long, long);

namespace c {
const auto once = hooked("pthread_once", ::pthread_once);
const auto join = hooked("pthread_join", ::pthread_join);
const auto barrier_wait =
    hooked("pthread_barrier_wait", ::pthread_barrier_wait);
const auto nanosleep = hooked("nanosleep", ::nanosleep);
const auto syscall = hooked<syscall_type>("syscall");
const auto getspecific = hooked("pthread_getspecific", ::pthread_getspecific);
const auto setspecific = hooked("pthread_setspecific", ::pthread_setspecific);
}  // namespace c

void pause_a_moment() {
  const timespec moment{0, 1'000'000};
  c::nanosleep(&moment, nullptr);
}

template <class F>
green::greenlet<> start(F f) {
  return green::spawn(
      [f = std::move(f)]() -> green::task<> { co_await on_fiber(f); });
}

long futex(std::atomic<std::uint32_t>& word, int operation, std::uint32_t value,
           const timespec* timeout = nullptr) {
  return c::syscall(SYS_futex, reinterpret_cast<long>(&word),
                    operation | FUTEX_PRIVATE_FLAG, value,
                    reinterpret_cast<long>(timeout), 0, FUTEX_BITSET_MATCH_ANY);
}

int initialised = 0;
void initialise() {
  pause_a_moment();
  ++initialised;
}

}  // namespace

TEST_CASE("an initialiser that waits runs once, and others wait for it") {
  tests::run_virtual([]() -> green::task<> {
    pthread_once_t once = PTHREAD_ONCE_INIT;
    initialised = 0;
    std::vector<green::greenlet<>> all;
    for (int i = 0; i < 5; ++i) {
      all.push_back(start([&] {
        CHECK(c::once(&once, initialise) == 0);
        CHECK(initialised == 1);
      }));
    }
    for (const auto& each : all) co_await each.join();
    co_await on_fiber([&] { CHECK(c::once(&once, initialise) == 0); });
    CHECK(initialised == 1);
  });
}

TEST_CASE("a thread is joined") {
  green::run([]() -> green::task<> {
    std::atomic<bool> go = false;
    pthread_t thread;
    const auto wait = [](void* flag) -> void* {
      static_cast<std::atomic<bool>*>(flag)->wait(false);
      return flag;
    };
    REQUIRE(::pthread_create(&thread, nullptr, wait, &go) == 0);
    const auto joining = co_await tests::started([&]() -> green::task<> {
      co_await on_fiber([&] {
        void* result = nullptr;
        CHECK(c::join(thread, &result) == 0);
        CHECK(result == &go);
      });
    });
    go = true;
    go.notify_all();
    co_await joining.join();
  });
}

TEST_CASE("fibers and a thread meet at a barrier") {
  green::run([]() -> green::task<> {
    pthread_barrier_t barrier;
    REQUIRE(::pthread_barrier_init(&barrier, nullptr, 4) == 0);
    std::atomic<int> serial = 0;
    const auto meet = [&] {
      if (c::barrier_wait(&barrier) == PTHREAD_BARRIER_SERIAL_THREAD) ++serial;
    };
    const auto one = start(meet), two = start(meet), three = start(meet);
    std::thread plain(meet);
    co_await one.join();
    co_await two.join();
    co_await three.join();
    plain.join();
    CHECK(serial == 1);
    ::pthread_barrier_destroy(&barrier);
  });
}

TEST_CASE("a futex is waited for by its number") {
  tests::run_virtual([]() -> green::task<> {
    std::atomic<std::uint32_t> word = 0;
    const auto waiting = start([&] {
      CHECK(answer(futex(word, FUTEX_WAIT, 1)) == failed(EAGAIN));
      const timespec end_of_time{std::numeric_limits<time_t>::max(), 0};
      for (long failed = 0; word == 0 && failed == 0;) {
        failed = futex(word, FUTEX_WAIT_BITSET, 0, &end_of_time);
        CHECK(failed == 0);
      }
      const timespec moment{5, 0};
      const auto begin = green::core::now();
      CHECK(answer(futex(word, FUTEX_WAIT, 1, &moment)) == failed(ETIMEDOUT));
      CHECK(tests::since(begin) == 5s);
    });
    co_await tests::others_wait();
    word = 1;
    const auto begin = green::core::now();
    CHECK(futex(word, FUTEX_WAKE, 1) == 1);
    CHECK(futex(word, FUTEX_WAKE, 100) == 0);
    co_await waiting.join();
    CHECK(tests::since(begin) == 5s);
    CHECK(c::syscall(SYS_getpid, 0, 0, 0, 0, 0, 0) == ::getpid());
  });
}

TEST_CASE("a futex is woken by another thread, through the hook or past it") {
  for (const bool hooks : {true, false}) {
    CAPTURE(hooks);
    std::atomic<std::uint32_t> word = 0;
    std::thread waker([&] {
      word.wait(0);
      word = 2;
      if (hooks) {
        futex(word, FUTEX_WAKE, 1);
      } else {
        word.notify_one();
      }
    });
    green::run([&]() -> green::task<> {
      co_await on_fiber([&] {
        word = 1;
        word.notify_one();
        while (word != 2) futex(word, FUTEX_WAIT, 1);
      });
    });
    waker.join();
  }
}

TEST_CASE("a key of OpenSSL's has a value for each fiber") {
  tests::run_virtual([]() -> green::task<> {
    pthread_key_t key;
    REQUIRE(::pthread_key_create(&key, nullptr) == 0);
    int mine = 0, other = 0;
    CHECK(c::setspecific(key, &mine) == 0);
    const auto waiting = start([&] {
      CHECK(c::getspecific(key) == nullptr);
      CHECK(c::setspecific(key, &other) == 0);
      pause_a_moment();
      CHECK(c::getspecific(key) == &other);
      CHECK(c::setspecific(key, nullptr) == 0);
    });
    co_await tests::others_wait();
    CHECK(c::getspecific(key) == &mine);
    co_await on_fiber([&] { CHECK(c::getspecific(key) == nullptr); });
    co_await waiting.join();
    ::pthread_key_delete(key);
  });
}
