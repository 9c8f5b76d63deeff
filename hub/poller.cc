// SPDX-License-Identifier: MIT
#include "green/hub/poller.h"

#include <liburing.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <cerrno>
#include <new>
#include <system_error>
#include <utility>

#include "green/hub/offloaded.h"

namespace green::hub {

namespace {

int make_timer(const io_uring_sqe& sqe) {
  const auto& until = *reinterpret_cast<const __kernel_timespec*>(sqe.addr);
  const bool wall = (sqe.timeout_flags & IORING_TIMEOUT_REALTIME) != 0;
  const bool absolute = (sqe.timeout_flags & IORING_TIMEOUT_ABS) != 0;
  const int timer = ::timerfd_create(wall ? CLOCK_REALTIME : CLOCK_MONOTONIC,
                                     TFD_CLOEXEC | TFD_NONBLOCK);
  if (timer < 0) return -errno;
  itimerspec when{};
  when.it_value = {.tv_sec = until.tv_sec, .tv_nsec = until.tv_nsec};
  // Zero would disarm it.
  if (until.tv_sec == 0 && until.tv_nsec == 0) when.it_value.tv_nsec = 1;
  ::timerfd_settime(timer, absolute ? TFD_TIMER_ABSTIME : 0, &when, nullptr);
  return timer;
}

bool receives_plainly(const io_uring_sqe& sqe) {
  return sqe.opcode == IORING_OP_RECV && sqe.fd >= 0 && sqe.len != 0 &&
         (sqe.msg_flags & ~static_cast<unsigned>(MSG_NOSIGNAL)) == 0;
}

}  // namespace

poller::poller(readiness::waits how)
    : readiness_(how), results_(std::make_shared<helper_results>()) {
  readiness_.add_bell(results_->bell());
}

poller::~poller() {
  while (helper_call* const call = stash_.pop_front()) call->unref();
  jobs_.for_each([](job_table::item& i) {
    job& j = static_cast<job&>(i);
    if (j.call != nullptr) j.call->unref();
    if (j.timer >= 0) ::close(j.timer);
    delete &j;
  });
}

// Whoever helped is not here; what they work on stays as it is.
void poller::leave_to_parent() noexcept {
  readiness_.close();
  results_->close_bell();
  jobs_.for_each([](job_table::item& i) {
    job& j = static_cast<job&>(i);
    if (j.timer >= 0) ::close(std::exchange(j.timer, -1));
  });
}

bool poller::push(const entry& what, std::uint64_t user_data) noexcept {
  const io_uring_sqe& sqe = *what.sqe();
  if (sqe.opcode == IORING_OP_ASYNC_CANCEL) return cancel(sqe.addr, user_data);
  try {
    job& j = *new job(what, user_data);
    jobs_.add(j);
    pushed_.push_back(j);
    return true;
  } catch (const std::bad_alloc&) {
    return answer(user_data, -ENOMEM);
  }
}

// False until the others are reaped.
bool poller::answer(std::uint64_t user_data, std::int32_t result) noexcept {
  if (answered_ == answers_.size()) return false;
  answers_[answered_++] = {user_data, result, 0};
  return true;
}

bool poller::pending() const noexcept {
  return !jobs_.empty() || answered_ != 0;
}

unsigned poller::reap(std::span<completion> into) noexcept {
  unsigned count = 0;
  while (count < into.size() && answered_ != 0) {
    into[count++] = answers_[--answered_];
  }
  while (count < into.size() && !done_.empty()) {
    job& j = done_.front();
    if (j.cancel != 0) {
      into[count++] = {std::exchange(j.cancel, 0), j.cancel_answer, 0};
      continue;
    }
    into[count++] = {j.user_data, j.result, 0};
    j.unlink();
    jobs_.remove(j);
    delete &j;
  }
  return count;
}

void poller::go(std::int64_t timeout) noexcept {
  const int errno_of_who_ran = errno;
  while (job* const j = pushed_.pop_front()) {
    start(*j);
    if (j->cancel != 0) carry_out_cancel(*j);
  }
  core::list<watcher> ready_ones;
  if (readiness_.wait(has_completions() ? 0 : timeout, ready_ones)) {
    take_results();
  }
  while (watcher* w = ready_ones.pop_front()) ready(static_cast<job&>(*w));
  errno = errno_of_who_ran;
}

void poller::start(job& j) {
  j.started = true;
  switch (j.work.what().sqe()->opcode) {
    case IORING_OP_POLL_ADD:
      return start_poll(j);
    case IORING_OP_TIMEOUT:
      return start_timer(j);
    default:
      if (park_at_once(j) || take_stashed(j)) return;
      take_step(j, j.work.next());
  }
}

void poller::take_step(job& j, step s) {
  if (j.ending && s.what != step::kind::done)
    return finish(j, j.work.ended(-ECANCELED));
  switch (s.what) {
    case step::kind::done:
      return finish(j, s.value);
    case step::kind::wait:
      return park(j, static_cast<std::uint32_t>(s.value));
    case step::kind::help:
      return help(j, &file_helpers);
    case step::kind::patience:
      return help(j, &patient_helpers);
  }
}

void poller::park(job& j, std::uint32_t events) {
  const io_uring_sqe& sqe = *j.work.what().sqe();
  j.fd = j.timer >= 0 ? j.timer : sqe.fd;
  j.events = events;
  const int error = readiness_.add(j);
  if (error == 0) return;
  if (j.call != nullptr) return leave(j);  // a helper may still work for it
  if (error != EPERM) return finish(j, j.work.ended(-error));
  // What epoll does not take is always ready, but not for every event.
  if (sqe.opcode == IORING_OP_POLL_ADD) return finish(j, -EINVAL);
  ready(j);
}

// What was read short has nothing more, so that a trial is seldom of use; and
// where there is something by now, epoll says so.
bool poller::park_at_once(job& j) {
  const io_uring_sqe& sqe = *j.work.what().sqe();
  if (!receives_plainly(sqe) || !readiness_.drained(sqe.fd)) return false;
  j.fd = sqe.fd;
  j.events = POLLIN;
  return readiness_.add_again(j);
}

void poller::ready(job& j) {
  if (j.ending) return leave(j);
  io_uring_sqe& sqe = *j.work.what().sqe();
  if (sqe.opcode == IORING_OP_POLL_ADD) return start_poll(j);
  if (sqe.opcode == IORING_OP_TIMEOUT) return ring_timer(j);
  if (!take_stashed(j)) take_step(j, j.work.next());
}

void poller::start_poll(job& j) {
  const io_uring_sqe& sqe = *j.work.what().sqe();
  pollfd one{sqe.fd, static_cast<short>(sqe.poll32_events), 0};
  ::poll(&one, 1, 0);
  if ((one.revents & POLLNVAL) != 0) return finish(j, -EBADF);
  if (one.revents != 0) return finish(j, one.revents);
  park(j, sqe.poll32_events & 0xffff);
}

void poller::start_timer(job& j) {
  const int timer = make_timer(*j.work.what().sqe());
  if (timer < 0) return finish(j, timer);
  j.timer = timer;
  park(j, POLLIN);
}

// Of a file that had the number before, and lives on elsewhere, the set still
// tells.
void poller::ring_timer(job& j) {
  std::uint64_t times = 0;
  const bool rang = ::read(j.timer, &times, sizeof times) > 0;
  rang ? finish(j, -ETIME) : park(j, POLLIN);
}

void poller::help(job& j, offload& (*helpers)()) {
  try {
    j.call = new helper_call(j.work.what(), results_, &j);
    helpers().submit(*j.call);
    return;
  } catch (const std::bad_alloc&) {
    j.result = -ENOMEM;
  } catch (const std::system_error&) {
    j.result = -EAGAIN;
  }
  if (j.call != nullptr) std::exchange(j.call, nullptr)->unref();
  finish(j, j.work.ended(j.result));
}

void poller::take_results() {
  core::list<helper_call> done;
  results_->take(done);
  while (helper_call* const call = done.pop_front()) {
    if (call->owner == nullptr) {
      stash(*call);
      continue;
    }
    job& j = *static_cast<job*>(call->owner);
    std::exchange(j.call, nullptr)->unref();
    if (j.linked()) readiness_.remove(j);
    const std::int32_t result = call->take(j.work.what());
    call->unref();
    take_step(j, j.work.helped(result));
  }
}

// A helper has accepted a connection for one who had left by then.
void poller::stash(helper_call& call) {
  if (!call.has_connection()) return call.unref();
  stash_.push_back(call);
  job* taker = nullptr;
  jobs_.for_each([&](job_table::item& i) {
    job& j = static_cast<job&>(i);
    const io_uring_sqe& sqe = *j.work.what().sqe();
    if (sqe.opcode != IORING_OP_ACCEPT || !j.linked()) return;
    if (j.ending || j.done || !call.accepts_from(sqe.fd)) return;
    taker = &j;
  });
  if (taker == nullptr) return;
  taker->unlink();
  ready(*taker);
}

bool poller::take_stashed(job& j) {
  const io_uring_sqe& sqe = *j.work.what().sqe();
  if (sqe.opcode != IORING_OP_ACCEPT || stash_.empty()) return false;
  helper_call* found = nullptr;
  stash_.for_each([&](helper_call& call) {
    if (found == nullptr && call.accepts_from(sqe.fd)) found = &call;
  });
  if (found == nullptr) return false;
  found->unlink();
  const std::int32_t result = found->take(j.work.what());
  found->unref();
  finish(j, result);
  return true;
}

// What has not begun yet is tried once, as a ring would do in this order.
bool poller::cancel(std::uint64_t target, std::uint64_t user_data) {
  job* const j = static_cast<job*>(jobs_.find(target));
  if (j == nullptr || j->cancel != 0) return answer(user_data, -ENOENT);
  const int errno_of_who_ran = errno;
  j->cancel = user_data;
  if (j->started) carry_out_cancel(*j);
  errno = errno_of_who_ran;
  return true;
}

// The answer comes with the completion of what is cancelled.
void poller::carry_out_cancel(job& j) {
  j.cancel_answer = j.done ? -ENOENT : end_early(j) ? 0 : -EALREADY;
}

// False if it goes on for now.
bool poller::end_early(job& j) {
  if (j.linked()) readiness_.remove(j);
  if (j.call != nullptr && !j.call->stop()) {
    j.ending = true;
    if (j.call->can_be_left()) leave_later(j);
    return false;
  }
  leave(j);
  return true;
}

void poller::leave(job& j) {
  if (j.call != nullptr) {
    j.call->owner = nullptr;
    std::exchange(j.call, nullptr)->unref();
  }
  finish(j, j.work.ended(-ECANCELED));
}

// A helper that accepts has a connection in no time, unless another process
// was faster; then it may have to wait for ever.
void poller::leave_later(job& j) {
  if (j.timer >= 0) return;
  j.timer = ::timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
  if (j.timer < 0) return leave(j);
  constexpr itimerspec soon{.it_interval = {},
                            .it_value = {.tv_sec = 0, .tv_nsec = 20'000'000}};
  ::timerfd_settime(j.timer, 0, &soon, nullptr);
  park(j, POLLIN);
}

void poller::finish(job& j, std::int32_t result) {
  const io_uring_sqe& sqe = *j.work.what().sqe();
  if (receives_plainly(sqe)) {
    const bool part = result > 0 && static_cast<unsigned>(result) < sqe.len;
    readiness_.set_drained(sqe.fd, part);
  }
  if (sqe.opcode == IORING_OP_ACCEPT) forget(result);
  if (sqe.opcode == IORING_OP_CONNECT) forget(sqe.fd);
  if (j.timer >= 0) ::close(std::exchange(j.timer, -1));
  j.result = result;
  j.done = true;
  done_.push_back(j);
}

}  // namespace green::hub
