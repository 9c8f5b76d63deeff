// SPDX-License-Identifier: MIT
// spawn: what children cost beside posix_spawn in C and Python's subprocess

#include <err.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <functional>
#include <stdexcept>
#include <string>
#include <system_error>
#include <vector>

#include <fmt/core.h>
#include "benchmarks/arguments.h"
#include "benchmarks/clock.h"
#include "benchmarks/histogram.h"
#include "green/green.h"
#include "green/greenlet.h"
#include "green/subprocess.h"

namespace {

using benchmarks::bad_usage;
using benchmarks::histogram;
using benchmarks::steady_now;
namespace sp = green::subprocess;
using namespace std::chrono_literals;

constexpr const char* usage = R"(usage: spawn [OPTIONS]
  --seconds S     for each measurement (1)
  --resident GIB  the memory of the parent in the second table (4)
)";

constexpr const char* program = "/bin/true";

struct settings {
  double seconds = 1;
  double resident = 4;
};

void check(int result, const char* what) {
  if (result < 0) {
    throw std::system_error(errno, std::generic_category(), what);
  }
}

// Children a second, from the first start to the last end.
struct rate {
  explicit rate(double seconds)
      : until(began + benchmarks::nanoseconds(seconds)) {}
  bool goes_on() const { return steady_now() < until; }
  double result() const {
    return count * 1e9 / static_cast<double>(steady_now() - began);
  }

  std::int64_t began = steady_now();
  std::int64_t until;
  double count = 0;
};

green::task<> call_again(rate& r) {
  while (r.goes_on()) {
    const int code = co_await sp::call(program);
    if (code != 0) throw std::runtime_error("the child failed");
    ++r.count;
  }
}

green::task<double> green_rate(double seconds, int at_once) {
  rate r(seconds);
  std::vector<green::greenlet<>> all;
  for (int i = 0; i < at_once; ++i) {
    all.push_back(green::spawn(call_again, std::ref(r)));
  }
  co_await green::joinall(all, green::deadline::never(), true);
  co_return r.result();
}

pid_t posix_start() {
  char* words[] = {const_cast<char*>(program), nullptr};
  pid_t pid;
  errno = ::posix_spawn(&pid, program, nullptr, nullptr, words, environ);
  check(errno == 0 ? 0 : -1, "posix_spawn");
  return pid;
}

double posix_rate(double seconds, int at_once) {
  rate r(seconds);
  for (int i = 0; i < at_once; ++i) posix_start();
  for (int running = at_once; running > 0; --running) {
    check(::waitpid(-1, nullptr, 0), "waitpid");
    ++r.count;
    if (!r.goes_on()) continue;
    posix_start();
    ++running;
  }
  return r.result();
}

constexpr const char* python_program = R"(
import collections, subprocess, sys, time
program, seconds, at_once = sys.argv[1], float(sys.argv[2]), int(sys.argv[3])
began = time.monotonic()
running = collections.deque()
count = 0
while time.monotonic() < began + seconds:
    while len(running) < at_once:
        running.append(subprocess.Popen([program]))
    assert running.popleft().wait() == 0
    count += 1
while running:
    running.popleft().wait()
    count += 1
print(count / (time.monotonic() - began))
)";

// 0 where there is no Python.
green::task<double> python_rate(double seconds, int at_once) {
  try {
    const std::string said = co_await sp::check_output(
        {"python3", "-c", python_program, program, std::to_string(seconds),
         std::to_string(at_once)});
    co_return std::stod(said);
  } catch (const std::system_error&) {
    co_return 0;
  }
}

std::string cell(double value) {
  return value > 0 ? fmt::format("{:>12.0f}", value)
                   : fmt::format("{:>12}", "-");
}

void print_rates(double seconds) {
  fmt::print("children a second, {}\n{:24}{:>12}{:>12}\n", program, "",
             "1 at once", "64 at once");
  const auto row = [](const char* name, double one, double many) {
    fmt::print("{:24}{}{}\n", name, cell(one), cell(many));
    std::fflush(stdout);
  };
  row("green::subprocess", green::run(green_rate, seconds, 1),
      green::run(green_rate, seconds, 64));
  row("posix_spawn, waitpid", posix_rate(seconds, 1), posix_rate(seconds, 64));
  row("Python's subprocess", green::run(python_rate, seconds, 1),
      green::run(python_rate, seconds, 64));
}

double microseconds(std::uint64_t ns) { return static_cast<double>(ns) / 1e3; }

// How long the start holds the thread.
template <class Start>
void time_start(histogram& all, Start start) {
  const std::int64_t before = steady_now();
  [[maybe_unused]] const auto kept = start();
  all.record(steady_now() - before);
  check(::waitpid(-1, nullptr, 0), "waitpid");
}

sp::popen green_start() { return sp::popen({program}); }

pid_t fork_start() {
  const pid_t pid = ::fork();
  check(pid, "fork");
  if (pid == 0) {
    ::execl(program, program, nullptr);
    ::_exit(127);
  }
  return pid;
}

// In turns, so that what else the machine does meets all of them.
void print_start_times(double memory) {
  histogram all[3];
  for (int i = 0; i < 100; ++i) {
    time_start(all[0], green_start);
    time_start(all[1], posix_start);
    if (i % 10 == 0) time_start(all[2], fork_start);
  }
  fmt::print("{:<10.1f}", memory);
  for (const histogram& t : all) {
    fmt::print("{:>10.0f}{:>10.0f}  ", microseconds(t.percentile(0.5)),
               microseconds(t.percentile(0.99)));
  }
  fmt::print("\n");
}

// Memory of small pages that are there, as a large program has it; less than
// asked for where there is less.
class resident_memory {
 public:
  explicit resident_memory(double gib) {
    constexpr double page = 4096;
    const double most =
        0.6 * static_cast<double>(::sysconf(_SC_AVPHYS_PAGES)) * page;
    size_ = static_cast<std::size_t>(std::min(gib * (1 << 30), most));
    data_ = ::mmap(nullptr, size_, PROT_READ | PROT_WRITE,
                   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    check(data_ == MAP_FAILED ? -1 : 0, "mmap");
    ::madvise(data_, size_, MADV_NOHUGEPAGE);
    for (std::size_t i = 0; i < size_; i += 4096) {
      static_cast<volatile char*>(data_)[i] = 1;
    }
  }
  resident_memory(const resident_memory&) = delete;
  resident_memory& operator=(const resident_memory&) = delete;
  ~resident_memory() { ::munmap(data_, size_); }

  double gib() const { return static_cast<double>(size_) / (1 << 30); }

 private:
  std::size_t size_;
  void* data_;
};

void print_starts(double gib) {
  fmt::print(
      "\nhow long a start holds its thread, in us\n"
      "{:10}{:>20}  {:>20}  {:>20}\n{:10}",
      "resident", "green::subprocess", "posix_spawn", "fork, exec", "GiB");
  for (int i = 0; i < 3; ++i) fmt::print("{:>10}{:>10}  ", "p50", "p99");
  fmt::print("\n");
  print_start_times(0);
  const resident_memory large(gib);
  print_start_times(large.gib());
}

// How late timers of a millisecond are, until it is killed.
green::task<> tick(histogram& late) {
  for (;;) {
    const std::int64_t due = steady_now() + 1'000'000;
    co_await green::sleep(1ms);
    late.record(steady_now() - due);
  }
}

green::task<> print_lateness(double seconds) {
  fmt::print(
      "\nhow late the hub's other timers are, in us\n"
      "{:10}{:>10}{:>10}{:>10}\n",
      "at once", "p50", "p99", "most");
  for (const int at_once : {0, 1, 64, 200}) {
    histogram late;
    const auto ticks = green::spawn(tick, std::ref(late));
    if (at_once > 0) {
      co_await green_rate(seconds, at_once);
    } else {
      co_await green::sleep(std::chrono::duration<double>(seconds));
    }
    co_await ticks.kill();
    fmt::print("{:<10}{:>10.0f}{:>10.0f}{:>10.0f}\n", at_once,
               microseconds(late.percentile(0.5)),
               microseconds(late.percentile(0.99)), microseconds(late.max()));
    std::fflush(stdout);
  }
}

settings parse(int argc, char** argv) {
  benchmarks::arguments given(argc, argv);
  settings s;
  s.seconds = given.number("--seconds", 0.01, 60.0).value_or(s.seconds);
  s.resident = given.number("--resident", 0.0, 1000.0).value_or(s.resident);
  if (!given.positional().empty()) throw bad_usage("too many arguments");
  return s;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    const settings s = parse(argc, argv);
    print_rates(s.seconds);
    print_starts(s.resident);
    green::run(print_lateness, s.seconds);
  } catch (const bad_usage& e) {
    errx(2, "%s\n%s", e.what(), usage);
  } catch (const std::exception& e) {
    errx(1, "%s", e.what());
  }
}
