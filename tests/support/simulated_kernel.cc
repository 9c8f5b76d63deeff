// SPDX-License-Identifier: MIT
#include "tests/support/simulated_kernel.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "green/core/deadline.h"
#include "green/hub/descriptor_facts.h"
#include "green/hub/opcodes.h"
#include "green/hub/transfer.h"

namespace tests {

using green::hub::attempt;
using green::hub::completion;
using green::hub::done;
using green::hub::entry;
using green::hub::family;
using green::hub::has_message;
using green::hub::memory;
using green::hub::opcode;
using green::hub::opcode_of;
using green::hub::raw_result;
using green::hub::step;

namespace {

constexpr std::size_t nowhere = static_cast<std::size_t>(-1);

bool is_stream(int fd) {
  struct stat status;
  if (::fstat(fd, &status) != 0) return false;
  if (S_ISFIFO(status.st_mode)) return true;
  int type = 0;
  socklen_t size = sizeof type;
  return S_ISSOCK(status.st_mode) &&
         ::getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &size) == 0 &&
         type == SOCK_STREAM;
}

bool transfers(const io_uring_sqe& sqe) {
  const opcode& known = opcode_of(sqe);
  return known.bytes == memory::buffer &&
         (known.has(opcode::moves_file) || (sqe.msg_flags & MSG_WAITALL) == 0);
}

bool receives(const io_uring_sqe& sqe) {
  const opcode& known = opcode_of(sqe);
  return known.bytes == memory::buffer && !known.has(opcode::sends_all);
}

// Without MSG_DONTWAIT, of what keeps the ends of what is sent.
bool sends_record(const io_uring_sqe& sqe) {
  const bool sends = opcode_of(sqe).steps == family::send;
  return sends && (sqe.msg_flags & MSG_DONTWAIT) == 0 &&
         green::hub::socket_option(sqe.fd, SO_TYPE) != SOCK_STREAM;
}

bool receives_all(const io_uring_sqe& sqe) {
  const opcode& known = opcode_of(sqe);
  return known.steps == family::receive && known.bytes == memory::buffer &&
         (sqe.msg_flags & MSG_WAITALL) != 0 &&
         (sqe.msg_flags & MSG_DONTWAIT) == 0;
}

bool at_position_of_file(const io_uring_sqe& sqe) {
  const opcode& known = opcode_of(sqe);
  return known.has(opcode::moves_file) && known.bytes == memory::buffer &&
         sqe.off == green::hub::at_file_position &&
         green::hub::type_of(sqe.fd) == S_IFREG;
}

}  // namespace

simulated_kernel::simulated_kernel(simulation& plan)
    : plan_(plan),
      luck_(plan.seed),
      room_(1 + luck_.below(12)),
      capacity_(room_),
      completion_capacity_(1 + luck_.below(16)) {}

simulated_kernel::~simulated_kernel() {
  if (!queue_.empty() || !flights_.empty()) {
    plan_.wrong = "the hub went before its requests";
  }
}

bool simulated_kernel::push(const entry& what,
                            std::uint64_t user_data) noexcept {
  if (has(user_data)) plan_.wrong = "a request was given to the kernel twice";
  if (room_ == 0) return false;
  --room_;
  queue_.push_back(std::make_unique<flight>(what, user_data, ++submitted_));
  return true;
}

// A real queue may stay full for a while, too.
void simulated_kernel::take_queue() {
  if (capacity_ > 1 && luck_.one_in(16)) return;
  for (auto& f : queue_) flights_.push_back(std::move(f));
  queue_.clear();
  room_ = capacity_;
}

void simulated_kernel::flush() noexcept {
  take_queue();
  go_on(luck_.below(4));
  show_completions();
  watch_progress();
}

void simulated_kernel::wait(std::int64_t timeout) noexcept {
  take_queue();
  go_on(1 + luck_.below(4));
  if (done_.empty() && shown_.empty() &&
      timeout == green::core::deadline::infinite) {
    // Somebody must end, or nobody ever will.
    const std::size_t first =
        flights_.empty() ? 0 : luck_.below(flights_.size());
    for (std::size_t i = 0; i < flights_.size() && done_.empty(); ++i) {
      try_one((first + i) % flights_.size());
    }
  }
  show_completions();
  watch_progress();
}

void simulated_kernel::watch_progress() {
  if (++futile_ < 100'000) return;
  std::fprintf(stderr, "GREEN_SEED=%llu: it goes on for ever, with\n",
               static_cast<unsigned long long>(plan_.seed));
  for (const auto& f : flights_) {
    std::fprintf(stderr, "  %s\n", green::hub::name_of(*f->work.what().sqe()));
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
    scribble(*flights_[index]);
    if (luck_.one_in(4)) continue;  // later
    try_one(index);
  }
}

bool simulated_kernel::try_one(std::size_t index) {
  flight& f = *flights_[index];
  const io_uring_sqe& sqe = *f.work.what().sqe();
  if (opcode_of(sqe).steps == family::cancel) return try_cancel(index);
  if (fail(f)) return true;
  const step s = try_work(f);
  if (s.what == step::kind::done) {
    complete(index, s.value);
    return true;
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

// An interrupt or an error instead of what was asked; 0 for none.
std::int32_t simulated_kernel::failure(flight& f) {
  const io_uring_sqe& sqe = *f.work.what().sqe();
  const family steps = opcode_of(sqe).steps;
  const bool connects = steps == family::accept || steps == family::connect;
  if ((transfers(sqe) || connects) && luck_.one_in(24)) return -EINTR;
  const bool buffer = opcode_of(sqe).bytes == memory::buffer;
  const bool sends = steps == family::send && buffer;
  const bool tries = sends && (sqe.msg_flags & MSG_DONTWAIT) != 0;
  if (tries && luck_.one_in(24)) return -EAGAIN;
  if (!plan_.errors || !luck_.one_in(96)) return 0;
  constexpr std::int32_t of_accept[] = {EAGAIN, ECONNABORTED, EMFILE,
                                        ENFILE, ENOBUFS,      ENOMEM};
  constexpr std::int32_t of_connect[] = {EAGAIN, ECONNREFUSED, ENOMEM};
  constexpr std::int32_t of_transfer[] = {EAGAIN, ENOBUFS, ENOMEM, ECONNRESET};
  if (steps == family::accept) return -of_accept[luck_.below(6)];
  if (steps == family::connect) return -of_connect[luck_.below(3)];
  if (sends) return -of_transfer[1 + luck_.below(3)];
  if (steps == family::receive && buffer) {
    return -of_transfer[luck_.below(4)];
  }
  return transfers(sqe) ? -of_transfer[2] : 0;
}

bool simulated_kernel::fail(flight& f) {
  const std::int32_t result = failure(f);
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
  if (transfers(sqe) && sqe.len > 1 && luck_.one_in(2) && is_stream(sqe.fd)) {
    attempt part(f.work.what());
    part.what().sqe()->len = 1 + static_cast<unsigned>(luck_.below(sqe.len));
    return part.next();
  }
  return try_alike(f);
}

// As the system call does it.
step simulated_kernel::try_alike(flight& f) {
  const step s = f.work.next();
  if (s.what == step::kind::done || s.what == step::kind::wait) return s;
  return f.work.helped(green::hub::perform(f.work.what()));
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
  const bool descriptor = opcode_of(sqe).steps == family::accept && result >= 0;
  const auto shown = static_cast<std::uint32_t>(descriptor ? 0 : result);
  for (const std::uint64_t value :
       {std::uint64_t{sqe.opcode}, f.number, std::uint64_t{shown}}) {
    plan_.trace = (plan_.trace ^ value) * 0x100000001b3;
  }
  ++plan_.completions;
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
  const std::int32_t result = green::hub::perform(again);
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
    if (luck_.one_in(2)) return {step::kind::wait};
  }
  const std::int32_t result =
      raw_result(receives(sqe) ? ::pread(sqe.fd, data, sqe.len, f.position)
                               : ::pwrite(sqe.fd, data, sqe.len, f.position));
  if (result > 0) ::lseek(sqe.fd, f.position + result, SEEK_SET);
  return done(result);
}

}  // namespace tests
