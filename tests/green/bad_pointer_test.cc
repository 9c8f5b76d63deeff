// SPDX-License-Identifier: MIT
// Pointers to what is no memory: each call answers, or ends the process, as the
// original.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <mqueue.h>
#include <poll.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/select.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>

#include "green/fcntl.h"
#include "green/green.h"
#include "green/mqueue.h"
#include "green/poll.h"
#include "green/signal.h"
#include "green/sys/epoll.h"
#include "green/sys/eventfd.h"
#include "green/sys/msg.h"
#include "green/sys/select.h"
#include "green/sys/sendfile.h"
#include "green/sys/socket.h"
#include "green/sys/stat.h"
#include "green/sys/uio.h"
#include "green/sys/wait.h"
#include "green/time.h"
#include "green/unistd.h"
#include "tests/support/files.h"
#include "tests/support/sockets.h"

namespace {

// The folder of the process that is going to call. Its parent removes it, as a
// process that a bad pointer ends does not.
const tests::temporary_folder* folder = nullptr;

// What calls are given, made anew in each process that makes one.
struct things {
  things() {
    ::signal(SIGSEGV, SIG_DFL);  // doctest's handler is the parent's
    ::signal(SIGBUS, SIG_DFL);
    ::signal(SIGPIPE, SIG_IGN);
    REQUIRE(::write(pipe.b, "bytes", 5) == 5);
    REQUIRE(::write(stream.b, "bytes", 5) == 5);
    REQUIRE(::write(datagrams.b, "bytes", 5) == 5);
    event.events = EPOLLIN;
    ::epoll_ctl(set, EPOLL_CTL_ADD, pipe.a, &event);
    ::sigemptyset(&signals);
    ::sigaddset(&signals, SIGUSR1);
    ::sigprocmask(SIG_BLOCK, &signals, nullptr);
    ::msgsnd(queue, &message, 4, 0);
  }
  ~things() { ::msgctl(queue, IPC_RMID, nullptr); }

  template <class T>
  T* bad() const {
    return static_cast<T*>(nothing);
  }

  void* const nothing =
      ::mmap(nullptr, 8192, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  const std::string path = folder->file("a", "0123456789");
  const tests::descriptor file{::open(path.c_str(), O_RDWR)};
  const tests::descriptor empty{::open(folder->file("b").c_str(), O_RDWR)};
  const tests::descriptor zero{::open("/dev/zero", O_RDWR)};
  const tests::descriptor set{::epoll_create1(0)};
  const tests::descriptor counter{::eventfd(1, 0)};
  const tests::two_descriptors pipe = tests::pipe_descriptors();
  const tests::two_descriptors more = tests::pipe_descriptors();
  const tests::two_descriptors stream = tests::stream_pair();
  const tests::two_descriptors datagrams = tests::datagram_pair();
  const tests::descriptor listener = tests::tcp_listener();
  const int queue = ::msgget(IPC_PRIVATE, 0600);
  struct {
    long type = 1;
    char text[8] = "abc";
  } message;
  sigset_t signals;
  char bytes[16] = "bytes";
  iovec part{bytes, 5};
  iovec bad_part{nothing, 5};
  mmsghdr many{};
  epoll_event event{};
  siginfo_t info{};
  timespec soon{0, 1};
};

// -errno of one that failed; before anything else changes errno.
long code_of(long result) { return result == -1 ? -errno : result; }

struct original {
  template <class F>
  static long call(F f) {
    errno = 0;
    return code_of(static_cast<long>(f()));
  }
};

struct mirror {
  template <class F>
  static long call(F f) {
    return green::run([&]() -> green::task<long> {
      errno = 0;
      const auto result = co_await f();
      co_return code_of(static_cast<long>(result));
    });
  }
};

// What it comes to in a process of its own.
template <class F>
std::string words_of(F f) {
  const tests::temporary_folder own;
  folder = &own;
  const pid_t child = ::fork();
  if (child == 0) {
    const long code = f();
    ::_exit(code < 0 ? static_cast<int>(-code) : 200 + (code != 0));
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  if (WIFSIGNALED(status)) return ::sigabbrev_np(WTERMSIG(status));
  const int code = WEXITSTATUS(status);
  return code >= 200 ? std::to_string(code - 200) : ::strerrorname_np(code);
}

pid_t ended_child() {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(3);
  siginfo_t info;
  ::waitid(P_PID, static_cast<id_t>(child), &info, WEXITED | WNOWAIT);
  return child;
}

#define SAME(f, ...)                                                       \
  do {                                                                     \
    const std::string by_green = words_of([] {                             \
      things t;                                                            \
      return mirror::call([&] { return green::f(__VA_ARGS__); });          \
    });                                                                    \
    const std::string by_original = words_of([] {                          \
      things t;                                                            \
      return original::call([&] { return ::f(__VA_ARGS__); });             \
    });                                                                    \
    CHECK_MESSAGE(                                                         \
        by_green == by_original,                                           \
        #f "(" #__VA_ARGS__ "): " << by_green << ", not " << by_original); \
  } while (false)

}  // namespace

TEST_CASE("what is read and written") {
  SAME(read, t.pipe.a, t.nothing, 1);
  SAME(read, t.file, t.nothing, 1);
  SAME(write, t.more.b, t.nothing, 1);
  SAME(write, t.file, t.nothing, 1);
  SAME(pread, t.file, t.nothing, 1, 0);
  SAME(pwrite, t.file, t.nothing, 1, 0);
  SAME(readv, t.pipe.a, t.bad<iovec>(), 1);
  SAME(readv, t.pipe.a, &t.bad_part, 1);
  SAME(writev, t.more.b, t.bad<iovec>(), 1);
  SAME(writev, t.more.b, &t.bad_part, 1);
  SAME(preadv, t.file, t.bad<iovec>(), 1, 0);
  SAME(preadv, t.file, &t.bad_part, 1, 0);
  SAME(pwritev, t.file, t.bad<iovec>(), 1, 0);
  SAME(pwritev, t.file, &t.bad_part, 1, 0);
  SAME(eventfd_read, t.counter, t.bad<eventfd_t>());
}

TEST_CASE("what two descriptors exchange") {
  SAME(splice, t.pipe.a, t.bad<off_t>(), t.more.b, nullptr, 1, 0);
  SAME(splice, t.pipe.a, t.bad<off_t>(), t.file, nullptr, 1, 0);
  SAME(splice, t.file, t.bad<off_t>(), t.more.b, nullptr, 1, 0);
  SAME(splice, t.pipe.a, nullptr, t.file, t.bad<off_t>(), 1, 0);
  SAME(splice, t.pipe.a, nullptr, t.stream.a, t.bad<off_t>(), 1, 0);
  SAME(splice, -1, t.bad<off_t>(), t.file, nullptr, 1, 0);
  SAME(sendfile, t.stream.a, t.file, t.bad<off_t>(), 1);
  SAME(sendfile, t.more.b, t.file, t.bad<off_t>(), 1);
  SAME(sendfile, t.more.b, t.zero, t.bad<off_t>(), 1);
  SAME(sendfile, -1, -1, t.bad<off_t>(), 1);
  SAME(copy_file_range, t.file, t.bad<off_t>(), t.empty, nullptr, 1, 0);
  SAME(copy_file_range, t.file, nullptr, t.empty, t.bad<off_t>(), 1, 0);
  SAME(copy_file_range, t.zero, t.bad<off_t>(), t.zero, nullptr, 1, 0);
  SAME(copy_file_range, -1, t.bad<off_t>(), t.file, nullptr, 1, 0);
}

TEST_CASE("what sockets are given") {
  SAME(recv, t.stream.a, t.nothing, 1, 0);
  SAME(send, t.stream.a, t.nothing, 1, 0);
  SAME(recvmsg, t.stream.a, t.bad<msghdr>(), 0);
  SAME(sendmsg, t.stream.a, t.bad<msghdr>(), 0);
  SAME(recvmmsg, t.datagrams.a, t.bad<mmsghdr>(), 1, 0, nullptr);
  SAME(recvmmsg, t.datagrams.a, &t.many, 1, 0, t.bad<timespec>());
  SAME(sendmmsg, t.datagrams.a, t.bad<mmsghdr>(), 1, 0);
  SAME(sendto, t.datagrams.a, t.bytes, 1, 0, t.bad<sockaddr>(), 10);
  SAME(connect, t.stream.a, t.bad<sockaddr>(), 10);
  SAME(accept, t.stream.a, t.bad<sockaddr>(), t.bad<socklen_t>());
}

TEST_CASE("readiness") {
  SAME(poll, t.bad<pollfd>(), 1, 0);
  SAME(poll, t.bad<pollfd>(), 1, -1);
  SAME(ppoll, t.bad<pollfd>(), 1, nullptr, nullptr);
  SAME(ppoll, nullptr, 0, nullptr, t.bad<sigset_t>());
  SAME(ppoll, nullptr, 0, t.bad<timespec>(), nullptr);
  SAME(select, 5, t.bad<fd_set>(), nullptr, nullptr, nullptr);
  SAME(select, 5, nullptr, t.bad<fd_set>(), nullptr, nullptr);
  SAME(select, 5, nullptr, nullptr, t.bad<fd_set>(), nullptr);
  SAME(select, -1, t.bad<fd_set>(), nullptr, nullptr, nullptr);
  SAME(select, 0, nullptr, nullptr, nullptr, t.bad<timeval>());
  SAME(pselect, 5, t.bad<fd_set>(), nullptr, nullptr, nullptr, nullptr);
  SAME(pselect, 0, nullptr, nullptr, nullptr, t.bad<timespec>(), nullptr);
  SAME(pselect, 0, nullptr, nullptr, nullptr, nullptr, t.bad<sigset_t>());
  SAME(epoll_wait, t.set, t.bad<epoll_event>(), 1, 0);
  SAME(epoll_wait, t.set, t.bad<epoll_event>(), 1, -1);
  SAME(epoll_pwait, t.set, &t.event, 1, -1, t.bad<sigset_t>());
  SAME(epoll_pwait, t.set, &t.event, 1, 0, t.bad<sigset_t>());
  SAME(epoll_pwait2, t.set, &t.event, 1, t.bad<timespec>(), nullptr);
  SAME(epoll_pwait2, t.set, &t.event, 1, nullptr, t.bad<sigset_t>());
}

TEST_CASE("time and signals") {
  SAME(nanosleep, t.bad<timespec>(), nullptr);
  SAME(nanosleep, nullptr, nullptr);
  SAME(clock_nanosleep, CLOCK_MONOTONIC, 0, t.bad<timespec>(), nullptr);
  SAME(clock_nanosleep, CLOCK_REALTIME, TIMER_ABSTIME, t.bad<timespec>(),
       nullptr);
  SAME(clock_nanosleep, CLOCK_PROCESS_CPUTIME_ID, 0, t.bad<timespec>(),
       nullptr);
  SAME(clock_nanosleep, 77, 0, t.bad<timespec>(), nullptr);
  SAME(sigtimedwait, t.bad<sigset_t>(), nullptr, nullptr);
  SAME(sigtimedwait, &t.signals, nullptr, t.bad<timespec>());
  SAME(sigtimedwait, (::raise(SIGUSR1), &t.signals), t.bad<siginfo_t>(),
       nullptr);
  SAME(sigwaitinfo, t.bad<sigset_t>(), nullptr);
  SAME(sigwaitinfo, (::raise(SIGUSR1), &t.signals), t.bad<siginfo_t>());
  SAME(sigwait, t.bad<sigset_t>(), t.bad<int>());
  SAME(sigwait, (::raise(SIGUSR1), &t.signals), t.bad<int>());
  SAME(sigsuspend, t.bad<sigset_t>());
}

TEST_CASE("files and names") {
  SAME(open, t.bad<char>(), O_RDONLY);
  SAME(openat, t.file, t.bad<char>(), O_RDONLY);
  SAME(creat, t.bad<char>(), 0600);
  SAME(unlink, t.bad<char>());
  SAME(mkdir, t.bad<char>(), 0700);
  SAME(stat, t.bad<char>(), t.bad<struct ::stat>());
  SAME(stat, t.path.c_str(), t.bad<struct ::stat>());
  SAME(stat, "/no/such", t.bad<struct ::stat>());
  SAME(lstat, t.path.c_str(), t.bad<struct ::stat>());
  SAME(fstat, t.file, t.bad<struct ::stat>());
  SAME(fstat, t.pipe.a, t.bad<struct ::stat>());
  SAME(fstat, t.zero, t.bad<struct ::stat>());
  SAME(fstat, -1, t.bad<struct ::stat>());
  SAME(fstat, 1000, t.bad<struct ::stat>());
  SAME(fcntl, t.file, F_SETLKW, t.nothing);
  SAME(fcntl, t.file, F_SETLK, t.nothing);
  SAME(fcntl, t.file, F_OFD_SETLKW, t.nothing);
}

TEST_CASE("queues and children") {
  SAME(msgrcv, t.queue, t.nothing, 8, 0, 0);
  SAME(msgrcv, t.queue, t.nothing, 8, 0, MSG_COPY);
  SAME(msgsnd, t.queue, t.nothing, 8, 0);
  SAME(mq_timedreceive, -1, t.bytes, 8, nullptr, t.bad<timespec>());
  SAME(mq_timedsend, -1, t.bytes, 8, 0, t.bad<timespec>());
  SAME(mq_receive, -1, t.bad<char>(), 8, nullptr);
  SAME(mq_send, -1, t.bad<char>(), 8, 0);
  SAME(wait, t.bad<int>());
  SAME(waitid, P_ALL, 0, t.bad<siginfo_t>(), WEXITED);
  SAME(waitpid, ended_child(), t.bad<int>(), 0);
  SAME(waitid, P_PID, static_cast<id_t>(ended_child()), t.bad<siginfo_t>(),
       WEXITED);
}
