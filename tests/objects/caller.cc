// SPDX-License-Identifier: MIT
// A library that knows nothing of green.
#include <dlfcn.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace {

struct entry {
  const char* name;
  pid_t (*function)();
};

// Pointers in data: one that the dynamic linker closes to writes, one not.
const entry constant_table[] = {{"getppid", ::getppid}};
entry table[] = {{"getppid", ::getppid}};

}  // namespace

extern "C" {

pid_t call_directly() { return ::getppid(); }

pid_t call_constant_pointer() {
  const entry* volatile e = constant_table;
  return e->function();
}

pid_t call_pointer() {
  entry* volatile e = table;
  return e->function();
}

// What a library has copied to where it likes is out of reach.
pid_t call_kept_pointer() {
  static void* volatile kept = nullptr;
  if (kept == nullptr) kept = ::dlsym(RTLD_DEFAULT, "getppid");
  return reinterpret_cast<pid_t (*)()>(kept)();
}

pid_t call_syscall() { return static_cast<pid_t>(::syscall(SYS_getppid)); }
}
