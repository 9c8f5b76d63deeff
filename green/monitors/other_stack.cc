// SPDX-License-Identifier: MIT
#include "green/monitors/other_stack.h"

#include <signal.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <mutex>
#include <string>
#include <string_view>

#include "green/core/code_lines.h"
#include "green/core/fork_mutex.h"
#include "green/core/green_thread.h"
#include "green/core/system.h"

namespace green {

namespace {

constexpr unsigned most_calls = 64, most_awaits = 32;

// One question at a time, and its answer by the signal's handler.
enum class step { idle, asked, answering, answered };
struct question {
  std::atomic<step> now = step::idle;
  unsigned calls = 0, awaits = 0;
  std::uint64_t running = 0;
  std::int64_t turn_began = 0;
  char name[64] = {};
  std::source_location spawned_at;
  const void* call[most_calls];
  std::source_location await[most_awaits];
};
question asked;

constinit core::fork_mutex one_at_a_time;

// Reads memory that may be gone, where a part of the program was compiled with
// NDEBUG and tells nobody about its coroutines.
bool read_if_there(const void* from, void* to, std::size_t size) noexcept {
  const iovec here = {to, size};
  const iovec there = {const_cast<void*>(from), size};
  const ssize_t n = ::process_vm_readv(::getpid(), &here, 1, &there, 1, 0);
  if (n < 0 && errno != EFAULT) {
    std::memcpy(to, from, size);  // the kernel refuses to look
    return true;
  }
  return n == static_cast<ssize_t>(size);
}

// The innermost coroutine runs, and each other one awaits the one before it.
void collect_awaits(question& q, const core::green_thread& running) noexcept {
  const core::promise_base* next = running.innermost();
  for (bool inner = true; next != nullptr; inner = false) {
    alignas(core::promise_base) std::byte bytes[sizeof(core::promise_base)];
    if (q.awaits == most_awaits) return;
    if (!read_if_there(next, bytes, sizeof bytes)) return;
    core::promise_base promise;
    std::memcpy(static_cast<void*>(&promise), bytes, sizeof bytes);
    if (promise.thread != &running) return;
    if (!inner) q.await[q.awaits++] = promise.where;
    next = promise.parent;
  }
}

// The handler runs on the hub's thread, so that its green thread stays.
void look_at_hub(question& q) noexcept {
  const core::scheduler* const hub = core::scheduler::here();
  if (hub == nullptr) return;
  q.turn_began = hub->turn_time();
  const core::green_thread* const running = hub->current();
  if (running == nullptr) return;
  q.running = running->id();
  q.spawned_at = running->spawned_at();
  const std::string_view name = running->given_name();
  const std::size_t length = std::min(name.size(), sizeof q.name - 1);
  std::memcpy(q.name, name.data(), length);
  q.name[length] = '\0';
  collect_awaits(q, *running);
}

void answer(int, siginfo_t*, void*) {
  const int kept = errno;
  step expected = step::asked;
  if (asked.now.compare_exchange_strong(expected, step::answering)) {
    asked.calls = core::unwind(asked.call, most_calls);
    look_at_hub(asked);
    asked.now.store(step::answered);
  }
  errno = kept;
}

// The signals that an OS thread blocks; all of them when that is not known.
unsigned long long blocked_by(pid_t os_thread) {
  std::ifstream status("/proc/self/task/" + std::to_string(os_thread) +
                       "/status");
  const std::string name = "SigBlk:";
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with(name)) {
      return std::strtoull(line.c_str() + name.size(), nullptr, 16);
    }
  }
  return ~0ULL;
}

// A real-time signal that nobody uses; 0 when there is none.
int free_signal(pid_t os_thread) {
  const unsigned long long blocked = blocked_by(os_thread);
  for (int number = SIGRTMAX - 1; number >= SIGRTMIN; --number) {
    struct sigaction how;
    if (::sigaction(number, nullptr, &how) != 0) continue;
    const bool hindered = ((blocked >> (number - 1)) & 1) != 0;
    if (how.sa_handler == SIG_DFL && !hindered) return number;
  }
  return 0;
}

bool wait_until_answered() noexcept {
  constexpr int ms = 2'000;
  const timespec pause = {0, 1'000'000};
  for (int i = 0; i != ms; ++i) {
    if (asked.now.load() == step::answered) return true;
    ::nanosleep(&pause, nullptr);
  }
  return false;
}

bool ask(pid_t os_thread, int number) noexcept {
  struct sigaction how = {}, before = {};
  how.sa_sigaction = answer;
  how.sa_flags = SA_RESTART | SA_SIGINFO | SA_ONSTACK;
  ::sigfillset(&how.sa_mask);
  if (::sigaction(number, &how, &before) != 0) return false;
  asked.now.store(step::asked);
  bool answered = ::syscall(SYS_tgkill, ::getpid(), os_thread, number) == 0 &&
                  wait_until_answered();
  step expected = step::asked;
  // An answer that has begun must end, because the next question writes there.
  if (!answered && !asked.now.compare_exchange_strong(expected, step::idle)) {
    while (asked.now.load() != step::answered) core::yield_processor();
    answered = true;
  }
  // To ignore a signal drops one that is still under way.
  how = {};
  how.sa_handler = SIG_IGN;
  ::sigaction(number, &how, nullptr);
  ::sigaction(number, &before, nullptr);
  return answered;
}

bool is_there(const char* text) noexcept {
  char byte = 0;
  return read_if_there(text, &byte, 1);
}

// The name of a file that a coroutine gave.
std::string place_of(const std::source_location& where) {
  char bytes[16];
  const void* entry = nullptr;
  static_assert(sizeof where == sizeof entry);
  std::memcpy(static_cast<void*>(&entry), static_cast<const void*>(&where),
              sizeof entry);
  if (entry == nullptr || !read_if_there(entry, bytes, sizeof bytes)) return "";
  if (!is_there(where.file_name())) return "";
  return where.file_name() + (":" + std::to_string(where.line()));
}

}  // namespace

other_stack stack_of(pid_t os_thread) {
  other_stack found;
  if (core::under_tsan()) return found;  // it holds signals back
  const std::lock_guard guard(one_at_a_time);
  const int number = free_signal(os_thread);
  if (number == 0) return found;
  const void* first[1];
  core::unwind(first, 1);  // what the unwinder loads, it loads here
  asked.calls = asked.awaits = 0;
  asked.running = 0;
  asked.turn_began = 0;
  asked.name[0] = '\0';
  if (ask(os_thread, number)) {
    found.answered = true;
    found.calls.assign(asked.call, asked.call + asked.calls);
    found.awaits.assign(asked.await, asked.await + asked.awaits);
    found.running = asked.running;
    found.name = asked.name;
    found.spawned_at = asked.spawned_at;
    found.turn_began = asked.turn_began;
  }
  asked.now.store(step::idle);
  return found;
}

// Is it the function that resumes a coroutine? The awaits tell of those around.
static bool resumes_coroutines(const std::string& function) {
  constexpr std::string_view class_name = "green::core::green_thread::";
  if (!function.starts_with(class_name)) return false;
  const std::string_view rest =
      std::string_view(function).substr(class_name.size());
  return rest.starts_with("resume") || rest.starts_with("run_") ||
         rest.starts_with("go_on(");
}

std::string describe(const other_stack& stack) {
  std::string out;
  const auto lines = core::code_lines(
      stack.calls.data(), static_cast<unsigned>(stack.calls.size()));
  // The first ones are the handler, and the kernel's call of it.
  std::size_t begin = 0, end = lines.size();
  for (std::size_t i = lines.size(); i-- != 0;) {
    const std::string& name = lines[i].function;
    if (resumes_coroutines(name)) end = i;
    // It has just ended its turn, and its stack is gone.
    if (name.starts_with("green::core::block_monitor::")) end = 0;
    if (name.find("::answer(int, siginfo_t*") != std::string::npos) {
      begin = i + 2;
      break;
    }
  }
  for (std::size_t i = begin; i < end; ++i) {
    out += "  at " + lines[i].text() + "\n";
  }
  for (const std::source_location& where : stack.awaits) {
    const std::string place = place_of(where);
    if (!place.empty()) out += "  awaited at " + place + "\n";
  }
  return out;
}

}  // namespace green
