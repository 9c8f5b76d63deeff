// SPDX-License-Identifier: MIT
// made_threads: what threads of an unmodified library cost as fibers

#include <dlfcn.h>
#include <fmt/core.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <stdexcept>
#include <string>
#include <system_error>

#include "benchmarks/arguments.h"
#include "benchmarks/clock.h"
#include "benchmarks/objects.h"
#include "benchmarks/pthreads/rows.h"
#include "benchmarks/server_process.h"
#include "green/green.h"
#include "green/patched.h"
#include "green/patcher.h"

namespace {

using benchmarks::pthreads::comparison;

constexpr const char* usage = R"(usage: made_threads [OPTIONS]
  --rounds N     of each, in turns (5)
  --steps F      F times the usual number of steps (1)
  --only TEXT    the rows that have it in their names
  --sleepers N   threads that sleep at once; 0 leaves them out (10000)
)";

using game = void(long);

// The library is loaded once. It is patched, which is nothing to its callers
// outside of green::patched.
void* library() {
  static void* const handle = [] {
    const std::string object = benchmarks::object_path("made_threads.so");
    (void)green::patcher::import_patched(object.c_str(),
                                         green::patcher::on::everything());
    void* const found = ::dlopen(object.c_str(), RTLD_NOW);
    if (found == nullptr) throw std::runtime_error(::dlerror());
    return found;
  }();
  return handle;
}

template <class F>
F* find(const char* name) {
  void* const found = ::dlsym(library(), name);
  if (found == nullptr) throw std::runtime_error(::dlerror());
  return reinterpret_cast<F*>(found);
}

template <class F>
void on_fiber(F f) {
  green::run([&f]() -> green::task<> { co_await green::patched(f); });
}

// The names of the library's functions.
constexpr char create[] = "create_and_join", ball[] = "throw_ball",
               lock[] = "use_lock", key[] = "use_key";

template <const char* Name>
void original(long steps) {
  find<game>(Name)(steps);
}

template <const char* Name>
void made(long steps) {
  game* const play = find<game>(Name);
  on_fiber([play, steps] { play(steps); });
}

const comparison games[] = {
    {"create and join a thread", "create", 20'000, made<create>,
     original<create>},
    {"pass a ball by a condition", "ball", 100'000, made<ball>, original<ball>},
    {"lock and unlock a free mutex", "lock", 1'000'000, made<lock>,
     original<lock>},
    {"set and get the value of a key", "key", 1'000'000, made<key>,
     original<key>},
};

// Threads that sleep. The figures are of a process of their own.

using sleepers_type = long(long, void (*)(void*), void*);

struct night {
  std::int64_t start = 0;
  std::int64_t there = 0;
  benchmarks::process_memory before, full;
};

void all_there(void* to) {
  night& n = *static_cast<night*>(to);
  n.there = benchmarks::steady_now();
  n.full = benchmarks::memory_of(::getpid());
}

void tell(const char* who, long count, const night& n) {
  constexpr double mib = 1024, millisecond = 1e6;
  fmt::print("{:<16}{:>8}{:>10.1f}{:>12.1f}{:>26.1f}{:>9}\n", who, count,
             static_cast<double>(n.there - n.start) / millisecond,
             (n.full.resident - n.before.resident) / mib,
             (n.full.kernel - n.before.kernel) / mib, n.full.threads);
  std::fflush(stdout);
}

void sleep_as(bool fibers, long count) {
  sleepers_type* const sleepers = find<sleepers_type>("sleepers");
  night n;
  const auto pass = [&] {
    n.before = benchmarks::memory_of(::getpid());
    n.start = benchmarks::steady_now();
    count = sleepers(count, all_there, &n);
  };
  if (fibers) {
    on_fiber(pass);
  } else {
    pass();
  }
  tell(fibers ? "fibers" : "the original", count, n);
}

void in_a_child(bool fibers, long count) {
  std::fflush(stdout);
  const pid_t child = ::fork();
  if (child == 0) {
    sleep_as(fibers, count);
    ::_exit(EXIT_SUCCESS);
  }
  int status = 0;
  if (child < 0 || ::waitpid(child, &status, 0) < 0) {
    throw std::system_error(errno, std::generic_category(), "fork");
  }
  if (status != 0) throw std::runtime_error("a child failed");
}

void compare_sleepers(long count) {
  if (count == 0) return;
  fmt::print("{:<16}{:>8}{:>10}{:>12}{:>26}{:>9}\n", "that sleep", "", "ms",
             "MiB", "page tables + stacks, MiB", "threads");
  in_a_child(true, count);
  in_a_child(false, count);
}

int run(int argc, char** argv) {
  benchmarks::arguments given(argc, argv);
  if (given.flag("--help")) {
    fmt::print("{}", usage);
    return 0;
  }
  const benchmarks::pthreads::plan p = {
      given.number<int>("--rounds", 1, 1000).value_or(5),
      given.number<double>("--steps", 0.0001, 1000).value_or(1),
      given.value("--only").value_or("")};
  const long count =
      given.number<long>("--sleepers", 0, 1'000'000).value_or(10'000);
  if (!given.positional().empty()) {
    throw benchmarks::bad_usage("made_threads takes options alone");
  }
  compare_sleepers(count);
  benchmarks::pthreads::print(benchmarks::pthreads::measure(games, p));
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run(argc, argv);
  } catch (const benchmarks::bad_usage& e) {
    fmt::print(stderr, "made_threads: {}\n{}", e.what(), usage);
    return 2;
  } catch (const std::exception& e) {
    fmt::print(stderr, "made_threads: {}\n", e.what());
    return 1;
  }
}
