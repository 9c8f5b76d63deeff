// SPDX-License-Identifier: MIT
#pragma once

#include <sys/socket.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <initializer_list>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "green/core/interrupts.h"
#include "green/core/scheduler.h"
#include "green/hub/entry.h"
#include "green/hub/stand_in.h"
#include "green/testing/luck.h"
#include "green/testing/network.h"
#include "green/testing/options.h"
#include "green/testing/trace.h"

namespace green::testing {

/// All around a simulated program but its kernel: its clocks, its network, the
/// helper threads, the source of randomness, and its faults. Belongs to one OS
/// thread.
class world final : public hub::stand_in {
 public:
  /// With `only`, no fault happens but those whose numbers it has.
  world(seed_run& run, const options::settings& how,
        const std::set<std::size_t>* only);

  /// That of the calling thread; null outside of simulations.
  static world* here() noexcept { return here_; }
  /// Makes this the calling thread's; and the green thread that calls it, the
  /// program's main one.
  void enter() noexcept;
  void begin_main() noexcept;

  /// The green thread that runs; null for none.
  static const core::green_thread* running() noexcept;

  // For the kernel:

  bool hostile() const noexcept { return how_.hostile; }
  seed_run& run() noexcept { return run_; }
  /// A request of the green thread that runs: draws the faults of every
  /// request. Gives the time at which the request begins.
  std::int64_t begin(const io_uring_sqe& sqe);
  /// The error that the request ends with; 0 for none.
  std::int32_t failure(const io_uring_sqe& sqe, std::uint64_t who);
  /// How many of the bytes a request moves.
  std::uint32_t part_of(const io_uring_sqe& sqe, std::uint64_t who);
  /// Is the other end out of reach for now?
  bool cut_off(const io_uring_sqe& sqe, std::uint64_t who) const;
  /// Is it a datagram that such an end does not get? Then gives its size.
  std::optional<std::int32_t> lost(const io_uring_sqe& sqe, std::uint64_t who);
  /// What the kernel does next is this green thread's request.
  void act_for(std::uint64_t who) noexcept { acting_ = who; }
  bool was_reset(int fd) const { return net_.was_reset(fd); }
  /// Does what is due by itself: jobs, partitions, signals, crashes.
  void go_on();
  /// When go_on has something to do next.
  std::int64_t next_moment() const;
  /// A turn of the hub begins; time jumps, because nothing is ready.
  void begin_turn() noexcept { ++turns_; }
  void jump() noexcept { turns_ = 0; }
  /// When the program's time is over.
  std::int64_t limit() const noexcept;
  /// Does the program go on after all interrupts for its time?
  bool overran() const noexcept;
  /// Adds to the hash.
  void count(std::initializer_list<std::uint64_t> values) noexcept;

  // For the system's calls:

  network& net() noexcept { return net_; }
  luck& numbers() noexcept { return numbers_; }
  /// CLOCK_MONOTONIC and CLOCK_REALTIME in nanoseconds.
  std::int64_t monotonic() const noexcept;
  std::int64_t wall() const noexcept;
  /// Does the fault hit the caller now? Then tells of it.
  bool happens(fault what, const std::string& told);
  /// The address of a host, and the host of an address; none: unknown.
  std::optional<std::string> address_of(const std::string& host) const;
  std::optional<std::string> host_of(const endpoint& address) const;
  std::string current_name() const;

  void help(core::runnable& job, const char* what) override;
  std::optional<int> bind(int fd, const ::sockaddr* address,
                          socklen_t length) noexcept override {
    return net_.bind(fd, address, length);
  }
  std::optional<int> set_socket_option(int fd, int level,
                                       int option) noexcept override;
  void start_thread(const char* what) override;

  void tell(std::string what);
  /// Tells once that they take part, as no seed decides when.
  void tell_of_children();
  std::chrono::nanoseconds passed() const noexcept;

 private:
  struct cut {
    std::string a, b;
    std::int64_t from, until;
    bool told = false;
  };
  struct too_long final : core::interrupt {
    std::exception_ptr exception() noexcept override;
    const char* why = "";
  };

  double rate(fault what) const noexcept {
    return how_.rates[static_cast<std::size_t>(what)];
  }
  bool draw(fault what, std::uint64_t who);
  std::chrono::nanoseconds draw(const distribution& d) {
    return d.at(details_.share());
  }
  std::uint64_t caller() const noexcept;
  void draw_events(std::uint64_t who);
  void step_clock();
  std::vector<int> handled_signals() const;
  std::vector<core::green_thread*> victims() const;
  void send_signals();
  void crash();
  void follow_partitions();
  void watch_time();
  bool is_at(const std::string& port, const endpoint& end,
             const std::string& owner) const;
  bool apart(const endpoint& mine, const std::string& owner,
             const endpoint& peer) const;
  std::string request(const io_uring_sqe& sqe, std::uint64_t who) const;
  static const core::green_thread* find(std::uint64_t who);
  std::string name_of(std::uint64_t who) const;
  static std::string given_name(std::uint64_t who);

  static inline constinit thread_local world* here_ = nullptr;

  seed_run& run_;
  const options::settings& how_;
  const std::set<std::size_t>* const only_;
  std::map<std::pair<std::uint64_t, fault>, std::uint64_t> draws_;
  luck details_;  // of the fault that was drawn last
  luck numbers_;
  network net_;
  std::uint64_t acting_ = 0;
  std::int64_t clock_ = 0;  // what the wall clock shows beyond its time
  std::multimap<std::int64_t, core::runnable*> jobs_;
  std::vector<cut> cuts_;
  bool children_told_ = false;
  std::vector<int> signals_due_;
  std::optional<luck> crash_due_;
  core::green_thread* main_ = nullptr;
  std::int64_t limit_;
  unsigned turns_ = 0;  // since time jumped or a request ended
  std::uint64_t ended_ = 0;
  unsigned overruns_ = 0;
  too_long too_long_;
};

}  // namespace green::testing
