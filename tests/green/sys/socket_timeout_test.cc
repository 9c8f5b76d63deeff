// SPDX-License-Identifier: MIT
// SO_RCVTIMEO and SO_SNDTIMEO, judged by the original.
#include <doctest/doctest.h>
#include <sys/un.h>

#include <chrono>
#include <cstddef>
#include <functional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "green/greenlet.h"
#include "green/sys/socket.h"
#include "green/sys/uio.h"
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
using tests::task_of;

static_assert(
    std::is_same_v<decltype(green::setsockopt), decltype(::setsockopt)>);

namespace {

void limit(int fd, int option, std::chrono::milliseconds length) {
  const timeval value{length / 1s, (length % 1s) / 1us};
  REQUIRE(green::setsockopt(fd, SOL_SOCKET, option, &value, sizeof value) == 0);
}

// What each call gave, in words.
using answers = std::vector<std::string>;

void add(answers& to, const char* call, const answer& a) {
  to.push_back(std::string(call) + " " + std::to_string(a.value) + " " +
               std::to_string(a.error));
}

template <class S>
task_of<S> receive_in_vain(answers& out) {
  const auto pair = tests::stream_pair();
  const descriptor listener = tests::tcp_listener();
  limit(pair.a, SO_RCVTIMEO, 8ms);
  limit(listener, SO_RCVTIMEO, 8ms);
  char data[4];
  iovec part{data, sizeof data};
  sockaddr_storage from;
  socklen_t length = sizeof from;
  auto* const address = reinterpret_cast<sockaddr*>(&from);
  mmsghdr message = {};
  message.msg_hdr.msg_iov = &part;
  message.msg_hdr.msg_iovlen = 1;
  const int fd = pair.a;
  add(out, "recv", co_await S::recv(fd, data, 4, 0));
  add(out, "recv all", co_await S::recv(fd, data, 4, MSG_WAITALL));
  add(out, "recvfrom", co_await S::recvfrom(fd, data, 4, 0, address, &length));
  add(out, "recvmsg", co_await S::recvmsg(fd, &message.msg_hdr, 0));
  add(out, "recvmmsg", co_await S::recvmmsg(fd, &message, 1, 0, nullptr));
  add(out, "read", co_await S::read(fd, data, 4));
  add(out, "accept", co_await S::accept(listener, nullptr, nullptr));
  add(out, "accept4", co_await S::accept4(listener, nullptr, nullptr, 0));
  REQUIRE(::send(pair.b, "xy", 2, 0) == 2);
  add(out, "a part", co_await S::recv(fd, data, 4, MSG_WAITALL));
}

template <class S>
task_of<S> send_in_vain(answers& out) {
  const auto pair = tests::stream_pair();
  tests::fill(pair.a);
  limit(pair.a, SO_SNDTIMEO, 8ms);
  char data[] = "abcd";
  iovec part{data, 4};
  mmsghdr message = {};
  message.msg_hdr.msg_iov = &part;
  message.msg_hdr.msg_iovlen = 1;
  const int fd = pair.a;
  add(out, "send", co_await S::send(fd, data, 4, 0));
  add(out, "sendto", co_await S::sendto(fd, data, 4, 0, nullptr, 0));
  add(out, "sendmsg", co_await S::sendmsg(fd, &message.msg_hdr, 0));
  add(out, "sendmmsg", co_await S::sendmmsg(fd, &message, 1, 0));
  add(out, "write", co_await S::write(fd, data, 4));
}

template <class S>
task_of<S> connect_in_vain(answers& out) {
  tests::full_listener listener;
  const descriptor fd(::socket(AF_INET, SOCK_STREAM, 0));
  limit(fd, SO_SNDTIMEO, 8ms);
  ipv4& there = listener.there;
  add(out, "connect", co_await S::connect(fd, there.get(), there.length));

  sockaddr_un name = {};
  name.sun_family = AF_UNIX;  // an abstract name that the kernel chooses
  auto* const address = reinterpret_cast<sockaddr*>(&name);
  const descriptor local(::socket(AF_UNIX, SOCK_STREAM, 0));
  REQUIRE(::bind(local, address, sizeof name.sun_family) == 0);
  REQUIRE(::listen(local, 0) == 0);
  socklen_t length = sizeof name;
  REQUIRE(::getsockname(local, address, &length) == 0);
  const descriptor first(::socket(AF_UNIX, SOCK_STREAM, 0));
  REQUIRE(::connect(first, address, length) == 0);
  const descriptor second(::socket(AF_UNIX, SOCK_STREAM, 0));
  limit(second, SO_SNDTIMEO, 8ms);
  add(out, "Unix connect", co_await S::connect(second, address, length));
}

template <class S>
answers all() {
  answers out;
  S::run(receive_in_vain<S>, std::ref(out));
  S::run(send_in_vain<S>, std::ref(out));
  S::run(connect_in_vain<S>, std::ref(out));
  return out;
}

}  // namespace

TEST_CASE("L2, L22: each call ends as the original when its time is over") {
  const answers wanted = all<tests::system_side>();
  CHECK(wanted[0] == "recv -1 " + std::to_string(EAGAIN));
  CHECK(all<tests::green_side>() == wanted);
}

TEST_CASE_TEMPLATE("L3: what was sent in time is counted", S, SIDES) {
  S::run([]() -> task_of<S> {
    const auto pair = tests::stream_pair();
    limit(pair.a, SO_SNDTIMEO, 8ms);
    const std::string data = tests::pattern(4'000'000);
    const ssize_t sent = co_await S::send(pair.a, data.data(), data.size(), 0);
    CHECK(sent > 0);
    CHECK(sent < ssize_t(data.size()));
    CHECK(tests::drain(pair.b) == std::size_t(sent));
    const ssize_t written = co_await S::write(pair.a, data.data(), data.size());
    CHECK(written > 0);
    CHECK(tests::drain(pair.b) == std::size_t(written));
  });
}

TEST_CASE_TEMPLATE("a time of 0 is none, and what comes in time is received", S,
                   SIDES) {
  S::run([]() -> task_of<S> {
    const auto pair = tests::tcp_pair();
    const int to = pair.b;
    // The last one does not fit into microseconds.
    for (const auto length : {1h, 0h, 3'000'000'000h}) {
      limit(pair.a, SO_RCVTIMEO, length);
      const auto sends = [to]() -> task_of<S> {
        co_await S::this_thread::yield();
        CHECK(co_await S::send(to, "x", 1, 0) == 1);
      };
      typename S::thread sender(sends);
      char byte;
      CHECK(co_await S::recv(pair.a, &byte, 1, 0) == 1);
      co_await sender.join();
    }
  });
}

TEST_CASE_TEMPLATE("nothing is sent at once, though there is a time", S,
                   SIDES) {
  S::run([]() -> task_of<S> {
    const auto pair = tests::tcp_pair();
    tests::shrink_buffers(pair.a);
    tests::fill(pair.a);
    limit(pair.a, SO_SNDTIMEO, 1h);
    CHECK(co_await S::send(pair.a, "", 0, 0) == 0);
  });
}

TEST_CASE_TEMPLATE("O_NONBLOCK comes before the time, which stays", S, SIDES) {
  S::run([]() -> task_of<S> {
    const auto pair = tests::stream_pair();
    const int to = pair.b;
    limit(pair.a, SO_RCVTIMEO, 1h);
    tests::set_nonblocking(pair.a, true);
    char byte;
    CHECK(answer(co_await S::recv(pair.a, &byte, 1, 0)) == failed(EAGAIN));
    tests::set_nonblocking(pair.a, false);
    const auto sends = [to]() -> task_of<S> {
      co_await S::this_thread::yield();
      CHECK(co_await S::send(to, "x", 1, 0) == 1);
    };
    typename S::thread sender(sends);
    CHECK(co_await S::recv(pair.a, &byte, 1, 0) == 1);
    co_await sender.join();
    limit(pair.a, SO_RCVTIMEO, 8ms);
    const auto start = std::chrono::steady_clock::now();
    CHECK(answer(co_await S::recv(pair.a, &byte, 1, 0)) == failed(EAGAIN));
    CHECK(std::chrono::steady_clock::now() - start >= 8ms);
  });
}

TEST_CASE_TEMPLATE("a datagram is waited for until the time", S, SIDES) {
  S::run([]() -> task_of<S> {
    const descriptor socket = tests::udp_socket(), other = tests::udp_socket();
    limit(socket, SO_RCVTIMEO, 8ms);
    char data[10];
    ipv4 to = tests::local_address(socket), from;
    CHECK(answer(co_await S::recvfrom(socket, data, 10, 0, from.get(),
                                      &from.length)) == failed(EAGAIN));
    CHECK(co_await S::sendto(other, "late", 4, 0, to.get(), to.length) == 4);
    CHECK(co_await S::recvfrom(socket, data, 10, 0, from.get(), &from.length) ==
          4);
    CHECK(std::string(data, 4) == "late");
    CHECK(from == tests::local_address(other));
  });
}

TEST_CASE("the time is as long as was said, and of one call") {
  tests::run_virtual([]() -> green::task<> {
    const auto pair = tests::stream_pair();
    limit(pair.a, SO_RCVTIMEO, 100s);
    const auto start = green::core::now();
    char byte;
    for (int i = 1; i <= 3; ++i) {
      CHECK(answer(co_await green::recv(pair.a, &byte, 1, 0)) ==
            failed(EAGAIN));
      CHECK(tests::since(start) == 100s * i);
    }
    CHECK(answer(co_await green::recv(pair.a, &byte, 1, MSG_DONTWAIT)) ==
          failed(EAGAIN));
    CHECK(::send(pair.b, "x", 1, 0) == 1);
    CHECK(co_await green::recv(pair.a, &byte, 1, 0) == 1);
    CHECK(tests::since(start) == 300s);
    limit(pair.b, SO_SNDTIMEO, 100s);
    tests::fill(pair.b);
    CHECK(answer(co_await green::send(pair.b, "x", 1, 0)) == failed(EAGAIN));
    CHECK(tests::since(start) == 400s);
  });
}

TEST_CASE("a kill, a timeout and close come before the socket's own time") {
  tests::run_virtual([]() -> green::task<> {
    auto pair = tests::stream_pair();
    limit(pair.a, SO_RCVTIMEO, 100s);
    const int from = pair.a;
    const auto receives = [from]() -> green::task<answer> {
      char byte;
      co_return co_await green::recv(from, &byte, 1, 0);
    };
    const auto start = green::core::now();
    auto g = green::spawn(receives);
    co_await green::sleep();
    co_await g.kill();
    CHECK(g.was_killed());
    bool expired = false;
    try {
      co_await green::with_timeout(10s, receives);
    } catch (const green::timed_out&) {
      expired = true;
    }
    CHECK(expired);
    CHECK(tests::since(start) == 10s);
    g = green::spawn(receives);
    co_await green::sleep();
    CHECK(co_await green::close(pair.a.release()) == 0);
    CHECK(co_await g.get() == failed(EBADF));
    CHECK(tests::since(start) == 10s);
  });
}
