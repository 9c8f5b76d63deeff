// SPDX-License-Identifier: MIT
#include "green/hub/poller.h"

#include <liburing.h>
#include <poll.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
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

}  // namespace

poller::poller() : results_(std::make_shared<helper_results>()) {
  readiness_.add_bell(results_->bell());
}

poller::~poller() {
  for (helper_call* call : stash_) call->unref();
}

// Whoever helped is not here; what they work on stays as it is.
void poller::leave_to_parent() noexcept {
  readiness_.close();
  results_->close_bell();
  for (const auto& [user_data, j] : jobs_) {
    if (j->timer >= 0) ::close(j->timer);
  }
}

bool poller::has(std::uint64_t user_data) const noexcept {
  if (jobs_.contains(user_data)) return true;
  return std::ranges::any_of(
      pushed_, [=](const pushed& p) { return p.user_data == user_data; });
}

bool poller::push(const entry& what, std::uint64_t user_data) noexcept {
  pushed_.push_back({what, user_data});
  return true;
}

bool poller::pending() const noexcept {
  return !pushed_.empty() || !completions_.empty() || !jobs_.empty();
}

unsigned poller::reap(std::span<completion> into) noexcept {
  unsigned count = 0;
  while (count < into.size() && !completions_.empty()) {
    into[count++] = completions_.front();
    completions_.pop_front();
  }
  return count;
}

void poller::go(std::int64_t timeout) noexcept {
  const int errno_of_who_ran = errno;
  for (std::size_t i = 0; i < pushed_.size(); ++i) start(pushed_[i]);
  pushed_.clear();
  core::list<watcher> ready_ones;
  const std::int64_t limit = completions_.empty() ? timeout : 0;
  if (readiness_.wait(limit, ready_ones)) take_results();
  while (watcher* w = ready_ones.pop_front()) ready(static_cast<job&>(*w));
  errno = errno_of_who_ran;
}

void poller::start(const pushed& p) {
  const io_uring_sqe& sqe = *p.what.sqe();
  if (sqe.opcode == IORING_OP_ASYNC_CANCEL)
    return cancel(sqe.addr, p.user_data);
  job& j = *new job(p.what, p.user_data);
  jobs_.emplace(p.user_data, &j);
  switch (sqe.opcode) {
    case IORING_OP_POLL_ADD:
      return start_poll(j);
    case IORING_OP_TIMEOUT:
      return start_timer(j);
    default:
      if (!take_stashed(j)) take_step(j, j.work.next());
  }
}

void poller::take_step(job& j, step s) {
  if (j.ending && s.what != step::kind::done) return finish(j, j.work.ended());
  switch (s.what) {
    case step::kind::done:
      return finish(j, s.value);
    case step::kind::wait:
      return park(j, static_cast<std::uint32_t>(s.value));
    case step::kind::help:
      return help(j, file_helpers());
    case step::kind::patience:
      return help(j, patient_helpers());
  }
}

void poller::park(job& j, std::uint32_t events) {
  const io_uring_sqe& sqe = *j.work.what().sqe();
  j.fd = j.timer >= 0 ? j.timer : sqe.fd;
  j.events = events;
  const int error = readiness_.add(j);
  if (error == 0) return;
  if (error != EPERM) return finish(j, -error);
  // What epoll does not take is always ready, but not for every event.
  if (sqe.opcode == IORING_OP_POLL_ADD) return finish(j, -EINVAL);
  ready(j);
}

void poller::ready(job& j) {
  if (j.ending) return leave(j);
  io_uring_sqe& sqe = *j.work.what().sqe();
  if (sqe.opcode == IORING_OP_POLL_ADD) return start_poll(j);
  if (sqe.opcode == IORING_OP_TIMEOUT) return finish(j, -ETIME);
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

void poller::help(job& j, offload& helpers) {
  j.call = new helper_call(j.work.what(), results_, &j);
  try {
    helpers.submit(*j.call);
  } catch (const std::system_error&) {
    std::exchange(j.call, nullptr)->unref();
    finish(j, -EAGAIN);
  }
}

void poller::take_results() {
  for (helper_call* call : results_->take()) {
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
  stash_.push_back(&call);
  for (const auto& [user_data, j] : jobs_) {
    const io_uring_sqe& sqe = *j->work.what().sqe();
    if (sqe.opcode != IORING_OP_ACCEPT || !j->linked() || j->ending) continue;
    if (!call.accepts_from(sqe.fd)) continue;
    readiness_.remove(*j);
    return ready(*j);
  }
}

bool poller::take_stashed(job& j) {
  const io_uring_sqe& sqe = *j.work.what().sqe();
  if (sqe.opcode != IORING_OP_ACCEPT || stash_.empty()) return false;
  for (auto i = stash_.begin(); i != stash_.end(); ++i) {
    helper_call* const call = *i;
    if (!call->accepts_from(sqe.fd)) continue;
    stash_.erase(i);
    const std::int32_t result = call->take(j.work.what());
    call->unref();
    finish(j, result);
    return true;
  }
  return false;
}

void poller::cancel(std::uint64_t target, std::uint64_t user_data) {
  std::int32_t answer = -ENOENT;
  if (const auto found = jobs_.find(target); found != jobs_.end()) {
    answer = end_early(*found->second) ? 0 : -EALREADY;
  }
  completions_.push_back({user_data, answer, 0});
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
  finish(j, j.work.ended());
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
  completions_.push_back({j.user_data, result, 0});
  jobs_.erase(j.user_data);
  if (j.timer >= 0) ::close(j.timer);
  delete &j;
}

}  // namespace green::hub
