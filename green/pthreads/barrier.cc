// SPDX-License-Identifier: MIT
#include <cerrno>
#include <new>

#include "green/core/list.h"
#include "green/core/parking_lot.h"
#include "green/core/wait_queue.h"
#include "green/pthread.h"
#include "green/pthreads/lock_wait.h"

namespace green {

namespace {

// In the memory of the barrier. There is no static initialiser, so all state is
// green's. Its key's row in the lot guards the number of those that have come.
struct barrier_state {
  unsigned count;
  unsigned come;
};
static_assert(sizeof(barrier_state) <= sizeof(pthread_barrier_t));

barrier_state& state_of(pthread_barrier_t* barrier) noexcept {
  return *std::launder(reinterpret_cast<barrier_state*>(barrier));
}

// The last that comes takes all others out of the lot in the same step. So the
// woken need nothing of the barrier, which may be gone.
class barrier_wait final : public core::parking_lot::parked_wait {
 public:
  explicit barrier_wait(pthread_barrier_t* barrier)
      : parked_wait(pthreads::key_of(barrier), "pthread_barrier_wait",
                    core::deadline::never()),
        state_(&state_of(barrier)) {}
  ~barrier_wait() { core::wait_queue::wake_all(others_); }

  int await_resume() {
    core::wait_queue::wake_all(others_);
    finish_wait();
    return last_ ? PTHREAD_BARRIER_SERIAL_THREAD : 0;
  }

 private:
  bool try_now() override {
    if (++state_->come != state_->count) return false;
    state_->come = 0;
    last_ = true;
    take_all(others_);
    return true;
  }
  void left(core::list<core::waiter>&) noexcept override { --state_->come; }

  barrier_state* state_;
  core::list<core::waiter> others_;
  bool last_ = false;
};

}  // namespace

int pthread_barrier_init(pthread_barrier_t* barrier,
                         const pthread_barrierattr_t* attributes,
                         unsigned count) {
  int shared = PTHREAD_PROCESS_PRIVATE;
  if (attributes != nullptr) {
    ::pthread_barrierattr_getpshared(attributes, &shared);
  }
  if (shared != PTHREAD_PROCESS_PRIVATE) return ENOTSUP;
  // The original looks at the number.
  const int result = ::pthread_barrier_init(barrier, attributes, count);
  if (result == 0) new (barrier) barrier_state{count, 0};
  return result;
}

int pthread_barrier_destroy(pthread_barrier_t* barrier) {
  const core::parking_lot::guard guard(pthreads::key_of(barrier));
  return state_of(barrier).come == 0 ? 0 : EBUSY;
}

task<int> pthread_barrier_wait(pthread_barrier_t* barrier) {
  co_return co_await barrier_wait(barrier);
}

}  // namespace green
