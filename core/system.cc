// SPDX-License-Identifier: MIT
#include "green/core/system.h"

#include <cxxabi.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <link.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <unwind.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <memory>

// clang's way to tell, which g++ does not know.
#ifndef __has_feature
#define __has_feature(feature) 0
#endif

namespace green::core {

namespace {

// A name of C++, as the source writes it.
std::string readable(const char* symbol) {
  int status = 0;
  const std::unique_ptr<char, decltype(&std::free)> name(
      abi::__cxa_demangle(symbol, nullptr, nullptr, &status), &std::free);
  return status == 0 ? name.get() : symbol;
}

struct unwinding {
  const void** calls;
  unsigned most;
  unsigned size;
  bool own;  // the first one is unwind's own
};

_Unwind_Reason_Code add_call(_Unwind_Context* context, void* argument) {
  unwinding& so_far = *static_cast<unwinding*>(argument);
  if (so_far.own) {
    so_far.own = false;
    return _URC_NO_REASON;
  }
  if (so_far.size == so_far.most) return _URC_END_OF_STACK;
  const auto address = static_cast<std::uintptr_t>(_Unwind_GetIP(context));
  if (address == 0) return _URC_END_OF_STACK;
  so_far.calls[so_far.size++] = reinterpret_cast<const void*>(address);
  return _URC_NO_REASON;
}

// Starts a program that writes into a pipe, reads nothing and complains to
// nobody. It must ask no server for symbols.
pid_t start(const std::vector<std::string>& words, int output) {
  std::vector<char*> arguments, variables;
  for (const std::string& word : words) {
    arguments.push_back(const_cast<char*>(word.c_str()));
  }
  arguments.push_back(nullptr);
  for (char** one = environ; *one != nullptr; ++one) {
    if (std::strncmp(*one, "DEBUGINFOD_", 11) != 0) variables.push_back(*one);
  }
  variables.push_back(nullptr);
  posix_spawn_file_actions_t files;
  posix_spawnattr_t attributes;
  ::posix_spawn_file_actions_init(&files);
  ::posix_spawn_file_actions_adddup2(&files, output, 1);
  ::posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDWR, 0);
  ::posix_spawn_file_actions_adddup2(&files, 0, 2);
  ::posix_spawnattr_init(&attributes);
  sigset_t none;
  ::sigemptyset(&none);
  ::posix_spawnattr_setsigmask(&attributes, &none);
  ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
  pid_t child = -1;
  const int error = ::posix_spawnp(&child, arguments[0], &files, &attributes,
                                   arguments.data(), variables.data());
  ::posix_spawnattr_destroy(&attributes);
  ::posix_spawn_file_actions_destroy(&files);
  return error == 0 ? child : -1;
}

// Reads until the end. False: that does not come in time.
bool read_all(int fd, std::string& text) {
  constexpr std::int64_t ms = 1'000'000, limit = 20'000 * ms;
  const std::int64_t until = steady_now() + limit;
  for (char part[4096];;) {
    const std::int64_t left = (until - steady_now()) / ms;
    pollfd one = {fd, POLLIN, 0};
    if (left <= 0) return false;
    if (::poll(&one, 1, static_cast<int>(left)) <= 0) continue;
    const ssize_t n = ::read(fd, part, sizeof part);
    if (n < 0) continue;  // a signal
    if (n == 0) return true;
    text.append(part, static_cast<std::size_t>(n));
  }
}

}  // namespace

std::int64_t steady_now() noexcept {
  timespec ts;
  ::clock_gettime(CLOCK_MONOTONIC, &ts);
  return static_cast<std::int64_t>(ts.tv_sec) * 1'000'000'000 + ts.tv_nsec;
}

int thread_id() noexcept { return ::gettid(); }

int* errno_here() noexcept { return &errno; }

void yield_processor() noexcept { ::sched_yield(); }

void* map_memory(std::size_t size) noexcept {
  void* const memory = ::mmap(nullptr, size, PROT_READ | PROT_WRITE,
                              MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  return memory == MAP_FAILED ? nullptr : memory;
}

void unmap_memory(void* memory, std::size_t size) noexcept {
  ::munmap(memory, size);
}

stack_bounds own_stack() noexcept {
  const stack_bounds unknown = {1, 16};
  pthread_attr_t attributes;
  if (::pthread_getattr_np(::pthread_self(), &attributes) != 0) return unknown;
  void* lowest = nullptr;
  std::size_t size = 0;
  const int error = ::pthread_attr_getstack(&attributes, &lowest, &size);
  ::pthread_attr_destroy(&attributes);
  const auto begin = reinterpret_cast<std::uintptr_t>(lowest);
  return error == 0 ? stack_bounds{begin, begin + size} : unknown;
}

[[gnu::noinline]] unsigned unwind(const void** calls, unsigned most) noexcept {
  unwinding so_far = {calls, most, 0, true};
  _Unwind_Backtrace(add_call, &so_far);
  return so_far.size;
}

module_place module_of(std::uintptr_t address) {
  Dl_info info;
  link_map* module = nullptr;
  if (::dladdr1(reinterpret_cast<void*>(address), &info,
                reinterpret_cast<void**>(&module), RTLD_DL_LINKMAP) == 0) {
    return {"", "", "", address};
  }
  module_place found;
  found.file = module->l_name;
  found.name = found.file.empty() ? info.dli_fname : found.file;
  if (found.file.empty()) {
    found.file = "/proc/" + std::to_string(::getpid()) + "/exe";
  }
  if (info.dli_sname != nullptr) found.symbol = readable(info.dli_sname);
  found.offset = address - module->l_addr;
  return found;
}

std::string output_of(const std::vector<std::string>& words) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return "";
  const pid_t child = start(words, ends[1]);
  ::close(ends[1]);
  std::string text;
  if (child > 0 && !read_all(ends[0], text)) {
    ::kill(child, SIGKILL);
    text.clear();
  }
  ::close(ends[0]);
  if (child > 0) ::waitpid(child, nullptr, 0);
  return text;
}

std::string working_directory() {
  const std::unique_ptr<char, decltype(&std::free)> path(::getcwd(nullptr, 0),
                                                         &std::free);
  return path == nullptr ? "" : path.get();
}

bool under_asan() noexcept {
#if defined(__SANITIZE_ADDRESS__) || __has_feature(address_sanitizer)
  return true;
#else
  return false;
#endif
}

bool under_tsan() noexcept {
#if defined(__SANITIZE_THREAD__) || __has_feature(thread_sanitizer)
  return true;
#else
  return false;
#endif
}

}  // namespace green::core
