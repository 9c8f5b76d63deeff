// SPDX-License-Identifier: MIT
#include <atomic>
#include <cerrno>
#include <cstdint>

#include "green/core/assert.h"
#include "green/core/lock_holder.h"
#include "green/core/parking_lot.h"
#include "green/pthread.h"
#include "green/pthreads/lock_wait.h"
#include "green/pthreads/waiter_count.h"

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
  // Written by the thread that has the lock.
  void set_writer(unsigned long thread) const noexcept {
    std::atomic_ref(data_.__pad2).store(thread, std::memory_order_relaxed);
  }
  std::atomic_ref<unsigned> waiters() const noexcept {
    return std::atomic_ref(data_.__pad3);
  }
  std::atomic_ref<unsigned> waiting_writers() const noexcept {
    return std::atomic_ref(data_.__pad4);
  }
  bool mine() const noexcept {
    return green_writer() && known_writer() == lock_holder::caller();
  }
  bool green_writer() const noexcept {
    return has_words() && known_writer() != 0;
  }
  bool held() const noexcept {
    constexpr unsigned reader_shift = 3;
    return std::atomic_ref(data_.__cur_writer).load() != 0 ||
           std::atomic_ref(data_.__readers).load() >> reader_shift != 0;
  }

 private:
  unsigned long known_writer() const noexcept {
    return std::atomic_ref(data_.__pad2).load(std::memory_order_relaxed);
  }

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
      words.set_writer(lock_holder::caller());
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
class counted_waiter final : public pthreads::waiter_count {
 public:
  explicit counted_waiter(const lock_words& words) : words_(words) {}
  ~counted_waiter() { end(); }
  // With the waiters of the lock locked. Do others go first? A writer lets
  // those go that waited when it came.
  bool behind() noexcept {
    if (!words_.has_words() || (How::writes && counted())) return false;
    const bool others = How::behind(words_);
    if (!counted()) begin();
    return others;
  }

 private:
  void change(int by) noexcept override {
    const auto number = static_cast<unsigned>(by);
    words_.waiters().fetch_add(number);
    if (How::writes) words_.waiting_writers().fetch_add(number);
  }

  const lock_words& words_;
};

// Each unlock wakes all. One that lets others go first relies on them. The
// readers may be OS threads, whose unlock wakes no green thread.
template <class How>
task<int> wait_for_lock(pthread_rwlock_t* lock, core::deadline until) {
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
int lock_at_once(pthread_rwlock_t* lock) {
  const lock_words words(*lock);
  if (words.mine()) return EDEADLK;
  return How::behind(words) ? EBUSY : How::attempt(lock);
}

pthread_rwlock_locking lock_by(pthread_rwlock_t* lock, bool writes,
                               const pthreads::time_limit& limit) {
  return pthread_rwlock_locking(writes ? writing::name : reading::name, lock,
                                writes, limit);
}

}  // namespace

bool pthreads::rwlock_request::at_once() {
  int result = limit_.error();
  if (result == 0) {
    result =
        writes_ ? lock_at_once<writing>(lock_) : lock_at_once<reading>(lock_);
  }
  set(result);
  return result != EBUSY;
}

task<> pthreads::rwlock_request::in_steps() {
  const core::deadline until = limit_.deadline();
  int result = 0;
  if (writes_) {
    result = co_await wait_for_lock<writing>(lock_, until);
  } else {
    result = co_await wait_for_lock<reading>(lock_, until);
  }
  set(result);
}

pthread_rwlock_locking pthread_rwlock_rdlock(pthread_rwlock_t* lock) {
  return lock_by(lock, false, {});
}
pthread_rwlock_locking pthread_rwlock_timedrdlock(pthread_rwlock_t* lock,
                                                  const timespec* until) {
  return lock_by(lock, false, {CLOCK_REALTIME, until});
}
pthread_rwlock_locking pthread_rwlock_clockrdlock(pthread_rwlock_t* lock,
                                                  clockid_t clock,
                                                  const timespec* until) {
  return lock_by(lock, false, {clock, until});
}
int pthread_rwlock_tryrdlock(pthread_rwlock_t* lock) {
  const lock_words words(*lock);
  if (reading::behind(words)) return EBUSY;
  return reading::attempt(lock);
}

pthread_rwlock_locking pthread_rwlock_wrlock(pthread_rwlock_t* lock) {
  return lock_by(lock, true, {});
}
pthread_rwlock_locking pthread_rwlock_timedwrlock(pthread_rwlock_t* lock,
                                                  const timespec* until) {
  return lock_by(lock, true, {CLOCK_REALTIME, until});
}
pthread_rwlock_locking pthread_rwlock_clockwrlock(pthread_rwlock_t* lock,
                                                  clockid_t clock,
                                                  const timespec* until) {
  return lock_by(lock, true, {clock, until});
}
int pthread_rwlock_trywrlock(pthread_rwlock_t* lock) {
  return writing::attempt(lock);
}

int pthread_rwlock_unlock(pthread_rwlock_t* lock) {
  const lock_words words(*lock);
  GREEN_ASSERT(words.held(), "pthread_rwlock_unlock: nobody holds the lock");
  if (words.green_writer()) words.set_writer(0);
  // Another thread may destroy the lock as soon as it is unlocked.
  const std::uint64_t key = pthreads::key_of(lock);
  const int result = ::pthread_rwlock_unlock(lock);
  if (result == 0) core::parking_lot::wake_if_any(key, true);
  return result;
}

}  // namespace green
