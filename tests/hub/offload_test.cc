// SPDX-License-Identifier: MIT
#include "green/hub/offload.h"

#include <doctest/doctest.h>
#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <future>
#include <memory>
#include <semaphore>
#include <thread>
#include <utility>
#include <vector>

#include "green/green.h"
#include "green/greenlet.h"
#include "green/timeout.h"
#include "tests/support/virtual_time.h"

#if defined(__SANITIZE_THREAD__)
#define TSAN 1
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define TSAN 1
#endif
#endif

using namespace std::chrono_literals;
using green::hub::offload;

namespace {

using all_done = green::core::timed<offload::idle_wait, bool>;

template <class F>
class job final : public green::hub::offload_job {
 public:
  explicit job(F f) : f_(std::move(f)) {}

 private:
  void work() noexcept override { f_(); }
  F f_;
};

// Made with the reference that the caller is to give away.
template <class F>
green::hub::offload_job* make(F f) {
  return new job<F>(std::move(f));
}

template <class F>
void submit(offload& helpers, F f) {
  green::hub::offload_job* const made = make(std::move(f));
  helpers.submit(*made);
  made->unref();
}

class done_by final : public green::hub::offload_wait {
 public:
  done_by(offload& helpers, green::hub::offload_job* what)
      : offload_wait(helpers, what, "test job") {}
  void await_resume() { finish_job(); }
};

template <class Condition>
void wait_until(Condition condition) {
  while (!condition()) std::this_thread::yield();
}

}  // namespace

TEST_CASE("a thread is started when work comes, and not before") {
  offload helpers(2);
  CHECK(helpers.size() == 0);
  CHECK(helpers.max_threads() == 2);
  std::binary_semaphore done(0);
  submit(helpers, [&] { done.release(); });
  done.acquire();
  CHECK(helpers.size() == 1);
}

TEST_CASE("threads grow to the limit, the rest is queued") {
  offload helpers(3);
  std::counting_semaphore<> begun(0), go_on(0);
  for (int i = 0; i < 10; ++i) {
    submit(helpers, [&] {
      begun.release();
      go_on.acquire();
    });
  }
  for (int i = 0; i < 3; ++i) begun.acquire();
  CHECK(helpers.size() == 3);
  CHECK(helpers.outstanding() == 10);
  CHECK_FALSE(begun.try_acquire());
  go_on.release(10);
  wait_until([&] { return helpers.outstanding() == 0; });
  CHECK(helpers.size() == 3);
}

TEST_CASE("threads that are idle too long end, and come again") {
  offload helpers(4, 1ms);
  for (int round = 0; round < 3; ++round) {
    std::counting_semaphore<> done(0);
    for (int i = 0; i < 4; ++i) submit(helpers, [&] { done.release(); });
    for (int i = 0; i < 4; ++i) done.acquire();
    wait_until([&] { return helpers.size() == 0; });
  }
  CHECK(helpers.outstanding() == 0);
}

TEST_CASE("a thread that may be idle for ever stays") {
  offload helpers(1, std::chrono::nanoseconds::max());
  std::promise<std::thread::id> first, second;
  submit(helpers, [&] { first.set_value(std::this_thread::get_id()); });
  const std::thread::id who = first.get_future().get();
  for (int i = 0; i < 20; ++i) {
    std::this_thread::sleep_for(1ms);
    CHECK(helpers.size() == 1);
  }
  submit(helpers, [&] { second.set_value(std::this_thread::get_id()); });
  CHECK(second.get_future().get() == who);
}

TEST_CASE("what was submitted is done after the destructor") {
  std::counting_semaphore<> go_on(0), done(0);
  {
    offload helpers(1);
    for (int i = 0; i < 5; ++i) {
      submit(helpers, [&] {
        go_on.acquire();
        done.release();
      });
    }
  }
  go_on.release(5);
  for (int i = 0; i < 5; ++i) done.acquire();
}

TEST_CASE("helpers block all signals") {
  offload helpers(1);
  std::promise<sigset_t> mask;
  submit(helpers, [&] {
    sigset_t now;
    ::pthread_sigmask(SIG_SETMASK, nullptr, &now);
    mask.set_value(now);
  });
  sigset_t theirs = mask.get_future().get();
  for (int signal : {SIGINT, SIGTERM, SIGCHLD, SIGUSR1, SIGALRM}) {
    CHECK(::sigismember(&theirs, signal) == 1);
  }
  sigset_t mine;
  ::pthread_sigmask(SIG_SETMASK, nullptr, &mine);
  CHECK(::sigismember(&mine, SIGINT) == 0);
}

TEST_CASE("a helper knows that it is one") {
  offload helpers(1), others(1);
  CHECK_FALSE(helpers.inside());
  std::promise<std::pair<bool, bool>> inside;
  submit(helpers,
         [&] { inside.set_value({helpers.inside(), others.inside()}); });
  const auto [its_own, another] = inside.get_future().get();
  CHECK(its_own);
  CHECK_FALSE(another);
}

TEST_CASE("a green thread waits for a job") {
  offload helpers(1);
  green::run([&]() -> green::task<> {
    std::thread::id where;
    co_await done_by(helpers,
                     make([&] { where = std::this_thread::get_id(); }));
    CHECK(where != std::this_thread::get_id());
    CHECK(where != std::thread::id());
  });
}

TEST_CASE("other green threads run meanwhile") {
  offload helpers(1);
  std::binary_semaphore go_on(0);
  green::run([&]() -> green::task<> {
    std::vector<int> order;
    auto waits = [&]() -> green::task<> {
      co_await done_by(helpers, make([&] { go_on.acquire(); }));
      order.push_back(2);
    };
    auto waiter = green::spawn(waits);
    co_await green::sleep(0s);
    order.push_back(1);
    go_on.release();
    co_await waiter.get();
    CHECK(order == std::vector{1, 2});
  });
}

TEST_CASE("a kill abandons the wait, not the job") {
  offload helpers(1);
  std::binary_semaphore go_on(0), done(0);
  auto alive = std::make_shared<int>(0);
  std::weak_ptr<int> watch = alive;
  green::run([&]() -> green::task<> {
    auto waits = [&]() -> green::task<> {
      auto work = [&, held = std::move(alive)] {
        go_on.acquire();
        done.release();
      };
      co_await done_by(helpers, make(std::move(work)));
    };
    auto waiter = green::spawn(waits);
    co_await green::sleep(0s);
    co_await waiter.kill();
    CHECK(waiter.was_killed());
    CHECK(helpers.outstanding() == 1);
    CHECK_FALSE(watch.expired());
  });
  go_on.release();
  done.acquire();
  wait_until([&] { return watch.expired(); });  // dropped by the helper
}

TEST_CASE("a green thread that is killed before does not submit") {
  offload helpers(1);
  green::run([&]() -> green::task<> {
    auto waits = [&]() -> green::task<> {
      green::getcurrent().kill_nowait();
      co_await done_by(helpers, make([] { FAIL_CHECK("was done"); }));
    };
    co_await green::spawn(waits).join();
    CHECK(helpers.outstanding() == 0);
    CHECK(helpers.size() == 0);
  });
}

TEST_CASE("a timeout abandons the wait") {
  offload helpers(1);
  std::binary_semaphore go_on(0);
  tests::run_virtual([&]() -> green::task<> {
    auto waits = [&]() -> green::task<> {
      co_await done_by(helpers, make([&] { go_on.acquire(); }));
    };
    bool expired = false;
    try {
      co_await green::with_timeout(1s, waits);
    } catch (const green::timed_out&) {
      expired = true;
    }
    CHECK(expired);
    go_on.release();
    CHECK(co_await all_done(helpers));
    CHECK(helpers.outstanding() == 0);
  });
}

TEST_CASE("waiting until no job is left, or a deadline") {
  offload helpers(1);
  std::binary_semaphore go_on(0);
  tests::run_virtual([&]() -> green::task<> {
    CHECK(co_await all_done(helpers));
    submit(helpers, [&] { go_on.acquire(); });
    CHECK_FALSE(co_await all_done(helpers, 1s));
    go_on.release();
    CHECK(co_await all_done(helpers));
  });
}

// F3: a hub whose hope is a helper thread waits.
TEST_CASE("F3: a job that is outstanding is no deadlock") {
  offload helpers(1);
  green::run([&]() -> green::task<> {
    co_await done_by(helpers, make([] { std::this_thread::sleep_for(150ms); }));
  });
}

TEST_CASE("F3: helpers that are idle are no hope") {
  offload helpers(2, 1h);
  green::run(
      [&]() -> green::task<> { co_await done_by(helpers, make([] {})); });
  auto waits_for_ever = []() -> green::task<> {
    co_await green::sleep(green::deadline::never());
  };
  CHECK_THROWS_AS(green::run(waits_for_ever), green::loop_exit);
  CHECK(helpers.size() == 1);
}

#ifndef TSAN  // it cannot start threads in a child of fork
TEST_CASE("F15: a child of fork has helpers of its own") {
  offload helpers(1);
  std::binary_semaphore done(0);
  submit(helpers, [&] { done.release(); });
  done.acquire();
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    if (helpers.size() != 0) ::_exit(1);
    submit(helpers, [&] { done.release(); });
    done.acquire();
    ::_exit(helpers.size() == 1 ? 0 : 2);
  }
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  CHECK(status == 0);
}
#endif

TEST_CASE("jobs from several hubs at once") {
  offload helpers(4);
  std::atomic<int> count = 0;
  auto hub = [&] {
    green::run([&]() -> green::task<> {
      auto many = [&]() -> green::task<> {
        for (int i = 0; i < 200; ++i) {
          co_await done_by(helpers, make([&] { ++count; }));
        }
      };
      std::vector<green::greenlet<>> all;
      for (int i = 0; i < 5; ++i) all.push_back(green::spawn(many));
      co_await green::joinall(all);
    });
  };
  std::thread other(hub);
  hub();
  other.join();
  CHECK(count == 2000);
  wait_until([&] { return helpers.outstanding() == 0; });
}

TEST_CASE("a hub may end while its job still runs") {
  offload helpers(1);
  std::binary_semaphore go_on(0), done(0);
  std::thread([&] {
    green::run([&]() -> green::task<> {
      auto waits = [&]() -> green::task<> {
        co_await done_by(helpers, make([&] {
                           go_on.acquire();
                           done.release();
                         }));
      };
      green::spawn(waits);
      co_await green::sleep(0s);
    });
  }).join();
  go_on.release();
  done.acquire();
}

TEST_CASE("K6: no wake-up is lost in 100000 jobs") {
  offload helpers(4);
  int done = 0;
  green::run([&]() -> green::task<> {
    auto many = [&]() -> green::task<> {
      for (int i = 0; i < 1000; ++i) {
        co_await done_by(helpers, make([] {}));
        ++done;
      }
    };
    std::vector<green::greenlet<>> all;
    for (int i = 0; i < 100; ++i) all.push_back(green::spawn(many));
    co_await green::joinall(all);
  });
  CHECK(done == 100'000);
}
