// SPDX-License-Identifier: MIT
//
// What client_waits measures of one client that blocks.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <fstream>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "benchmarks/clock.h"
#include "benchmarks/interrupt.h"
#include "benchmarks/progress.h"
#include "green/green.h"
#include "green/greenlet.h"
#include "green/patched.h"
#include "green/timeout.h"
#include "tests/clients/client.h"

namespace benchmarks {

inline constexpr double wait_seconds = 0.04;  // of a call
inline constexpr std::int64_t busy = 300;     // ms that all tasks call at once
inline constexpr std::chrono::milliseconds tick_length{5};      // of the ticker
inline constexpr std::chrono::milliseconds timeout_length{30};  // of a timeout
inline constexpr int interrupts_in_a_round = 4;                 // of each kind

struct wait_settings {
  int tasks = 50;
  int calls = 20;
  int rounds = 3;
};

/// In ms, but for the ratio.
struct wait_row {
  std::string name;
  double one = 0;
  std::vector<double> all, ratio;
  /// How late the ticker was at worst: alone, and while they connect, wait,
  /// call.
  double lone_tick = 0;
  std::vector<double> connect_tick, wait_tick, call_tick;
  /// How long, of connect_tick, this thread was ready and had no CPU.
  std::vector<double> connect_no_cpu;
  std::vector<double> timeout_late, kill_late;
};

inline double ms_since(std::int64_t start) {
  return static_cast<double>(steady_now() - start) / 1e6;
}

inline double late_since(std::int64_t start, std::chrono::milliseconds wanted) {
  return ms_since(start) - static_cast<double>(wanted.count());
}

inline void stop_if_interrupted() {
  if (interrupted()) throw std::runtime_error("interrupted");
}

/// work(n), blocking code, on fibers for n = 0, 1 ... at once.
template <class Work>
green::task<> at_once(int count, Work& work) {
  std::string failure;
  const auto one = [&](int n) -> green::task<> {
    auto call = [&work, n] { work(n); };
    try {
      co_await green::patched(call);
    } catch (const std::exception& e) {
      failure = e.what();
    }
  };
  std::vector<green::greenlet<>> all;
  for (int n = 0; n < count; ++n) all.push_back(green::spawn(one, n));
  co_await green::joinall(all);
  if (!failure.empty()) throw std::runtime_error(failure);
}

/// How long this thread has been ready, but had no CPU, in ms.
inline double without_cpu() {
  std::ifstream status("/proc/thread-self/schedstat");
  std::int64_t ran = 0, ready = 0;
  status >> ran >> ready;
  return static_cast<double>(ready) / 1e6;
}

/// How late a ticker is at worst.
class ticker {
 public:
  ticker() : ticking_(green::spawn([this] { return tick(); })) {}
  ticker(const ticker&) = delete;
  ticker& operator=(const ticker&) = delete;

  /// Since the start, or the last time.
  double worst() { return std::exchange(worst_, 0); }
  /// How long there was no CPU in the tick that worst would tell of.
  double no_cpu() const { return no_cpu_; }
  green::task<> stop() { co_await ticking_.kill(); }

 private:
  green::task<> tick() {
    for (;;) {
      const double before = without_cpu();
      const std::int64_t start = steady_now();
      co_await green::sleep(tick_length);
      const double late = late_since(start, tick_length);
      if (late <= worst_) continue;
      worst_ = late;
      no_cpu_ = without_cpu() - before;
    }
  }

  double worst_ = 0;
  double no_cpu_ = 0;
  green::greenlet<> ticking_;
};

/// What is measured of one client, with a server of its own.
template <tests::client Client>
class wait_measurement {
  using session = typename Client::session;

 public:
  wait_measurement(const wait_settings& how, progress_line& progress)
      : how_(how), progress_(progress) {
    row_.name = Client::name;
  }

  wait_row run() {
    const tests::patched_client<Client> patched;
    progress_.begin(row_.name);
    green::run([this] { return measure(); });
    progress_.end("done");
    return row_;
  }

 private:
  green::task<> measure() {
    session alone(server_);
    must(alone.echo("word"), "word");
    const std::int64_t start = steady_now();
    wait_often(alone);
    row_.one = ms_since(start);
    co_await tick_alone();
    for (int round = 0; round < how_.rounds; ++round) {
      progress_.show("rounds", static_cast<double>(round) / how_.rounds);
      co_await wait_and_call();
      co_await interrupt_beside();
    }
  }

  green::task<> tick_alone() {
    ticker ticks;
    co_await green::sleep(std::chrono::milliseconds(busy));
    row_.lone_tick = ticks.worst();
    co_await ticks.stop();
  }

  void must(const std::string& said, const std::string& wanted) const {
    if (said != wanted) throw std::runtime_error(row_.name + ": " + said);
    stop_if_interrupted();
  }

  // One client's calls, which wait in the server.
  void wait_often(session& s) {
    for (int i = 0; i < how_.calls; ++i) must(s.wait(wait_seconds), "");
  }

  // All connect, then wait, then call all the time.
  green::task<> wait_and_call() {
    ticker ticks;
    std::vector<std::unique_ptr<session>> all(
        static_cast<std::size_t>(how_.tasks));
    const auto at = [&](int n) -> session& {
      return *all[static_cast<std::size_t>(n)];
    };
    auto connect = [&](int n) {
      all[static_cast<std::size_t>(n)] = std::make_unique<session>(server_);
      must(at(n).echo("word"), "word");
    };
    co_await at_once(how_.tasks, connect);
    row_.connect_no_cpu.push_back(ticks.no_cpu());
    row_.connect_tick.push_back(ticks.worst());
    std::int64_t start = steady_now();
    auto wait = [&](int n) { wait_often(at(n)); };
    co_await at_once(how_.tasks, wait);
    row_.all.push_back(ms_since(start));
    row_.ratio.push_back(row_.all.back() / row_.one);
    row_.wait_tick.push_back(ticks.worst());
    start = steady_now();
    auto call = [&](int n) {
      while (ms_since(start) < busy) must(at(n).echo("word"), "word");
    };
    co_await at_once(how_.tasks, call);
    row_.call_tick.push_back(ticks.worst());
    co_await ticks.stop();
  }

  // Waits for ever on a fiber.
  green::task<> wait_for_ever(const std::string& tag) {
    session s(server_);
    auto work = [&] { s.wait_for_ever(tag); };
    co_await green::patched(work);
  }

  green::task<> interrupt_beside() {
    const std::string tag = "others" + std::to_string(row_.all.size());
    const auto wait = [this, tag]() -> green::task<> {
      co_await wait_for_ever(tag);
    };
    std::vector<green::greenlet<>> others;
    for (int n = 0; n < how_.tasks; ++n) others.push_back(green::spawn(wait));
    co_await tests::until_waiting(server_, tag, how_.tasks);
    for (int i = 0; i < interrupts_in_a_round; ++i) {
      stop_if_interrupted();
      co_await be_late();
      co_await be_killed();
    }
    co_await green::killall(others);
    if constexpr (requires { server_.forget(); }) server_.forget();
  }

  green::task<> be_late() {
    session s(server_);
    auto work = [&s] { s.wait_for_ever("late"); };
    const auto waiting = [&work]() -> green::task<> {
      co_await green::patched(work);
    };
    const std::int64_t start = steady_now();
    try {
      co_await green::with_timeout(timeout_length, waiting);
    } catch (const green::timed_out&) {
      row_.timeout_late.push_back(late_since(start, timeout_length));
    }
  }

  green::task<> be_killed() {
    const std::string tag = "killed" + std::to_string(row_.kill_late.size());
    const auto wait = [this, tag]() -> green::task<> {
      co_await wait_for_ever(tag);
    };
    const auto waiting = green::spawn(wait);
    co_await tests::until_waiting(server_, tag, 1);
    const std::int64_t start = steady_now();
    co_await waiting.kill();
    row_.kill_late.push_back(ms_since(start));
  }

  const wait_settings& how_;
  progress_line& progress_;
  Client server_;
  wait_row row_;
};

}  // namespace benchmarks
