// SPDX-License-Identifier: MIT
// Blocking calls on sockets and files, from a fiber.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <string>

#include "green/greenlet.h"
#include "green/hub/socket_timeout.h"
#include "green/patched.h"
#include "tests/support/hooked.h"
#include "tests/support/oracle.h"
#include "tests/support/sockets.h"
#include "tests/support/waiting.h"

using tests::answer;
using tests::failed;
using tests::hooked;
using tests::on_fiber;

namespace {

using recv_chk_type = ssize_t(int, void*, size_t, size_t, int);
using read_chk_type = ssize_t(int, void*, size_t, size_t);

namespace c {
const auto recv = hooked("recv", ::recv);
const auto recv_chk = hooked<recv_chk_type>("__recv_chk");
const auto recvfrom = hooked("recvfrom", ::recvfrom);
const auto recvmsg = hooked("recvmsg", ::recvmsg);
const auto recvmmsg = hooked("recvmmsg", ::recvmmsg);
const auto send = hooked("send", ::send);
const auto sendto = hooked("sendto", ::sendto);
const auto sendmsg = hooked("sendmsg", ::sendmsg);
const auto read = hooked("read", ::read);
const auto read_chk = hooked<read_chk_type>("__read_chk");
const auto readv = hooked("readv", ::readv);
const auto write = hooked("write", ::write);
const auto writev = hooked("writev", ::writev);
const auto close = hooked("close", ::close);
const auto connect = hooked("connect", ::connect);
const auto accept = hooked("accept", ::accept);
const auto setsockopt = hooked("setsockopt", ::setsockopt);
const auto flock = hooked("flock", ::flock);
const auto fsync = hooked("fsync", ::fsync);
}  // namespace c

// f on a fiber, of a green thread of its own, that waits now.
template <class F>
green::task<green::greenlet<>> waiting(F f) {
  co_return co_await tests::started(
      [f = std::move(f)]() -> green::task<> { co_await on_fiber(f); });
}

}  // namespace

TEST_CASE("outside of a fiber a hook is the original") {
  const auto ends = tests::stream_pair();
  char byte = 'x';
  CHECK(c::send(ends.a, &byte, 1, 0) == 1);
  CHECK(c::recv(ends.b, &byte, 1, 0) == 1);
  CHECK(answer(c::recv(ends.b, &byte, 1, MSG_DONTWAIT)) == failed(EAGAIN));
  CHECK(answer(c::close(-1)) == failed(EBADF));
}

TEST_CASE("recv waits, and keeps its flags") {
  green::run([]() -> green::task<> {
    const auto ends = tests::stream_pair();
    const int a = ends.a;
    const auto reader = co_await waiting([a] {
      char data[8];
      CHECK(c::recv(a, data, sizeof data, MSG_PEEK) == 2);
      CHECK(c::recv_chk(a, data, sizeof data, sizeof data, 0) == 2);
      CHECK(answer(c::recv(a, data, 1, MSG_DONTWAIT)) == failed(EAGAIN));
      CHECK(c::send(a, data, 1, 0) == 1);
      CHECK(c::recv(a, data, 4, MSG_WAITALL) == 4);
      CHECK(std::string(data, 4) == "abcd");
      CHECK(c::recv(a, data, 1, 0) == 0);
    });
    const int b = ends.b;
    co_await on_fiber([b] {
      char byte;
      CHECK(c::send(b, "ok", 2, 0) == 2);
      CHECK(c::recv(b, &byte, 1, 0) == 1);
    });
    co_await on_fiber([b] { CHECK(c::send(b, "ab", 2, 0) == 2); });
    co_await tests::others_wait();
    CHECK_FALSE(reader.ready());
    co_await on_fiber([b] { CHECK(c::send(b, "cd", 2, 0) == 2); });
    ::shutdown(b, SHUT_WR);
    co_await reader.join();
  });
}

TEST_CASE("a time limit that patched code sets is seen") {
  green::hub::socket_timeouts_in_use = false;
  green::run([]() -> green::task<> {
    const auto ends = tests::stream_pair();
    co_await on_fiber([fd = int(ends.a)] {
      const timeval limit{.tv_sec = 0, .tv_usec = 1000};
      CHECK(c::setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit) ==
            0);
      char byte;
      CHECK(answer(c::recv(fd, &byte, 1, 0)) == failed(EAGAIN));
    });
  });
  CHECK(green::hub::socket_timeouts_in_use);
}

TEST_CASE("read, write and their vectors wait on a pipe") {
  green::run([]() -> green::task<> {
    const auto ends = tests::pipe_descriptors();
    const int in = ends.a, out = ends.b;
    const auto reader = co_await waiting([in] {
      char first[2], second[3];
      CHECK(c::read(in, first, 1) == 1);
      CHECK(c::read_chk(in, first, 1, sizeof first) == 1);
      const iovec parts[] = {{first, sizeof first}, {second, sizeof second}};
      CHECK(c::readv(in, parts, 2) == 5);
      CHECK(std::string(second, 3) == "345");
    });
    co_await on_fiber([out] {
      char text[] = "xy12345";
      CHECK(c::write(out, text, 2) == 2);
      const iovec parts[] = {{text + 2, 4}, {text + 6, 1}};
      CHECK(c::writev(out, parts, 2) == 5);
    });
    co_await reader.join();
  });
}

TEST_CASE("a blocking send is whole") {
  green::run([]() -> green::task<> {
    const auto ends = tests::stream_pair();
    const std::string all = tests::pattern(4'000'000);
    const int a = ends.a, b = ends.b;
    tests::shrink_buffers(a);
    const auto sender = co_await waiting([&all, a] {
      const auto sent = c::send(a, all.data(), all.size() / 2, 0);
      CHECK(sent == static_cast<ssize_t>(all.size() / 2));
      const auto wrote =
          c::write(a, all.data() + all.size() / 2, all.size() / 2);
      CHECK(wrote == static_cast<ssize_t>(all.size() / 2));
    });
    std::string got(all.size(), ' ');
    co_await on_fiber([&got, b] {
      CHECK(c::recv(b, got.data(), got.size(), MSG_WAITALL) ==
            static_cast<ssize_t>(got.size()));
    });
    CHECK((got == all));
    co_await sender.join();
  });
}

TEST_CASE("a non-blocking descriptor stays one") {
  green::run([]() -> green::task<> {
    const auto ends = tests::stream_pair();
    const int a = ends.a;
    tests::set_nonblocking(a, true);
    co_await on_fiber([a] {
      char byte;
      CHECK(answer(c::recv(a, &byte, 1, 0)) == failed(EAGAIN));
      CHECK(answer(c::read(a, &byte, 1)) == failed(EAGAIN));
      CHECK((::fcntl(a, F_GETFL) & O_NONBLOCK) != 0);
    });
    const int b = ends.b;
    const auto reader = co_await waiting([b] {
      char byte;
      CHECK(c::recv(b, &byte, 1, 0) == 1);
    });
    CHECK((::fcntl(b, F_GETFL) & O_NONBLOCK) == 0);
    CHECK(::send(a, "x", 1, 0) == 1);
    co_await reader.join();
  });
}

TEST_CASE("a socket's own time limits count, set by anybody") {
  green::run([]() -> green::task<> {
    const auto ends = tests::stream_pair();
    const int a = ends.a;
    const timeval moment{0, 1000};
    CHECK(::setsockopt(a, SOL_SOCKET, SO_RCVTIMEO, &moment, sizeof moment) ==
          0);
    CHECK(::setsockopt(a, SOL_SOCKET, SO_SNDTIMEO, &moment, sizeof moment) ==
          0);
    tests::fill(a);
    tests::set_nonblocking(a, false);
    co_await on_fiber([a] {
      char byte = 0;
      CHECK(answer(c::recv(a, &byte, 1, 0)) == failed(EAGAIN));
      CHECK(answer(c::read(a, &byte, 1)) == failed(EAGAIN));
      CHECK(answer(c::send(a, &byte, 1, 0)) == failed(EAGAIN));
    });
  });
}

TEST_CASE("close ends the wait of another fiber") {
  green::run([]() -> green::task<> {
    auto ends = tests::stream_pair();
    const int a = ends.a.release();
    const auto reader = co_await waiting([a] {
      char byte;
      CHECK(answer(c::recv(a, &byte, 1, 0)) == failed(EBADF));
    });
    co_await on_fiber([a] { CHECK(c::close(a) == 0); });
    co_await reader.join();
  });
}

TEST_CASE("a close that lingers lets others run") {
  green::run([]() -> green::task<> {
    const tests::descriptor listener = tests::tcp_listener();
    sockaddr_in name{};
    socklen_t size = sizeof name;
    auto* const address = reinterpret_cast<sockaddr*>(&name);
    CHECK(::getsockname(listener, address, &size) == 0);
    const tests::descriptor from(::socket(AF_INET, SOCK_STREAM, 0));
    CHECK(::connect(from, address, size) == 0);
    const int to = ::accept(listener, nullptr, nullptr);
    const linger long_enough{.l_onoff = 1, .l_linger = 1000};
    CHECK(c::setsockopt(to, SOL_SOCKET, SO_LINGER, &long_enough,
                        sizeof long_enough) == 0);
    // The peer's window is closed, so that the kernel keeps what is left.
    const std::string data(1 << 16, 'x');
    std::size_t sent = 0;
    for (ssize_t n = 1; n > 0;) {
      n = ::send(to, data.data(), data.size(), MSG_DONTWAIT);
      sent += n > 0 ? static_cast<std::size_t>(n) : 0;
    }
    const auto closer = co_await waiting([to] { CHECK(c::close(to) == 0); });
    CHECK(!closer.ready());
    CHECK(::fcntl(to, F_GETFD) == -1);
    std::size_t received = 0;
    co_await on_fiber([&] {
      std::string part(1 << 16, ' ');
      for (ssize_t n = 1; n > 0;) {
        n = c::recv(from, part.data(), part.size(), 0);
        received += static_cast<std::size_t>(n);
      }
    });
    CHECK(received == sent);
    co_await closer.join();
  });
}

TEST_CASE("accept and connect wait for each other") {
  green::run([]() -> green::task<> {
    const tests::descriptor listener = tests::tcp_listener();
    const int at = listener;
    const auto server = co_await waiting([at] {
      sockaddr_storage peer{};
      socklen_t size = sizeof peer;
      const int fd = c::accept(at, reinterpret_cast<sockaddr*>(&peer), &size);
      CHECK(fd >= 0);
      CHECK(peer.ss_family == AF_INET);
      CHECK(c::send(fd, "hello", 5, 0) == 5);
      CHECK(c::close(fd) == 0);
    });
    co_await on_fiber([at] {
      sockaddr_in name{};
      socklen_t size = sizeof name;
      auto* const address = reinterpret_cast<sockaddr*>(&name);
      CHECK(::getsockname(at, address, &size) == 0);
      const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
      CHECK(c::connect(fd, address, size) == 0);
      char data[8];
      CHECK(c::recv(fd, data, 5, MSG_WAITALL) == 5);
      CHECK(c::close(fd) == 0);
    });
    co_await server.join();
  });
}

TEST_CASE("datagrams and messages wait") {
  green::run([]() -> green::task<> {
    const auto ends = tests::datagram_pair();
    const int a = ends.a, b = ends.b;
    const auto reader = co_await waiting([a] {
      char data[8];
      sockaddr_storage from{};
      socklen_t size = sizeof from;
      CHECK(c::recvfrom(a, data, sizeof data, 0,
                        reinterpret_cast<sockaddr*>(&from), &size) == 3);
      iovec part{data, sizeof data};
      msghdr header{};
      header.msg_iov = &part;
      header.msg_iovlen = 1;
      CHECK(c::recvmsg(a, &header, 0) == 2);
      mmsghdr many[2]{};
      many[0].msg_hdr = many[1].msg_hdr = header;
      CHECK(c::recvmmsg(a, many, 2, MSG_WAITFORONE, nullptr) == 1);
      CHECK(many[0].msg_len == 1);
    });
    co_await on_fiber([b] {
      char text[] = "abc";
      CHECK(c::sendto(b, text, 3, 0, nullptr, 0) == 3);
      iovec part{text, 2};
      msghdr header{};
      header.msg_iov = &part;
      header.msg_iovlen = 1;
      CHECK(c::sendmsg(b, &header, 0) == 2);
    });
    co_await tests::others_wait();
    CHECK_FALSE(reader.ready());
    CHECK(::send(b, "x", 1, 0) == 1);
    co_await reader.join();
  });
}

TEST_CASE("datagrams over loopback wait, and are peeked at") {
  green::run([]() -> green::task<> {
    const tests::descriptor one = tests::udp_socket(),
                            two = tests::udp_socket();
    const int a = one, b = two;
    const auto reader = co_await waiting([a, b] {
      char data[8];
      tests::ipv4 from;
      CHECK(c::recvfrom(a, data, sizeof data, MSG_PEEK, from.get(),
                        &from.length) == 5);
      CHECK(from == tests::local_address(b));
      CHECK(c::recvfrom(a, data, 2, MSG_TRUNC, nullptr, nullptr) == 5);
      CHECK(std::string(data, 2) == "he");
      CHECK(answer(c::recvfrom(a, data, 1, MSG_DONTWAIT, nullptr, nullptr)) ==
            failed(EAGAIN));
      CHECK(c::sendto(a, "you", 3, 0, from.get(), from.length) == 3);
      CHECK(c::recv(a, data, sizeof data, MSG_WAITALL) == 1);
    });
    co_await on_fiber([a, b] {
      tests::ipv4 there = tests::local_address(a);
      CHECK(c::sendto(b, "hello", 5, 0, there.get(), there.length) == 5);
      char data[8];
      CHECK(c::recv(b, data, sizeof data, 0) == 3);
      CHECK(c::connect(b, there.get(), there.length) == 0);
      CHECK(c::send(b, "!", 1, 0) == 1);
    });
    co_await reader.join();
  });
}

TEST_CASE("connect waits for room in the queue of a Unix listener") {
  green::run([]() -> green::task<> {
    const tests::descriptor listener(::socket(AF_UNIX, SOCK_STREAM, 0));
    sockaddr_un name{};
    name.sun_family = AF_UNIX;
    auto* const address = reinterpret_cast<sockaddr*>(&name);
    socklen_t size = sizeof name.sun_family;  // a name of the kernel's choice
    REQUIRE(::bind(listener, address, size) == 0);
    REQUIRE(::listen(listener, 0) == 0);
    size = sizeof name;
    REQUIRE(::getsockname(listener, address, &size) == 0);
    const tests::descriptor first(::socket(AF_UNIX, SOCK_STREAM, 0));
    REQUIRE(::connect(first, address, size) == 0);

    const int at = listener;
    const tests::descriptor second(::socket(AF_UNIX, SOCK_STREAM, 0));
    const int client = second;
    const auto connecting = co_await waiting([=] {
      CHECK(c::connect(client, address, size) == 0);
      CHECK(c::send(client, "again", 5, 0) == 5);
    });
    co_await on_fiber([at] {
      CHECK(c::close(c::accept(at, nullptr, nullptr)) == 0);
      const int accepted = c::accept(at, nullptr, nullptr);
      char data[8];
      CHECK(c::recv(accepted, data, 5, MSG_WAITALL) == 5);
      CHECK(c::close(accepted) == 0);
    });
    co_await connecting.join();
  });
}

TEST_CASE("a lock of a file is waited for") {
  green::run([]() -> green::task<> {
    const tests::descriptor one(::open("/tmp", O_TMPFILE | O_RDWR, 0600));
    const std::string path = "/proc/self/fd/" + std::to_string(one);
    const tests::descriptor two(::open(path.c_str(), O_RDWR));
    CHECK(::flock(one, LOCK_EX) == 0);
    const int waits = two;
    const auto locker = co_await waiting([waits] {
      CHECK(c::flock(waits, LOCK_EX) == 0);
      CHECK(c::fsync(waits) == 0);
    });
    CHECK(::flock(one, LOCK_UN) == 0);
    co_await locker.join();
  });
}
