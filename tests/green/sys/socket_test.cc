// SPDX-License-Identifier: MIT
#include "green/sys/socket.h"

#include <doctest/doctest.h>
#include <fcntl.h>

#include <string>

#include "green/greenlet.h"
#include "green/unistd.h"
#include "tests/support/mirror.h"
#include "tests/support/oracle.h"
#include "tests/support/sockets.h"

using tests::answer;
using tests::descriptor;
using tests::failed;
using tests::ipv4;
using tests::task_of;

static_assert(tests::mirrors(green::accept, ::accept));
static_assert(tests::mirrors(green::accept4, ::accept4));
static_assert(tests::mirrors(green::connect, ::connect));
static_assert(tests::mirrors(green::recv, ::recv));
static_assert(tests::mirrors(green::recvfrom, ::recvfrom));
static_assert(tests::mirrors(green::recvmsg, ::recvmsg));
static_assert(tests::mirrors(green::recvmmsg, ::recvmmsg));
static_assert(tests::mirrors(green::send, ::send));
static_assert(tests::mirrors(green::sendto, ::sendto));
static_assert(tests::mirrors(green::sendmsg, ::sendmsg));
static_assert(tests::mirrors(green::sendmmsg, ::sendmmsg));

TEST_CASE_TEMPLATE("what is sent is received", S, SIDES) {
  S::run([]() -> task_of<S> {
    auto [a, b] = tests::tcp_pair();
    char data[10] = {};
    CHECK(co_await S::send(a, "hello", 5, 0) == 5);
    CHECK(co_await S::recv(b, data, sizeof data, 0) == 5);
    CHECK(std::string(data) == "hello");
  });
}

TEST_CASE_TEMPLATE("recv returns 0 at end of file", S, SIDES) {
  S::run([]() -> task_of<S> {
    auto [a, b] = tests::tcp_pair();
    char byte;
    CHECK(co_await S::send(a, "x", 1, 0) == 1);
    CHECK(co_await S::close(a.release()) == 0);
    CHECK(co_await S::recv(b, &byte, 1, 0) == 1);
    CHECK(co_await S::recv(b, &byte, 1, 0) == 0);
    CHECK(co_await S::recv(b, &byte, 1, 0) == 0);
  });
}

TEST_CASE_TEMPLATE("recv waits for what comes later", S, SIDES) {
  S::run([]() -> task_of<S> {
    auto [a, b] = tests::stream_pair();
    const int in = a, out = b;
    std::string got;
    typename S::thread reader([in, &got]() -> task_of<S> {
      char data[10];
      const ssize_t n = co_await S::recv(in, data, sizeof data, 0);
      got.assign(data, n < 0 ? 0 : size_t(n));
    });
    co_await S::this_thread::yield();
    CHECK(co_await S::send(out, "late", 4, 0) == 4);
    co_await reader.join();
    CHECK(got == "late");
  });
}

TEST_CASE_TEMPLATE("nothing is sent at once, however full", S, SIDES) {  // L4
  S::run([]() -> task_of<S> {
    auto [a, b] = tests::tcp_pair();
    tests::shrink_buffers(a);
    tests::fill(a);
    const char byte = 0;
    CHECK(co_await S::send(a, &byte, 0, 0) == 0);
  });
}

TEST_CASE_TEMPLATE("MSG_PEEK leaves the bytes", S, SIDES) {
  S::run([]() -> task_of<S> {
    auto [a, b] = tests::stream_pair();
    char data[3] = {};
    CHECK(co_await S::send(a, "abc", 3, 0) == 3);
    CHECK(co_await S::recv(b, data, 2, MSG_PEEK) == 2);
    CHECK(co_await S::recv(b, data, 3, 0) == 3);
    CHECK(std::string(data, 3) == "abc");
  });
}

TEST_CASE_TEMPLATE("MSG_WAITALL waits for all, or the end", S, SIDES) {
  S::run([]() -> task_of<S> {
    auto [a, b] = tests::stream_pair();
    const int out = a;
    typename S::thread writer([out]() -> task_of<S> {
      for (const char* part : {"ab", "cd", "ef"}) {
        CHECK(co_await S::send(out, part, 2, 0) == 2);
        co_await S::this_thread::yield();
      }
      ::shutdown(out, SHUT_WR);
    });
    char data[10];
    CHECK(co_await S::recv(b, data, 4, MSG_WAITALL) == 4);
    CHECK(std::string(data, 4) == "abcd");
    CHECK(co_await S::recv(b, data, 10, MSG_WAITALL) == 2);
    CHECK(co_await S::recv(b, data, 10, MSG_WAITALL) == 0);
    co_await writer.join();
  });
}

TEST_CASE_TEMPLATE("MSG_TRUNC discards bytes of a stream", S, SIDES) {
  S::run([]() -> task_of<S> {
    auto [a, b] = tests::tcp_pair();
    char data[5] = "....";
    CHECK(co_await S::send(a, "abcd", 4, 0) == 4);
    CHECK(co_await S::recv(b, data, 3, MSG_TRUNC) == 3);
    CHECK(std::string(data) == "....");
    CHECK(co_await S::recv(b, data, 4, 0) == 1);
  });
}

TEST_CASE_TEMPLATE("MSG_OOB is out of the stream", S, SIDES) {
  S::run([]() -> task_of<S> {
    auto [a, b] = tests::tcp_pair();
    char data[5] = {};
    CHECK(co_await S::send(a, "ab", 2, 0) == 2);
    CHECK(co_await S::send(a, "!", 1, MSG_OOB) == 1);
    CHECK(co_await S::send(a, "cd", 2, 0) == 2);
    CHECK(co_await S::recv(b, data, 4, 0) == 2);
    CHECK(co_await S::recv(b, data, 1, MSG_OOB) == 1);
    CHECK(data[0] == '!');
    CHECK(answer(co_await S::recv(b, data, 1, MSG_OOB)) == failed(EINVAL));
    CHECK(co_await S::recv(b, data, 2, MSG_WAITALL) == 2);
    CHECK(std::string(data) == "cd");
  });
}

TEST_CASE_TEMPLATE("what must not wait says EAGAIN", S, SIDES) {  // L5
  S::run([]() -> task_of<S> {
    auto [a, b] = tests::stream_pair();
    char data[10];
    CHECK(answer(co_await S::recv(a, data, 10, MSG_DONTWAIT)) ==
          failed(EAGAIN));
    tests::set_nonblocking(a, true);
    CHECK(answer(co_await S::recv(a, data, 10, 0)) == failed(EAGAIN));
    CHECK(answer(co_await S::recv(a, data, 10, MSG_WAITALL)) == failed(EAGAIN));
    CHECK(co_await S::send(b, "x", 1, 0) == 1);
    CHECK(co_await S::recv(a, data, 10, MSG_WAITALL) == 1);
    tests::fill(a);
    CHECK(answer(co_await S::send(a, data, 10, 0)) == failed(EAGAIN));
    tests::set_nonblocking(a, false);
    CHECK(answer(co_await S::send(a, data, 10, MSG_DONTWAIT)) ==
          failed(EAGAIN));

    const descriptor listener = tests::tcp_listener();
    tests::set_nonblocking(listener, true);
    CHECK(answer(co_await S::accept(listener, nullptr, nullptr)) ==
          failed(EAGAIN));
  });
}

TEST_CASE_TEMPLATE("the queue of errors is not waited for", S, SIDES) {
  S::run([]() -> task_of<S> {
    const descriptor socket(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    char data[10];
    CHECK(answer(co_await S::recv(socket, data, 10, MSG_ERRQUEUE)) ==
          failed(EAGAIN));
    msghdr message{};
    CHECK(answer(co_await S::recvmsg(socket, &message, MSG_ERRQUEUE)) ==
          failed(EAGAIN));
  });
}

TEST_CASE_TEMPLATE("a nonblocking send sends what fits", S, SIDES) {
  const auto sent_by = [](bool by_flag) {
    return S::run(
        [](bool flag) -> task_of<S, long> {
          auto [a, b] = tests::stream_pair();
          if (!flag) tests::set_nonblocking(a, true);
          const std::string data = tests::pattern(10'000'000);
          const long sent = co_await S::send(a, data.data(), data.size(),
                                             flag ? MSG_DONTWAIT : 0);
          CHECK(tests::drain(b) == size_t(sent));
          co_return sent;
        },
        by_flag);
  };
  for (const bool by_flag : {true, false}) {
    CHECK(sent_by(by_flag) > 0);
    CHECK(sent_by(by_flag) < 10'000'000);
  }
}

TEST_CASE_TEMPLATE("accept gives the connection and its address", S, SIDES) {
  S::run([]() -> task_of<S> {
    const descriptor listener = tests::tcp_listener();
    ipv4 there = tests::local_address(listener), from;
    const descriptor client(::socket(AF_INET, SOCK_STREAM, 0));
    CHECK(co_await S::connect(client, there.get(), there.length) == 0);
    const descriptor server(
        co_await S::accept(listener, from.get(), &from.length));
    CHECK(from == tests::local_address(client));
    CHECK(from.length == sizeof from.in);
    CHECK(::fcntl(server, F_GETFD) == 0);
    CHECK((::fcntl(server, F_GETFL) & O_NONBLOCK) == 0);
  });
}

TEST_CASE_TEMPLATE("accept4 sets flags, and may be given no address", S,
                   SIDES) {
  S::run([]() -> task_of<S> {
    const descriptor listener = tests::tcp_listener();
    ipv4 there = tests::local_address(listener);
    const descriptor client(::socket(AF_INET, SOCK_STREAM, 0));
    CHECK(co_await S::connect(client, there.get(), there.length) == 0);
    const descriptor server(co_await S::accept4(listener, nullptr, nullptr,
                                                SOCK_CLOEXEC | SOCK_NONBLOCK));
    CHECK(::fcntl(server, F_GETFD) == FD_CLOEXEC);
    CHECK((::fcntl(server, F_GETFL) & O_NONBLOCK) != 0);
  });
}

TEST_CASE_TEMPLATE("accept waits for who comes later", S, SIDES) {
  S::run([]() -> task_of<S> {
    const descriptor listener = tests::tcp_listener();
    const int at = listener;
    int accepted = -1;
    typename S::thread server([at, &accepted]() -> task_of<S> {
      accepted = co_await S::accept(at, nullptr, nullptr);
    });
    co_await S::this_thread::yield();
    ipv4 there = tests::local_address(listener);
    const descriptor client(::socket(AF_INET, SOCK_STREAM, 0));
    CHECK(co_await S::connect(client, there.get(), there.length) == 0);
    co_await server.join();
    const descriptor owned(accepted);
    CHECK(tests::peer_address(owned) == tests::local_address(client));
  });
}

TEST_CASE_TEMPLATE("a nonblocking connect is in progress", S, SIDES) {
  S::run([]() -> task_of<S> {
    const descriptor listener = tests::tcp_listener();
    ipv4 there = tests::local_address(listener);
    const descriptor fd(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0));
    CHECK(answer(co_await S::connect(fd, there.get(), there.length)) ==
          failed(EINPROGRESS));
    const descriptor server(co_await S::accept(listener, nullptr, nullptr));
    CHECK(co_await S::connect(fd, there.get(), there.length) == 0);
    CHECK(answer(co_await S::connect(fd, there.get(), there.length)) ==
          failed(EISCONN));
  });
}

TEST_CASE_TEMPLATE("connect tries the next address", S, SIDES) {  // L15
  S::run([]() -> task_of<S> {
    const descriptor listener = tests::tcp_listener();
    ipv4 addresses[] = {ipv4(tests::free_port()),
                        tests::local_address(listener)};
    int tries = 0, connected = -1;
    for (ipv4& address : addresses) {
      ++tries;
      descriptor fd(::socket(AF_INET, SOCK_STREAM, 0));
      if (co_await S::connect(fd, address.get(), address.length) == 0) {
        connected = fd.release();
        break;
      }
      CHECK(errno == ECONNREFUSED);
    }
    CHECK(tries == 2);
    const descriptor owned(connected);
  });
}

TEST_CASE_TEMPLATE("connect without a peer detaches a datagram socket", S,
                   SIDES) {
  S::run([]() -> task_of<S> {
    const descriptor a = tests::udp_socket(), b = tests::udp_socket();
    ipv4 to_b = tests::local_address(b);
    CHECK(co_await S::connect(a, to_b.get(), to_b.length) == 0);
    CHECK(co_await S::send(a, "x", 1, 0) == 1);
    sockaddr nobody = {};
    nobody.sa_family = AF_UNSPEC;
    CHECK(co_await S::connect(a, &nobody, sizeof nobody) == 0);
    CHECK(answer(co_await S::send(a, "x", 1, 0)) == failed(EDESTADDRREQ));
  });
}
