// SPDX-License-Identifier: MIT
// Kills, timeouts and close while a call of <sys/socket.h> waits.
#include <doctest/doctest.h>
#include <sys/un.h>

#include <array>
#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

#include "green/greenlet.h"
#include "green/sys/socket.h"
#include "green/timeout.h"
#include "green/unistd.h"
#include "tests/support/oracle.h"
#include "tests/support/sockets.h"
#include "tests/support/virtual_time.h"

using namespace std::chrono_literals;
using tests::answer;
using tests::descriptor;
using tests::failed;
using tests::ipv4;

namespace {

// A message that waits in nobody's stack.
struct letter {
  std::array<char, 8> data = {};
  iovec part{data.data(), data.size()};
  mmsghdr header = {};
  letter() {
    header.msg_hdr.msg_iov = &part;
    header.msg_hdr.msg_iovlen = 1;
  }
  letter(const letter&) = delete;
  letter& operator=(const letter&) = delete;
};

struct waiting_call {
  const char* name;
  green::task<long> (*call)(int fd);
};

const waiting_call receivers[] = {
    {"recv",
     [](int fd) -> green::task<long> {
       letter l;
       co_return co_await green::recv(fd, l.data.data(), 8, 0);
     }},
    {"recvfrom",
     [](int fd) -> green::task<long> {
       letter l;
       sockaddr_storage from;
       socklen_t length = sizeof from;
       auto* const address = reinterpret_cast<sockaddr*>(&from);
       co_return co_await green::recvfrom(fd, l.data.data(), 8, 0, address,
                                          &length);
     }},
    {"recvmsg",
     [](int fd) -> green::task<long> {
       letter l;
       co_return co_await green::recvmsg(fd, &l.header.msg_hdr, 0);
     }},
    {"recvmmsg",
     [](int fd) -> green::task<long> {
       letter l;
       co_return co_await green::recvmmsg(fd, &l.header, 1, 0, nullptr);
     }},
    {"read",
     [](int fd) -> green::task<long> {
       letter l;
       co_return co_await green::read(fd, l.data.data(), 8);
     }},
};

const waiting_call senders[] = {
    {"send",
     [](int fd) -> green::task<long> {
       co_return co_await green::send(fd, "abcd", 4, 0);
     }},
    {"sendto",
     [](int fd) -> green::task<long> {
       co_return co_await green::sendto(fd, "abcd", 4, 0, nullptr, 0);
     }},
    {"sendmsg",
     [](int fd) -> green::task<long> {
       letter l;
       co_return co_await green::sendmsg(fd, &l.header.msg_hdr, 0);
     }},
    {"sendmmsg",
     [](int fd) -> green::task<long> {
       letter l;
       co_return co_await green::sendmmsg(fd, &l.header, 1, 0);
     }},
    {"write",
     [](int fd) -> green::task<long> {
       co_return co_await green::write(fd, "abcd", 4);
     }},
};

const waiting_call acceptors[] = {
    {"accept",
     [](int fd) -> green::task<long> {
       co_return co_await green::accept(fd, nullptr, nullptr);
     }},
    {"accept4",
     [](int fd) -> green::task<long> {
       ipv4 from;
       co_return co_await green::accept4(fd, from.get(), &from.length, 0);
     }},
};

// The call waits, and each end of it leaves everything as it was.
green::task<> interrupt(const waiting_call& waiting, int fd) {
  INFO(std::string(waiting.name));
  auto g = green::spawn(waiting.call, fd);
  co_await green::sleep();
  CHECK(!g.ready());
  co_await g.kill();
  CHECK(g.was_killed());

  bool late = false;
  try {
    co_await green::with_timeout(1h, waiting.call, fd);
  } catch (const green::timed_out&) {
    late = true;
  }
  CHECK(late);
}

green::task<> close_under(const waiting_call& waiting, descriptor& fd) {
  INFO(std::string(waiting.name));
  const auto kept = [](green::task<long> (*call)(int),
                       int on) -> green::task<answer> {
    const answer got = co_await call(on);
    co_return got;
  };
  auto one = green::spawn(kept, waiting.call, int(fd));
  auto two = green::spawn(kept, waiting.call, int(fd));
  co_await green::sleep();
  CHECK(co_await green::close(fd.release()) == 0);
  CHECK(co_await one.get() == failed(EBADF));
  CHECK(co_await two.get() == failed(EBADF));
}

}  // namespace

TEST_CASE("a receiver is killed, and timed out, without loss") {
  tests::run_virtual([]() -> green::task<> {
    for (const waiting_call& receiver : receivers) {
      auto [a, b] = tests::datagram_pair();
      co_await interrupt(receiver, a);
      CHECK(co_await green::send(b, "xyz", 3, 0) == 3);
      const long got = co_await receiver.call(a);
      CHECK(got == (receiver.name == std::string("recvmmsg") ? 1 : 3));
    }
  });
}

TEST_CASE("a sender is killed, and timed out, without a trace") {
  tests::run_virtual([]() -> green::task<> {
    for (const waiting_call& sender : senders) {
      auto [a, b] = tests::stream_pair();
      const std::size_t filled = tests::fill(a);
      co_await interrupt(sender, a);
      CHECK(tests::drain(b) == filled);
      CHECK(co_await sender.call(a) > 0);
    }
  });
}

TEST_CASE("accept is killed, and timed out, and keeps the client") {  // L22
  tests::run_virtual([]() -> green::task<> {
    for (const waiting_call& acceptor : acceptors) {
      const descriptor listener = tests::tcp_listener();
      const int before = tests::open_descriptors();
      co_await interrupt(acceptor, listener);
      CHECK(tests::open_descriptors() == before);
      ipv4 there = tests::local_address(listener);
      const descriptor client(::socket(AF_INET, SOCK_STREAM, 0));
      CHECK(co_await green::connect(client, there.get(), there.length) == 0);
      const descriptor server(int(co_await acceptor.call(listener)));
      CHECK(tests::peer_address(server) == tests::local_address(client));
    }
  });
}

TEST_CASE("connect is killed, and timed out") {  // L13, L14
  tests::run_virtual([]() -> green::task<> {
    const tests::full_listener listener;
    const int before = tests::open_descriptors();
    for (const bool killed : {true, false}) {
      const descriptor fd(::socket(AF_INET, SOCK_STREAM, 0));
      ipv4 there = listener.there;
      const auto call = [](int on, ipv4 to) -> green::task<int> {
        co_return co_await green::connect(on, to.get(), to.length);
      };
      auto g = green::spawn(call, int(fd), there);
      co_await green::sleep();
      CHECK(!g.ready());
      if (killed) {
        co_await g.kill();
        CHECK(g.was_killed());
      } else {
        CHECK_THROWS_AS(co_await g.get(1h), green::timed_out);
        co_await g.kill();
      }
      // It may still be connecting: it is to be closed, and that is at once.
    }
    CHECK(tests::open_descriptors() == before);
  });
}

TEST_CASE("connect to a full Unix listener is killed, or goes on") {
  green::run([]() -> green::task<> {
    sockaddr_un name = {};
    name.sun_family = AF_UNIX;  // an abstract name that the kernel chooses
    socklen_t length = sizeof name.sun_family;
    auto* const address = reinterpret_cast<sockaddr*>(&name);
    descriptor listener(::socket(AF_UNIX, SOCK_STREAM, 0));
    REQUIRE(::bind(listener, address, length) == 0);
    REQUIRE(::listen(listener, 0) == 0);
    length = sizeof name;
    REQUIRE(::getsockname(listener, address, &length) == 0);
    const auto call = [](const sockaddr* to,
                         socklen_t size) -> green::task<answer> {
      const descriptor fd(::socket(AF_UNIX, SOCK_STREAM, 0));
      const answer got = co_await green::connect(fd, to, size);
      co_return got;
    };
    CHECK(co_await call(address, length) == answer(0));  // the queue's place
    auto g = green::spawn(call, address, length);
    CHECK(!co_await g.join(20ms));
    co_await g.kill();
    CHECK(g.was_killed());
    auto late = green::spawn(call, address, length);
    CHECK(!co_await late.join(20ms));
    const descriptor first(::accept(listener, nullptr, nullptr));
    CHECK(co_await late.get() == answer(0));
  });
}

TEST_CASE("close ends who waits with EBADF") {
  tests::run_virtual([]() -> green::task<> {
    for (const waiting_call& receiver : receivers) {
      auto [a, b] = tests::datagram_pair();
      co_await close_under(receiver, a);
    }
    for (const waiting_call& sender : senders) {
      auto [a, b] = tests::stream_pair();
      tests::fill(a);
      co_await close_under(sender, a);
    }
    for (const waiting_call& acceptor : acceptors) {
      descriptor listener = tests::tcp_listener();
      co_await close_under(acceptor, listener);
    }
  });
}

TEST_CASE("recvmmsg keeps what it has when it is killed") {
  green::run([]() -> green::task<> {
    auto [a, b] = tests::datagram_pair();
    std::string log;
    const auto reader = [](int fd, std::string* out) -> green::task<> {
      std::array<letter, 3> letters;
      mmsghdr headers[3];
      for (std::size_t i = 0; i < 3; ++i) headers[i] = letters[i].header;
      const int n = co_await green::recvmmsg(fd, headers, 3, 0, nullptr);
      *out += "got " + std::to_string(n);
      try {
        co_await green::sleep();
      } catch (const green::killed&) {
        *out += ", killed";
        throw;
      }
    };
    auto g = green::spawn(reader, int(a), &log);
    CHECK(co_await green::send(b, "one", 3, 0) == 3);
    CHECK(co_await green::send(b, "two", 3, 0) == 3);
    for (int i = 0; i < 100; ++i) co_await green::sleep();
    CHECK(log.empty());
    co_await g.kill();
    CHECK(log == "got 2, killed");
    CHECK(tests::drain(a) == 0);
  });
}

TEST_CASE("sendmmsg keeps what it has sent when it is timed out") {
  tests::run_virtual([]() -> green::task<> {
    auto [a, b] = tests::datagram_pair();
    std::vector<letter> letters(500);
    std::vector<mmsghdr> headers;
    for (letter& l : letters) headers.push_back(l.header);
    const green::timeout limit(1s);
    const int sent = co_await green::sendmmsg(a, headers.data(), 500, 0);
    CHECK(sent > 0);
    CHECK(sent < 500);
    CHECK(headers[0].msg_len == 8);
    CHECK_THROWS_AS(co_await green::sleep(), green::timed_out);
    CHECK(tests::drain(b) == size_t(sent) * 8);
  });
}

TEST_CASE("a message is received or stays, whenever the kill comes") {
  green::run([]() -> green::task<> {
    struct count {
      int received = 0;
    };
    const auto reader = [](green::task<long> (*call)(int), int fd,
                           count* counted) -> green::task<> {
      for (;;) {
        if (co_await call(fd) > 0) ++counted->received;
      }
    };
    for (const waiting_call& receiver : receivers) {
      INFO(std::string(receiver.name));
      auto [a, b] = tests::datagram_pair();
      count counted;
      int sent = 0;
      for (int round = 0; round < 1'000; ++round) {
        auto g = green::spawn(reader, receiver.call, int(a), &counted);
        for (int i = 0; i < round % 3; ++i) co_await green::sleep();
        const bool first = round % 2 == 0;
        if (first) g.kill_nowait();
        sent += ::send(b, "12345678", 8, 0) == 8;
        for (int i = 0; i < round % 5; ++i) co_await green::sleep();
        if (!first) g.kill_nowait();
        co_await g.join();
      }
      CHECK(counted.received + int(tests::drain(a) / 8) == sent);
    }
  });
}
