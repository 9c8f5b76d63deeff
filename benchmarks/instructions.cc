// SPDX-License-Identifier: MIT
// instructions: how many instructions an operation takes, counted by valgrind
//
// The number of instructions hardly depends on the load of the machine. So a
// bound on it can be tested. The program runs each operation N and 2N times
// under callgrind. The difference is the cost of N operations. A hub that is
// held up makes more turns, so that what has grown is counted again.

#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <climits>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <fstream>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "benchmarks/arguments.h"
#include "benchmarks/fail.h"
#include "green/condition_variable"
#include "green/green.h"
#include "green/greenlet.h"
#include "green/mutex"
#include "green/queue.h"
#include "green/semaphore"
#include "green/thread"
#include "green/timeout.h"
#include "green/when.h"

namespace {

using benchmarks::bad_usage;
using namespace std::chrono_literals;

constexpr int many = 1'000;

green::task<int> child(int n) { co_return n + 1; }
green::task<> nothing() { co_return; }

green::task<> await(int count) {
  volatile int seen = 0;
  for (int i = 0; i < count; ++i) seen = co_await child(i);
  static_cast<void>(seen);
}

green::task<> yield(int count) {
  for (int i = 0; i < count; ++i) co_await green::this_thread::yield();
}

green::task<> yield_among_many(int count) {
  std::vector<green::thread> all;
  for (int i = 0; i < many; ++i) all.emplace_back(yield, count / many);
  for (green::thread& each : all) co_await each.join();
}

green::task<> spawn(int count) {
  for (int i = 0; i < count; ++i) co_await green::spawn(nothing).join();
}

green::task<> spawn_many(int count) {
  std::vector<green::greenlet<>> all;
  all.reserve(many);
  for (int i = 0; i < count; i += many) {
    for (int k = 0; k < many; ++k) all.push_back(green::spawn(nothing));
    for (auto& each : all) co_await each.join();
    all.clear();
  }
}

green::task<> thread(int count) {
  for (int i = 0; i < count; ++i) {
    green::thread started(nothing);
    co_await started.join();
  }
}

green::task<> mutex(int count) {
  green::mutex m;
  for (int i = 0; i < count; ++i) {
    co_await m.lock();
    m.unlock();
  }
}

green::task<> answer_by_semaphore(green::binary_semaphore& mine,
                                  green::binary_semaphore& theirs, int count) {
  for (int i = 0; i < count; ++i) {
    co_await mine.acquire();
    theirs.release();
  }
}

green::task<> semaphore(int count) {
  green::binary_semaphore ping(1), pong(0);
  green::thread peer(answer_by_semaphore, std::ref(pong), std::ref(ping),
                     count / 2);
  co_await answer_by_semaphore(ping, pong, count / 2);
  co_await peer.join();
}

green::task<> put_all(green::channel<int>& to, int count) {
  for (int i = 0; i < count; ++i) co_await to.put(i);
}

green::task<> channel(int count) {
  green::channel<int> items;
  green::thread peer(put_all, std::ref(items), count);
  for (int i = 0; i < count; ++i) co_await items.get();
  co_await peer.join();
}

struct court {
  green::mutex lock;
  green::condition_variable changed;
  bool at_home = true;
};

green::task<> play(court& c, bool home, int count) {
  for (int i = 0; i < count; ++i) {
    auto held = co_await c.lock.scoped_lock();
    while (c.at_home != home) co_await c.changed.wait(held);
    c.at_home = !home;
    c.changed.notify_one();
  }
}

green::task<> condition(int count) {
  court c;
  green::thread peer(play, std::ref(c), false, count / 2);
  co_await play(c, true, count / 2);
  co_await peer.join();
}

green::task<> fill(green::queue<int>& to, int count) {
  for (int i = 0; i < count; ++i) co_await to.put(i);
}

green::task<> queue(int count) {
  green::queue<int> items(128);
  green::thread peer(fill, std::ref(items), count);
  for (int i = 0; i < count; ++i) co_await items.get();
  co_await peer.join();
}

green::task<> when_all(int count) {
  for (int i = 0; i < count; ++i) {
    co_await green::when_all(child(0), child(1), child(2), child(3), child(4),
                             child(5), child(6), child(7), child(8), child(9));
  }
}

green::task<> timer(int count) {
  for (int i = 0; i < count; ++i) {
    const green::timeout guard(1h);
  }
  co_return;
}

struct operation {
  const char* name;
  green::task<> (*run)(int count);
  int count;   // a multiple of `many`
  int target;  // instructions; 0 without one
};

constexpr auto operations = std::to_array<operation>({
    {"await", await, 10'000, 62},
    {"yield", yield, 10'000, 55},
    {"yield_among_1000", yield_among_many, 20'000, 55},
    {"spawn_join", spawn, 10'000, 450},
    {"spawn_join_1000", spawn_many, 10'000, 340},
    {"thread_join", thread, 10'000, 520},
    {"mutex", mutex, 10'000, 0},
    {"semaphore", semaphore, 10'000, 0},
    {"channel", channel, 10'000, 0},
    {"condition", condition, 10'000, 0},
    {"queue", queue, 10'000, 0},
    {"when_all_10", when_all, 2'000, 0},
    {"timer", timer, 10'000, 0},
});

// A file of "NAME INSTRUCTIONS" lines; "#" begins a comment.
std::map<std::string, double> read_baseline(const std::string& path) {
  std::map<std::string, double> known;
  std::ifstream file(path);
  if (!file) benchmarks::fail(path);
  for (std::string line; std::getline(file, line);) {
    const std::size_t space = line.find(' ');
    if (line.starts_with("#") || space == std::string::npos) continue;
    known[line.substr(0, space)] = std::stod(line.substr(space));
  }
  return known;
}

std::string own_path() {
  std::array<char, PATH_MAX> path;
  const ssize_t length = readlink("/proc/self/exe", path.data(), path.size());
  if (length < 0) benchmarks::fail("/proc/self/exe");
  return std::string(path.data(), static_cast<std::size_t>(length));
}

/// The instructions of a whole run, as callgrind tells them on stderr.
double instructions_of(const operation& what, int count) {
  const std::string command = fmt::format(
      "valgrind --tool=callgrind --callgrind-out-file=/dev/null '{}' --run {} "
      "{} 2>&1",
      own_path(), what.name, count);
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> told(
      popen(command.c_str(), "r"), pclose);
  if (told == nullptr) benchmarks::fail("popen");
  std::string all;
  std::array<char, 256> part;
  while (std::fgets(part.data(), part.size(), told.get())) all += part.data();
  constexpr std::string_view label = "Collected : ";
  const std::size_t place = all.find(label);
  if (place == std::string::npos) {
    throw std::runtime_error("valgrind counted nothing:\n" + all);
  }
  return std::stod(all.substr(place + label.size()));
}

// The least of so many runs, because other programs only add to a run.
double measure(const operation& what, int runs) {
  double once = instructions_of(what, what.count);
  double twice = instructions_of(what, 2 * what.count);
  for (int i = 1; i < runs; ++i) {
    once = std::min(once, instructions_of(what, what.count));
    twice = std::min(twice, instructions_of(what, 2 * what.count));
  }
  return (twice - once) / what.count;
}

int run_one(const std::vector<std::string>& words) {
  if (words.size() != 2) throw bad_usage("--run NAME COUNT");
  const int count = benchmarks::parse_number("COUNT", words[1], 1, INT_MAX);
  for (const operation& each : operations) {
    if (each.name == words[0]) return green::run(each.run, count), 0;
  }
  throw bad_usage("no operation is called " + words[0]);
}

// The status is 1 if an operation takes more than the baseline and the margin.
int compare(const std::string& path, const std::vector<std::string>& chosen) {
  constexpr double margin = 1.03;
  std::map<std::string, double> known;
  if (!path.empty()) known = read_baseline(path);
  int status = 0;
  fmt::print("{:<18}{:>14}{:>10}{:>10}\n", "# operation", "instructions",
             "target", "baseline");
  for (const operation& each : operations) {
    if (!chosen.empty() &&
        std::find(chosen.begin(), chosen.end(), each.name) == chosen.end()) {
      continue;
    }
    const auto found = known.find(each.name);
    double counted = measure(each, 1);
    if (found != known.end() && counted > found->second * margin) {
      counted = measure(each, 4);
    }
    fmt::print("{:<18}{:>14.0f}{:>10}", each.name, counted,
               each.target == 0 ? "-" : std::to_string(each.target));
    if (found != known.end()) {
      const bool grown = counted > found->second * margin;
      fmt::print("{:>10.0f}{}", found->second, grown ? "  grown" : "");
      if (grown) status = 1;
    } else if (!path.empty()) {
      fmt::print("{:>10}  unknown", "-");
      status = 1;
    }
    fmt::print("\n");
    std::fflush(stdout);
  }
  return status;
}

constexpr const char* usage =
    "usage: instructions [--check FILE] [OPERATION...]\n"
    "  --check FILE  fail if an operation takes over 3 % more instructions\n"
    "                than its line in FILE says, as benchmarks/baseline.txt\n";

}  // namespace

int main(int argc, char** argv) {
  try {
    benchmarks::arguments given(argc, argv);
    if (given.flag("--help")) return fmt::print("{}", usage), 0;
    if (given.flag("--run")) return run_one(given.positional());
    const std::string path = given.value("--check").value_or("");
    return compare(path, given.positional());
  } catch (const bad_usage& wrong) {
    fmt::print(stderr, "instructions: {}\n{}", wrong.what(), usage);
    return 2;
  } catch (const std::exception& error) {
    fmt::print(stderr, "instructions: {}\n", error.what());
    return 1;
  }
}
