// SPDX-License-Identifier: MIT
#include "green/testing.h"

#include <fmt/format.h>

#include <charconv>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <memory>
#include <optional>
#include <set>
#include <system_error>
#include <thread>
#include <vector>

#include "green/error_handler.h"
#include "green/hub/backend.h"
#include "green/hub/loop.h"
#include "green/testing/simulated_kernel.h"
#include "green/testing/system.h"
#include "green/testing/world.h"

namespace green::testing {

namespace {

using numbers = std::set<std::size_t>;

std::optional<std::uint64_t> number_from(const char* name) {
  const char* const text = std::getenv(name);
  if (text == nullptr || *text == 0) return std::nullopt;
  const char* const end = text + std::strlen(text);
  std::uint64_t number = 0;
  const auto [read, error] = std::from_chars(text, end, number);
  if (error == std::errc() && read == end) return number;
  throw std::invalid_argument(fmt::format(
      "green::testing: {} is '{}', which is no number; write one from 0 to "
      "2^64 - 1",
      name, text));
}

void run_here(world& around, const program& f) {
  hub::set_backend_maker(
      [&around] { return std::make_unique<simulated_kernel>(around); });
  take_clocks();
  take_network();
  take_numbers();
  around.enter();
  const virtual_time scope(false);
  const auto main = [&]() -> task<> {
    around.begin_main();
    const program mine = f;
    co_await mine();
  };
  seed_run& run = around.run();
  try {
    green::run(main);
  } catch (const core::killed&) {
    run.error = "the program was killed";
  } catch (...) {
    run.error = describe_exception(std::current_exception());
  }
  run.time = around.passed();
}

// On a thread of its own, whose hub goes with it.
seed_run run_seed(std::uint64_t seed, const program& f, const options& how,
                  const numbers* only) {
  seed_run run;
  run.seed = seed;
  const options::settings& all = how.get();
  world around(run, all, only);
  const std::int64_t failures = all.failures ? all.failures() : 0;
  std::thread([&] { run_here(around, f); }).join();
  if (run.error.empty() && all.failed && all.failed()) {
    run.error = "fails_when is true";
  }
  if (run.error.empty() && all.failures && all.failures() > failures) {
    run.error =
        fmt::format("fails_when counts {} more", all.failures() - failures);
  }
  if (run.error.empty()) run.error = run.misuse;
  return run;
}

// Leaves out parts of the faults, first large ones, as long as the seed fails.
class shrinker {
 public:
  shrinker(seed_run failed, const program& f, const options& how)
      : least_(std::move(failed)), f_(f), how_(how) {}

  seed_run shrink() {
    std::size_t part = least_.happened.size();
    while (part != 0 && runs_ < how_.get().shrink) {
      if (!leave_out(part)) part /= 2;
    }
    return least_;
  }
  unsigned runs() const noexcept { return runs_; }

 private:
  bool leave_out(std::size_t part) {
    const std::vector<std::size_t> all = least_.happened;
    for (std::size_t from = 0; from < all.size(); from += part) {
      if (runs_ == how_.get().shrink) return false;
      numbers kept(all.begin(), all.end());
      for (std::size_t i = from; i < all.size() && i < from + part; ++i) {
        kept.erase(all[i]);
      }
      ++runs_;
      seed_run next = run_seed(least_.seed, f_, how_, &kept);
      if (next.error.empty() || next.happened.size() >= all.size()) continue;
      least_ = std::move(next);
      return true;
    }
    return false;
  }

  seed_run least_;
  const program& f_;
  const options& how_;
  unsigned runs_ = 0;
};

std::string report(const seed_run& first, const seed_run& least,
                   unsigned runs) {
  std::string text = fmt::format(
      "green: simulate: seed {} fails after {:.6f} s of virtual time:\n  {}\n",
      least.seed, std::chrono::duration<double>(least.time).count(),
      least.error);
  if (least.trace.empty()) {
    text += "  without a fault\n";
  } else {
    text += "its faults, in virtual time:\n";
  }
  for (const trace_event& e : least.trace) {
    text += "  " + to_string(e) + "\n";
  }
  if (runs != 0) {
    text += fmt::format("{} of {} faults make it fail; runs to find them: {}\n",
                        least.happened.size(), first.happened.size(), runs);
  }
  return text + fmt::format("GREEN_SEED={} replays it\n", least.seed);
}

void refuse_inside() {
  if (!hub::running()) return;
  throw std::logic_error(
      "green::testing::simulate: it blocks this thread, whose hub runs; call "
      "it outside of green::run");
}

}  // namespace

std::string to_string(const trace_event& event) {
  return fmt::format("{:.6f} s  {}",
                     std::chrono::duration<double>(event.when).count(),
                     event.what);
}

void seeds::refuse() {
  throw std::invalid_argument(
      "green::testing::seeds: there are 0 seeds; give at least 1");
}

std::vector<std::uint64_t> seeds::chosen() const {
  if (const auto one = number_from("GREEN_SEED")) return {*one};
  if (const auto count = number_from("GREEN_SEEDS"))
    return seeds(1, *count).all_;
  return all_;
}

seed_run simulate_program_once(std::uint64_t seed, const program& f,
                               const options& how) {
  refuse_inside();
  how.check();
  return run_seed(seed, f, how, nullptr);
}

simulated simulate_program(const seeds& all, const program& f,
                           const options& how) {
  refuse_inside();
  how.check();
  simulated sum;
  for (const std::uint64_t seed : all.chosen()) {
    const seed_run first = run_seed(seed, f, how, nullptr);
    ++sum.seeds;
    sum.faults += first.happened.size();
    sum.requests += first.completions;
    if (first.error.empty()) continue;
    shrinker fewer(first, f, how);
    const seed_run least = fewer.shrink();
    const std::string text = report(first, least, fewer.runs());
    if (how.get().out != nullptr) std::fputs(text.c_str(), how.get().out);
    throw simulation_failed(text, least);
  }
  return sum;
}

}  // namespace green::testing
