// SPDX-License-Identifier: MIT
// The errors of every call on every kind of descriptor, judged by the original.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <poll.h>

#include <array>
#include <cstdint>
#include <functional>
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

// What each call gave, in words.
using answers = std::vector<std::string>;

void add(answers& to, const char* call, const answer& a) {
  const std::string value = std::to_string(a.value);
  to.push_back(std::string(call) + " " +
               (a.error == 0 ? value : ::strerrorname_np(a.error)));
}

// An address that no call may be given.
template <class T>
T* nowhere() {
  return reinterpret_cast<T*>(std::uintptr_t{16});
}

template <class S>
task_of<S> receiving_calls(int fd, int flags, answers& out) {
  char data[4];
  iovec part{data, sizeof data};
  ipv4 from;
  mmsghdr message = {};
  message.msg_hdr.msg_iov = &part;
  message.msg_hdr.msg_iovlen = 1;
  add(out, "accept", co_await S::accept(fd, nullptr, nullptr));
  add(out, "accept4", co_await S::accept4(fd, nullptr, nullptr, 0));
  add(out, "recv", co_await S::recv(fd, data, 4, flags));
  add(out, "recv out of band", co_await S::recv(fd, data, 4, flags | MSG_OOB));
  add(out, "recvfrom",
      co_await S::recvfrom(fd, data, 4, flags, from.get(), &from.length));
  add(out, "recvfrom of no length",
      co_await S::recvfrom(fd, data, 4, flags, from.get(), nullptr));
  add(out, "recvmsg", co_await S::recvmsg(fd, &message.msg_hdr, flags));
  add(out, "recvmmsg", co_await S::recvmmsg(fd, &message, 1, flags, nullptr));
  add(out, "recvmmsg of none",
      co_await S::recvmmsg(fd, &message, 0, flags, nullptr));
  timespec invalid{.tv_sec = 0, .tv_nsec = 1'000'000'000};
  add(out, "recvmmsg of a bad time",
      co_await S::recvmmsg(fd, &message, 1, flags, &invalid));
}

void await_reset(int fd) {
  pollfd end{.fd = fd, .events = 0, .revents = 0};
  CHECK(::poll(&end, 1, 10'000) == 1);
}

template <class S>
task_of<S> sending_calls(int fd, int flags, answers& out) {
  char data[] = "abc";
  iovec part{data, 3};
  ipv4 there(tests::free_port());
  sockaddr odd = {};
  odd.sa_family = AF_APPLETALK;
  mmsghdr message = {};
  message.msg_hdr.msg_iov = &part;
  message.msg_hdr.msg_iovlen = 1;
  flags |= MSG_NOSIGNAL;  // for the original
  const ssize_t sent = co_await S::send(fd, data, 3, flags);
  add(out, "send", sent);
  if (sent > 0) await_reset(fd);  // of a peer that reads no more
  add(out, "sendto",
      co_await S::sendto(fd, data, 3, flags, there.get(), there.length));
  add(out, "sendto of a bad length",
      co_await S::sendto(fd, data, 3, flags, there.get(), 1));
  add(out, "sendto of no address",
      co_await S::sendto(fd, data, 3, flags, nullptr, 0));
  add(out, "sendmsg", co_await S::sendmsg(fd, &message.msg_hdr, flags));
  add(out, "sendmmsg", co_await S::sendmmsg(fd, &message, 1, flags));
  add(out, "sendmmsg of none", co_await S::sendmmsg(fd, &message, 0, flags));
  add(out, "connect of a bad length", co_await S::connect(fd, there.get(), 1));
  add(out, "connect of a bad family",
      co_await S::connect(fd, &odd, sizeof odd));
}

template <class S>
answers every_call(int fd, int flags) {
  answers out;
  S::run(receiving_calls<S>, fd, flags, std::ref(out));
  S::run(sending_calls<S>, fd, flags, std::ref(out));
  return out;
}

struct kind {
  const char* name;
  std::function<descriptor()> make;
};

descriptor keep_first(tests::two_descriptors pair) { return std::move(pair.a); }

// Its peer has sent a reset, and nobody has asked yet.
descriptor reset_socket() {
  auto [a, b] = tests::tcp_pair();
  tests::reset_on_close(b);
  b.reset();
  await_reset(a);
  return std::move(a);
}

descriptor shut_down() {
  auto [a, b] = tests::tcp_pair();
  ::shutdown(a, SHUT_RDWR);
  return std::move(a);
}

descriptor opened(const char* path, int flags) {
  return descriptor(::open(path, flags | O_CLOEXEC), path);
}

const std::vector<kind>& quick_kinds() {
  static const std::vector<kind> all = {
      {"a pipe", [] { return keep_first(tests::pipe_descriptors()); }},
      {"a folder", [] { return opened("/", O_RDONLY); }},
      {"a path", [] { return opened("/", O_PATH); }},
      {"a device", [] { return opened("/dev/null", O_RDWR); }},
      {"a TCP socket at its peer's end",
       [] { return keep_first(tests::tcp_pair()); }},
      {"a TCP socket that was reset", reset_socket},
      {"a TCP socket that was shut down", shut_down},
      {"a Unix socket at its peer's end",
       [] { return keep_first(tests::stream_pair()); }},
      {"a fresh TCP socket",
       [] { return descriptor(::socket(AF_INET, SOCK_STREAM, 0)); }},
      {"a fresh Unix socket",
       [] { return descriptor(::socket(AF_UNIX, SOCK_STREAM, 0)); }},
  };
  return all;
}

const std::vector<kind>& waiting_kinds() {
  static const std::vector<kind> all = {
      {"a UDP socket", tests::udp_socket},
      {"a fresh Unix datagram socket",
       [] { return descriptor(::socket(AF_UNIX, SOCK_DGRAM, 0)); }},
      {"a Unix datagram socket without its peer",
       [] { return keep_first(tests::datagram_pair()); }},
      {"a listening TCP socket", [] { return tests::tcp_listener(); }},
  };
  return all;
}

descriptor nonblocking(const kind& k) {
  descriptor fd = k.make();
  const int flags = ::fcntl(fd, F_GETFL);
  if ((flags & O_PATH) == 0) tests::set_nonblocking(fd, true);
  return fd;
}

std::string differences(const answers& green, const answers& original) {
  std::string out;
  for (std::size_t i = 0; i < original.size(); ++i) {
    if (green[i] == original[i]) continue;
    out += green[i] + " instead of " + original[i] + "; ";
  }
  return out;
}

}  // namespace

TEST_CASE("on a bad descriptor all calls fail as the originals do") {
  for (const int fd : {-1, -100, 1'000, 1'000'000}) {
    CAPTURE(fd);
    const answers wanted = every_call<tests::system_side>(fd, 0);
    CHECK(differences(every_call<tests::green_side>(fd, 0), wanted) == "");
    CHECK(wanted[2] == "recv EBADF");
  }
}

TEST_CASE("on a descriptor of any kind all calls fail as the originals do") {
  for (const kind& k : quick_kinds()) {
    INFO(std::string(k.name));
    const answers wanted = every_call<tests::system_side>(k.make(), 0);
    CHECK(differences(every_call<tests::green_side>(k.make(), 0), wanted) ==
          "");
  }
}

TEST_CASE("without waiting all calls fail as the originals do") {
  for (const auto* kinds : {&quick_kinds(), &waiting_kinds()}) {
    for (const kind& k : *kinds) {
      INFO(std::string(k.name));
      const answers wanted = every_call<tests::system_side>(nonblocking(k), 0);
      CHECK(differences(every_call<tests::green_side>(nonblocking(k), 0),
                        wanted) == "");
    }
  }
}

TEST_CASE_TEMPLATE("documented errors", S, SIDES) {
  S::run([]() -> task_of<S> {
    char data[10] = {};
    auto [a, b] = tests::tcp_pair();
    const descriptor fresh(::socket(AF_INET, SOCK_STREAM, 0));
    ipv4 closed(tests::free_port());
    CHECK(answer(co_await S::recv(-1, data, 10, 0)) == failed(EBADF));
    CHECK(answer(co_await S::recv(fresh, data, 10, 0)) == failed(ENOTCONN));
    CHECK(answer(co_await S::recv(0, data, 10, 0)) == failed(ENOTSOCK));
    CHECK(answer(co_await S::accept(fresh, nullptr, nullptr)) ==
          failed(EINVAL));
    CHECK(answer(co_await S::accept(a, nullptr, nullptr)) == failed(EINVAL));
    CHECK(answer(co_await S::connect(a, closed.get(), closed.length)) ==
          failed(EISCONN));
    CHECK(answer(co_await S::connect(fresh, closed.get(), closed.length)) ==
          failed(ECONNREFUSED));  // L12
    const descriptor udp = tests::udp_socket();
    CHECK(answer(co_await S::send(udp, data, 1, 0)) == failed(EDESTADDRREQ));
    CHECK(answer(co_await S::accept(udp, nullptr, nullptr)) ==
          failed(EOPNOTSUPP));
    const std::string big(70'000, 'x');
    CHECK(answer(co_await S::sendto(udp, big.data(), big.size(), 0,
                                    closed.get(), closed.length)) ==
          failed(EMSGSIZE));
    tests::reset_on_close(b);
    b.reset();
    CHECK(answer(co_await S::recv(a, data, 1, 0)) == failed(ECONNRESET));
    CHECK(co_await S::recv(a, data, 1, 0) == 0);
    CHECK(answer(co_await S::send(a, data, 1, MSG_NOSIGNAL)) == failed(EPIPE));
  });
}

TEST_CASE_TEMPLATE("bad arguments", S, SIDES) {
  S::run([]() -> task_of<S> {
    auto [a, b] = tests::tcp_pair();
    const descriptor listener = tests::tcp_listener();
    const descriptor fresh(::socket(AF_INET, SOCK_STREAM, 0));
    ipv4 there = tests::local_address(listener);
    CHECK(answer(co_await S::accept4(listener, nullptr, nullptr, 1)) ==
          failed(EINVAL));
    CHECK(answer(co_await S::connect(fresh, there.get(), 1'000)) ==
          failed(EINVAL));
    CHECK(answer(co_await S::connect(fresh, nowhere<sockaddr>(),
                                     there.length)) == failed(EFAULT));
    CHECK(answer(co_await S::send(a, nowhere<char>(), 10, 0)) ==
          failed(EFAULT));
    CHECK(answer(co_await S::sendto(a, nowhere<char>(), 10, 0, nullptr, 0)) ==
          failed(EFAULT));
    char byte = 'x';
    CHECK(co_await S::send(b, &byte, 1, 0) == 1);
    CHECK(answer(co_await S::recv(a, nowhere<char>(), 10, 0)) ==
          failed(EFAULT));
    iovec nothing{nowhere<char>(), 10};
    msghdr message = {};
    message.msg_iov = &nothing;
    message.msg_iovlen = 1;
    CHECK(answer(co_await S::sendmsg(a, &message, 0)) == failed(EFAULT));
    CHECK(answer(co_await S::recvmsg(a, &message, 0)) == failed(EFAULT));
    message.msg_iov = nowhere<iovec>();
    CHECK(answer(co_await S::sendmsg(a, &message, 0)) == failed(EFAULT));
    CHECK(answer(co_await S::recvmsg(a, &message, 0)) == failed(EFAULT));
    message.msg_iovlen = 2'000;
    CHECK(answer(co_await S::sendmsg(a, &message, 0)) == failed(EMSGSIZE));
    CHECK(answer(co_await S::recvmsg(a, &message, 0)) == failed(EMSGSIZE));
  });
}
