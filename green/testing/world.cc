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
#include "green/hub/descriptor_facts.h"
#include "green/hub/opcodes.h"
#include "green/hub/transfer.h"
#include "green/testing/request_kind.h"

namespace green::testing {

using std::chrono::nanoseconds;

namespace {

// The clocks begin at these moments: an hour after the machine's start, on the
// first of January 2026.
constexpr std::int64_t second = 1'000'000'000;
constexpr std::int64_t start = 3'600 * second;
constexpr std::int64_t wall_at_start = 1'767'225'600 * second;

// A program spins that has so many turns without a jump of time, and without an
// end of a request. A turn may have hundreds of awaits. So often the program is
// told that its time is over.
constexpr unsigned most_turns = 20'000;
constexpr unsigned most_overruns = 3;

bool is_datagram(int fd) {
  return hub::socket_option(fd, SO_TYPE) == SOCK_DGRAM;
}

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
      details_(run.seed),
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

// Drawn from the seed, the green thread, the kind of the fault, and how often
// it was drawn. So a fault that is left out changes the others as little as
// possible.
bool world::draw(fault what, std::uint64_t who) {
  const double share = rate(what);
  if (share == 0) return false;
  const std::uint64_t own =
      main_ == nullptr || who == 0 ? 0 : who - main_->id();
  std::uint64_t number = run_.seed;
  for (const std::uint64_t each :
       {own, static_cast<std::uint64_t>(what), ++draws_[{own, what}]}) {
    number = luck(number).next() ^ each;
  }
  details_ = luck(number);
  if (details_.share() >= share) return false;
  if (only_ != nullptr && !only_->contains(number)) return false;
  run_.happened.push_back(number);
  return true;
}

std::uint64_t world::caller() const noexcept {
  const core::green_thread* const runs = running();
  return runs == nullptr ? acting_ : runs->id();
}

bool world::happens(fault what, const std::string& told) {
  if (!draw(what, caller())) return false;
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
  if (who == 0 || main_ == nullptr) return "the program";
  if (found == nullptr) return "one that has ended";
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
  const std::uint64_t who = runs->id();
  draw_events(who);
  const auto wait = [&](const distribution& d) {
    const nanoseconds length = draw(d);
    tell(fmt::format("{}: begins {} us later", request(sqe, who),
                     length.count() / 1000));
    when = core::deadline::after(when, length.count());
  };
  if (draw(fault::delay, who)) wait(how_.delay);
  if (kind_of(sqe) == request_kind::connect && draw(fault::slow_connect, who)) {
    wait(how_.slow_connect);
  }
  return when;
}

// A fault that nobody takes is not drawn.
void world::draw_events(std::uint64_t who) {
  if (draw(fault::clock_step, who)) step_clock();
  if (rate(fault::signal) != 0) {
    const std::vector<int> numbers = handled_signals();
    if (!numbers.empty() && draw(fault::signal, who)) {
      signals_due_.push_back(numbers[details_.below(numbers.size())]);
    }
  }
  if (rate(fault::crash) != 0 && !victims().empty() &&
      draw(fault::crash, who)) {
    crash_due_ = details_;
  }
  if (!draw(fault::partition, who)) return;
  const std::int64_t now = monotonic();
  cuts_.push_back(
      {how_.partition_a, how_.partition_b, now,
       core::deadline::after(now, draw(how_.partition_length).count())});
}

void world::step_clock() {
  const auto most = static_cast<double>(how_.clock_step.count());
  const auto step =
      static_cast<std::int64_t>((2 * details_.share() - 1) * most);
  clock_ += step;
  tell(fmt::format("the wall clock is set by {} us", step / 1000));
}

std::int32_t world::failure(const io_uring_sqe& sqe, std::uint64_t who) {
  for (const possible_failure& each : failures_of(sqe)) {
    if (!draw(each.what, who)) continue;
    if (each.error != EINTR || !how_.hostile) {
      tell(request(sqe, who) + ": " + ::strerrorname_np(each.error));
    }
    if (each.error == ECONNRESET) net_.reset(sqe.fd);
    return -each.error;
  }
  return 0;
}

std::uint32_t world::part_of(const io_uring_sqe& sqe, std::uint64_t who) {
  if (sqe.len < 2 || !draw(fault::short_transfer, who)) return sqe.len;
  const auto part = 1 + static_cast<std::uint32_t>(details_.below(sqe.len - 1));
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

bool world::apart(const endpoint& mine, const std::string& owner,
                  const endpoint& peer) const {
  if (peer.family() == AF_UNSPEC) return false;
  const std::string other = net_.owner(peer);
  const std::int64_t now = monotonic();
  return std::ranges::any_of(cuts_, [&](const cut& c) {
    if (now < c.from || c.until <= now) return false;
    return (is_at(c.a, mine, owner) && is_at(c.b, peer, other)) ||
           (is_at(c.b, mine, owner) && is_at(c.a, peer, other));
  });
}

bool world::cut_off(const io_uring_sqe& sqe, std::uint64_t who) const {
  if (cuts_.empty()) return false;
  const request_kind kind = kind_of(sqe);
  if (kind == request_kind::connect) {
    const endpoint peer(hub::pointer<const ::sockaddr>(sqe.addr),
                        static_cast<socklen_t>(sqe.off));
    return apart(net_.ends(sqe.fd).first, given_name(who), peer);
  }
  if (kind != request_kind::socket || is_datagram(sqe.fd)) return false;
  const auto [mine, peer] = net_.ends(sqe.fd);
  return apart(mine, net_.owner(mine), peer);
}

std::optional<std::int32_t> world::lost(const io_uring_sqe& sqe,
                                        std::uint64_t who) {
  const bool sends = hub::opcode_of(sqe).has(hub::opcode::sends_all);
  if (cuts_.empty() || !sends || !is_datagram(sqe.fd)) return std::nullopt;
  auto [mine, peer] = net_.ends(sqe.fd);
  if (hub::has_message(sqe)) {
    const auto& message = *hub::pointer<const msghdr>(sqe.addr);
    if (message.msg_name != nullptr) {
      peer = endpoint(static_cast<const ::sockaddr*>(message.msg_name),
                      message.msg_namelen);
    }
  }
  if (!apart(mine, given_name(who), peer)) return std::nullopt;
  tell(request(sqe, who) + ": lost");
  return static_cast<std::int32_t>(hub::length_of(sqe));
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

// Only those that the program takes: another would end the process.
std::vector<int> world::handled_signals() const {
  sigset_t blocked;
  ::pthread_sigmask(SIG_SETMASK, nullptr, &blocked);
  std::vector<int> all;
  for (const int number : how_.signals) {
    struct ::sigaction action;
    ::sigaction(number, nullptr, &action);
    const bool handled =
        (action.sa_flags & SA_SIGINFO) != 0 || action.sa_handler != SIG_DFL;
    if (handled || ::sigismember(&blocked, number) == 1) all.push_back(number);
  }
  return all;
}

// The program may have given one up since it was drawn.
void world::send_signals() {
  for (const int number : std::exchange(signals_due_, {})) {
    const std::vector<int> handled = handled_signals();
    if (std::ranges::find(handled, number) == handled.end()) continue;
    const char* const name = ::sigabbrev_np(number);
    tell(name == nullptr ? fmt::format("signal {} comes", number)
                         : fmt::format("SIG{} comes", name));
    ::pthread_kill(::pthread_self(), number);
  }
}

std::vector<core::green_thread*> world::victims() const {
  std::vector<core::green_thread*> all;
  core::scheduler::here()->threads().for_each([&](core::green_thread& t) {
    if (&t != main_ && t.given_name() == how_.crashes) all.push_back(&t);
  });
  return all;
}

void world::crash() {
  luck chosen = *std::exchange(crash_due_, std::nullopt);
  const std::vector<core::green_thread*> all = victims();
  if (all.empty()) return;
  tell(fmt::format("'{}' crashes", how_.crashes));
  all[chosen.below(all.size())]->abandon();
}

void world::go_on() {
  core::scheduler& hub = *core::scheduler::here();
  if (hub.current() != nullptr) return;  // a green thread is in its turn
  follow_partitions();
  send_signals();
  if (crash_due_) crash();
  while (!jobs_.empty() && jobs_.begin()->first <= monotonic()) {
    core::runnable& job = *jobs_.begin()->second;
    jobs_.erase(jobs_.begin());
    job.run_(job);
  }
  watch_time();
}

void world::watch_time() {
  if (run_.completions != std::exchange(ended_, run_.completions)) turns_ = 0;
  const bool late = monotonic() >= limit_, spins = turns_ >= most_turns;
  if (!late && !spins) return;
  if (main_ == nullptr || main_->finished()) return;
  too_long_.why =
      late ? "the program has run longer than options().time_limit allows"
           : "the program runs on and on, and waits for nothing";
  const std::int64_t more = std::max<std::int64_t>(how_.time_limit.count(), 1);
  if (late) limit_ = core::deadline::after(monotonic(), more);
  turns_ = 0;
  if (++overruns_ <= most_overruns) main_->interrupt_with(too_long_);
}

std::int64_t world::limit() const noexcept {
  const bool runs = main_ != nullptr && !main_->finished();
  return runs ? limit_ : core::deadline::infinite;
}

bool world::overran() const noexcept { return overruns_ > most_overruns; }

std::exception_ptr world::too_long::exception() noexcept {
  return std::make_exception_ptr(std::runtime_error(why));
}

std::int64_t world::next_moment() const {
  if (!signals_due_.empty() || crash_due_) return 0;
  std::int64_t next = core::deadline::infinite;
  if (!jobs_.empty()) next = jobs_.begin()->first;
  for (const cut& c : cuts_) next = std::min(next, c.told ? c.until : c.from);
  return next;
}

void world::help(core::runnable& job, const char* what) {
  std::int64_t when = monotonic();
  const std::uint64_t who = caller();
  if (std::string_view(what) == "getaddrinfo" &&
      draw(fault::slow_look_up, who)) {
    const nanoseconds length = draw(how_.slow_look_up);
    tell(fmt::format("{} of {}: begins {} us later", what, name_of(who),
                     length.count() / 1000));
    when = core::deadline::after(when, length.count());
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

std::optional<std::string> world::host_of(const endpoint& address) const {
  for (const auto& [name, number] : how_.hosts) {
    const bool six = number.find(':') != std::string::npos;
    const endpoint known(
        fmt::format(six ? fmt::runtime("[{}]:{}") : fmt::runtime("{}:{}"),
                    number, address.port()));
    if (known == address) return name;
  }
  return std::nullopt;
}

}  // namespace green::testing
