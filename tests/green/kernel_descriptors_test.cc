// SPDX-License-Identifier: MIT
// Reads of the descriptors by which the kernel itself speaks: they wait on each
// hub, a kill ends the wait, and what comes then is not lost.
#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <linux/if_packet.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/vm_sockets.h>
#include <net/if.h>
#include <sys/inotify.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <functional>
#include <string>

#include "green/green.h"
#include "green/greenlet.h"
#include "green/poll.h"
#include "green/sys/socket.h"
#include "green/unistd.h"
#include "tests/support/files.h"
#include "tests/support/sockets.h"

using tests::descriptor;

namespace {

using reading = std::function<green::task<ssize_t>(void*, size_t)>;

green::task<> let_others_run() {
  for (int i = 0; i < 3; ++i) co_await green::sleep();
}

// `read` waits until `happen` is called.
green::task<> waits_for(const reading& read,
                        const std::function<void()>& happen) {
  alignas(8) char bytes[4096];
  ssize_t got = 0;
  const auto reads = [&]() -> green::task<> {
    got = co_await read(bytes, sizeof bytes);
  };
  const auto first = green::spawn(reads);
  co_await let_others_run();
  CHECK_FALSE(first.ready());
  happen();
  co_await first.join();
  CHECK(got > 0);

  got = 0;
  const auto killed = green::spawn(reads);
  co_await let_others_run();
  co_await killed.kill();
  CHECK(killed.was_killed());
  happen();
  const auto last = green::spawn(reads);
  co_await last.join();
  CHECK(got > 0);
}

void check_read(int fd, const std::function<void()>& happen) {
  green::run([&]() -> green::task<> {
    const reading read = [fd](void* into, size_t size) -> green::task<ssize_t> {
      co_return co_await green::read(fd, into, size);
    };
    co_await waits_for(read, happen);
  });
}

void check_recv(int fd, const std::function<void()>& happen) {
  green::run([&]() -> green::task<> {
    const reading read = [fd](void* into, size_t size) -> green::task<ssize_t> {
      co_return co_await green::recv(fd, into, size, 0);
    };
    co_await waits_for(read, happen);
  });
}

// False, with a message: this machine has no such thing.
bool allowed(bool there, const std::string& what) {
  const std::string reason = std::strerror(errno);
  if (!there) MESSAGE("skipped, no " << what << ": " << reason);
  return there;
}

}  // namespace

TEST_CASE("inotify is read") {
  const tests::temporary_folder folder;
  const descriptor fd(::inotify_init1(IN_CLOEXEC));
  REQUIRE(::inotify_add_watch(fd, folder.path().c_str(), IN_CREATE) >= 0);
  int files = 0;
  check_read(fd, [&] { folder.file("file" + std::to_string(++files)); });
}

TEST_CASE("a timerfd is read") {
  const descriptor fd(::timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC));
  check_read(fd, [&] {
    const itimerspec at_once{{}, {0, 1}};
    REQUIRE(::timerfd_settime(fd, 0, &at_once, nullptr) == 0);
  });
}

TEST_CASE("a signalfd is read") {
  sigset_t mask, before;
  ::sigemptyset(&mask);
  ::sigaddset(&mask, SIGUSR2);
  REQUIRE(::pthread_sigmask(SIG_BLOCK, &mask, &before) == 0);
  const descriptor fd(::signalfd(-1, &mask, SFD_CLOEXEC));
  check_read(fd, [] { REQUIRE(::kill(::getpid(), SIGUSR2) == 0); });
  REQUIRE(::pthread_sigmask(SIG_SETMASK, &before, nullptr) == 0);
}

TEST_CASE("a pidfd is polled, and refuses a read") {
  const auto ends = tests::pipe_descriptors();
  const pid_t child = ::fork();
  if (child == 0) {
    char byte;
    ::close(ends.b);
    (void)!::read(ends.a, &byte, 1);
    ::_exit(0);
  }
  const descriptor fd(static_cast<int>(::syscall(SYS_pidfd_open, child, 0)));
  REQUIRE(fd >= 0);
  green::run([&]() -> green::task<> {
    char byte;
    CHECK(co_await green::read(fd, &byte, 1) == -1);
    CHECK(errno == EINVAL);
    int ready = 0;
    const auto polls = [&]() -> green::task<> {
      pollfd about{fd, POLLIN, 0};
      ready = co_await green::poll(&about, 1, -1);
    };
    const auto poller = green::spawn(polls);
    co_await let_others_run();
    CHECK_FALSE(poller.ready());
    REQUIRE(::write(ends.b, "x", 1) == 1);
    co_await poller.join();
    CHECK(ready == 1);
  });
  REQUIRE(::waitpid(child, nullptr, 0) == child);
}

TEST_CASE("a netlink socket is read") {
  const descriptor fd(
      ::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE));
  if (!allowed(fd >= 0, "netlink")) return;
  check_recv(fd, [&] {
    // The answer to a link that is not there is one message.
    struct {
      nlmsghdr header;
      ifinfomsg link;
    } question{};
    question.header.nlmsg_len = sizeof question;
    question.header.nlmsg_type = RTM_GETLINK;
    question.header.nlmsg_flags = NLM_F_REQUEST;
    question.link.ifi_index = 1 << 30;
    REQUIRE(::send(fd, &question, sizeof question, 0) == sizeof question);
  });
}

TEST_CASE("a vsock is read") {
  const descriptor listener(::socket(AF_VSOCK, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!allowed(listener >= 0, "vsock")) return;
  sockaddr_vm address{};
  address.svm_family = AF_VSOCK;
  address.svm_cid = VMADDR_CID_LOCAL;
  address.svm_port = VMADDR_PORT_ANY;
  auto* const any = reinterpret_cast<sockaddr*>(&address);
  socklen_t length = sizeof address;
  const bool bound = ::bind(listener, any, length) == 0 &&
                     ::listen(listener, 1) == 0 &&
                     ::getsockname(listener, any, &length) == 0;
  if (!allowed(bound, "vsock of this machine")) return;
  const descriptor client(::socket(AF_VSOCK, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!allowed(::connect(client, any, length) == 0, "vsock loopback")) return;
  const descriptor server(::accept(listener, nullptr, nullptr));
  REQUIRE(server >= 0);
  check_recv(server, [&] { REQUIRE(::send(client, "x", 1, 0) == 1); });
}

TEST_CASE("a packet socket is read") {
  // A protocol of this process alone.
  const auto protocol =
      htons(static_cast<unsigned short>(0x9100 + ::getpid() % 0x1000));
  const descriptor fd(::socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC, protocol));
  if (!allowed(fd >= 0, "packet sockets")) return;
  sockaddr_ll address{};
  address.sll_family = AF_PACKET;
  address.sll_protocol = protocol;
  address.sll_ifindex = static_cast<int>(::if_nametoindex("lo"));
  address.sll_halen = 6;
  const auto* const lo = reinterpret_cast<const sockaddr*>(&address);
  if (!allowed(address.sll_ifindex != 0, "interface lo")) return;
  REQUIRE(::bind(fd, lo, sizeof address) == 0);
  const descriptor sender(::socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  const auto send = [&] {
    return ::sendto(sender, "packet", 6, 0, lo, sizeof address) == 6;
  };
  char bytes[100];
  const bool up = send() && ::recv(fd, bytes, sizeof bytes, MSG_DONTWAIT) == 6;
  if (!allowed(up, "way through the interface lo")) return;
  check_recv(fd, [&] { REQUIRE(send()); });
}
