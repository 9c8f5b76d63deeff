// SPDX-License-Identifier: MIT
// A library that knows nothing of green.
#include <dlfcn.h>
#include <netdb.h>
#include <poll.h>
#include <pthread.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cstddef>
#include <cstdlib>

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

int count() {
  static int calls = 0;
  return ++calls;
}

// One of each group; never called.
ssize_t call_recv() { return ::recv(-1, nullptr, 0, 0); }
ssize_t call_read(void* to, std::size_t size) { return ::read(-1, to, size); }
ssize_t call_write() { return ::write(-1, nullptr, 0); }
int call_close() { return ::close(-1); }
int call_getaddrinfo() {
  return ::getaddrinfo(nullptr, nullptr, nullptr, nullptr);
}
int call_poll(pollfd* fds, nfds_t count) { return ::poll(fds, count, 0); }
int call_nanosleep(const timespec* t) { return ::nanosleep(t, nullptr); }
pid_t call_waitpid() { return ::waitpid(-1, nullptr, WNOHANG); }
int call_pthread_mutex_lock(pthread_mutex_t* m) {
  return ::pthread_mutex_lock(m);
}
int call_system() { return std::system(nullptr); }

// Known by where they return to, so without tail calls.
int call_pthread_cond_wait(pthread_cond_t* c, pthread_mutex_t* m) {
  const volatile int result = ::pthread_cond_wait(c, m);
  return result;
}
unsigned call_alarm(unsigned seconds) {
  const volatile unsigned before = ::alarm(seconds);
  return before;
}
}
