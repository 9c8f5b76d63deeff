// SPDX-License-Identifier: MIT
// Of the POSIX mirrors, but for files and what concerns processes.
#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <fcntl.h>
#include <netdb.h>
#include <sys/ipc.h>
#include <sys/uio.h>
#include <unistd.h>

#include <climits>
#include <csignal>
#include <ctime>
#include <optional>
#include <string>
#include <utility>

#include "green/mqueue.h"
#include "green/netdb.h"
#include "green/poll.h"
#include "green/semaphore.h"
#include "green/signal.h"
#include "green/sys/epoll.h"
#include "green/sys/eventfd.h"
#include "green/sys/msg.h"
#include "green/sys/select.h"
#include "green/sys/socket.h"
#include "green/sys/uio.h"
#include "green/sys/wait.h"
#include "green/time.h"
#include "green/unistd.h"
#include "tests/support/awaits.h"
#include "tests/support/signals.h"
#include "tests/support/sockets.h"

using tests::exempt;
using tests::fair;

namespace {

// A connected stream with a byte to read, which nobody takes, and room to
// write; O_NONBLOCK or not.
struct readable {
  explicit readable(bool nonblocking = true) : ends(tests::stream_pair()) {
    REQUIRE(::send(ends.b, "x", 1, 0) == 1);
    tests::set_nonblocking(ends.a, nonblocking);
  }
  int fd() const { return ends.a; }

  tests::two_descriptors ends;
};

// One with nothing to read, which a call on O_NONBLOCK says at once.
struct unreadable {
  unreadable() : ends(tests::stream_pair()) {
    tests::set_nonblocking(ends.a, true);
  }
  int fd() const { return ends.a; }

  tests::two_descriptors ends;
};

constexpr timespec no_time{};

}  // namespace

TEST_CASE("readiness") {
  const readable one;
  const int fd = one.fd();
  pollfd asked{fd, POLLIN, 0};
  fair("poll", [&] { return green::poll(&asked, 1, -1); });
  fair("poll", [&] { return green::poll(&asked, 1, 0); });
  fair("ppoll", [&] { return green::ppoll(&asked, 1, nullptr, nullptr); });
  const sigset_t mask = tests::mask_now();
  fair("ppoll", [&] { return green::ppoll(&asked, 1, nullptr, &mask); });

  fd_set set;
  const auto again = [&] {
    FD_ZERO(&set);
    FD_SET(fd, &set);
    return &set;
  };
  fair("select", [&] {
    return green::select(fd + 1, again(), nullptr, nullptr, nullptr);
  });
  fair("pselect", [&] {
    return green::pselect(fd + 1, again(), nullptr, nullptr, nullptr, &mask);
  });

  const tests::descriptor watch(::epoll_create1(EPOLL_CLOEXEC));
  epoll_event what{};
  what.events = EPOLLIN;
  REQUIRE(::epoll_ctl(watch, EPOLL_CTL_ADD, fd, &what) == 0);
  epoll_event found{};
  fair("epoll_wait", [&] { return green::epoll_wait(watch, &found, 1, -1); });
  fair("epoll_pwait",
       [&] { return green::epoll_pwait(watch, &found, 1, -1, &mask); });
  fair("epoll_pwait2",
       [&] { return green::epoll_pwait2(watch, &found, 1, nullptr, nullptr); });
}

TEST_CASE("receiving") {
  const readable waiting(false);
  const readable ready;
  const unreadable empty;
  char byte = 0;
  iovec part{&byte, 1};
  msghdr header{};
  header.msg_iov = &part;
  header.msg_iovlen = 1;
  mmsghdr many{header, 0};
  sockaddr_storage from{};
  socklen_t length = sizeof from;
  auto* const sender = reinterpret_cast<sockaddr*>(&from);
  for (const int fd : {waiting.fd(), ready.fd(), empty.fd()}) {
    CAPTURE(fd);
    fair("recv", [&] { return green::recv(fd, &byte, 1, MSG_PEEK); });
    fair("recvfrom", [&] {
      return green::recvfrom(fd, &byte, 1, MSG_PEEK, sender, &length);
    });
    fair("recvmsg", [&] { return green::recvmsg(fd, &header, MSG_PEEK); });
    fair("recvmmsg",
         [&] { return green::recvmmsg(fd, &many, 1, MSG_PEEK, nullptr); });
  }
  fair("read", [&] { return green::read(empty.fd(), &byte, 1); });
  fair("readv", [&] { return green::readv(empty.fd(), &part, 1); });
  eventfd_t value = 0;
  const tests::descriptor counter(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC));
  fair("eventfd_read", [&] { return green::eventfd_read(counter, &value); });
  fair("eventfd_write", [&] { return green::eventfd_write(counter, 1); });
}

// Of nothing, to a stream that takes nothing: its peer is gone.
TEST_CASE("sending") {
  unreadable one;
  one.ends.b.reset();
  const int fd = one.fd();
  char byte = 0;
  iovec part{&byte, 1};
  msghdr header{};
  header.msg_iov = &part;
  header.msg_iovlen = 1;
  mmsghdr many{header, 0};
  struct sigaction ignore{};
  ignore.sa_handler = SIG_IGN;
  struct sigaction before{};
  REQUIRE(::sigaction(SIGPIPE, &ignore, &before) == 0);
  fair("send", [&] { return green::send(fd, &byte, 1, MSG_NOSIGNAL); });
  fair("send", [&] { return green::send(fd, &byte, 1, MSG_DONTWAIT); });
  fair("sendto",
       [&] { return green::sendto(fd, &byte, 1, MSG_NOSIGNAL, nullptr, 0); });
  fair("sendmsg", [&] { return green::sendmsg(fd, &header, MSG_NOSIGNAL); });
  fair("sendmmsg", [&] { return green::sendmmsg(fd, &many, 1, MSG_NOSIGNAL); });
  fair("write", [&] { return green::write(fd, &byte, 1); });
  fair("writev", [&] { return green::writev(fd, &part, 1); });
  REQUIRE(::sigaction(SIGPIPE, &before, nullptr) == 0);
}

TEST_CASE("connections") {
  const tests::descriptor server = tests::tcp_listener();
  const int fd = server;
  tests::set_nonblocking(fd, true);
  fair("accept", [&] { return green::accept(fd, nullptr, nullptr); });
  fair("accept4", [&] { return green::accept4(fd, nullptr, nullptr, 0); });
  const unreadable one;
  sockaddr nowhere{};
  nowhere.sa_family = AF_UNIX;
  fair("connect",
       [&] { return green::connect(one.fd(), &nowhere, sizeof nowhere); });
  fair("close", [] { return green::close(-1); }, tests::interrupts::deferred);
}

TEST_CASE("names") {
  addrinfo numeric{};
  numeric.ai_flags = AI_NUMERICHOST;
  addrinfo* found = nullptr;
  fair("getaddrinfo", [&] {
    if (found != nullptr) ::freeaddrinfo(std::exchange(found, nullptr));
    return green::getaddrinfo("127.0.0.1", "80", &numeric, &found);
  });
  if (found != nullptr) ::freeaddrinfo(found);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  char host[64];
  fair("getnameinfo", [&] {
    return green::getnameinfo(reinterpret_cast<sockaddr*>(&address),
                              sizeof address, host, sizeof host, nullptr, 0,
                              NI_NUMERICHOST);
  });
  fair("gethostbyname", [] { return green::gethostbyname("127.0.0.1"); });
  const in_addr_t local = ::htonl(INADDR_LOOPBACK);
  fair("gethostbyaddr",
       [&] { return green::gethostbyaddr(&local, sizeof local, AF_INET); });
}

TEST_CASE("sleeps of no time") {
  fair("sleep", [] { return green::sleep(0u); });
  fair("usleep", [] { return green::usleep(0); });
  fair("nanosleep", [] { return green::nanosleep(&no_time, nullptr); });
  fair("clock_nanosleep", [] {
    return green::clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &no_time,
                                  nullptr);
  });
}

TEST_CASE("signals that are pending") {
  const tests::blocked scope({SIGUSR1});
  const tests::handler counting(SIGUSR1);
  const sigset_t set = tests::set_of({SIGUSR1});
  siginfo_t info{};
  int number = 0;
  const auto pending = [] { ::raise(SIGUSR1); };
  fair("sigwait", [&] {
    pending();
    return green::sigwait(&set, &number);
  });
  fair("sigwaitinfo", [&] {
    pending();
    return green::sigwaitinfo(&set, &info);
  });
  fair("sigtimedwait", [&] {
    pending();
    return green::sigtimedwait(&set, &info, nullptr);
  });
  sigset_t without = tests::mask_now();
  ::sigdelset(&without, SIGUSR1);
  fair("sigsuspend", [&] {
    pending();
    return green::sigsuspend(&without);
  });
  exempt("pause",
         "what is pending under the thread's own mask is delivered "
         "already, so that it always waits for what comes later");
  ::sigtimedwait(&set, nullptr, &no_time);
}

TEST_CASE("messages and semaphores") {
  const std::string name = "/green-awaits-" + std::to_string(::getpid());
  mq_attr attributes{};
  attributes.mq_maxmsg = 1;
  attributes.mq_msgsize = 1;
  const mqd_t queue =
      ::mq_open(name.c_str(), O_CREAT | O_RDWR | O_NONBLOCK, 0600, &attributes);
  REQUIRE(queue >= 0);
  ::mq_unlink(name.c_str());
  char text[1];
  fair("mq_receive",
       [&] { return green::mq_receive(queue, text, 1, nullptr); });
  fair("mq_timedreceive", [&] {
    return green::mq_timedreceive(queue, text, 1, nullptr, &no_time);
  });
  fair("mq_send", [&] { return green::mq_send(queue, text, 1, 0); });
  fair("mq_timedsend",
       [&] { return green::mq_timedsend(queue, text, 1, 0, &no_time); });
  ::mq_close(queue);

  struct {
    long type = 1;
    char text[1] = {};
  } message;
  const int box = ::msgget(IPC_PRIVATE, 0600);
  REQUIRE(box >= 0);
  fair("msgrcv",
       [&] { return green::msgrcv(box, &message, 1, 1, IPC_NOWAIT); });
  fair("msgsnd", [&] { return green::msgsnd(box, &message, 1, IPC_NOWAIT); });
  ::msgctl(box, IPC_RMID, nullptr);

  sem_t permits;
  REQUIRE(::sem_init(&permits, 0, SEM_VALUE_MAX) == 0);
  fair("sem_wait", [&] { return green::sem_wait(&permits); });
  fair("sem_timedwait",
       [&] { return green::sem_timedwait(&permits, &no_time); });
  ::sem_destroy(&permits);
}

TEST_CASE("children that are none") {
  siginfo_t info{};
  int status = 0;
  fair("wait", [&] { return green::wait(&status); });
  fair("waitpid", [&] { return green::waitpid(-1, &status, WNOHANG); });
  fair("waitpid", [&] { return green::waitpid(-1, &status, ~0); });
  fair("waitid",
       [&] { return green::waitid(P_ALL, 0, &info, WNOHANG | WEXITED); });
}
