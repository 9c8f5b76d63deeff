// SPDX-License-Identifier: MIT
#include <fmt/format.h>
#include <liburing.h>
#include <time.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstring>
#include <memory>
#include <span>
#include <system_error>

#include "green/core/assert.h"
#include "green/core/deadline.h"
#include "green/hub/backend.h"
#include "green/hub/cancellation.h"

#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define GREEN_TSAN 1
#endif
#endif
#if defined(__SANITIZE_THREAD__)
#define GREEN_TSAN 1
#endif

// ThreadSanitizer does not see that the kernel synchronizes the uses of a
// request's memory. So it is told, at submission and at reaping.
#ifdef GREEN_TSAN
extern "C" void __tsan_acquire(void* address);
extern "C" void __tsan_release(void* address);
#else
static void __tsan_acquire(void*) {}
static void __tsan_release(void*) {}
#endif

namespace green::hub {

namespace {

constexpr unsigned submission_entries = 256;
constexpr unsigned completion_entries = 1024;

// From the best to the plainest. Older kernels refuse the newer flags.
constexpr unsigned flag_ladder[] = {
    IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN |
        IORING_SETUP_TASKRUN_FLAG | IORING_SETUP_SUBMIT_ALL,
    IORING_SETUP_COOP_TASKRUN | IORING_SETUP_TASKRUN_FLAG |
        IORING_SETUP_SUBMIT_ALL,
    IORING_SETUP_SUBMIT_ALL,
    0,
};

void* shared_with_kernel(std::uint64_t data) {
  return reinterpret_cast<void*>(data & ~tag::cancel_bit);
}

// For ThreadSanitizer: a ring's memory may lie where another thread's ring lay.
char all_rings;

[[gnu::noinline]] int submit_and_wait(io_uring* ring, std::int64_t timeout) {
  const timespec length = core::timespec_of(timeout);
  __kernel_timespec limit{.tv_sec = length.tv_sec, .tv_nsec = length.tv_nsec};
  io_uring_cqe* first = nullptr;
  allow_cancellation();
  // Without a limit the kernel need not arm a timer.
  const int result =
      timeout == core::deadline::infinite
          ? io_uring_submit_and_wait(ring, 1)
          : io_uring_submit_and_wait_timeout(ring, &first, 1, &limit, nullptr);
  deny_cancellation();
  return result;
}

class ring final : public backend {
 public:
  ring();
  ~ring() override {
    if (left_to_parent_) return;
    io_uring_unregister_ring_fd(&ring_);
    __tsan_release(&all_rings);
    io_uring_queue_exit(&ring_);
  }

  bool push(const entry& what, std::uint64_t user_data) noexcept override {
    io_uring_sqe* sqe = io_uring_get_sqe(&ring_);
    if (sqe == nullptr) return false;
    std::memcpy(sqe, what.bytes, sizeof what.bytes);
    sqe->user_data = user_data;
    __tsan_release(shared_with_kernel(user_data));
    return true;
  }

  void flush() noexcept override {
    check(io_uring_submit_and_get_events(&ring_));
  }

  void wait(std::int64_t timeout) override {
    check(submit_and_wait(&ring_, timeout));
  }

  bool pending() const noexcept override {
    if (io_uring_sq_ready(&ring_) != 0) return true;
    if (!tells_of_work_) return true;
    const unsigned flags = __atomic_load_n(ring_.sq.kflags, __ATOMIC_RELAXED);
    return (flags & (IORING_SQ_TASKRUN | IORING_SQ_CQ_OVERFLOW)) != 0 ||
           io_uring_cq_ready(&ring_) != 0;
  }

  unsigned reap(std::span<completion> into) noexcept override {
    unsigned head = 0;
    unsigned count = 0;
    io_uring_cqe* cqe = nullptr;
    io_uring_for_each_cqe(&ring_, head, cqe) {
      if (count == into.size()) break;
      into[count++] = {cqe->user_data, cqe->res, cqe->flags};
      __tsan_acquire(shared_with_kernel(cqe->user_data));
    }
    io_uring_cq_advance(&ring_, count);
    return count;
  }

  // The ring's memory is not mapped in the child.
  void leave_to_parent() noexcept override {
    ::close(ring_.ring_fd);
    left_to_parent_ = true;
  }

 private:
  // EAGAIN and EBUSY leave the entries where they are, for the next flush;
  // ETIME and EINTR end a wait.
  static void check(int result) noexcept {
    if (result >= 0) return;
    GREEN_ASSERT(result == -EINTR || result == -ETIME || result == -EAGAIN ||
                     result == -EBUSY || result == -ENOMEM,
                 std::strerror(-result));
  }

  int set_up(unsigned flags);
  int self_test();

  io_uring ring_;
  bool tells_of_work_ = false;
  bool left_to_parent_ = false;
};

[[noreturn]] void refused(int error) {
  const char* how = "io_uring_setup failed";
  switch (error) {
    case EPERM:
      how =
          "a container's seccomp profile or the sysctl "
          "kernel.io_uring_disabled forbids it; allow io_uring_setup, "
          "io_uring_enter and io_uring_register there, or set "
          "kernel.io_uring_disabled=0";
      break;
    case ENOSYS:
      how = "the kernel has no io_uring; Linux 5.15 or newer is needed";
      break;
    case ENOMEM:
      how = "the limit of locked memory is too low; raise ulimit -l";
      break;
    default:
      break;
  }
  throw std::system_error(error, std::generic_category(),
                          fmt::format("green: no io_uring: {}", how));
}

// The kernel frees a ring's memory some time after the ring's end. So ENOMEM
// may pass, and is tried again.
ring::ring() {
  constexpr long pauses_ms[] = {0, 1, 5, 20};
  int error = 0;
  for (const long pause : pauses_ms) {
    if (pause != 0) {
      const timespec nap{.tv_sec = 0, .tv_nsec = pause * 1'000'000};
      ::nanosleep(&nap, nullptr);
    }
    for (const unsigned flags : flag_ladder) {
      error = set_up(flags);
      if (error != EINVAL) break;
    }
    if (error != ENOMEM) break;
  }
  if (error != 0) refused(error);
}

int ring::set_up(unsigned flags) {
  for (unsigned shrink = 1; shrink <= 16; shrink *= 2) {
    io_uring_params params{};
    params.flags = flags | IORING_SETUP_CQSIZE | IORING_SETUP_CLAMP;
    params.cq_entries = completion_entries / shrink;
    const int error = -io_uring_queue_init_params(submission_entries / shrink,
                                                  &ring_, &params);
    if (error == ENOMEM) continue;
    if (error != 0) return error;
    __tsan_acquire(&all_rings);
    tells_of_work_ = (flags & IORING_SETUP_TASKRUN_FLAG) != 0;
    io_uring_ring_dontfork(&ring_);
    io_uring_register_ring_fd(&ring_);
    return self_test();
  }
  return ENOMEM;
}

// A profile may allow io_uring_setup but not io_uring_enter.
int ring::self_test() {
  entry nop;
  io_uring_prep_nop(nop.sqe());
  push(nop, tag::nobody);
  io_uring_cqe* cqe = nullptr;
  int error = -io_uring_submit(&ring_);
  if (error <= 0) error = -io_uring_wait_cqe(&ring_, &cqe);
  if (error == 0) {
    io_uring_cqe_seen(&ring_, cqe);
    return 0;
  }
  io_uring_queue_exit(&ring_);
  return error;
}

}  // namespace

std::unique_ptr<backend> make_ring() { return std::make_unique<ring>(); }

}  // namespace green::hub
