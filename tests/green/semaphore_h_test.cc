// SPDX-License-Identifier: MIT
#include "green/semaphore.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/child.h"
#include "tests/support/death.h"
#include "tests/support/mirror.h"
#include "tests/support/oracle.h"
#include "tests/support/virtual_time.h"
#include "tests/support/waiting.h"

using namespace std::chrono_literals;
using tests::answer;
using tests::failed;
using tests::task_of;

static_assert(tests::mirrors(green::sem_wait, ::sem_wait));
static_assert(tests::mirrors(green::sem_timedwait, ::sem_timedwait));
static_assert(tests::mirrors(green::sem_clockwait, ::sem_clockwait));
static_assert(tests::mirrors(green::sem_unlink, ::sem_unlink));
static_assert(tests::gives<decltype(green::sem_open("", 0)), sem_t*>);
static_assert(tests::gives<decltype(green::sem_open("", 0, 0, 0)), sem_t*>);

namespace {

struct original : tests::system_side {
  static constexpr tests::blocking_call sem_wait = &::sem_wait;
  static constexpr tests::blocking_call sem_timedwait = &::sem_timedwait;
  static constexpr tests::blocking_call sem_clockwait = &::sem_clockwait;
  static constexpr tests::blocking_call sem_unlink = &::sem_unlink;
  static constexpr auto sem_post = &::sem_post;
  static tests::ready<sem_t*> sem_open(const char* name, int flags) {
    return tests::ready<sem_t*>(::sem_open(name, flags));
  }
  static tests::ready<sem_t*> sem_open(const char* name, int flags, mode_t mode,
                                       unsigned value) {
    return tests::ready<sem_t*>(::sem_open(name, flags, mode, value));
  }
};

struct mirror : tests::green_side {
  static constexpr auto sem_wait = &green::sem_wait;
  static constexpr auto sem_timedwait = &green::sem_timedwait;
  static constexpr auto sem_clockwait = &green::sem_clockwait;
  static constexpr auto sem_unlink = &green::sem_unlink;
  static constexpr auto sem_post = &green::sem_post;
  static auto sem_open(const char* name, int flags) {
    return green::sem_open(name, flags);
  }
  static auto sem_open(const char* name, int flags, mode_t mode,
                       unsigned value) {
    return green::sem_open(name, flags, mode, value);
  }
};

class semaphore {
 public:
  explicit semaphore(unsigned value) {
    REQUIRE(green::sem_init(&it_, 0, value) == 0);
  }
  ~semaphore() { green::sem_destroy(&it_); }
  sem_t* get() { return &it_; }
  int value() {
    int now = -1;
    green::sem_getvalue(&it_, &now);
    return now;
  }

 private:
  sem_t it_;
};

// From now, in CLOCK_REALTIME's time.
timespec in_seconds(time_t seconds) {
  timespec now;
  ::clock_gettime(CLOCK_REALTIME, &now);
  return {now.tv_sec + seconds, now.tv_nsec};
}

}  // namespace

TEST_CASE_TEMPLATE("what is posted is taken", S, original, mirror) {
  S::run([]() -> task_of<S> {
    semaphore s(2);
    CHECK(co_await S::sem_wait(s.get()) == 0);
    CHECK(co_await S::sem_wait(s.get()) == 0);
    CHECK(S::sem_post(s.get()) == 0);
    CHECK(s.value() == 1);
    const timespec soon = in_seconds(10);
    CHECK(co_await S::sem_timedwait(s.get(), &soon) == 0);
    CHECK(s.value() == 0);
    CHECK(answer(green::sem_trywait(s.get())) == failed(EAGAIN));
  });
}

TEST_CASE_TEMPLATE("a waiter is woken by a post", S, original, mirror) {
  S::run([]() -> task_of<S> {
    semaphore s(0), back(0);
    const auto waits = [&s, &back]() -> task_of<S> {
      CHECK(co_await S::sem_wait(s.get()) == 0);
      CHECK(S::sem_post(back.get()) == 0);
    };
    typename S::thread a(waits), b(waits);
    co_await S::this_thread::yield();
    CHECK(S::sem_post(s.get()) == 0);
    CHECK(co_await S::sem_wait(back.get()) == 0);
    CHECK(S::sem_post(s.get()) == 0);
    CHECK(co_await S::sem_wait(back.get()) == 0);
    co_await a.join();
    co_await b.join();
    CHECK(s.value() == 0);
  });
}

TEST_CASE_TEMPLATE("sem_timedwait's times", S, original, mirror) {
  S::run([]() -> task_of<S> {
    semaphore s(0);
    const timespec past{1, 0}, never_was{-1, 0}, odd{1, 1'000'000'000},
        negative{1, -1};
    CHECK(answer(co_await S::sem_timedwait(s.get(), &past)) ==
          failed(ETIMEDOUT));
    CHECK(answer(co_await S::sem_timedwait(s.get(), &never_was)) ==
          failed(ETIMEDOUT));
    CHECK(answer(co_await S::sem_timedwait(s.get(), &odd)) == failed(EINVAL));
    CHECK(answer(co_await S::sem_timedwait(s.get(), &negative)) ==
          failed(EINVAL));
    const timespec now = in_seconds(0);
    CHECK(answer(co_await S::sem_timedwait(s.get(), &now)) ==
          failed(ETIMEDOUT));
    CHECK(S::sem_post(s.get()) == 0);
    CHECK(co_await S::sem_timedwait(s.get(), &past) == 0);
    CHECK(S::sem_post(s.get()) == 0);
    CHECK(answer(co_await S::sem_timedwait(s.get(), &odd)) == failed(EINVAL));
    CHECK(s.value() == 1);
  });
}

TEST_CASE("a timeout is as long as was said") {
  tests::run_virtual([]() -> green::task<> {
    semaphore s(0);
    const auto start = green::core::now();
    const timespec end = in_seconds(3600);
    CHECK(answer(co_await green::sem_timedwait(s.get(), &end)) ==
          failed(ETIMEDOUT));
    // The clock that `end` is of has gone on since.
    CHECK(tests::since(start) > 3590s);
    CHECK(tests::since(start) <= 3600s);
  });
}

TEST_CASE("a wait ends by a kill and by a timeout, and no post is lost") {
  green::run([]() -> green::task<> {
    semaphore s(0);
    const auto waits = [&s]() -> green::task<> {
      co_await green::sem_wait(s.get());
    };
    co_await tests::check_interruptible(waits);
    const auto first = co_await tests::started(waits);
    const auto second = co_await tests::started(waits);
    CHECK(green::sem_post(s.get()) == 0);
    co_await first.kill();
    co_await second.kill();
    // Somebody took it, or it is still there.
    const bool taken = !first.was_killed() || !second.was_killed();
    CHECK(s.value() == (taken ? 0 : 1));
  });
}

TEST_CASE("posts of other hubs and of plain threads") {
  semaphore there(0), back(0);
  std::thread hub([&] {
    green::run([&]() -> green::task<> {
      for (int i = 0; i < 100; ++i) {
        CHECK(co_await green::sem_wait(there.get()) == 0);
        CHECK(green::sem_post(back.get()) == 0);
      }
    });
  });
  std::thread plain([&] {
    for (int i = 0; i < 50; ++i) green::sem_post(there.get());
  });
  green::run([&]() -> green::task<> {
    for (int i = 0; i < 50; ++i) CHECK(green::sem_post(there.get()) == 0);
    for (int i = 0; i < 100; ++i) {
      CHECK(co_await green::sem_wait(back.get()) == 0);
    }
  });
  hub.join();
  plain.join();
  CHECK(there.value() == 0);
  CHECK(back.value() == 0);
}

TEST_CASE("a semaphore of the original's sem_post is seen too") {
  tests::run_virtual([]() -> green::task<> {
    semaphore s(0);
    const auto waits = [&s]() -> green::task<> {
      CHECK(co_await green::sem_wait(s.get()) == 0);
    };
    const auto waiter = green::spawn(waits);
    co_await green::sleep(1s);
    CHECK(::sem_post(s.get()) == 0);
    CHECK(co_await waiter.join(10ms));
  });
}

TEST_CASE_TEMPLATE("a semaphore shared with another process", S, original,
                   mirror) {
  void* const memory =
      ::mmap(nullptr, 2 * sizeof(sem_t), PROT_READ | PROT_WRITE,
             MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  REQUIRE(memory != MAP_FAILED);
  sem_t* const there = static_cast<sem_t*>(memory);
  sem_t* const back = there + 1;
  REQUIRE(green::sem_init(there, 1, 0) == 0);
  REQUIRE(green::sem_init(back, 1, 0) == 0);
  {
    tests::child other([there, back](tests::child::parent&) {
      for (int i = 0; i < 5; ++i) {
        if (::sem_wait(there) != 0) ::_exit(1);
        if (::sem_post(back) != 0) ::_exit(1);
      }
    });
    S::run([there, back]() -> task_of<S> {
      for (int i = 0; i < 5; ++i) {
        CHECK(S::sem_post(there) == 0);
        CHECK(co_await S::sem_wait(back) == 0);
      }
    });
    CHECK(other.end());
  }
  ::munmap(memory, 2 * sizeof(sem_t));
}

// Is there a place for semaphores with a name?
bool names_are_kept() {
  const bool there = ::access("/dev/shm", W_OK) == 0;
  if (!there) MESSAGE("skipped: no /dev/shm");
  return there;
}

TEST_CASE_TEMPLATE("a named semaphore", S, original, mirror) {
  if (!names_are_kept()) return;
  S::run([]() -> task_of<S> {
    const std::string text = "/green-test-" + std::to_string(::getpid());
    const char* const name = text.c_str();
    errno = 0;
    CHECK(co_await S::sem_open(name, 0) == SEM_FAILED);
    CHECK(errno == ENOENT);
    sem_t* const s = co_await S::sem_open(name, O_CREAT | O_EXCL, 0600, 1);
    REQUIRE(s != SEM_FAILED);
    CHECK(co_await S::sem_open(name, O_CREAT | O_EXCL, 0600, 1) == SEM_FAILED);
    CHECK(errno == EEXIST);
    CHECK(co_await S::sem_open(name, 0) == s);
    CHECK(co_await S::sem_open("/", O_CREAT, 0600, 1) == SEM_FAILED);
    CHECK(errno == EINVAL);
    CHECK(co_await S::sem_open("/x", O_CREAT, 0600, ~0u) == SEM_FAILED);
    CHECK(errno == EINVAL);
    CHECK(co_await S::sem_unlink(name) == 0);
    CHECK(answer(co_await S::sem_unlink(name)) == failed(ENOENT));
    CHECK(co_await S::sem_wait(s) == 0);
    CHECK(green::sem_close(s) == 0);
    CHECK(green::sem_close(s) == 0);
  });
}

TEST_CASE("a kill keeps sem_open from opening, or waits for it") {
  if (!names_are_kept()) return;
  green::run([]() -> green::task<> {
    const std::string name = "/green-kill-" + std::to_string(::getpid());
    for (int turns = 0; turns < 20; ++turns) {
      sem_t* opened = SEM_FAILED;
      const auto opens = [&]() -> green::task<> {
        opened =
            co_await green::sem_open(name.c_str(), O_CREAT | O_EXCL, 0600, 1);
      };
      const green::greenlet<> opener = green::spawn(opens);
      for (int i = 0; i < turns; ++i) co_await green::sleep();
      co_await opener.kill();
      const bool there = co_await green::sem_unlink(name.c_str()) == 0;
      CHECK(there == (opened != SEM_FAILED));
      if (there) green::sem_close(opened);
    }
  });
}

TEST_CASE_TEMPLATE("sem_clockwait's clocks", S, original, mirror) {
  S::run([]() -> task_of<S> {
    semaphore s(0);
    timespec past{1, 0}, odd{1, 1'000'000'000}, now;
    ::clock_gettime(CLOCK_MONOTONIC, &now);
    for (const clockid_t clock : {CLOCK_REALTIME, CLOCK_MONOTONIC}) {
      CHECK(answer(co_await S::sem_clockwait(s.get(), clock, &past)) ==
            failed(ETIMEDOUT));
      CHECK(answer(co_await S::sem_clockwait(s.get(), clock, &odd)) ==
            failed(EINVAL));
    }
    now.tv_nsec = 0;
    CHECK(answer(co_await S::sem_clockwait(s.get(), CLOCK_MONOTONIC, &now)) ==
          failed(ETIMEDOUT));
    CHECK(answer(co_await S::sem_clockwait(s.get(), CLOCK_BOOTTIME, &past)) ==
          failed(EINVAL));
    CHECK(S::sem_post(s.get()) == 0);
    CHECK(co_await S::sem_clockwait(s.get(), CLOCK_MONOTONIC, &past) == 0);
  });
}

TEST_CASE("sem_clockwait waits as long as was said, and ends by a kill") {
  tests::run_virtual([]() -> green::task<> {
    semaphore s(0);
    timespec end;
    ::clock_gettime(CLOCK_MONOTONIC, &end);
    end.tv_sec += 3600;
    const auto start = green::core::now();
    CHECK(answer(co_await green::sem_clockwait(s.get(), CLOCK_MONOTONIC,
                                               &end)) == failed(ETIMEDOUT));
    CHECK(tests::since(start) > 3590s);
    CHECK(tests::since(start) <= 3600s);
  });
  green::run([]() -> green::task<> {
    semaphore s(0);
    timespec end;
    ::clock_gettime(CLOCK_MONOTONIC, &end);
    end.tv_sec += 3600;
    const auto waits = [&]() -> green::task<> {
      co_await green::sem_clockwait(s.get(), CLOCK_MONOTONIC, &end);
    };
    co_await tests::check_interruptible(waits);
  });
}

TEST_CASE("a process may exit while somebody waits for a semaphore") {
  const auto exits = [] {
    green::run([]() -> green::task<> {
      sem_t semaphore;
      ::sem_init(&semaphore, 0, 0);
      const auto waits = [&semaphore]() -> green::task<> {
        co_await green::sem_wait(&semaphore);
      };
      const auto waiting = co_await tests::started(waits);
      std::exit(0);
    });
  };
  CHECK(tests::dying_words(exits) == "");
}
