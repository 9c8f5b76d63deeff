// SPDX-License-Identifier: MIT
#include "green/testing/world.h"

#include <fmt/format.h>
#include <pthread.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <stdexcept>
#include <string_view>
#include <utility>

#include "green/core/deadline.h"
#include "green/core/green_thread.h"
#include "green/hub/opcodes.h"
#include "green/testing/request_kind.h"

namespace green::testing {

using std::chrono::nanoseconds;

namespace {

// The clocks begin at these moments: an hour after the machine's start, on the
// first of January 2026.
constexpr std::int64_t second = 1'000'000'000;
constexpr std::int64_t start = 3'600 * second;
constexpr std::int64_t wall_at_start = 1'767'225'600 * second;

std::string network_name() {
  static std::atomic<unsigned> networks = 0;
  return fmt::format("green-testing-{}-{}", ::getpid(), networks.fetch_add(1));
}

}  // namespace

world::world(seed_run& run, const options::settings& how,
             const std::set<std::size_t>* only)
    : run_(run),
      how_(how),
      only_(only),
      chances_(~run.seed),
      numbers_(run.seed ^ 0x5555'5555'5555'5555),
      net_(network_name()),
      limit_(core::deadline::after(start, how.time_limit.count())) {
  for (const planned_partition& p : how.partitions) {
    const std::int64_t from = start + p.from.count();
    cuts_.push_back(
        {p.a, p.b, from, core::deadline::after(from, p.length.count())});
  }
}

void world::enter() noexcept {
  here_ = this;
  take_place();
}

void world::begin_main() noexcept {
  main_ = core::scheduler::here()->current();
}

// A hub makes its first request before it is known.
const core::green_thread* world::running() noexcept {
  const core::scheduler* const hub = core::scheduler::here();
  return hub == nullptr ? nullptr : hub->current();
}

std::int64_t world::monotonic() const noexcept {
  const core::scheduler* const hub = core::scheduler::here();
  return hub != nullptr && hub->virtual_time() ? hub->now() : start;
}

nanoseconds world::passed() const noexcept {
  return nanoseconds(monotonic() - start);
}

std::int64_t world::wall() const noexcept {
  return wall_at_start + passed().count() + clock_;
}

void world::tell(std::string what) {
  run_.trace.push_back({passed(), std::move(what)});
}

void world::tell_of_children() {
  if (std::exchange(children_told_, true)) return;
  tell("a child takes part, at a time that no seed decides");
}

void world::count(std::initializer_list<std::uint64_t> values) noexcept {
  for (const std::uint64_t value : values) {
    run_.hash = (run_.hash ^ value) * 0x100000001b3;
  }
}

// A fault without a rate draws nothing. One that is left out has been drawn, so
// that the others stay as they are.
bool world::draw(fault what) {
  const double share = rate(what);
  if (share == 0 || chances_.share() >= share) return false;
  const std::size_t number = drawn_++;
  if (only_ != nullptr && !only_->contains(number)) return false;
  run_.happened.push_back(number);
  return true;
}

bool world::happens(fault what, const std::string& told) {
  if (!draw(what)) return false;
  tell(told);
  return true;
}

const core::green_thread* world::find(std::uint64_t who) {
  const core::green_thread* found = nullptr;
  core::scheduler::here()->threads().for_each([&](core::green_thread& t) {
    if (t.id() == who) found = &t;
  });
  return found;
}

// A number of its own would differ from run to run.
std::string world::name_of(std::uint64_t who) const {
  const core::green_thread* const found = find(who);
  if (found == nullptr || main_ == nullptr) return "the program";
  if (!found->given_name().empty()) return "'" + found->name() + "'";
  return fmt::format("greenlet {}", who - main_->id());
}

std::string world::current_name() const {
  const core::green_thread* const runs = running();
  return runs == nullptr ? given_name(acting_)
                         : std::string(runs->given_name());
}

std::string world::given_name(std::uint64_t who) {
  const core::green_thread* const found = find(who);
  return found == nullptr ? "" : std::string(found->given_name());
}

std::string world::request(const io_uring_sqe& sqe, std::uint64_t who) const {
  const std::string name = hub::name_of(sqe);
  if (is_about_a_path(sqe)) return fmt::format("{} of {}", name, name_of(who));
  return fmt::format("{}(fd {}) of {}", name, sqe.fd, name_of(who));
}

std::int64_t world::begin(const io_uring_sqe& sqe) {
  std::int64_t when = monotonic();
  const core::green_thread* const runs = running();
  if (runs == nullptr) return when;
  draw_events();
  if (draw(fault::delay)) when += draw(how_.delay).count();
  if (kind_of(sqe) == request_kind::connect && draw(fault::slow_connect)) {
    const nanoseconds length = draw(how_.slow_connect);
    tell(fmt::format("{}: takes {} us", request(sqe, runs->id()),
                     length.count() / 1000));
    when += length.count();
  }
  return when;
}

void world::draw_events() {
  if (draw(fault::clock_step)) step_clock();
  if (draw(fault::signal)) signal_due_ = true;
  const bool named = rate(fault::crash) != 0 && current_name() == how_.crashes;
  if (named && draw(fault::crash)) crash_due_ = true;
  if (!draw(fault::partition)) return;
  const std::int64_t now = monotonic();
  cuts_.push_back({how_.partition_a, how_.partition_b, now,
                   now + draw(how_.partition_length).count()});
}

void world::step_clock() {
  const auto most = static_cast<double>(how_.clock_step.count());
  const auto step =
      static_cast<std::int64_t>((2 * chances_.share() - 1) * most);
  clock_ += step;
  tell(fmt::format("the wall clock is set by {} us", step / 1000));
}

std::int32_t world::failure(const io_uring_sqe& sqe, std::uint64_t who) {
  for (const possible_failure& each : failures_of(sqe)) {
    if (!draw(each.what)) continue;
    if (each.error != EINTR || !how_.hostile) {
      tell(request(sqe, who) + ": " + ::strerrorname_np(each.error));
    }
    if (each.error == ECONNRESET) net_.reset(sqe.fd);
    return -each.error;
  }
  return 0;
}

std::uint32_t world::part_of(const io_uring_sqe& sqe, std::uint64_t who) {
  if (sqe.len < 2 || !draw(fault::short_transfer)) return sqe.len;
  const auto part = 1 + static_cast<std::uint32_t>(chances_.below(sqe.len - 1));
  tell(fmt::format("{}: at most {} of {} bytes", request(sqe, who), part,
                   sqe.len));
  return part;
}

bool world::is_at(const std::string& port, const endpoint& end,
                  const std::string& owner) const {
  return port == "*" || (!owner.empty() && owner == port) ||
         std::ranges::any_of(how_.ports, [&](const named_port& p) {
           return p.name == port && p.address.family() != AF_UNSPEC &&
                  p.address.port() == end.port() &&
                  (p.address == end || network::is_any(end));
         });
}

bool world::separates(const cut& c, const endpoint& mine,
                      const std::string& who, const endpoint& peer) const {
  const std::string other = net_.owner(peer);
  return (is_at(c.a, mine, who) && is_at(c.b, peer, other)) ||
         (is_at(c.b, mine, who) && is_at(c.a, peer, other));
}

bool world::cut_off(const io_uring_sqe& sqe, std::uint64_t who) const {
  if (cuts_.empty()) return false;
  const request_kind kind = kind_of(sqe);
  if (kind != request_kind::socket && kind != request_kind::connect) {
    return false;
  }
  auto [mine, peer] = net_.ends(sqe.fd);
  std::string owner = net_.owner(mine);
  if (kind == request_kind::connect) {
    peer = endpoint(hub::pointer<const ::sockaddr>(sqe.addr),
                    static_cast<socklen_t>(sqe.off));
    owner = given_name(who);
  }
  if (peer.family() == AF_UNSPEC) return false;
  const std::int64_t now = monotonic();
  return std::ranges::any_of(cuts_, [&](const cut& c) {
    return c.from <= now && now < c.until && separates(c, mine, owner, peer);
  });
}

void world::follow_partitions() {
  const std::int64_t now = monotonic();
  std::erase_if(cuts_, [&](cut& c) {
    if (c.from <= now && !std::exchange(c.told, true)) {
      tell(fmt::format("'{}' and '{}' are cut off from each other", c.a, c.b));
    }
    if (now < c.until) return false;
    tell(fmt::format("'{}' and '{}' reach each other again", c.a, c.b));
    return true;
  });
}

// Only a signal that the program takes: another would end the process.
void world::send_signal() {
  if (how_.signals.empty()) return;
  const int number = how_.signals[chances_.below(how_.signals.size())];
  struct ::sigaction action;
  sigset_t blocked;
  ::sigaction(number, nullptr, &action);
  ::pthread_sigmask(SIG_SETMASK, nullptr, &blocked);
  const bool handled =
      (action.sa_flags & SA_SIGINFO) != 0 || (action.sa_handler != SIG_DFL);
  if (!handled && ::sigismember(&blocked, number) != 1) return;
  tell(fmt::format("signal {} comes", number));
  ::pthread_kill(::pthread_self(), number);
}

void world::crash() {
  core::green_thread* victim = nullptr;
  core::scheduler::here()->threads().for_each([&](core::green_thread& t) {
    if (&t != main_ && t.given_name() == how_.crashes) victim = &t;
  });
  if (victim == nullptr) return;
  tell(fmt::format("'{}' crashes", how_.crashes));
  victim->abandon();
}

void world::go_on() {
  core::scheduler& hub = *core::scheduler::here();
  if (hub.current() != nullptr) return;  // a green thread is in its turn
  follow_partitions();
  if (std::exchange(signal_due_, false)) send_signal();
  if (std::exchange(crash_due_, false)) crash();
  while (!jobs_.empty() && jobs_.begin()->first <= monotonic()) {
    core::runnable& job = *jobs_.begin()->second;
    jobs_.erase(jobs_.begin());
    job.run_(job);
  }
  if (monotonic() < limit_ || main_ == nullptr || main_->finished()) return;
  limit_ = core::deadline::infinite;
  main_->interrupt_with(too_long_);
}

std::exception_ptr world::too_long::exception() noexcept {
  return std::make_exception_ptr(std::runtime_error(
      "the program has run longer than options().time_limit allows"));
}

std::int64_t world::next_moment() const {
  if (signal_due_ || crash_due_) return 0;
  std::int64_t next = core::deadline::infinite;
  if (!jobs_.empty()) next = jobs_.begin()->first;
  for (const cut& c : cuts_) next = std::min(next, c.told ? c.until : c.from);
  return next;
}

void world::help(core::runnable& job, const char* what) {
  std::int64_t when = monotonic();
  if (std::string_view(what) == "getaddrinfo" && draw(fault::slow_look_up)) {
    const nanoseconds length = draw(how_.slow_look_up);
    tell(fmt::format("{} of {}: takes {} us", what, current_name(),
                     length.count() / 1000));
    when += length.count();
  }
  jobs_.emplace(when, &job);
}

std::optional<int> world::set_socket_option(int fd, int level, int) noexcept {
  if (level == SOL_SOCKET || !net_.has(fd)) return std::nullopt;
  return 0;
}

void world::start_thread(const char* what) {
  throw std::logic_error(
      fmt::format("green::testing::simulate: {} starts OS threads, and no seed "
                  "decides their order; simulate one hub",
                  what));
}

std::optional<std::string> world::address_of(const std::string& host) const {
  if (host == "localhost") return "127.0.0.1";
  for (const auto& [name, address] : how_.hosts) {
    if (name == host) return address;
  }
  return std::nullopt;
}

}  // namespace green::testing
