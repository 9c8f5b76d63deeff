// SPDX-License-Identifier: MIT
// directories: readdir of many entries and stat of each, beside 32 threads

#include <dirent.h>
#include <fcntl.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fmt/core.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "benchmarks/arguments.h"
#include "benchmarks/clock.h"
#include "benchmarks/fail.h"
#include "benchmarks/results.h"
#include "benchmarks/rounds.h"
#include "benchmarks/temporary_folder.h"
#include "green/dirent.h"
#include "green/green.h"
#include "green/greenlet.h"
#include "green/sys/stat.h"

namespace {

using benchmarks::compare;
using benchmarks::fail;
using std::size_t;
using std::string;

constexpr const char* usage = R"(usage: directories [OPTIONS]
  --entries N  of the directory (100000)
  --threads N  and green threads that share it (32)
  --rounds N   of each (4)
)";

struct plan {
  size_t entries;
  unsigned threads;
  int rounds;
};

bool counts(const dirent& entry) { return entry.d_name[0] != '.'; }

// Each gives the number of files that it has looked at.

size_t by_threads(const string& folder, unsigned threads) {
  ::DIR* const d = ::opendir(folder.c_str());
  if (d == nullptr) fail(folder);
  std::mutex mutex;  // the name lies in the directory's own memory
  std::vector<size_t> sums(threads);
  std::vector<std::jthread> readers;
  for (size_t& sum : sums) {
    readers.emplace_back([&] {
      for (;;) {
        string name;
        {
          const std::lock_guard guard(mutex);
          const dirent* const entry = ::readdir(d);
          if (entry == nullptr) return;
          if (!counts(*entry)) continue;
          name = entry->d_name;
        }
        struct stat about;
        if (::fstatat(::dirfd(d), name.c_str(), &about, 0) == 0) ++sum;
      }
    });
  }
  readers.clear();
  ::closedir(d);
  size_t total = 0;
  for (const size_t sum : sums) total += sum;
  return total;
}

green::task<size_t> read_and_ask(const string& folder, unsigned threads) {
  size_t total = 0;
  green::DIR* const d = co_await green::opendir(folder.c_str());
  if (d == nullptr) fail(folder);
  const auto reads = [&total, d]() -> green::task<> {
    for (;;) {
      const dirent* const entry = co_await green::readdir(d);
      if (entry == nullptr) co_return;
      if (!counts(*entry)) continue;
      const string name = entry->d_name;
      struct stat about;
      const int known =
          co_await green::fstatat(green::dirfd(d), name.c_str(), &about, 0);
      if (known == 0) ++total;
    }
  };
  std::vector<green::greenlet<>> readers;
  for (unsigned i = 0; i < threads; ++i) readers.push_back(green::spawn(reads));
  co_await green::joinall(readers);
  co_await green::closedir(d);
  co_return total;
}

size_t by_green_threads(const string& folder, unsigned threads) {
  return green::run(read_and_ask, folder, threads);
}

// Entries alone.
size_t by_original_readdir(const string& folder) {
  ::DIR* const d = ::opendir(folder.c_str());
  if (d == nullptr) fail(folder);
  size_t total = 0;
  while (const dirent* const entry = ::readdir(d)) total += counts(*entry);
  ::closedir(d);
  return total;
}

size_t by_green_readdir(const string& folder) {
  size_t total = 0;
  green::run([&]() -> green::task<> {
    green::DIR* const d = co_await green::opendir(folder.c_str());
    if (d == nullptr) fail(folder);
    for (;;) {
      const dirent* const entry = co_await green::readdir(d);
      if (entry == nullptr) break;
      total += counts(*entry);
    }
    co_await green::closedir(d);
  });
  return total;
}

size_t by_find(const string& folder, size_t entries) {
  string words[] = {"find", folder, "-type", "f", "-size", "+9"};
  std::vector<char*> argv;
  for (string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  pid_t pid = 0;
  int status = 0;
  if (::posix_spawnp(&pid, "find", nullptr, nullptr, argv.data(), environ) !=
          0 ||
      ::waitpid(pid, &status, 0) < 0 || status != 0) {
    throw std::runtime_error("find failed");
  }
  return entries;
}

// The longest time by which a ticker was late, in milliseconds. On a busy
// machine most of this is a wait for a processor. The hub's own part is the CPU
// time of its thread from tick to tick, as far as that is more than a tick.
struct lateness {
  double all = 0;
  double own = 0;
};

// A ticker of 5 ms beside the work.
lateness latest_tick(const std::function<green::task<>()>& work) {
  constexpr std::int64_t tick = 5'000'000;
  lateness latest;
  green::run([&]() -> green::task<> {
    const auto worker = green::spawn(work);
    std::int64_t before[] = {benchmarks::steady_now(),
                             benchmarks::clock_ns(CLOCK_THREAD_CPUTIME_ID)};
    while (!worker.ready()) {
      co_await green::sleep(std::chrono::nanoseconds(tick));
      const std::int64_t now[] = {
          benchmarks::steady_now(),
          benchmarks::clock_ns(CLOCK_THREAD_CPUTIME_ID)};
      const auto late = [&](int clock) {
        return static_cast<double>(now[clock] - before[clock] - tick) / 1e6;
      };
      latest.all = std::max(latest.all, late(0));
      latest.own = std::max(latest.own, late(1));
      std::ranges::copy(now, before);
    }
    co_await worker.get();
  });
  return latest;
}

// The machine's own delays stand beside it, in each round.
void tick(const string& folder, const plan& p) {
  std::vector<double> idle, busy, own;
  for (int round = 0; round < p.rounds; ++round) {
    const std::int64_t start = benchmarks::steady_now();
    const auto work = [&]() -> green::task<> {
      co_await read_and_ask(folder, 1);
    };
    const lateness beside = latest_tick(work);
    busy.push_back(beside.all);
    own.push_back(beside.own);
    const std::int64_t took = benchmarks::steady_now() - start;
    const auto rest = [took]() -> green::task<> {
      co_await green::sleep(std::chrono::nanoseconds(took));
    };
    idle.push_back(latest_tick(rest).all);
  }
  fmt::print(
      "\na ticker of 5 ms was late by at most (median of {} rounds)\n"
      "{:>26} {:>8.2f} ms\n{:>26} {:>8.2f} ms\n{:>26} {:>8.2f} ms\n",
      p.rounds, "alone", benchmarks::spread_of(idle).median,
      "beside readdir and stat", benchmarks::spread_of(busy).median,
      "by the hub's own time", benchmarks::spread_of(own).median);
}

plan parse(int argc, char** argv) {
  benchmarks::arguments given(argc, argv);
  plan p;
  p.entries =
      given.number<size_t>("--entries", 1, 100'000'000).value_or(100'000);
  p.threads = given.number("--threads", 1u, 1000u).value_or(32);
  p.rounds = given.number("--rounds", 1, 1000).value_or(4);
  if (!given.positional().empty()) throw benchmarks::bad_usage("options only");
  return p;
}

void measure(const plan& p) {
  const benchmarks::temporary_folder here;
  for (size_t i = 0; i < p.entries; ++i) {
    const string name = fmt::format("{}/{:08}", here.path, i);
    const int fd = ::open(name.c_str(), O_CREAT | O_WRONLY, 0600);
    if (fd < 0) fail(name);
    ::close(fd);
  }
  const string& folder = here.path;
  const auto whole = [&](auto look) {
    return [&, look] {
      if (look() != p.entries) throw std::runtime_error("an entry was missed");
    };
  };
  const benchmarks::rounds_plan plan{static_cast<double>(p.entries),
                                     "entries/s", p.rounds};
  fmt::print("{} entries: readdir\n", p.entries);
  compare({{"1 thread", whole([&] { return by_original_readdir(folder); })},
           {"1 green thread", whole([&] { return by_green_readdir(folder); })}},
          plan);
  fmt::print("\n{} entries: readdir, and stat of each\n", p.entries);
  compare(
      {{fmt::format("{} threads", p.threads),
        whole([&] { return by_threads(folder, p.threads); })},
       {"1 thread", whole([&] { return by_threads(folder, 1); })},
       {"find", whole([&] { return by_find(folder, p.entries); })},
       {fmt::format("{} green threads", p.threads),
        whole([&] { return by_green_threads(folder, p.threads); })},
       {"1 green thread", whole([&] { return by_green_threads(folder, 1); })}},
      plan);
  tick(folder, p);
}

}  // namespace

int main(int argc, char** argv) {
  if (benchmarks::arguments(argc, argv).flag("--help")) {
    fmt::print("{}", usage);
    return 0;
  }
  try {
    measure(parse(argc, argv));
  } catch (const benchmarks::bad_usage& error) {
    fmt::print(stderr, "directories: {}\n{}", error.what(), usage);
    return 2;
  } catch (const std::exception& error) {
    fmt::print(stderr, "directories: {}\n", error.what());
    return 1;
  }
}
