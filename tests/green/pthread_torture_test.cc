// SPDX-License-Identifier: MIT
// Locks of pthread.h under timeouts at random times, on two hubs and beside an
// OS thread. Half of the green threads wait without a limit: a lost wake-up
// would leave them waiting.
#include <doctest/doctest.h>

#include <chrono>
#include <exception>
#include <random>
#include <thread>
#include <vector>

#include "green/core/shield.h"
#include "green/pthread.h"
#include "green/timeout.h"
#include "tests/support/hubs.h"
#include "tests/support/waiting.h"

using namespace std::chrono_literals;

namespace {

constexpr int rounds = 100, threads = 8;

// A lock that is held, and the number of those that hold it alone.
template <class Unlock>
class held {
 public:
  held(int& inside, Unlock unlock) : inside_(inside), unlock_(unlock) {
    CHECK(++inside_ == 1);
  }
  held(const held&) = delete;
  held& operator=(const held&) = delete;
  ~held() {
    --inside_;
    unlock_();
  }

 private:
  int& inside_;
  Unlock unlock_;
};

// Locks again and again. Each second one gives up after some microseconds.
template <class Visit>
green::task<> visit_often(int me, Visit visit) {
  std::minstd_rand random(static_cast<unsigned>(me) + 1);
  for (int round = 0; round < rounds; ++round) {
    const auto limit = std::chrono::microseconds(random() % 300);
    try {
      const green::timeout end(me % 2 == 0 ? green::deadline(limit)
                                           : green::deadline::never());
      co_await visit();
    } catch (const green::timed_out&) {
      continue;  // the visit is over, or was none
    }
  }
}

template <class Visit>
void visit_on_two_hubs(Visit visit) {
  tests::run_hubs(2, [&](int hub) -> green::task<> {
    std::vector<green::greenlet<>> all;
    for (int i = 0; i < threads; ++i) {
      all.push_back(green::spawn(visit_often<Visit>, hub * threads + i, visit));
    }
    for (const green::greenlet<>& one : all) co_await one.get();
  });
}

}  // namespace

TEST_CASE("timeouts at random lose no mutex") {
  pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
  int inside = 0;
  const auto unlock = [&] { green::pthread_mutex_unlock(&mutex); };
  std::thread plain([&] {
    for (int i = 0; i < 20 * rounds; ++i) {
      ::pthread_mutex_lock(&mutex);
      CHECK(++inside == 1);
      --inside;
      ::pthread_mutex_unlock(&mutex);
    }
  });
  visit_on_two_hubs([&]() -> green::task<> {
    co_await green::pthread_mutex_lock(&mutex);
    const held here(inside, unlock);
    co_await green::sleep();
  });
  plain.join();
  CHECK(green::pthread_mutex_trylock(&mutex) == 0);
  CHECK(green::pthread_mutex_unlock(&mutex) == 0);
}

TEST_CASE("timeouts at random lose no read-write lock") {
  pthread_rwlock_t locks[] = {
      PTHREAD_RWLOCK_INITIALIZER,
      PTHREAD_RWLOCK_WRITER_NONRECURSIVE_INITIALIZER_NP};
  for (pthread_rwlock_t& lock : locks) {
    int inside = 0;
    const auto unlock = [&] { green::pthread_rwlock_unlock(&lock); };
    std::thread plain([&] {
      for (int i = 0; i < 20 * rounds; ++i) {
        ::pthread_rwlock_rdlock(&lock);
        ::pthread_rwlock_unlock(&lock);
      }
    });
    visit_on_two_hubs([&]() -> green::task<> {
      {
        co_await green::pthread_rwlock_wrlock(&lock);
        const held here(inside, unlock);
        co_await green::sleep();
      }
      co_await green::pthread_rwlock_rdlock(&lock);
      int none = 0;
      const held here(none, unlock);
      co_await green::sleep();
    });
    plain.join();
    CHECK(green::pthread_rwlock_trywrlock(&lock) == 0);
    CHECK(green::pthread_rwlock_unlock(&lock) == 0);
  }
}

TEST_CASE("timeouts at random lose no signal") {
  pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
  pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
  int free = 2, inside = 0;
  const auto give_back = [&] {
    ++free;
    green::pthread_cond_signal(&changed);
  };
  // Two permits, which a condition variable hands out.
  const auto visit = [&]() -> green::task<> {
    co_await green::pthread_mutex_lock(&mutex);
    {
      const held locked(inside, [&] { green::pthread_mutex_unlock(&mutex); });
      while (free == 0) {
        --inside;  // meanwhile others are in
        try {
          co_await green::pthread_cond_wait(&changed, &mutex);
        } catch (...) {
          ++inside;
          // The signal may have been for this one.
          green::pthread_cond_signal(&changed);
          throw;
        }
        ++inside;
      }
      --free;
    }
    std::exception_ptr late;
    try {
      co_await green::sleep();
    } catch (...) {
      late = std::current_exception();
    }
    const green::core::shield whole;
    co_await green::pthread_mutex_lock(&mutex);
    give_back();
    green::pthread_mutex_unlock(&mutex);
    if (late != nullptr) std::rethrow_exception(late);
  };
  visit_on_two_hubs(visit);
  CHECK(free == 2);
}
