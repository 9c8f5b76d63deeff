// SPDX-License-Identifier: MIT
//
// What a call comes to, when that may be to wait for ever:
//
//   const std::string words = co_await tests::outcome<S>([&] {
//     return call(fd);  // a task_of<S, long>: a POSIX result
//   });
//   words is "3", "EBADF" or "waits"; of a hub that never sleeps, "spins"
//
// Nobody else may do anything meanwhile: a call waits when the process sleeps.
#pragma once

#include <pthread.h>
#include <signal.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <type_traits>
#include <utility>

#include "tests/support/oracle.h"
#include "tests/support/waiting.h"

namespace tests {

/// How often each other thread of the process has been put to sleep; empty
/// when one of them does not sleep.
inline std::string sleep_counts() {
  std::string counts;
  const std::string mine = std::to_string(::gettid());
  for (const auto& entry :
       std::filesystem::directory_iterator("/proc/self/task")) {
    const std::string id = entry.path().filename();
    if (id == mine) continue;
    std::ifstream status(entry.path() / "status");
    for (std::string line; std::getline(status, line);) {
      if (line.starts_with("State:") && line.find("S (") == line.npos) {
        return "";
      }
      if (line.find("ctxt_switches") != line.npos) counts += id + line;
    }
  }
  return counts + " ";
}

inline long sleeps_of_this_thread() {
  rusage use{};
  ::getrusage(RUSAGE_THREAD, &use);
  return use.ru_nvcsw;
}

inline std::string words_of(const answer& a) {
  return a.error == 0 ? std::to_string(a.value) : ::strerrorname_np(a.error);
}

/// f on a thread, which a signal calls back when it waits.
template <class F>
std::string system_outcome(F f) {
  struct sigaction nothing{};
  nothing.sa_handler = [](int) {};
  ::sigaction(SIGUSR1, &nothing, nullptr);
  answer gave = 0;
  std::atomic<bool> done = false;
  std::thread caller([&] {
    errno = 0;  // some fail and say nothing
    gave = answer(f().await_resume());
    done = true;
  });
  bool waits = false;
  while (!done) {
    // Who woke between two looks has been put to sleep once more, or is awake.
    const std::string before = sleep_counts();
    const timespec moment{.tv_sec = 0, .tv_nsec = 200'000};
    ::nanosleep(&moment, nullptr);
    if (before == "" || before != sleep_counts() || done) continue;
    waits = true;
    ::pthread_kill(caller.native_handle(), SIGUSR1);
  }
  caller.join();
  return waits ? "waits" : words_of(gave);
}

/// f on a green thread, which is killed when it waits.
template <class F>
green::task<std::string> green_outcome(F f) {
  // Its own, as one that cannot be killed goes on.
  const auto gave = std::make_shared<answer>(0);
  const auto body = [](F call, std::shared_ptr<answer> into) -> green::task<> {
    errno = 0;
    *into = answer(co_await call());
  };
  const auto caller = green::spawn(body, std::move(f), gave);
  constexpr int too_often = 2'000;
  for (int awake = 0; awake < too_often;) {
    co_await others_wait();
    if (caller.ready()) break;
    const std::string before = sleep_counts();
    const long slept = sleeps_of_this_thread();
    // In it the hub hands over what was asked, and takes what came.
    co_await green::sleep(std::chrono::microseconds(100));
    if (caller.ready()) break;
    if (slept == sleeps_of_this_thread()) ++awake;
    if (slept == sleeps_of_this_thread()) continue;
    awake = 0;
    if (before == "" || before != sleep_counts()) continue;
    const bool dead = co_await caller.kill(std::chrono::seconds(5));
    co_return dead ? "waits" : "cannot be killed";
  }
  if (!caller.ready()) {
    co_await caller.kill();
    co_return "spins";
  }
  caller.rethrow();
  co_return words_of(*gave);
}

template <class S, class F>
task_of<S, std::string> outcome(F f) {
  if constexpr (std::is_base_of_v<green_side, S>) {
    co_return co_await green_outcome(std::move(f));
  } else {
    co_return system_outcome(std::move(f));
  }
}

}  // namespace tests
