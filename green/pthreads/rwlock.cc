// SPDX-License-Identifier: MIT
#include <atomic>
#include <cerrno>
#include <cstdint>
#include <utility>

#include "green/core/assert.h"
#include "green/core/lock_holder.h"
#include "green/core/parking_lot.h"
#include "green/posix/timespecs.h"
#include "green/pthread.h"
#include "green/pthreads/lock_wait.h"
#include "green/pthreads/mutex.h"

namespace green {

namespace {

using core::lock_holder;

// The words of the lock that the C library does not use: the green thread that
// writes, and the numbers of green threads that wait. No process may read those
// of another.
class lock_words {
 public:
  explicit lock_words(pthread_rwlock_t& lock) noexcept : data_(lock.__data) {}

  bool has_words() const noexcept { return data_.__shared == 0; }
  bool prefers_writers() const noexcept {
    return data_.__flags == PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP;
  }
  std::atomic_ref<unsigned long> writer() const noexcept {
    return std::atomic_ref(data_.__pad2);
  }
  std::atomic_ref<unsigned> waiters() const noexcept {
    return std::atomic_ref(data_.__pad3);
  }
  std::atomic_ref<unsigned> waiting_writers() const noexcept {
    return std::atomic_ref(data_.__pad4);
  }
  bool mine() const noexcept {
    return has_words() && writer().load() == lock_holder::caller();
  }
  bool green_writer() const noexcept {
    return has_words() && writer().load() != 0;
  }
  bool held() const noexcept {
    constexpr unsigned reader_shift = 3;
    return std::atomic_ref(data_.__cur_writer).load() != 0 ||
           std::atomic_ref(data_.__readers).load() >> reader_shift != 0;
  }

 private:
  __pthread_rwlock_arch_t& data_;
};

struct reading {
  static constexpr const char* name = "pthread_rwlock_rdlock";
  static constexpr bool writes = false;
  static int attempt(pthread_rwlock_t* lock) {
    return ::pthread_rwlock_tryrdlock(lock);
  }
  // Are there others that go first?
  static bool behind(const lock_words& words) noexcept {
    return words.has_words() && words.prefers_writers() &&
           words.waiting_writers().load() != 0;
  }
};

struct writing {
  static constexpr const char* name = "pthread_rwlock_wrlock";
  static constexpr bool writes = true;
  static int attempt(pthread_rwlock_t* lock) {
    const int result = ::pthread_rwlock_trywrlock(lock);
    const lock_words words(*lock);
    if (result == 0 && words.has_words()) {
      words.writer().store(lock_holder::caller());
    }
    return result;
  }
  static bool behind(const lock_words& words) noexcept {
    if (!words.has_words()) return false;
    return (words.prefers_writers() ? words.waiting_writers() : words.waiters())
               .load() != 0;
  }
};

template <class How>
class counted_waiter {
 public:
  explicit counted_waiter(const lock_words& words) noexcept : words_(words) {}
  counted_waiter(const counted_waiter&) = delete;
  counted_waiter& operator=(const counted_waiter&) = delete;
  ~counted_waiter() {
    if (!counted_) return;
    words_.waiters().fetch_sub(1);
    if (How::writes) words_.waiting_writers().fetch_sub(1);
  }
  // With the waiters of the lock locked. Do others go first? A writer lets
  // those go that waited when it came.
  bool behind() noexcept {
    if (!words_.has_words() || (How::writes && counted_)) return false;
    const bool others = How::behind(words_);
    if (!std::exchange(counted_, true)) {
      words_.waiters().fetch_add(1);
      if (How::writes) words_.waiting_writers().fetch_add(1);
    }
    return others;
  }

 private:
  const lock_words& words_;
  bool counted_ = false;
};

// Each unlock wakes all. One that lets others go first relies on them. The
// readers may be OS threads, whose unlock wakes no green thread.
template <class How>
task<int> wait_for(pthread_rwlock_t* lock, core::deadline until) {
  const lock_words words(*lock);
  const std::uint64_t key = pthreads::key_of(lock);
  pthreads::turn_in_line turn(key, true);
  counted_waiter<How> counted(words);
  bool behind = false;
  auto attempt = [&] {
    behind = counted.behind();
    return behind ? EBUSY : How::attempt(lock);
  };
  auto looks = [&] { return !behind && !words.green_writer(); };
  co_return turn.ends(
      co_await pthreads::lock_in_lot(key, How::name, until, attempt, looks));
}

template <class How>
task<int> lock_by(pthread_rwlock_t* lock, clockid_t clock,
                  const timespec* until) {
  if (until != nullptr &&
      (!pthreads::valid_clock(clock) || !valid_time(*until))) {
    co_return EINVAL;
  }
  const lock_words words(*lock);
  if (words.mine()) co_return EDEADLK;
  if (!How::behind(words)) {
    const int result = How::attempt(lock);
    if (result != EBUSY) co_return result;
  }
  co_return co_await wait_for<How>(lock, deadline_at(until, clock));
}

}  // namespace

task<int> pthread_rwlock_rdlock(pthread_rwlock_t* lock) {
  return lock_by<reading>(lock, CLOCK_REALTIME, nullptr);
}
task<int> pthread_rwlock_timedrdlock(pthread_rwlock_t* lock,
                                     const timespec* until) {
  return lock_by<reading>(lock, CLOCK_REALTIME, until);
}
task<int> pthread_rwlock_clockrdlock(pthread_rwlock_t* lock, clockid_t clock,
                                     const timespec* until) {
  return lock_by<reading>(lock, clock, until);
}
int pthread_rwlock_tryrdlock(pthread_rwlock_t* lock) {
  const lock_words words(*lock);
  if (reading::behind(words)) return EBUSY;
  return reading::attempt(lock);
}

task<int> pthread_rwlock_wrlock(pthread_rwlock_t* lock) {
  return lock_by<writing>(lock, CLOCK_REALTIME, nullptr);
}
task<int> pthread_rwlock_timedwrlock(pthread_rwlock_t* lock,
                                     const timespec* until) {
  return lock_by<writing>(lock, CLOCK_REALTIME, until);
}
task<int> pthread_rwlock_clockwrlock(pthread_rwlock_t* lock, clockid_t clock,
                                     const timespec* until) {
  return lock_by<writing>(lock, clock, until);
}
int pthread_rwlock_trywrlock(pthread_rwlock_t* lock) {
  return writing::attempt(lock);
}

int pthread_rwlock_unlock(pthread_rwlock_t* lock) {
  const lock_words words(*lock);
  GREEN_ASSERT(words.held(), "pthread_rwlock_unlock: nobody holds the lock");
  if (words.green_writer()) words.writer().store(0);
  // Another thread may destroy the lock as soon as it is unlocked.
  const std::uint64_t key = pthreads::key_of(lock);
  const int result = ::pthread_rwlock_unlock(lock);
  if (result == 0) core::parking_lot::wake(key, true);
  return result;
}

}  // namespace green
