// SPDX-License-Identifier: MIT
#include "green/hub/poller.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <cerrno>
#include <new>
#include <system_error>
#include <utility>

#include "green/hub/offloaded.h"
#include "green/hub/opcodes.h"

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

family family_of(const entry& what) { return opcode_of(*what.sqe()).steps; }

bool receives_plainly(const io_uring_sqe& sqe) {
  const opcode& known = opcode_of(sqe);
  return known.steps == family::receive && known.bytes == memory::buffer &&
         sqe.fd >= 0 && sqe.len != 0 &&
         (sqe.msg_flags & ~static_cast<unsigned>(MSG_NOSIGNAL)) == 0;
}

}  // namespace

poller::poller(readiness::waits how)
    : readiness_(how), results_(std::make_shared<offloaded_results>()) {
  readiness_.add_bell(results_->bell());
}

poller::~poller() {
  for (offloaded_entry* const call : left_) {
    const int listener = call->what().sqe()->fd;
    if (call->accepts_from(listener)) call->end_accept(listener);
    call->unref();
  }
  while (offloaded_entry* const call = stash_.pop_front()) call->unref();
  submissions_.for_each([](entry_table::item& i) {
    submission& s = static_cast<submission&>(i);
    if (s.call != nullptr) s.call->unref();
    if (s.timer >= 0) ::close(s.timer);
    delete &s;
  });
}

// The child has no helper threads. The calls that they were at stay as they
// are.
void poller::leave_to_parent() noexcept {
  readiness_.close();
  results_->close_bell();
  left_.clear();
  submissions_.for_each([](entry_table::item& i) {
    submission& s = static_cast<submission&>(i);
    if (s.timer >= 0) ::close(std::exchange(s.timer, -1));
    s.work.close_watch();
  });
}

bool poller::push(const entry& what, std::uint64_t user_data) noexcept {
  if (family_of(what) == family::cancel) {
    return cancel(what.sqe()->addr, user_data);
  }
  try {
    submission& s = *new submission(what, user_data);
    submissions_.add(s);
    pushed_.push_back(s);
    return true;
  } catch (const std::bad_alloc&) {
    return answer(user_data, -ENOMEM);
  }
}

// False: there is no room before the other answers are reaped.
bool poller::answer(std::uint64_t user_data, std::int32_t result) noexcept {
  if (answered_ == answers_.size()) return false;
  answers_[answered_++] = {user_data, result, 0};
  return true;
}

bool poller::pending() const noexcept {
  return !submissions_.empty() || answered_ != 0;
}

unsigned poller::reap(std::span<completion> into) noexcept {
  unsigned count = 0;
  while (count < into.size() && answered_ != 0) {
    into[count++] = answers_[--answered_];
  }
  while (count < into.size() && !done_.empty()) {
    submission& s = done_.front();
    if (s.cancel != 0) {
      into[count++] = {std::exchange(s.cancel, 0), s.cancel_answer, 0};
      continue;
    }
    into[count++] = {s.user_data, s.result, 0};
    s.unlink();
    submissions_.remove(s);
    delete &s;
  }
  return count;
}

void poller::go(std::int64_t timeout) {
  const int errno_of_who_ran = errno;
  while (submission* const s = pushed_.pop_front()) {
    start(*s);
    if (s->cancel != 0) carry_out_cancel(*s);
  }
  core::list<watcher> ready_ones;
  if (readiness_.wait(has_completions() ? 0 : timeout, ready_ones)) {
    take_results();
  }
  while (watcher* w = ready_ones.pop_front())
    ready(static_cast<submission&>(*w));
  errno = errno_of_who_ran;
}

void poller::start(submission& s) {
  s.started = true;
  switch (family_of(s.work.what())) {
    case family::poll:
      return start_poll(s);
    case family::timer:
      return start_timer(s);
    default:
      if (park_at_once(s) || take_stashed(s)) return;
      take_step(s, s.work.next());
  }
}

void poller::take_step(submission& s, step next) {
  if (s.ending && next.what != step::kind::done)
    return finish(s, s.work.ended(-ECANCELED));
  switch (next.what) {
    case step::kind::done:
      return finish(s, next.value);
    case step::kind::wait:
      return park(s, static_cast<std::uint32_t>(next.value));
    case step::kind::help:
      return help(s, &file_helpers);
    case step::kind::patience:
      return help(s, &patient_helpers);
  }
}

void poller::park(submission& s, std::uint32_t events) {
  s.fd = s.timer >= 0 ? s.timer : s.work.descriptor();
  s.events = events;
  const int error = readiness_.add(s);
  if (error == 0) return;
  if (s.call != nullptr) return leave(s);  // a helper may still work for it
  if (error != EPERM) return finish(s, s.work.ended(-error));
  // EPERM: a regular file is always ready, but not for every event.
  if (family_of(s.work.what()) == family::poll) return finish(s, -EINVAL);
  ready(s);
}

// After a short read the socket was empty, so that another try would seldom
// succeed. If more bytes have come since, the epoll set says so.
bool poller::park_at_once(submission& s) {
  const io_uring_sqe& sqe = *s.work.what().sqe();
  if (!receives_plainly(sqe) || !readiness_.drained(sqe.fd)) return false;
  s.fd = sqe.fd;
  s.events = POLLIN;
  return readiness_.add_again(s);
}

void poller::ready(submission& s) {
  if (s.ending) return leave(s);
  const family steps = family_of(s.work.what());
  if (steps == family::poll) return start_poll(s);
  if (steps == family::timer) return ring_timer(s);
  if (!take_stashed(s)) take_step(s, s.work.next());
}

void poller::start_poll(submission& s) {
  const io_uring_sqe& sqe = *s.work.what().sqe();
  pollfd one{sqe.fd, static_cast<short>(sqe.poll32_events), 0};
  ::poll(&one, 1, 0);
  if ((one.revents & POLLNVAL) != 0) return finish(s, -EBADF);
  if (one.revents != 0) return finish(s, one.revents);
  park(s, sqe.poll32_events & 0xffff);
}

void poller::start_timer(submission& s) {
  const int timer = make_timer(*s.work.what().sqe());
  if (timer < 0) return finish(s, timer);
  s.timer = timer;
  park(s, POLLIN);
}

// If nothing can be read, the event was of another file: one that had the
// number before and is still open elsewhere.
void poller::ring_timer(submission& s) {
  std::uint64_t times = 0;
  const bool rang = ::read(s.timer, &times, sizeof times) > 0;
  rang ? finish(s, -ETIME) : park(s, POLLIN);
}

void poller::help(submission& s, offload& (*helpers)()) {
  try {
    s.call = new offloaded_entry(s.work.what(), results_, &s);
    helpers().submit(*s.call);
    return;
  } catch (const std::bad_alloc&) {
    s.result = -ENOMEM;
  } catch (const std::system_error&) {
    s.result = -EAGAIN;
  }
  if (s.call != nullptr) std::exchange(s.call, nullptr)->unref();
  finish(s, s.work.ended(s.result));
}

void poller::take_results() {
  core::list<offloaded_entry> done;
  results_->take(done);
  while (offloaded_entry* const call = done.pop_front()) {
    if (call->owner == nullptr) {
      if (std::erase(left_, call) != 0) call->unref();
      stash(*call);
      continue;
    }
    submission& s = *static_cast<submission*>(call->owner);
    std::exchange(s.call, nullptr)->unref();
    if (s.linked()) readiness_.remove(s);
    const std::int32_t result = call->take(s.work.what());
    call->unref();
    take_step(s, s.work.helped(result));
  }
}

// An accept that waits for a connection of this listener: for its readiness, or
// by a helper of its own, which has come too late for this connection.
poller::submission* poller::accepter(const offloaded_entry& call) {
  submission* found = nullptr;
  submissions_.for_each([&](entry_table::item& i) {
    submission& s = static_cast<submission&>(i);
    entry& what = s.work.what();
    const bool waits = s.linked() || s.call != nullptr;
    if (family_of(what) != family::accept || !waits) return;
    if (s.ending || s.done || !call.accepts_from(what.sqe()->fd)) return;
    found = &s;
  });
  return found;
}

// A helper has accepted a connection, but the accept was cancelled meanwhile.
// Another accept from the same listener gets the connection, now or later.
void poller::stash(offloaded_entry& call) {
  if (!call.has_connection()) return call.unref();
  submission* const taker = accepter(call);
  if (taker == nullptr && call.ends()) return call.unref();
  stash_.push_back(call);
  if (taker == nullptr) return;
  if (taker->call != nullptr) {
    taker->call->stop();
    part_from_helper(*taker);
    take_stashed(*taker);
    return;
  }
  taker->unlink();
  ready(*taker);
}

// The descriptor is about to be closed. Connections that were accepted from it
// for nobody are closed too, as the kernel closes those that nobody accepted.
void poller::end_accepts(int fd) noexcept {
  stash_.for_each([fd](offloaded_entry& call) {
    if (!call.accepts_from(fd)) return;
    call.unlink();
    call.unref();
  });
  for (offloaded_entry* const call : left_) {
    if (call->accepts_from(fd)) call->end_accept(fd);
  }
}

bool poller::take_stashed(submission& s) {
  const entry& what = s.work.what();
  if (family_of(what) != family::accept || stash_.empty()) return false;
  offloaded_entry* found = nullptr;
  stash_.for_each([&](offloaded_entry& call) {
    if (found == nullptr && call.accepts_from(what.sqe()->fd)) found = &call;
  });
  if (found == nullptr) return false;
  found->unlink();
  const std::int32_t result = found->take(what);
  found->unref();
  finish(s, result);
  return true;
}

// An entry that has not begun is tried once before it is cancelled: a ring
// would do the two in this order.
bool poller::cancel(std::uint64_t target, std::uint64_t user_data) {
  submission* const s = static_cast<submission*>(submissions_.find(target));
  if (s == nullptr || s->cancel != 0) return answer(user_data, -ENOENT);
  const int errno_of_who_ran = errno;
  s->cancel = user_data;
  if (s->started) carry_out_cancel(*s);
  errno = errno_of_who_ran;
  return true;
}

// The cancel completes together with its target.
void poller::carry_out_cancel(submission& s) {
  s.cancel_answer = s.done ? -ENOENT : end_early(s) ? 0 : -EALREADY;
}

// False: it goes on for now, because a helper is at work for it.
bool poller::end_early(submission& s) {
  if (s.linked()) readiness_.remove(s);
  if (s.call != nullptr && !s.call->stop()) {
    s.ending = true;
    if (s.call->can_be_left()) leave_later(s);
    return false;
  }
  leave(s);
  return true;
}

// Takes over the reference. Without memory for the list, an accept for nobody
// goes on until a client comes.
void poller::keep_left(offloaded_entry& call) noexcept {
  try {
    if (call.can_be_left() && call.at_work()) {
      left_.push_back(&call);
      return;
    }
  } catch (const std::bad_alloc&) {
  }
  call.unref();
}

void poller::part_from_helper(submission& s) noexcept {
  s.call->owner = nullptr;
  keep_left(*std::exchange(s.call, nullptr));
}

void poller::leave(submission& s) {
  if (s.call != nullptr) part_from_helper(s);
  finish(s, s.work.ended(-ECANCELED));
}

// A helper that accepts has a connection almost at once. If another process was
// faster, the helper may wait for ever; so the entry leaves it after 20 ms.
void poller::leave_later(submission& s) {
  if (s.timer >= 0) return;
  s.timer = ::timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
  if (s.timer < 0) return leave(s);
  constexpr itimerspec soon{.it_interval = {},
                            .it_value = {.tv_sec = 0, .tv_nsec = 20'000'000}};
  ::timerfd_settime(s.timer, 0, &soon, nullptr);
  park(s, POLLIN);
}

void poller::finish(submission& s, std::int32_t result) {
  const io_uring_sqe& sqe = *s.work.what().sqe();
  if (receives_plainly(sqe)) {
    const bool part = result > 0 && static_cast<unsigned>(result) < sqe.len;
    readiness_.set_drained(sqe.fd, part);
  }
  const family steps = opcode_of(sqe).steps;
  if (steps == family::accept) forget(result);
  if (steps == family::connect) forget(sqe.fd);
  if (s.timer >= 0) ::close(std::exchange(s.timer, -1));
  s.result = result;
  s.done = true;
  done_.push_back(s);
}

}  // namespace green::hub
