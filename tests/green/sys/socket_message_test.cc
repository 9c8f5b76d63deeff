// SPDX-License-Identifier: MIT
// Messages: addresses, parts, descriptors, many at a time.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/uio.h>
#include <unistd.h>

#include <array>
#include <cstring>
#include <limits>
#include <string>
#include <vector>

#include "green/sys/socket.h"
#include "tests/support/oracle.h"
#include "tests/support/sockets.h"

using tests::answer;
using tests::descriptor;
using tests::failed;
using tests::ipv4;
using tests::task_of;

namespace {

// A message of one part for sendmsg, recvmsg and their kin. Stays in place.
struct letter {
  explicit letter(std::string content = std::string(16, '.'))
      : text(std::move(content)), part{text.data(), text.size()} {
    header.msg_iov = &part;
    header.msg_iovlen = 1;
  }
  letter(const letter&) = delete;
  letter& operator=(const letter&) = delete;

  std::string text;
  iovec part;
  msghdr header = {};
};

template <std::size_t N>
struct letters {
  explicit letters(const std::array<const char*, N>& contents) {
    for (std::size_t i = 0; i < N; ++i) {
      texts[i] = contents[i];
      point(i);
    }
  }
  letters() {
    for (std::size_t i = 0; i < N; ++i) {
      texts[i].assign(16, '.');
      point(i);
    }
  }
  letters(const letters&) = delete;
  letters& operator=(const letters&) = delete;

  void point(std::size_t i) {
    parts[i] = {texts[i].data(), texts[i].size()};
    headers[i].msg_hdr.msg_iov = &parts[i];
    headers[i].msg_hdr.msg_iovlen = 1;
  }
  std::string received(std::size_t i) const {
    return texts[i].substr(0, headers[i].msg_len);
  }

  std::array<std::string, N> texts;
  std::array<iovec, N> parts;
  std::array<mmsghdr, N> headers = {};
};

struct udp_pair {
  descriptor a = tests::udp_socket(), b = tests::udp_socket();
  ipv4 to_a = tests::local_address(a), to_b = tests::local_address(b);
};

}  // namespace

TEST_CASE_TEMPLATE("datagrams carry their sender's address", S, SIDES) {  // L20
  S::run([]() -> task_of<S> {
    udp_pair udp;
    char data[10];
    CHECK(co_await S::sendto(udp.a, "one", 3, 0, udp.to_b.get(),
                             udp.to_b.length) == 3);
    CHECK(co_await S::sendto(udp.a, "", 0, 0, udp.to_b.get(),
                             udp.to_b.length) == 0);
    ipv4 from;
    CHECK(co_await S::recvfrom(udp.b, data, 10, 0, from.get(), &from.length) ==
          3);
    CHECK(std::string(data, 3) == "one");
    CHECK(from == udp.to_a);
    CHECK(from.length == sizeof from.in);
    CHECK(co_await S::recvfrom(udp.b, data, 10, 0, nullptr, nullptr) == 0);
  });
}

TEST_CASE_TEMPLATE("a connected datagram socket needs no address", S, SIDES) {
  S::run([]() -> task_of<S> {
    udp_pair udp;
    char data[10];
    CHECK(co_await S::connect(udp.a, udp.to_b.get(), udp.to_b.length) == 0);
    CHECK(co_await S::send(udp.a, "one", 3, 0) == 3);
    CHECK(co_await S::sendto(udp.a, "four", 4, 0, nullptr, 0) == 4);
    CHECK(co_await S::recv(udp.b, data, 10, 0) == 3);
    CHECK(std::string(data, 3) == "one");
    CHECK(co_await S::recv(udp.b, data, 10, 0) == 4);
    CHECK(std::string(data, 4) == "four");
  });
}

TEST_CASE_TEMPLATE("an address is cut to the given length", S, SIDES) {
  S::run([]() -> task_of<S> {
    udp_pair udp;
    char byte;
    CHECK(co_await S::sendto(udp.a, "x", 1, 0, udp.to_b.get(),
                             udp.to_b.length) == 1);
    ipv4 from;
    from.length = 4;
    CHECK(co_await S::recvfrom(udp.b, &byte, 1, 0, from.get(), &from.length) ==
          1);
    CHECK(from.length == sizeof from.in);
    CHECK(from.port() == udp.to_a.port());
    CHECK(from.in.sin_addr.s_addr == 0);
  });
}

TEST_CASE_TEMPLATE("recvfrom without a length fails after the fact", S, SIDES) {
  S::run([]() -> task_of<S> {
    udp_pair udp;
    char byte;
    ipv4 from;
    CHECK(co_await S::sendto(udp.a, "x", 1, 0, udp.to_b.get(),
                             udp.to_b.length) == 1);
    CHECK(answer(co_await S::recvfrom(udp.b, &byte, 1, 0, from.get(),
                                      nullptr)) == failed(EFAULT));
    CHECK(answer(co_await S::recv(udp.b, &byte, 1, MSG_DONTWAIT)) ==
          failed(EAGAIN));
  });
}

TEST_CASE_TEMPLATE("recvfrom waits", S, SIDES) {
  S::run([]() -> task_of<S> {
    udp_pair udp;
    const int in = udp.b;
    std::string got;
    typename S::thread reader([in, &got]() -> task_of<S> {
      char data[10];
      ipv4 from;
      const ssize_t n =
          co_await S::recvfrom(in, data, 10, 0, from.get(), &from.length);
      got.assign(data, n < 0 ? 0 : size_t(n));
    });
    co_await S::this_thread::yield();
    CHECK(co_await S::sendto(udp.a, "late", 4, 0, udp.to_b.get(),
                             udp.to_b.length) == 4);
    co_await reader.join();
    CHECK(got == "late");
  });
}

TEST_CASE_TEMPLATE("a long datagram is cut", S, SIDES) {
  S::run([]() -> task_of<S> {
    auto [a, b] = tests::datagram_pair();
    char data[2];
    for (int i = 0; i < 3; ++i) {
      CHECK(co_await S::send(a, "abcdef", 6, 0) == 6);
    }
    CHECK(co_await S::recv(b, data, 2, 0) == 2);
    CHECK(co_await S::recv(b, data, 2, MSG_TRUNC) == 6);
    letter cut("xx");
    CHECK(co_await S::recvmsg(b, &cut.header, 0) == 2);
    CHECK((cut.header.msg_flags & MSG_TRUNC) != 0);
    CHECK(cut.text == "ab");
  });
}

TEST_CASE_TEMPLATE("sendmsg gathers and recvmsg scatters", S, SIDES) {
  S::run([]() -> task_of<S> {
    udp_pair udp;
    std::string one = "ab", two = "cde", first = "...", second = "....";
    std::array<iovec, 2> out = {iovec{one.data(), 2}, {two.data(), 3}};
    std::array<iovec, 2> in = {iovec{first.data(), 3}, {second.data(), 4}};
    ipv4 from;
    msghdr sent = {}, received = {};
    sent.msg_name = udp.to_b.get();
    sent.msg_namelen = udp.to_b.length;
    sent.msg_iov = out.data();
    received.msg_iov = in.data();
    sent.msg_iovlen = received.msg_iovlen = 2;
    received.msg_name = from.get();
    received.msg_namelen = from.length;
    CHECK(co_await S::sendmsg(udp.a, &sent, 0) == 5);
    CHECK(co_await S::recvmsg(udp.b, &received, 0) == 5);
    CHECK(first == "abc");
    CHECK(second == "de..");
    CHECK(from == udp.to_a);
    CHECK(received.msg_namelen == sizeof from.in);
    CHECK(received.msg_flags == 0);
  });
}

TEST_CASE_TEMPLATE("a descriptor is passed in a message", S, SIDES) {
  S::run([]() -> task_of<S> {
    auto [a, b] = tests::stream_pair();
    auto [in, out] = tests::pipe_descriptors();
    alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> control = {};
    letter note("here");
    note.header.msg_control = control.data();
    note.header.msg_controllen = control.size();
    cmsghdr* right = CMSG_FIRSTHDR(&note.header);
    right->cmsg_level = SOL_SOCKET;
    right->cmsg_type = SCM_RIGHTS;
    right->cmsg_len = CMSG_LEN(sizeof(int));
    const int passed = out;
    std::memcpy(CMSG_DATA(right), &passed, sizeof passed);
    CHECK(co_await S::sendmsg(a, &note.header, 0) == 4);

    control = {};
    letter got("????");
    got.header.msg_control = control.data();
    got.header.msg_controllen = control.size();
    CHECK(co_await S::recvmsg(b, &got.header, MSG_CMSG_CLOEXEC) == 4);
    CHECK(got.text == "here");
    CHECK((got.header.msg_flags & MSG_CTRUNC) == 0);
    right = CMSG_FIRSTHDR(&got.header);
    REQUIRE(right != nullptr);
    int received = -1;
    std::memcpy(&received, CMSG_DATA(right), sizeof received);
    const descriptor copy(received);
    CHECK(::fcntl(copy, F_GETFD) == FD_CLOEXEC);
    char byte;
    CHECK(co_await S::write(copy, "x", 1) == 1);
    CHECK(co_await S::read(in, &byte, 1) == 1);
  });
}

TEST_CASE_TEMPLATE("a descriptor without room for it is told", S, SIDES) {
  S::run([]() -> task_of<S> {
    auto [a, b] = tests::stream_pair();
    alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> control = {};
    letter note("x"), got("?");
    note.header.msg_control = control.data();
    note.header.msg_controllen = control.size();
    cmsghdr* right = CMSG_FIRSTHDR(&note.header);
    *right = {CMSG_LEN(sizeof(int)), SOL_SOCKET, SCM_RIGHTS};
    const int passed = b;
    std::memcpy(CMSG_DATA(right), &passed, sizeof passed);
    CHECK(co_await S::sendmsg(a, &note.header, 0) == 1);
    CHECK(co_await S::recvmsg(b, &got.header, 0) == 1);
    CHECK((got.header.msg_flags & MSG_CTRUNC) != 0);
  });
}

TEST_CASE_TEMPLATE("sendmmsg and recvmmsg take many messages", S, SIDES) {
  S::run([]() -> task_of<S> {
    udp_pair udp;
    letters<3> out({"a", "bc", "def"});
    for (mmsghdr& m : out.headers) {
      m.msg_hdr.msg_name = udp.to_b.get();
      m.msg_hdr.msg_namelen = udp.to_b.length;
    }
    CHECK(co_await S::sendmmsg(udp.a, out.headers.data(), 3, 0) == 3);
    CHECK(out.headers[2].msg_len == 3);
    letters<3> in;
    std::array<ipv4, 3> from;
    for (std::size_t i = 0; i < 3; ++i) {
      in.headers[i].msg_hdr.msg_name = from[i].get();
      in.headers[i].msg_hdr.msg_namelen = from[i].length;
    }
    CHECK(co_await S::recvmmsg(udp.b, in.headers.data(), 3, 0, nullptr) == 3);
    for (std::size_t i = 0; i < 3; ++i) {
      CHECK(in.received(i) == out.texts[i]);
      CHECK(from[i] == udp.to_a);
    }
  });
}

TEST_CASE_TEMPLATE("recvmmsg waits for all", S, SIDES) {
  S::run([]() -> task_of<S> {
    auto [a, b] = tests::datagram_pair();
    const int out = a;
    typename S::thread writer([out]() -> task_of<S> {
      for (const char* text : {"x", "yy"}) {
        co_await S::this_thread::yield();
        co_await S::send(out, text, std::strlen(text), 0);
      }
    });
    letters<2> in;
    CHECK(co_await S::recvmmsg(b, in.headers.data(), 2, 0, nullptr) == 2);
    CHECK(in.received(0) == "x");
    CHECK(in.received(1) == "yy");
    co_await writer.join();
  });
}

TEST_CASE_TEMPLATE("MSG_WAITFORONE waits for the first alone", S, SIDES) {
  S::run([]() -> task_of<S> {
    auto [a, b] = tests::datagram_pair();
    CHECK(co_await S::send(a, "x", 1, 0) == 1);
    CHECK(co_await S::send(a, "y", 1, 0) == 1);
    letters<3> in;
    CHECK(co_await S::recvmmsg(b, in.headers.data(), 3, MSG_WAITFORONE,
                               nullptr) == 2);
    CHECK(answer(co_await S::recvmmsg(b, in.headers.data(), 3,
                                      MSG_WAITFORONE | MSG_DONTWAIT,
                                      nullptr)) == failed(EAGAIN));
  });
}

TEST_CASE_TEMPLATE("recvmmsg looks at its timeout after a message", S, SIDES) {
  S::run([]() -> task_of<S> {
    auto [a, b] = tests::datagram_pair();
    for (int i = 0; i < 3; ++i) CHECK(co_await S::send(a, "x", 1, 0) == 1);
    letters<3> in;
    timespec none{.tv_sec = 0, .tv_nsec = 0};
    CHECK(co_await S::recvmmsg(b, in.headers.data(), 3, 0, &none) == 1);
    CHECK(none.tv_sec + none.tv_nsec == 0);
    timespec hour{.tv_sec = 3600, .tv_nsec = 0};
    CHECK(co_await S::recvmmsg(b, in.headers.data(), 2, 0, &hour) == 2);
    CHECK(hour.tv_sec >= 3500);
    CHECK(hour.tv_sec < 3600);
    for (int i = 0; i < 2; ++i) CHECK(co_await S::send(a, "x", 1, 0) == 1);
    timespec longest{.tv_sec = std::numeric_limits<time_t>::max(),
                     .tv_nsec = 0};
    CHECK(co_await S::recvmmsg(b, in.headers.data(), 2, 0, &longest) == 2);
  });
}

TEST_CASE_TEMPLATE("an error after messages is kept from them", S, SIDES) {
  S::run([]() -> task_of<S> {
    auto [a, b] = tests::datagram_pair();
    CHECK(co_await S::send(a, "x", 1, 0) == 1);
    CHECK(co_await S::send(a, "y", 1, 0) == 1);
    letters<2> in;
    in.parts[1].iov_base = reinterpret_cast<void*>(16);
    CHECK(co_await S::recvmmsg(b, in.headers.data(), 2, 0, nullptr) == 1);
    CHECK(in.received(0) == "x");

    letters<2> out({"one", "two"});
    out.parts[1].iov_base = reinterpret_cast<void*>(16);
    CHECK(co_await S::sendmmsg(a, out.headers.data(), 2, 0) == 1);
    out.parts[0].iov_base = reinterpret_cast<void*>(16);
    CHECK(answer(co_await S::sendmmsg(a, out.headers.data(), 2, 0)) ==
          failed(EFAULT));
  });
}

TEST_CASE_TEMPLATE("sendmmsg sends no more than 1024", S, SIDES) {
  S::run([]() -> task_of<S> {
    udp_pair udp;
    std::vector<mmsghdr> many(1'100);
    for (mmsghdr& m : many) {
      m.msg_hdr.msg_name = udp.to_b.get();
      m.msg_hdr.msg_namelen = udp.to_b.length;
    }
    CHECK(co_await S::sendmmsg(udp.a, many.data(), 1'100, 0) == 1'024);
  });
}

TEST_CASE_TEMPLATE("records of a sequenced socket keep their ends", S, SIDES) {
  S::run([]() -> task_of<S> {
    int fds[2];
    REQUIRE(::socketpair(AF_UNIX, SOCK_SEQPACKET, 0, fds) == 0);
    descriptor a(fds[0]);
    const descriptor b(fds[1]);
    CHECK(co_await S::send(a, "ab", 2, MSG_EOR) == 2);
    CHECK(co_await S::send(a, "c", 1, MSG_EOR) == 1);
    letter got;
    CHECK(co_await S::recvmsg(b, &got.header, 0) == 2);
    char data[10];
    CHECK(co_await S::recv(b, data, 10, 0) == 1);
    CHECK(co_await S::close(a.release()) == 0);
    CHECK(co_await S::recv(b, data, 10, 0) == 0);
  });
}
