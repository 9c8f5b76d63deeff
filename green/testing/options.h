// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <functional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "green/endpoint.h"

namespace green::testing {

/// A span of virtual time that is drawn anew each time.
class distribution {
 public:
  /// Always the same.
  template <class Rep, class Period>
  distribution(const std::chrono::duration<Rep, Period>& always)
      : distribution(constant(
            std::chrono::duration_cast<std::chrono::nanoseconds>(always))) {}
  /// The quantile of a number from 0 to 1, without 1.
  explicit distribution(std::function<std::chrono::nanoseconds(double)> f)
      : quantile_(std::move(f)) {}

  /// Not negative.
  std::chrono::nanoseconds at(double share) const;

 private:
  static distribution constant(std::chrono::nanoseconds always);

  std::function<std::chrono::nanoseconds(double)> quantile_;
};

/// All spans of the range alike. Throws std::invalid_argument where `most` is
/// less than `least`, or one is negative.
distribution uniform(std::chrono::nanoseconds least,
                     std::chrono::nanoseconds most);
/// Mostly short, seldom long.
distribution exponential(std::chrono::nanoseconds mean);

/// The faults that have a rate.
enum class fault : unsigned char {
  delay,
  short_transfer,
  interrupt,
  reset,
  refused_connect,
  slow_connect,
  no_descriptor,
  no_memory,
  no_space,
  disk_error,
  failed_look_up,
  slow_look_up,
  clock_step,
  signal,
  crash,
  partition,
};
constexpr std::size_t faults = 16;

/// A name for an address; or without one, for the ends from which the green
/// threads of that name connect.
struct named_port {
  std::string name;
  endpoint address;
};

/// Two named ports that cannot reach each other for some time.
struct planned_partition {
  std::string a, b;
  std::chrono::nanoseconds from, length;
};

/// The faults of a simulation. Without any the kernel is a fast and sound one.
///
///   auto how = testing::options()
///       .delays(1, testing::uniform(1us, 5ms))  // each request
///       .resets(0.01)                           // one of a hundred
///       .port("database", "10.0.0.2:5432").port("worker")
///       .partition("worker", "database", 1s, 30s);
///
/// A rate is the share of the requests that get the fault, of those that can
/// have it. It is 0 to 1; another throws std::invalid_argument.
class options {
 public:
  /// Requests take so long before they begin.
  options& delays(double rate, distribution length);
  /// Reads and writes of sockets and pipes, and reads of files, move a part.
  options& short_transfers(double rate);
  /// The kernel ends a request with EINTR. green begins it again.
  options& interrupts(double rate);
  /// ECONNRESET at a socket, for both ends; ECONNABORTED at an accept.
  options& resets(double rate);
  /// ECONNREFUSED
  options& refused_connects(double rate);
  /// Connects take so long before they begin.
  options& slow_connects(double rate, distribution length);
  /// EMFILE at socket, accept and open.
  options& no_descriptors(double rate);
  /// ENOMEM, or ENOBUFS at a send.
  options& no_memory(double rate);
  /// ENOSPC at what makes a file larger, and at fsync.
  options& no_space(double rate);
  /// EIO at a request for a file or its name.
  options& disk_errors(double rate);

  /// getaddrinfo finds this address. It finds numbers, "localhost" and the
  /// hosts that are given here. Throws std::invalid_argument for no address.
  options& host(std::string name, std::string address);
  /// EAI_AGAIN at getaddrinfo.
  options& failed_look_ups(double rate);
  /// Look-ups take so long.
  options& slow_look_ups(double rate, distribution length);

  // Each is drawn once for every request of the program.

  /// The wall clock is set, by up to so much, forwards or back.
  options& clock_steps(double rate, std::chrono::nanoseconds most);
  /// One of the signals comes, if the program has a handler for it, or blocks
  /// it. Throws std::invalid_argument for a number that is no signal.
  options& signals(double rate, std::vector<int> numbers);
  /// A green thread of this name is ended at its await, and runs no handler.
  options& crashes(double rate, std::string name);

  /// Names a port for partitions.
  options& port(std::string name);
  options& port(std::string name, const std::string& address);
  /// The two cannot reach each other from then on, for so long. Data in flight
  /// waits for the end. "*" is every port. A name that no `port` gave makes
  /// simulate throw std::invalid_argument.
  options& partition(std::string a, std::string b,
                     std::chrono::nanoseconds from,
                     std::chrono::nanoseconds length);
  /// Such a partition begins at a request. It is drawn as those above.
  options& partitions(double rate, std::string a, std::string b,
                      distribution length);

  /// For checks that do not throw. A seed fails, too, when the function gives
  /// true after its run. Where it gives a number, as a framework's count of
  /// failures, the seed fails when that has grown in its run.
  template <class F>
  options& fails_when(F f) {
    if constexpr (std::is_same_v<std::invoke_result_t<F&>, bool>) {
      all_.failed = std::move(f);
    } else {
      static_assert(std::is_integral_v<std::invoke_result_t<F&>>,
                    "fails_when: give a function of a bool or of a count");
      all_.failures = std::move(f);
    }
    return *this;
  }
  /// A seed fails when it runs for so long of virtual time. 24 hours, unless
  /// it is set.
  options& time_limit(std::chrono::nanoseconds limit);
  /// A failing seed runs again up to so often with fewer faults, to find the
  /// fewest. 100, unless it is set.
  options& shrink(unsigned runs);
  /// Where a failing seed is printed: stderr, unless it is set; null is
  /// nowhere.
  options& report_to(std::FILE* out);
  /// For tests of green itself. The kernel writes into buffers that are lent to
  /// it, has short queues, moves parts, interrupts, and lets time jump while
  /// requests could end.
  options& hostile_kernel();

  /// For the library.
  struct settings {
    std::array<double, faults> rates{};
    distribution delay, slow_connect, slow_look_up, partition_length;
    std::vector<std::pair<std::string, std::string>> hosts;
    std::chrono::nanoseconds clock_step{};
    std::vector<int> signals;
    std::string crashes;
    std::vector<named_port> ports;
    std::vector<planned_partition> partitions;
    std::string partition_a, partition_b;
    std::function<bool()> failed;
    std::function<std::int64_t()> failures;
    std::chrono::nanoseconds time_limit = std::chrono::hours(24);
    unsigned shrink = 100;
    std::FILE* out = stderr;
    bool hostile = false;

    settings();
  };
  const settings& get() const noexcept { return all_; }
  /// Throws std::invalid_argument if a partition names no port.
  void check() const;

 private:
  options& rate(fault what, double share);

  settings all_;
};

}  // namespace green::testing
