// SPDX-License-Identifier: MIT
//
// gevent.monkey and eventlet.patcher for libraries in C: chooses the loaded
// objects whose calls cooperate with the hub inside green::patched().
//
//   namespace patcher = green::patcher;
//   auto redis = patcher::import_patched("libhiredis.so");  // one library
//   patcher::report rest = patcher::monkey_patch();         // and all others
//   std::printf("%u modules\n", redis.patched().modules + rest.modules);
//   for (const patcher::refusal& one : rest.refused) {
//     std::fprintf(stderr, "%s: %s\n", one.module.c_str(), one.why.c_str());
//   }
//   auto* real = patcher::get_original<decltype(::sleep)>("time", "sleep");
//   real(1);                                      // blocks the thread
//   patcher::unpatch();
//
// A module is a loaded object: "libpq.so.5", a path, "" or "main" for the
// executable. The functions that only ask also take gevent's name of a group:
// "socket", "dns", "select", "time", "os", "thread", "subprocess", "ssl".
//
// No function here waits, so a kill or timeout has no part in them
// (docs/contract.md). All are for any thread, with or without a hub. Calling
// one twice does no more than once, and unpatch undoes all.
//
// Awaited: none
// Same: get_original, import_patched, is_anything_patched, is_module_patched,
//   is_monkey_patched, is_object_patched, monkey_patch, patch_all, patch_dns,
//   patch_os, patch_select, patch_socket, patch_ssl, patch_subprocess,
//   patch_thread, patch_time
// Differs: the calls of modules are replaced, not the functions. The C library
//   itself stays as it is, and so does every call outside of green::patched().
//
//   | gevent, eventlet | here |
//   |---|---|
//   | monkey.patch_all(**which) | the same with {.os = false}; a report |
//   | patcher.monkey_patch(os=False) | monkey_patch({.os = false}) |
//   | patcher.monkey_patch(socket=True): that alone | patch_socket() |
//   | patch before all imports | any time. The next patched() finds objects
//     that were loaded later. Existing locks and connections need nothing. Not
//     found are pointers that a library has copied elsewhere |
//   | patch_socket(dns=True, aggressive=True) | no aggressive |
//   | patch_select(aggressive=True) | select, poll, epoll_wait; nothing is
//     taken away |
//   | patch_time(): sleep | sleep, usleep, nanosleep, clock_nanosleep |
//   | patch_os(): fork, waitpid | waits for files and children |
//   | patch_thread(threading, logging, existing_locks) | pthread's locks,
//     conditions, joins; existing ones too. By fiber are keys of threads, and
//     what the C library keeps for each thread: the texts of strerror,
//     strsignal and inet_ntoa, and the locale of uselocale. By fiber that is a
//     thread are h_errno and the message of dlerror, too |
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
// Inside of green::patched() some calls are refused: they fail with ENOTSUP,
// and a line on stderr names the function and its caller (see strict). They are
// alarm, a wait for a condition variable that processes share, and
// pthread_cancel of the hub's own thread. pthread_exit aborts there. Mutexes
// that are robust, shared by processes or inherit priority are waited for as
// others. But a waiter lends their owner no priority.
//
// With the group "create", pthread_create, thrd_create and std::thread on a
// fiber make another fiber of the same hub, or of the hubs of spread_threads.
// pthread_self has a number for each.
// - pthread_exit and pthread_cancel unwind the frames of C++ and run the
//   handlers of pthread_cleanup_push. Frames of C vanish, as on a thread.
// - A thread looks for requests of pthread_cancel and pthread_kill in the calls
//   that wait: POSIX's cancellation points. A request ends the wait there. A
//   handler runs on the fiber of its thread. The asynchronous type of
//   cancelling acts in calls, too.
// - A made thread has a mask of signals of its own. A signal to the process
//   goes by the mask of the hub's thread, which is main's.
// - A thread that computes, or spins without sched_yield, holds all others up.
//   keep_real_threads and move_computing_threads leave such threads real.
//   Priorities and processors are
//   accepted and ignored, and stderr says so once.
// - A stack has the size that the attributes ask for, of 256 KiB to 8 MiB. An
//   own stack (pthread_attr_setstack) counts for its size alone.
// - fork gives a child with the calling thread alone, as ever.
//
// Missing: patch_builtins, patch_contextvars, patch_queue, patch_signal,
//   patch_sys (Python's own); inject, slurp_properties (of modules' insides)
#pragma once

#include <memory>
#include <string>

#include "green/patcher/report.h"

namespace green::patcher {

// The functions that patch throw std::system_error(ENOSYS) on an unknown
// machine. They throw std::logic_error if another copy of green, in another
// shared object, has patched this process. A patched object stays loaded.

/// eventlet.patcher.monkey_patch: patches every loaded object, and those that
/// are loaded later. Left out are the C library, the dynamic linker, liburing,
/// green and the runtimes of sanitizers.
report monkey_patch(const on& groups = {});
/// gevent.monkey.patch_all: monkey_patch, and threads that patched code makes
/// are fibers.
report patch_all(const on& groups = on::everything());

/// gevent.monkey.patch_socket: recv, send, connect, accept and their kin; of
/// "os" also read, write and close.
report patch_socket(bool dns = true);
/// gevent.monkey.patch_dns: getaddrinfo and its kin, on helper threads.
report patch_dns();
/// gevent.monkey.patch_select: select, poll, epoll_wait and their kin.
report patch_select();
/// gevent.monkey.patch_time: sleep, nanosleep and their kin.
report patch_time();
/// gevent.monkey.patch_os: waits for files and children.
report patch_os();
/// gevent.monkey.patch_thread: the locks, conditions, joins and keys of
/// pthread.
report patch_thread();
/// The same. With `create`, threads that patched code makes on a fiber are
/// fibers, too.
report patch_thread(bool create);
/// From now on, a thread stays a real one if its function, or the file name of
/// the function's module, matches the pattern (fnmatch(3)). That is for threads
/// that compute. Functions that a module does not export have no names.
void keep_real_threads(const std::string& pattern);
/// From now on, a function whose thread keeps its hub for longer than the limit
/// of green::detect_blocking gets real threads, from the next one on. The
/// callable of a std::thread counts as its function.
void move_computing_threads();
/// From now on, the threads that patched code makes go round so many hubs: that
/// of their maker, and others that start with the first thread. So they use as
/// many processors. `how` says which one is next. Throws std::invalid_argument
/// unless it is 1 to 1,024.
void spread_threads(unsigned hubs, spread how = spread::turns);
/// gevent.monkey.patch_subprocess: system and pclose.
report patch_subprocess();
/// gevent.monkey.patch_ssl: OpenSSL's data of threads, one set for each fiber.
report patch_ssl();

/// A shared object that import_patched has loaded. It stays loaded.
class module {
 public:
  /// Made by import_patched.
  module(void* handle, std::string name, report done);

  /// Its name for the functions below.
  const std::string& name() const noexcept { return name_; }
  /// The report of import_patched.
  const report& patched() const noexcept { return done_; }

  /// Its function of that name: get<decltype(::PQexec)>("PQexec"). Throws
  /// std::out_of_range if there is none, as Python throws AttributeError.
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
/// Tells import_patched to leave the object alone that others use.
inline constexpr separate_copy_t separate_copy{};

/// Loads a shared object, as dlopen(3) finds it. Patches it in place, and all
/// that it is linked with, for all who use them. Throws
/// std::system_error(ENOEXEC), with dlopen's message, if it cannot be loaded.
module import_patched(const char* name, const on& groups = {});
/// eventlet.patcher.import_patched: loads a second copy of the object alone,
/// with data of its own, and patches that. Not under a sanitizer (ENOTSUP).
module import_patched(const char* name, separate_copy_t, const on& groups = {});

/// The function of the C library, or else of another object, behind any hook.
/// Throws std::out_of_range if there is none.
void* original_address(const char* function);
/// The same. Throws std::out_of_range unless the function is of that group.
void* original_address(const char* group, const char* function);

/// eventlet.patcher.original, for one function:
/// get_original<decltype(::recv)>("recv").
template <class Function>
Function* get_original(const char* function) {
  return reinterpret_cast<Function*>(original_address(function));
}
/// gevent.monkey.get_original: the same for a function of a group.
template <class Function>
Function* get_original(const char* group, const char* function) {
  return reinterpret_cast<Function*>(original_address(group, function));
}

/// eventlet.patcher.is_monkey_patched: has monkey_patch or a patch_ function
/// patched this group? For an object, is_module_patched.
bool is_monkey_patched(const char* module);
/// gevent.monkey.is_module_patched: does any call of the module lead to a hook?
bool is_module_patched(const char* module);
/// gevent.monkey.is_object_patched: does this call of the module lead to a
/// hook? False if other code has replaced the hook.
bool is_object_patched(const char* module, const char* function);
/// gevent.monkey.is_anything_patched: does any call lead to a hook?
bool is_anything_patched();

/// With true, a refused call inside of green::patched() aborts the process,
/// with the reason on stderr. With false, the default, it fails with ENOTSUP.
void strict(bool aborts) noexcept;

/// The thread-locals of objects of this name stay those of the hub's thread,
/// even for fibers that are threads. To be called before the object is patched.
/// For objects that give the address of a thread-local to other threads, and
/// for allocators. jemalloc, tcmalloc and mimalloc are left out anyway.
void share_thread_locals(std::string object);

/// Restores all calls that still lead to hooks, and returns how many. Calls
/// that wait already go on. Objects that are loaded later are left alone.
unsigned unpatch();
/// The same for one object, until the next function that patches.
unsigned unpatch(const char* module);

}  // namespace green::patcher

namespace green {

/// gevent's name.
namespace monkey = patcher;

}  // namespace green
