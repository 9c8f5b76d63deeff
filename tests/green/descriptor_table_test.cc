// SPDX-License-Identifier: MIT
// Each awaited call that transfers no bytes on each kind of descriptor, judged
// by the originals.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include <cstddef>
#include <vector>

#include "green/fcntl.h"
#include "green/poll.h"
#include "green/sys/epoll.h"
#include "green/sys/file.h"
#include "green/sys/select.h"
#include "green/sys/socket.h"
#include "green/sys/stat.h"
#include "green/termios.h"
#include "green/unistd.h"
#include "tests/support/descriptor_table.h"
#include "tests/support/oracle.h"

using tests::much;
using tests::table_call;
using tests::task_of;

namespace {

struct original : tests::system_side {
  template <class... Args>
  static tests::ready<int> fcntl(int fd, int command, Args... args) {
    return tests::ready<int>(::fcntl(fd, command, args...));
  }
  static constexpr tests::blocking_call ftruncate = &::ftruncate;
  static constexpr tests::blocking_call posix_fallocate = &::posix_fallocate;
  static constexpr tests::blocking_call lockf = &::lockf;
  static constexpr tests::blocking_call flock = &::flock;
  static constexpr tests::blocking_call tcdrain = &::tcdrain;
  static constexpr tests::blocking_call poll = &::poll;
  static constexpr tests::blocking_call select = &::select;
  static constexpr tests::blocking_call epoll_wait = &::epoll_wait;
  static tests::ready<int> fstat(int fd, struct ::stat* into) {
    return tests::ready<int>(::fstat(fd, into));
  }
};

struct mirror : tests::green_side {
  static auto fcntl(int fd, int command, const void* argument) {
    return green::fcntl(fd, command, argument);
  }
  static constexpr auto ftruncate = &green::ftruncate;
  static constexpr auto posix_fallocate = &green::posix_fallocate;
  static constexpr auto lockf = &green::lockf;
  static constexpr auto flock = &green::flock;
  static constexpr auto tcdrain = &green::tcdrain;
  static constexpr auto poll = &green::poll;
  static constexpr auto select = &green::select;
  static constexpr auto epoll_wait = &green::epoll_wait;
  static constexpr auto fstat = &green::fstat;
};

template <class S>
std::vector<table_call<S>> of_files() {
  return {TABLE_CALL("fsync", fsync(fd)),
          TABLE_CALL("fdatasync", fdatasync(fd)),
          TABLE_CALL("ftruncate", ftruncate(fd, static_cast<off_t>(size))),
          TABLE_CALL("posix_fallocate",
                     posix_fallocate(fd, 0, static_cast<off_t>(size))),
          TABLE_CALL("lockf", lockf(fd, F_LOCK, static_cast<off_t>(size))),
          TABLE_CALL("unlock", lockf(fd, F_ULOCK, static_cast<off_t>(size))),
          TABLE_CALL("flock", flock(fd, size == 0 ? LOCK_SH : LOCK_EX)),
          TABLE_CALL("flock of nothing", flock(fd, LOCK_NB))};
}

template <class S>
std::vector<table_call<S>> of_connections() {
  return {TABLE_CALL("accept", accept(fd, nullptr, nullptr)),
          TABLE_CALL("accept4", accept4(fd, nullptr, nullptr, SOCK_CLOEXEC)),
          TABLE_CALL("accept4 of odd flags", accept4(fd, nullptr, nullptr, 1)),
          TABLE_CALL("connect to nothing", connect(fd, nullptr, 0))};
}

template <class S>
std::vector<table_call<S>> of_other_kinds() {
  return {
      TABLE_CALL("tcdrain", tcdrain(fd)),
      TABLE_CALL("epoll_wait",
                 epoll_wait(fd, reinterpret_cast<epoll_event*>(m.bytes.data()),
                            1, -1)),
      TABLE_CALL("epoll_wait for none", epoll_wait(fd, nullptr, 0, -1)),
  };
}

// All that is told of a descriptor, and no waiting.
template <class S>
task_of<S, long> told(int fd, tests::call_memory&, std::size_t) {
  pollfd one{fd, POLLIN | POLLOUT | POLLPRI | POLLRDHUP | POLLRDBAND, 0};
  if (co_await S::poll(&one, 1, 0) < 0) co_return -1;
  co_return one.revents;
}

template <class S, short Events>
task_of<S, long> polled(int fd, tests::call_memory&, std::size_t) {
  pollfd one{fd, Events, 0};
  if (co_await S::poll(&one, 1, -1) < 0) co_return -1;
  co_return one.revents;
}

template <class S, int Set>
task_of<S, long> selected(int fd, tests::call_memory&, std::size_t) {
  if (fd < 0) co_return 0;  // no number of a set
  fd_set sets[3];
  for (fd_set& s : sets) FD_ZERO(&s);
  FD_SET(fd, &sets[Set]);
  fd_set* given[3] = {};
  given[Set] = &sets[Set];
  co_return co_await S::select(fd + 1, given[0], given[1], given[2], nullptr);
}

template <class S>
task_of<S, long> locked_whole(int fd, tests::call_memory&, std::size_t) {
  struct ::flock whole{};
  whole.l_type = F_WRLCK;
  co_return co_await S::fcntl(fd, F_SETLKW, &whole);
}

template <class S>
task_of<S, long> looked_at(int fd, tests::call_memory&, std::size_t) {
  struct ::stat found{};
  if (co_await S::fstat(fd, &found) < 0) co_return -1;
  co_return found.st_mode & S_IFMT;
}

template <class S>
std::vector<table_call<S>> of_readiness() {
  return {{"poll at once", told<S>},
          {"poll for input", polled<S, POLLIN>},
          {"poll for output", polled<S, POLLOUT>},
          {"poll for urgent data", polled<S, POLLPRI>},
          {"poll for the end", polled<S, POLLRDHUP>},
          {"poll for nothing", polled<S, 0>},
          {"select for input", selected<S, 0>},
          {"select for output", selected<S, 1>},
          {"select for urgent data", selected<S, 2>},
          {"fcntl", locked_whole<S>},
          {"fstat", looked_at<S>}};
}

}  // namespace

TEST_CASE("files") { CHECK_TABLE(of_files, tests::any_kind, {0, 1, much}); }
TEST_CASE("connections") { CHECK_TABLE(of_connections, tests::any_kind, {0}); }
TEST_CASE("readiness") { CHECK_TABLE(of_readiness, tests::any_kind, {0}); }
TEST_CASE("what few kinds know") {
  CHECK_TABLE(of_other_kinds, tests::any_kind, {0});
}
