// SPDX-License-Identifier: MIT
// One call of the original that waits is several calls here. What it gives is
// the same: MSG_WAITALL beside other flags, SO_RCVLOWAT and MSG_FASTOPEN.
#include <doctest/doctest.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/ioctl.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cstddef>
#include <cstring>
#include <string>
#include <vector>

#include "green/greenlet.h"
#include "green/sys/socket.h"
#include "green/sys/uio.h"
#include "green/unistd.h"
#include "tests/support/oracle.h"
#include "tests/support/sockets.h"

using tests::answer;
using tests::descriptor;
using tests::task_of;

namespace {

tests::two_descriptors records_pair(int type) {
  int both[2];
  REQUIRE(::socketpair(AF_UNIX, type | SOCK_CLOEXEC, 0, both) == 0);
  return {descriptor(both[0]), descriptor(both[1])};
}

// Sends the parts one after the other, and then the end.
template <class S>
task_of<S> send_parts(int fd, std::vector<std::string> parts) {
  for (const std::string& part : parts) {
    CHECK(co_await S::send(fd, part.data(), part.size(), 0) ==
          ssize_t(part.size()));
    for (int i = 0; i < 5; ++i) co_await S::this_thread::yield();
  }
  ::shutdown(fd, SHUT_WR);
}

template <class S>
task_of<S, ssize_t> readv_of(int fd, const iovec* part) {
  if constexpr (std::is_same_v<S, tests::green_side>) {
    co_return co_await green::readv(fd, part, 1);
  } else {
    co_return ::readv(fd, part, 1);
  }
}

struct received {
  explicit received(std::size_t size, std::size_t control_size = 0)
      : text(size, '.'), control(control_size) {
    part.iov_base = text.data();
    part.iov_len = text.size();
    header.msg_iov = &part;
    header.msg_iovlen = 1;
    if (control_size == 0) return;
    header.msg_control = control.data();
    header.msg_controllen = control.size();
  }
  received(const received&) = delete;

  int descriptors() {
    int count = 0;
    for (cmsghdr* c = CMSG_FIRSTHDR(&header); c != nullptr;
         c = CMSG_NXTHDR(&header, c)) {
      if (c->cmsg_type != SCM_RIGHTS) continue;
      ++count;
      int fd;
      std::memcpy(&fd, CMSG_DATA(c), sizeof fd);
      ::close(fd);
    }
    return count;
  }

  std::string text;
  std::vector<char> control;
  iovec part{};
  msghdr header{};
};

// A part that passes a descriptor.
void send_descriptor(int fd, const std::string& text) {
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))] = {};
  iovec part{const_cast<char*>(text.data()), text.size()};
  msghdr header{};
  header.msg_iov = &part;
  header.msg_iovlen = 1;
  header.msg_control = control;
  header.msg_controllen = sizeof control;
  cmsghdr* const c = CMSG_FIRSTHDR(&header);
  c->cmsg_level = SOL_SOCKET;
  c->cmsg_type = SCM_RIGHTS;
  c->cmsg_len = CMSG_LEN(sizeof(int));
  std::memcpy(CMSG_DATA(c), &fd, sizeof fd);
  REQUIRE(::sendmsg(fd, &header, 0) == ssize_t(text.size()));
}

}  // namespace

TEST_CASE_TEMPLATE("MSG_WAITALL and MSG_PEEK show each byte once", S, SIDES) {
  S::run([]() -> task_of<S> {
    for (const bool by_message : {false, true}) {
      auto [a, b] = tests::tcp_pair();
      const std::vector<std::string> parts = {"abc", "de", "f"};
      typename S::thread writer(send_parts<S>, int(a), parts);
      received got(6);
      const int flags = MSG_PEEK | MSG_WAITALL;
      const ssize_t n = by_message
                            ? co_await S::recvmsg(b, &got.header, flags)
                            : co_await S::recv(b, got.text.data(), 6, flags);
      CHECK(n == 6);
      CHECK(got.text == "abcdef");
      co_await writer.join();
      std::string again(9, '.');
      CHECK(co_await S::recv(b, again.data(), 9, flags) == 6);  // then the end
      CHECK(co_await S::recv(b, again.data(), 9, MSG_WAITALL) == 6);
      CHECK(again == "abcdef...");
    }
  });
}

TEST_CASE_TEMPLATE("a Unix stream shows what there is", S, SIDES) {
  S::run([]() -> task_of<S> {
    auto [a, b] = tests::stream_pair();
    char data[6];
    CHECK(co_await S::send(a, "abc", 3, 0) == 3);
    CHECK(co_await S::recv(b, data, 6, MSG_PEEK | MSG_WAITALL) == 3);
    CHECK(co_await S::recv(b, data, 3, MSG_WAITALL) == 3);
  });
}

TEST_CASE_TEMPLATE("MSG_WAITALL keeps the ends of records", S, SIDES) {
  S::run([]() -> task_of<S> {
    for (const int type : {SOCK_SEQPACKET, SOCK_DGRAM}) {
      for (const bool by_message : {false, true}) {
        auto [a, b] = records_pair(type);
        for (const char* text : {"abc", "defg", "hijklmnopq"}) {
          CHECK(co_await S::send(a, text, std::strlen(text), 0) > 0);
        }
        for (const std::string text : {"abc", "defg", "hijklmnopq"}) {
          received got(10);
          const ssize_t n =
              by_message
                  ? co_await S::recvmsg(b, &got.header, MSG_WAITALL)
                  : co_await S::recv(b, got.text.data(), 10, MSG_WAITALL);
          CHECK(n == ssize_t(text.size()));
          CHECK(got.text.substr(0, text.size()) == text);
        }
      }
    }
  });
}

TEST_CASE_TEMPLATE("MSG_WAITALL with room for control data", S, SIDES) {
  S::run([]() -> task_of<S> {
    auto [a, b] = tests::stream_pair();
    const std::vector<std::string> parts = {"abcde", "fgh", "ij"};
    typename S::thread writer(send_parts<S>, int(a), parts);
    received got(10, 64);
    CHECK(co_await S::recvmsg(b, &got.header, MSG_WAITALL) == 10);
    CHECK(got.text == "abcdefghij");
    CHECK(got.header.msg_controllen == 0);
    co_await writer.join();
  });
}

TEST_CASE_TEMPLATE("a descriptor ends what MSG_WAITALL waits for", S, SIDES) {
  S::run([]() -> task_of<S> {
    for (const bool later : {false, true}) {
      auto [a, b] = tests::stream_pair();
      const int in = a;
      const auto writes = [in, later]() -> task_of<S> {
        if (later) {
          CHECK(co_await S::send(in, "ab", 2, 0) == 2);
          for (int i = 0; i < 5; ++i) co_await S::this_thread::yield();
        }
        send_descriptor(in, "cd");
        CHECK(co_await S::send(in, "efghijkl", 8, 0) == 8);
      };
      typename S::thread writer(writes);
      received got(10, 64);
      CHECK(co_await S::recvmsg(b, &got.header, MSG_WAITALL) ==
            (later ? 4 : 2));
      CHECK(got.descriptors() == 1);
      CHECK(got.text.starts_with(later ? "abcd" : "cd"));
      co_await writer.join();
    }
  });
}

TEST_CASE_TEMPLATE("a descriptor without room ends it too, and is told", S,
                   SIDES) {
  S::run([]() -> task_of<S> {
    for (const bool by_message : {false, true}) {
      auto [a, b] = tests::stream_pair();
      send_descriptor(a, "ab");
      CHECK(co_await S::send(a, "cdef", 4, 0) == 4);
      received got(6);
      const ssize_t n =
          by_message ? co_await S::recvmsg(b, &got.header, MSG_WAITALL)
                     : co_await S::recv(b, got.text.data(), 6, MSG_WAITALL);
      CHECK(n == 2);
      if (by_message) CHECK((got.header.msg_flags & MSG_CTRUNC) != 0);
    }
  });
}

TEST_CASE_TEMPLATE("credentials come with each part", S, SIDES) {
  S::run([]() -> task_of<S> {
    for (const bool by_message : {false, true}) {
      auto [a, b] = tests::stream_pair();
      const int on = 1;
      REQUIRE(::setsockopt(b, SOL_SOCKET, SO_PASSCRED, &on, sizeof on) == 0);
      const std::vector<std::string> parts = {"abc", "def"};
      typename S::thread writer(send_parts<S>, int(a), parts);
      received got(6, 64);
      const ssize_t n =
          by_message ? co_await S::recvmsg(b, &got.header, MSG_WAITALL)
                     : co_await S::recv(b, got.text.data(), 6, MSG_WAITALL);
      CHECK(n == 6);
      CHECK(got.text == "abcdef");
      if (by_message)
        CHECK(got.header.msg_controllen == CMSG_SPACE(sizeof(ucred)));
      co_await writer.join();
    }
  });
}

TEST_CASE_TEMPLATE("MSG_WAITALL and MSG_TRUNC throw all of it away", S, SIDES) {
  S::run([]() -> task_of<S> {
    auto [a, b] = tests::tcp_pair();
    const std::vector<std::string> parts = {"abc", "def", "g"};
    typename S::thread writer(send_parts<S>, int(a), parts);
    char data[7] = "......";
    CHECK(co_await S::recv(b, data, 6, MSG_WAITALL | MSG_TRUNC) == 6);
    CHECK(std::string(data) == "......");
    CHECK(co_await S::recv(b, data, 6, MSG_WAITALL) == 1);
    co_await writer.join();
  });
}

TEST_CASE_TEMPLATE("urgent data ends what MSG_WAITALL waits for", S, SIDES) {
  S::run([]() -> task_of<S> {
    auto [a, b] = tests::tcp_pair();
    CHECK(co_await S::send(a, "abc", 3, 0) == 3);
    CHECK(co_await S::send(a, "u", 1, MSG_OOB) == 1);
    CHECK(co_await S::send(a, "defghi", 6, 0) == 6);
    char data[6];
    CHECK(co_await S::recv(b, data, 6, MSG_WAITALL) == 3);
    CHECK(co_await S::recv(b, data, 1, MSG_WAITALL | MSG_OOB) == 1);
    CHECK(data[0] == 'u');
    CHECK(co_await S::recv(b, data, 6, MSG_WAITALL) == 6);
  });
}

TEST_CASE_TEMPLATE("a reset after a part is for the next call", S, SIDES) {
  S::run([]() -> task_of<S> {
    auto [a, b] = tests::tcp_pair();
    CHECK(co_await S::send(a, "abc", 3, 0) == 3);
    const int out = b;
    const auto reads = [out]() -> task_of<S> {
      char data[6];
      CHECK(co_await S::recv(out, data, 6, MSG_WAITALL) == 3);
      CHECK(answer(co_await S::recv(out, data, 6, 0)) ==
            tests::failed(ECONNRESET));
    };
    typename S::thread reader(reads);
    // Not before the part is taken.
    for (int there = 3; there != 0;) {
      co_await S::this_thread::yield();
      REQUIRE(::ioctl(b, FIONREAD, &there) == 0);
    }
    tests::reset_on_close(a);
    a.reset();
    co_await reader.join();
  });
}

TEST_CASE_TEMPLATE("SO_RCVLOWAT is waited for", S, SIDES) {
  S::run([]() -> task_of<S> {
    for (const bool tcp : {false, true}) {
      for (const int way : {0, 1, 2, 3}) {
        auto [a, b] = tcp ? tests::tcp_pair() : tests::stream_pair();
        const int low = 4;
        REQUIRE(::setsockopt(b, SOL_SOCKET, SO_RCVLOWAT, &low, sizeof low) ==
                0);
        REQUIRE(::send(a, "ab", 2, 0) == 2);
        const std::vector<std::string> parts = {"c", "d"};
        typename S::thread writer(send_parts<S>, int(a), parts);
        received got(10);
        ssize_t n = -1;
        if (way == 0) n = co_await S::recv(b, got.text.data(), 10, 0);
        if (way == 1) n = co_await S::recvmsg(b, &got.header, 0);
        if (way == 2) n = co_await S::read(b, got.text.data(), 10);
        if (way == 3) n = co_await readv_of<S>(b, &got.part);
        CHECK(n == 4);
        CHECK(got.text == "abcd......");
        co_await writer.join();
        CHECK(co_await S::recv(b, got.text.data(), 10, 0) == 0);
      }
    }
  });
}

TEST_CASE_TEMPLATE("what is wanted may be less than SO_RCVLOWAT", S, SIDES) {
  S::run([]() -> task_of<S> {
    auto [a, b] = tests::tcp_pair();
    const int low = 10;
    REQUIRE(::setsockopt(b, SOL_SOCKET, SO_RCVLOWAT, &low, sizeof low) == 0);
    CHECK(co_await S::send(a, "abcde", 5, 0) == 5);
    char data[4];
    CHECK(co_await S::recv(b, data, 4, 0) == 4);
  });
}

TEST_CASE_TEMPLATE("MSG_FASTOPEN connects and sends", S, SIDES) {
  S::run([]() -> task_of<S> {
    for (const bool big : {false, true}) {
      const descriptor listener = tests::tcp_listener();
      tests::ipv4 there = tests::local_address(listener);
      const descriptor client(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
      const std::string text = big ? tests::pattern(8 << 20) : "hello";
      const int out = listener;
      const auto reads = [out, &text]() -> task_of<S> {
        const descriptor in(co_await S::accept(out, nullptr, nullptr));
        std::string got(text.size(), '.');
        CHECK(co_await S::recv(in, got.data(), got.size(), MSG_WAITALL) ==
              ssize_t(text.size()));
        CHECK(got == text);
      };
      typename S::thread reader(reads);
      CHECK(co_await S::sendto(client, text.data(), text.size(), MSG_FASTOPEN,
                               there.get(),
                               there.length) == ssize_t(text.size()));
      co_await reader.join();
    }
    tests::ipv4 nobody(tests::free_port());
    const descriptor client(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    CHECK(answer(co_await S::sendto(client, "x", 1, MSG_FASTOPEN, nobody.get(),
                                    nobody.length)) ==
          tests::failed(ECONNREFUSED));
  });
}
