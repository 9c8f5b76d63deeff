// SPDX-License-Identifier: MIT
// Sends of whole records to who has no room for them.
#include <doctest/doctest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstring>
#include <string>

#include "green/greenlet.h"
#include "green/sys/socket.h"
#include "green/unistd.h"
#include "tests/support/oracle.h"
#include "tests/support/sockets.h"

using tests::descriptor;
using tests::task_of;

namespace {

tests::two_descriptors records_pair(int type) {
  int both[2];
  REQUIRE(::socketpair(AF_UNIX, type | SOCK_CLOEXEC, 0, both) == 0);
  return {descriptor(both[0]), descriptor(both[1])};
}

// A receiver, and who sends to it.
struct log_socket {
  log_socket() {
    static int number = 0;
    const std::string name = "green-whole-" + std::to_string(::getpid()) + "-" +
                             std::to_string(++number);
    std::memcpy(there.sun_path + 1, name.data(), name.size());
    length = socklen_t(offsetof(sockaddr_un, sun_path) + 1 + name.size());
    REQUIRE(::bind(log, address(), length) == 0);
  }
  sockaddr* address() { return reinterpret_cast<sockaddr*>(&there); }

  sockaddr_un there{AF_UNIX, {}};
  socklen_t length;
  descriptor log{::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)};
  descriptor app{::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)};
};

constexpr int messages = 40;  // more than a queue has room for

std::string message(int i) { return "message " + std::to_string(i); }

enum class sending { send, sendto, sendmsg, sendmmsg, write };

template <class S>
task_of<S> send_messages(log_socket& to, sending way, bool connected) {
  for (int i = 0; i < messages; ++i) {
    std::string text = message(i);
    iovec part{text.data(), text.size()};
    mmsghdr one{};
    one.msg_hdr.msg_iov = &part;
    one.msg_hdr.msg_iovlen = 1;
    if (!connected) {
      one.msg_hdr.msg_name = to.address();
      one.msg_hdr.msg_namelen = to.length;
    }
    ssize_t n = -1;
    if (way == sending::send) {
      n = co_await S::send(to.app, text.data(), text.size(), 0);
    } else if (way == sending::write) {
      n = co_await S::write(to.app, text.data(), text.size());
    } else if (way == sending::sendto) {
      n = co_await S::sendto(to.app, text.data(), text.size(), 0,
                             connected ? nullptr : to.address(),
                             connected ? 0 : to.length);
    } else if (way == sending::sendmsg) {
      n = co_await S::sendmsg(to.app, &one.msg_hdr, 0);
    } else {
      CHECK(co_await S::sendmmsg(to.app, &one, 1, 0) == 1);
      n = one.msg_len;
    }
    CHECK(n == ssize_t(text.size()));
  }
}

}  // namespace

TEST_CASE_TEMPLATE("a datagram that had to wait arrives whole", S, SIDES) {
  S::run([]() -> task_of<S> {
    for (const bool connected : {true, false}) {
      for (const sending way :
           {sending::send, sending::sendto, sending::sendmsg, sending::sendmmsg,
            sending::write}) {
        const bool named = way != sending::send && way != sending::write;
        if (!connected && !named) continue;
        log_socket to;
        if (connected) {
          REQUIRE(::connect(to.app, to.address(), to.length) == 0);
        }
        const auto send = [&to, way, connected]() -> task_of<S> {
          co_await send_messages<S>(to, way, connected);
        };
        typename S::thread writer(send);
        for (int i = 0; i < messages; ++i) {
          for (int turns = 0; turns < 3; ++turns) {
            co_await S::this_thread::yield();
          }
          char data[32];
          const ssize_t n = co_await S::recv(to.log, data, sizeof data, 0);
          CHECK(std::string(data, std::size_t(std::max<ssize_t>(n, 0))) ==
                message(i));
        }
        co_await writer.join();
      }
    }
  });
}

TEST_CASE_TEMPLATE("a record that had to wait arrives whole", S, SIDES) {
  S::run([]() -> task_of<S> {
    auto [a, b] = records_pair(SOCK_SEQPACKET);
    tests::shrink_buffers(a);
    const int in = a;
    const auto writes = [in]() -> task_of<S> {
      for (int i = 0; i < 100; ++i) {
        const std::string text = message(i);
        CHECK(co_await S::send(in, text.data(), text.size(), 0) ==
              ssize_t(text.size()));
      }
    };
    typename S::thread writer(writes);
    for (int i = 0; i < 100; ++i) {
      char data[32];
      const ssize_t n = co_await S::recv(b, data, sizeof data, 0);
      REQUIRE(n > 0);
      CHECK(std::string(data, std::size_t(n)) == message(i));
    }
    co_await writer.join();
  });
}

TEST_CASE("who sends to a full queue can be killed, and spins not") {
  green::run([]() -> green::task<> {
    for (const bool connected : {true, false}) {
      log_socket to;
      if (connected) {
        REQUIRE(::connect(to.app, to.address(), to.length) == 0);
      }
      const auto send = [&to, connected]() -> green::task<> {
        co_await send_messages<tests::green_side>(to, sending::sendto,
                                                  connected);
      };
      auto writer = green::spawn(send);
      timespec before, after;
      co_await green::sleep(std::chrono::milliseconds(20));
      ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &before);
      co_await green::sleep(std::chrono::milliseconds(100));
      ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &after);
      // Spinning, it takes all of the 100 ms.
      const auto cpu = (after.tv_sec - before.tv_sec) * 1'000'000'000 +
                       after.tv_nsec - before.tv_nsec;
      CHECK(cpu < 50'000'000);
      co_await writer.kill();
      CHECK(writer.ready());
      char data[32];
      int there = 0;
      while (::recv(to.log, data, sizeof data, MSG_DONTWAIT) > 0) ++there;
      CHECK(there > 0);
      CHECK(there < messages);
    }
  });
}
