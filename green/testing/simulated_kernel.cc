// SPDX-License-Identifier: MIT
#include "green/testing/simulated_kernel.h"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "green/core/deadline.h"
#include "green/core/green_thread.h"
#include "green/core/scheduler.h"
#include "green/hub/answers.h"
#include "green/hub/descriptor_facts.h"
#include "green/hub/loop.h"
#include "green/hub/opcodes.h"
#include "green/hub/transfer.h"
#include "green/testing/habits.h"

namespace green::testing {

using hub::attempt;
using hub::completion;
using hub::done;
using hub::entry;
using hub::family;
using hub::has_message;
using hub::opcode;
using hub::opcode_of;
using hub::raw_result;
using hub::step;

namespace {

constexpr std::size_t nowhere = static_cast<std::size_t>(-1);

}  // namespace

simulated_kernel::simulated_kernel(world& around)
    : around_(around),
      luck_(around.run().seed),
      hostile_(around.hostile()),
      had_children_(hub::has_children()),
      room_(hostile_ ? 1 + luck_.below(12) : 4096),
      capacity_(room_),
      completion_capacity_(hostile_ ? 1 + luck_.below(16) : 64) {}

simulated_kernel::~simulated_kernel() {
  if (!queue_.empty() || !flights_.empty()) {
    around_.run().misuse = "the hub went before its requests";
  }
}

bool simulated_kernel::push(const entry& what,
                            std::uint64_t user_data) noexcept {
  seed_run& run = around_.run();
  if (has(user_data)) run.misuse = "a request was given to the kernel twice";
  if (room_ == 0) return false;
  --room_;
  auto f = std::make_unique<flight>(what, user_data, ++submitted_);
  const io_uring_sqe& sqe = *what.sqe();
  if (opcode_of(sqe).steps != family::cancel) {
    f->begins = around_.begin(sqe);
    // The hub itself asks for the rest of a partial transfer.
    const core::green_thread* const runs = world::running();
    if (runs != nullptr) askers_[user_data] = runs->id();
    f->who = askers_[user_data];
  }
  queue_.push_back(std::move(f));
  return true;
}

// A real queue may stay full for a while, too.
void simulated_kernel::take_queue() {
  if (hostile_ && capacity_ > 1 && luck_.one_in(16)) return;
  for (auto& f : queue_) flights_.push_back(std::move(f));
  queue_.clear();
  room_ = capacity_;
}

void simulated_kernel::flush() noexcept {
  // A turn takes time, so that a program that never waits comes to an end, too.
  constexpr std::int64_t turn = 1'000;
  auto& hub = static_cast<hub::loop&>(*core::scheduler::here());
  if (!hostile_ && hub.current() == nullptr) {
    hub.pass_virtual_time(turn);
    around_.begin_turn();
  }
  around_.go_on();
  take_queue();
  go_on(luck_.below(4));
  show_completions();
  watch_progress();
}

void simulated_kernel::wait(std::int64_t timeout) noexcept {
  around_.go_on();
  take_queue();
  go_on(1 + luck_.below(4));
  // Somebody must end, or nobody ever will.
  if (!something_done() && timeout == core::deadline::infinite) try_all();
  show_completions();
  watch_progress();
}

// Until one has ended, or none moves anything any more.
void simulated_kernel::try_all() {
  const std::size_t count = flights_.size();
  for (std::int64_t before = -1; done_.empty() && before != moved();) {
    before = moved();
    const std::size_t first = count == 0 ? 0 : luck_.below(count);
    for (std::size_t i = 0; i < count && done_.empty(); ++i) {
      try_one((first + i) % count);
    }
  }
}

// The bytes that requests in flight have moved so far.
std::int64_t simulated_kernel::moved() const {
  std::int64_t sum = 0;
  for (const auto& f : flights_) sum += f->received + f->work.ended(0);
  return sum;
}

// Time stands still as long as a request can end. With a hostile kernel it
// jumps all the same.
std::int64_t simulated_kernel::next_moment() noexcept {
  if (hostile_) return no_moment;
  core::scheduler& hub = *core::scheduler::here();
  around_.jump();
  around_.go_on();
  if (!had_children_ && hub::has_children()) around_.tell_of_children();
  if (!hub.ready().empty()) return 0;
  take_queue();
  if (!something_done()) try_all();
  show_completions();
  if (something_done() || children_answer()) return 0;
  std::int64_t next = around_.next_moment();
  for (const auto& f : flights_) {
    if (f->begins > hub.now()) next = std::min(next, f->begins);
  }
  // A deadlock ends the wait of the main green thread, unless a shield holds.
  if (next != no_moment || !hub.timers().empty()) {
    futile_ = 0;
    next = std::min(next, around_.limit());
  } else if (++futile_ == 10'000) {
    give_up("nothing can wake the main green thread");
  }
  return next;
}

// Children are real, and so is their time. Time stands still for a while after
// each request, as any may be one that they answer.
bool simulated_kernel::children_answer() {
  constexpr int most = 100;
  if (vain_at_ == submitted_ || !hub::has_children()) return false;
  for (int i = 0; i < most; ++i) {
    ::usleep(1000);
    try_all();
    if (done_.empty()) continue;
    around_.tell_of_children();
    return true;
  }
  vain_at_ = submitted_;
  return false;
}

void simulated_kernel::watch_progress() {
  const bool endless = hostile_ ? ++futile_ == 100'000 : around_.overran();
  if (endless) give_up("it goes on for ever");
}

void simulated_kernel::give_up(const char* why) {
  std::fprintf(stderr, "green: simulate: GREEN_SEED=%llu: %s, with\n",
               static_cast<unsigned long long>(around_.run().seed), why);
  for (const auto& f : flights_) {
    std::fprintf(stderr, "  %s\n", hub::name_of(*f->work.what().sqe()));
  }
  std::abort();
}

// The completion queue has room for a few; the others wait for the next call.
void simulated_kernel::show_completions() {
  while (shown_.size() < completion_capacity_ && !done_.empty()) {
    const std::size_t which = luck_.below(done_.size());
    shown_.push_back(done_[which]);
    done_.erase(done_.begin() + static_cast<std::ptrdiff_t>(which));
  }
}

unsigned simulated_kernel::reap(std::span<completion> into) noexcept {
  const std::size_t count = std::min(into.size(), shown_.size());
  std::copy_n(shown_.begin(), count, into.begin());
  shown_.erase(shown_.begin(),
               shown_.begin() + static_cast<std::ptrdiff_t>(count));
  return static_cast<unsigned>(count);
}

void simulated_kernel::go_on(std::size_t picks) {
  for (; picks != 0 && !flights_.empty(); --picks) {
    const std::size_t index = luck_.below(flights_.size());
    if (hostile_) scribble(*flights_[index]);
    if (luck_.one_in(4)) continue;  // later
    try_one(index);
  }
}

bool simulated_kernel::try_one(std::size_t index) {
  flight& f = *flights_[index];
  const io_uring_sqe& sqe = *f.work.what().sqe();
  if (opcode_of(sqe).steps == family::cancel) return try_cancel(index);
  if (!held_up(f)) {
    if (fail(f)) return true;
    around_.act_for(f.who);
    if (const auto size = around_.lost(sqe, f.who)) {
      complete(index, *size);
      return true;
    }
    const step s = try_work(f);
    if (s.what == step::kind::done) {
      const bool lost =
          s.value == 0 && receives(sqe) && around_.was_reset(sqe.fd);
      complete(index, lost ? -ECONNRESET : s.value);
      return true;
    }
  }
  if (!f.doomed) return false;
  complete(index, f.work.ended(-ECANCELED));
  return true;
}

bool simulated_kernel::try_cancel(std::size_t index) {
  const std::uint64_t target = flights_[index]->work.what().sqe()->addr;
  const std::size_t found = find(target);
  // Linux 6.1 does not find what is on its way from a poll to a worker.
  if (found == nowhere || luck_.one_in(6)) {
    complete(index, -ENOENT);
    return true;
  }
  flight& other = *flights_[found];
  if (luck_.one_in(3)) {  // it was at work, and ends in its own time
    other.doomed = true;
    complete(index, -EALREADY);
    return true;
  }
  const std::int32_t partial = other.work.ended(-ECANCELED);
  complete(index, 0);
  complete(find(target), partial);
  return true;
}

// A hostile kernel keeps nobody waiting in vain.
bool simulated_kernel::held_up(flight& f) {
  if (hostile_) return false;
  return f.begins > core::now() || around_.cut_off(*f.work.what().sqe(), f.who);
}

// An error in place of the result. One that waits for a peer fails when the
// peer has come.
bool simulated_kernel::fail(flight& f) {
  const io_uring_sqe& sqe = *f.work.what().sqe();
  std::int32_t result = hostile_ ? habit(sqe, luck_) : 0;
  if (result == 0 && !f.judged) {
    if (!hostile_ && waits_for_peer(sqe)) return false;
    f.judged = !hostile_;
    result = around_.failure(sqe, f.who);
  }
  if (result == 0) return false;
  const unsigned before = futile_;
  complete(find(f.user_data), result);
  futile_ = before;
  return true;
}

step simulated_kernel::try_work(flight& f) {
  const io_uring_sqe& sqe = *f.work.what().sqe();
  if (opcode_of(sqe).steps == family::poll) {
    pollfd one{sqe.fd, static_cast<short>(sqe.poll32_events), 0};
    if (::poll(&one, 1, 0) == 0) return {step::kind::wait};
    return {step::kind::done, one.revents};
  }
  if (f.work.what().in_steps()) return try_alike(f);
  if (sends_record(sqe)) return try_send(f);
  if (receives_all(sqe)) return try_receive_all(f);
  if (at_position_of_file(sqe)) return try_at_position(f);
  if (!transfers(sqe) || !moves_parts(sqe)) return try_alike(f);
  if (!hostile_) {
    if (f.most == 0 && waits_for_peer(sqe)) return {step::kind::wait};
    if (f.most == 0) f.most = around_.part_of(sqe, f.who);
    return try_part(f, f.most);
  }
  if (sqe.len < 2 || !luck_.one_in(2)) return try_alike(f);
  return try_part(f, 1 + static_cast<unsigned>(luck_.below(sqe.len)));
}

// What a part leaves, the hub asks for anew.
step simulated_kernel::try_part(flight& f, std::uint32_t length) {
  if (length == f.work.what().sqe()->len) return try_alike(f);
  attempt part(f.work.what());
  part.what().sqe()->len = length;
  const step s = part.next();
  return s.what == step::kind::help ? done(hub::perform(part.what())) : s;
}

// As the system call does it.
step simulated_kernel::try_alike(flight& f) {
  const step s = f.work.next();
  if (s.what == step::kind::done || s.what == step::kind::wait) return s;
  return f.work.helped(hub::perform(f.work.what()));
}

// The buffer is the kernel's as long as the operation is in flight.
void simulated_kernel::scribble(flight& f) {
  const io_uring_sqe& sqe = *f.work.what().sqe();
  if (!receives(sqe) || sqe.len == 0 || !luck_.one_in(4)) return;
  std::memset(reinterpret_cast<void*>(sqe.addr), static_cast<int>(sqe.len),
              1 + luck_.below(sqe.len));
}

std::size_t simulated_kernel::find(std::uint64_t user_data) const {
  for (std::size_t i = 0; i < flights_.size(); ++i) {
    if (flights_[i]->user_data == user_data) return i;
  }
  return nowhere;
}

bool simulated_kernel::has(std::uint64_t user_data) const {
  const auto same = [=](const auto& f) { return f->user_data == user_data; };
  const auto answered = [=](const completion& c) {
    return c.user_data == user_data;
  };
  return std::ranges::any_of(queue_, same) ||
         std::ranges::any_of(flights_, same) ||
         std::ranges::any_of(done_, answered) ||
         std::ranges::any_of(shown_, answered);
}

void simulated_kernel::complete(std::size_t index, std::int32_t result) {
  flight& f = *flights_[index];
  const io_uring_sqe& sqe = *f.work.what().sqe();
  const family steps = opcode_of(sqe).steps;
  const bool opens = steps == family::accept || steps == family::open;
  const bool descriptor = opens && result >= 0;
  const auto shown = static_cast<std::uint32_t>(descriptor ? 0 : result);
  around_.count({std::uint64_t{sqe.opcode}, f.number, std::uint64_t{shown}});
  ++around_.run().completions;
  futile_ = 0;
  done_.push_back({f.user_data, result, 0});
  flights_.erase(flights_.begin() + static_cast<std::ptrdiff_t>(index));
}

step simulated_kernel::try_send(flight& f) {
  entry again = f.work.what();
  io_uring_sqe& sqe = *again.sqe();
  sqe.msg_flags |= MSG_DONTWAIT;
  msghdr empty{};
  if (f.spent && has_message(sqe)) {
    empty = *reinterpret_cast<const msghdr*>(sqe.addr);
    empty.msg_iovlen = 0;
    sqe.addr = reinterpret_cast<std::uint64_t>(&empty);
  } else if (f.spent) {
    sqe.len = 0;
  }
  const std::int32_t result = hub::perform(again);
  if (result != -EAGAIN) return done(result);
  f.spent = true;
  return {step::kind::wait};
}

step simulated_kernel::try_receive_all(flight& f) {
  io_uring_sqe& sqe = *f.work.what().sqe();
  const int flags = static_cast<int>(sqe.msg_flags | MSG_DONTWAIT);
  const std::int32_t result = raw_result(
      ::recv(sqe.fd, reinterpret_cast<void*>(sqe.addr), sqe.len, flags));
  if (result == -EAGAIN) return {step::kind::wait};
  if (result <= 0) return done(f.received > 0 ? f.received : result);
  f.received += result;
  sqe.addr += static_cast<unsigned>(result);
  sqe.len -= static_cast<unsigned>(result);
  return sqe.len == 0 ? done(f.received) : step{step::kind::wait};
}

// Where it is, is looked at when it begins, and said when it ends.
step simulated_kernel::try_at_position(flight& f) {
  const io_uring_sqe& sqe = *f.work.what().sqe();
  void* const data = reinterpret_cast<void*>(sqe.addr);
  if (f.position < 0) {
    f.position = ::lseek(sqe.fd, 0, SEEK_CUR);
    if (hostile_ && luck_.one_in(2)) return {step::kind::wait};
  }
  const std::int32_t result =
      raw_result(receives(sqe) ? ::pread(sqe.fd, data, sqe.len, f.position)
                               : ::pwrite(sqe.fd, data, sqe.len, f.position));
  if (result > 0) ::lseek(sqe.fd, f.position + result, SEEK_SET);
  return done(result);
}

}  // namespace green::testing
