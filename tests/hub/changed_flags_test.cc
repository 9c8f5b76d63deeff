// SPDX-License-Identifier: MIT
// O_NONBLOCK that changes behind the hub's back: the flag belongs to the open
// file description, which other names, threads and processes share. green asks
// the kernel for each call. So the next call sees each change, and a wait that
// has begun goes on as it began.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <thread>

#include "green/fcntl.h"
#include "green/green.h"
#include "green/greenlet.h"
#include "green/sys/ioctl.h"
#include "green/sys/socket.h"
#include "green/unistd.h"
#include "tests/support/sockets.h"
#include "tests/support/waiting.h"

using green::task;

namespace {

using change = task<> (*)(int fd, bool on);

task<> plainly(int fd, bool on) {
  tests::set_nonblocking(fd, on);
  co_return;
}

task<> by_ioctl(int fd, bool on) {
  int value = on;
  ::ioctl(fd, FIONBIO, &value);
  co_return;
}

task<> by_duplicate(int fd, bool on) {
  const tests::descriptor other(::dup(fd));
  tests::set_nonblocking(other, on);
  co_return;
}

task<> by_thread(int fd, bool on) {
  std::thread(tests::set_nonblocking, fd, on).join();
  co_return;
}

task<> by_child(int fd, bool on) {
  const pid_t child = ::fork();
  if (child == 0) {
    tests::set_nonblocking(fd, on);
    ::_exit(0);
  }
  ::waitpid(child, nullptr, 0);
  co_return;
}

// The name is sent over a socket, as another process would send it.
task<> by_passed_name(int fd, bool on) {
  const tests::two_descriptors line = tests::stream_pair();
  char byte = 0;
  iovec part{&byte, 1};
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> room{};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = room.data();
  message.msg_controllen = room.size();
  cmsghdr* const head = CMSG_FIRSTHDR(&message);
  head->cmsg_level = SOL_SOCKET;
  head->cmsg_type = SCM_RIGHTS;
  head->cmsg_len = CMSG_LEN(sizeof(int));
  std::memcpy(CMSG_DATA(head), &fd, sizeof fd);
  ::sendmsg(line.a, &message, 0);
  ::recvmsg(line.b, &message, 0);
  int passed = -1;
  std::memcpy(&passed, CMSG_DATA(CMSG_FIRSTHDR(&message)), sizeof passed);
  tests::set_nonblocking(tests::descriptor(passed), on);
  co_return;
}

task<> by_green_fcntl(int fd, bool on) {
  const int flags = co_await green::fcntl(fd, F_GETFL);
  const int others = flags & ~O_NONBLOCK;
  co_await green::fcntl(fd, F_SETFL, on ? others | O_NONBLOCK : others);
}

task<> by_green_ioctl(int fd, bool on) {
  int value = on;
  co_await green::ioctl(fd, FIONBIO, &value);
}

task<> by_hub_of_thread(int fd, bool on) {
  std::thread([=] { green::run(by_green_fcntl, fd, on); }).join();
  co_return;
}

task<ssize_t> receive(int fd) {
  char byte = 0;
  co_return co_await green::recv(fd, &byte, 1, 0);
}

task<ssize_t> read_one(int fd) {
  char byte = 0;
  co_return co_await green::read(fd, &byte, 1);
}

// The next call sees the change, and the wait that has begun does not.
task<> check(change by, task<ssize_t> (*take)(int fd)) {
  const tests::two_descriptors pair = tests::stream_pair();
  for (int round = 0; round < 3; ++round) {
    const green::greenlet<ssize_t> begun = green::spawn(take, int(pair.a));
    co_await tests::others_wait();
    co_await by(pair.a, true);
    errno = 0;
    CHECK(co_await take(pair.a) == -1);
    CHECK(errno == EAGAIN);
    CHECK_FALSE(begun.ready());

    co_await by(pair.a, false);
    const green::greenlet<ssize_t> next = green::spawn(take, int(pair.a));
    co_await tests::others_wait();
    CHECK_FALSE(next.ready());
    CHECK(::send(pair.b, "ab", 2, 0) == 2);
    CHECK(co_await begun.get() == 1);
    CHECK(co_await next.get() == 1);
  }
}

}  // namespace

TEST_CASE("the next call sees O_NONBLOCK, whoever has set or cleared it") {
  for (const change by :
       {plainly, by_ioctl, by_duplicate, by_thread, by_child, by_passed_name,
        by_green_fcntl, by_green_ioctl, by_hub_of_thread}) {
    green::run(check, by, receive);
    green::run(check, by, read_one);
  }
}

TEST_CASE("a number that names another file is asked anew") {
  green::run([]() -> task<> {
    tests::two_descriptors first = tests::stream_pair();
    const tests::two_descriptors second = tests::stream_pair();
    tests::set_nonblocking(first.a, true);
    CHECK(co_await receive(first.a) == -1);
    ::dup2(second.a, first.a);
    const green::greenlet<ssize_t> waits = green::spawn(receive, int(first.a));
    co_await tests::others_wait();
    CHECK_FALSE(waits.ready());
    CHECK(::send(second.b, "a", 1, 0) == 1);
    CHECK(co_await waits.get() == 1);
  });
}
