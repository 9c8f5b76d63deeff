// SPDX-License-Identifier: MIT
//
// gevent.monkey and eventlet.patcher, for libraries in C: which loaded objects
// cooperate with the hub inside green::patched().
//
//   green::patcher::monkey_patch();                       // all, or
//   green::patcher::import_patched("libhiredis.so.0.14");  // one and its own
//
// A module is a loaded object: "libpq.so.5", a path, "" or "main" for the
// executable; or, where it is only asked for, a group of functions by gevent's
// name: "socket", "dns", "select", "time", "os", "thread", "subprocess", "ssl".
//
// Awaited: none
// Same: get_original, import_patched, is_anything_patched, is_module_patched,
//   is_monkey_patched, is_object_patched, monkey_patch, patch_all, patch_dns,
//   patch_os, patch_select, patch_socket, patch_ssl,
//   patch_subprocess, patch_thread, patch_time
// Differs: what is replaced is what the modules call, not the functions: the C
//   library itself stays as it is, and so does every call outside of
//   green::patched().
//
//   | gevent, eventlet | here |
//   |---|---|
//   | monkey.patch_all(**which) | the same with {.os = false}; a report |
//   | patcher.monkey_patch(os=False) | monkey_patch({.os = false}) |
//   | patcher.monkey_patch(socket=True): that alone | patch_socket() |
//   | patch before all imports | any time: later objects are found by the next
//     patched(), locks and connections that exist need nothing; only pointers
//     that a library has copied to where it likes stay |
//   | patch_socket(dns=True, aggressive=True) | no aggressive |
//   | patch_select(aggressive=True) | select, poll, epoll_wait; nothing is
//     taken away |
//   | patch_time(): sleep | sleep, usleep, nanosleep, clock_nanosleep |
//   | patch_os(): fork, waitpid | what waits for files and children |
//   | patch_thread(threading, logging, existing_locks) | pthread's locks,
//     conditions, joins; existing ones too |
//   | patch_subprocess(): Popen | system, pclose; posix_spawn needs nothing |
//   | patch_ssl(): SSLSocket | OpenSSL's data of threads, by fiber: its calls
//     wait in recv and send |
//   | patch_signal(): SIGCHLD | nothing: children are waited for without it |
//   | get_original("socket", "recv"), patcher.original("socket") | get_original
//     <decltype(::recv)>("socket", "recv") |
//   | is_object_patched("socket", "recv") | of a group or an object; looks at
//     the memory |
//   | is_module_patched("socket") | does anything of it lead to a hook? |
//   | is_monkey_patched("socket") | was it asked for, as in eventlet? |
//   | import_patched("m", ...): a copy | in place; a copy with separate_copy |
//
//   Refused inside of green::patched(), with ENOTSUP and a line on stderr that
//   names the function and who called it (see strict): alarm; a wait for a
//   condition variable that processes share; pthread_cancel of the hub's own
//   thread. pthread_exit there aborts. A mutex that is robust, that processes
//   share or that inherits priority is waited for as any other; but who waits
//   lends its owner no priority.
//
// Missing: patch_builtins, patch_contextvars, patch_queue, patch_signal,
//   patch_sys (Python's own); inject, slurp_properties (of modules' insides)
#pragma once

#include <memory>
#include <string>

#include "green/patcher/report.h"

namespace green::patcher {

// All of these are for any thread, do nothing twice, and are undone by
// unpatch. Those that patch throw std::system_error(ENOSYS) where it can't be
// done at all, and std::logic_error when another copy of green, in another
// shared object, has patched this process. Objects that were patched stay
// loaded.

/// eventlet.patcher.monkey_patch: patches every loaded object, and those that
/// are loaded later, but the C library, the dynamic linker, liburing, green and
/// the runtimes of sanitizers.
report monkey_patch(const on& groups = {});
/// gevent.monkey.patch_all
report patch_all(const on& groups = {});

/// gevent.monkey.patch_socket: recv, send, connect, accept and their kin; of
/// "os" also read, write and close.
report patch_socket(bool dns = true);
/// gevent.monkey.patch_dns: getaddrinfo and its kin, on helper threads.
report patch_dns();
/// gevent.monkey.patch_select
report patch_select();
/// gevent.monkey.patch_time
report patch_time();
/// gevent.monkey.patch_os
report patch_os();
/// gevent.monkey.patch_thread
report patch_thread();
/// gevent.monkey.patch_subprocess
report patch_subprocess();
/// gevent.monkey.patch_ssl
report patch_ssl();

/// What import_patched gives: a shared object, which stays loaded.
class module {
 public:
  module(void* handle, std::string name, report done);

  /// What the functions below know it by.
  const std::string& name() const noexcept { return name_; }
  const report& patched() const noexcept { return done_; }

  /// Its function of that name: get<decltype(::PQexec)>("PQexec"). Throws
  /// std::out_of_range, Python's AttributeError, when there is none.
  template <class Function>
  Function* get(const char* name) const {
    return reinterpret_cast<Function*>(address(name));
  }

 private:
  void* address(const char* name) const;

  void* handle_;
  std::string name_;
  report done_;
};

struct separate_copy_t {
  explicit separate_copy_t() = default;
};
/// To import_patched: leave the one that others use as it is.
inline constexpr separate_copy_t separate_copy{};

/// Loads a shared object, as dlopen(3) finds it, and patches it in place with
/// all that it is linked with; these are shared with whoever uses them. Throws
/// std::system_error(ENOEXEC) with dlopen's words if it can't be loaded.
module import_patched(const char* name, const on& groups = {});
/// eventlet.patcher.import_patched: loads a second copy of the object alone,
/// with data of its own, and patches that. Not under a sanitizer (ENOTSUP).
module import_patched(const char* name, separate_copy_t, const on& groups = {});

/// The C library's function, whether it is patched or not; any other's, too.
/// Throws std::out_of_range when there is none.
void* original_address(const char* function);
/// Throws std::out_of_range unless the function is of that group.
void* original_address(const char* group, const char* function);

/// eventlet.patcher.original, for one function:
/// get_original<decltype(::recv)>("recv").
template <class Function>
Function* get_original(const char* function) {
  return reinterpret_cast<Function*>(original_address(function));
}
/// gevent.monkey.get_original
template <class Function>
Function* get_original(const char* group, const char* function) {
  return reinterpret_cast<Function*>(original_address(group, function));
}

/// eventlet.patcher.is_monkey_patched: was the group asked for by monkey_patch
/// or a patch_ function? Of an object: is_module_patched.
bool is_monkey_patched(const char* module);
/// gevent.monkey.is_module_patched
bool is_module_patched(const char* module);
/// gevent.monkey.is_object_patched: also false when somebody else has put
/// something there since.
bool is_object_patched(const char* module, const char* function);
/// gevent.monkey.is_anything_patched
bool is_anything_patched();

/// Shall a call that is refused inside of green::patched(), like alarm, end the
/// process, with the reason on stderr? Otherwise it only fails, with ENOTSUP.
void strict(bool aborts) noexcept;

/// Restores what still leads to green's hooks; how many slots. Calls that wait
/// already go on as they are. What is loaded later is left alone.
unsigned unpatch();
/// Of one object, which is left alone until the next call that patches.
unsigned unpatch(const char* module);

}  // namespace green::patcher

namespace green {

/// gevent's name.
namespace monkey = patcher;

}  // namespace green
