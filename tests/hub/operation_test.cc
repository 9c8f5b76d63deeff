// SPDX-License-Identifier: MIT
#include "green/hub/operation.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstddef>
#include <string>
#include <thread>
#include <vector>

#include "green/greenlet.h"
#include "green/sys/socket.h"
#include "green/timeout.h"
#include "green/unistd.h"
#include "tests/support/descriptors.h"
#include "tests/support/permits.h"
#include "tests/support/virtual_time.h"

namespace {

using namespace std::chrono_literals;
using green::task;
using green::core::killed;
using tests::socket_pair;

// Bytes whose place can be told from their value, roughly.
std::string pattern(std::size_t size) {
  std::string text(size, ' ');
  for (std::size_t i = 0; i < size; ++i) {
    text[i] = static_cast<char>(i * 31 + i / 251);
  }
  return text;
}

// Reads until the end, with plain calls.
std::string read_all(int fd) {
  std::string all;
  std::vector<char> part(1 << 16);
  for (;;) {
    const ssize_t n = ::read(fd, part.data(), part.size());
    if (n <= 0) return all;
    all.append(part.data(), static_cast<std::size_t>(n));
  }
}

// A green thread that sends all of `text`, and what came of it.
struct sender {
  sender(int fd, const std::string& text, bool by_write = false)
      : thread(green::spawn([this, fd, &text, by_write]() -> task<> {
          result = by_write
                       ? co_await green::write(fd, text.data(), text.size())
                       : co_await green::send(fd, text.data(), text.size(), 0);
          error = errno;
          co_await green::sleep();
          went_on = true;
        })) {}
  ssize_t result = -2;
  int error = 0;
  bool went_on = false;
  green::greenlet<> thread;
};

}  // namespace

TEST_CASE("results and errors are the original's") {
  socket_pair pair;
  green::run([&]() -> task<> {
    char byte = 0;
    CHECK(co_await green::send(pair.a.get(), "ab", 2, 0) == 2);
    CHECK(co_await green::recv(pair.b.get(), &byte, 1, 0) == 1);
    CHECK(byte == 'a');
    CHECK(co_await green::read(pair.b.get(), &byte, 1) == 1);
    CHECK(byte == 'b');
    errno = 0;
    CHECK(co_await green::recv(-1, &byte, 1, 0) == -1);
    CHECK(errno == EBADF);
    errno = 0;
    CHECK(co_await green::recv(9'999, &byte, 1, 0) == -1);
    CHECK(errno == EBADF);
    pair.a.reset();
    CHECK(co_await green::recv(pair.b.get(), &byte, 1, 0) == 0);
    errno = 0;
    CHECK(co_await green::send(pair.b.get(), "x", 1, 0) == -1);
    CHECK(errno == EPIPE);
  });
}

TEST_CASE("raw gives -errno, and is thrown out of by a kill") {
  socket_pair pair;
  green::run([&]() -> task<> {
    char byte = 0;
    auto bad = green::recv(-1, &byte, 1, 0);
    CHECK(co_await bad.raw() == -EBADF);
    const auto g = green::spawn([&]() -> task<> {
      auto wait = green::recv(pair.a.get(), &byte, 1, 0);
      co_await wait.raw();
    });
    co_await green::sleep();
    co_await g.kill();
    CHECK(g.was_killed());
  });
}

TEST_CASE("quiet: a kill gives ECANCELED and stays pending") {
  socket_pair pair;
  green::run([&]() -> task<> {
    char byte = 0;
    int result = 0;
    bool went_on = false;
    const auto g = green::spawn([&]() -> task<> {
      auto wait = green::recv(pair.a.get(), &byte, 1, 0);
      result = co_await wait.quiet();
      co_await green::sleep();
      went_on = true;
    });
    co_await green::sleep();
    co_await g.kill();
    CHECK(result == -ECANCELED);
    CHECK_FALSE(went_on);
    CHECK(g.was_killed());
  });
}

TEST_CASE("O_NONBLOCK and MSG_DONTWAIT are honoured") {
  socket_pair pair;
  const std::string much(4 << 20, 'x');
  green::run([&]() -> task<> {
    char byte = 0;
    errno = 0;
    CHECK(co_await green::recv(pair.a.get(), &byte, 1, MSG_DONTWAIT) == -1);
    CHECK(errno == EAGAIN);
    const ssize_t sent = co_await green::send(pair.a.get(), much.data(),
                                              much.size(), MSG_DONTWAIT);
    CHECK(sent > 0);
    CHECK(sent < static_cast<ssize_t>(much.size()));
    ::fcntl(pair.a.get(), F_SETFL, O_NONBLOCK);
    errno = 0;
    CHECK(co_await green::recv(pair.a.get(), &byte, 1, 0) == -1);
    CHECK(errno == EAGAIN);
    errno = 0;
    CHECK(co_await green::send(pair.a.get(), much.data(), much.size(), 0) ==
          -1);
    CHECK(errno == EAGAIN);
    ::fcntl(pair.a.get(), F_SETFL, 0);
    const green::timeout limit(5ms);
    CHECK_THROWS_AS(co_await green::recv(pair.a.get(), &byte, 1, 0),
                    green::timed_out);
  });
}

TEST_CASE("a large send waits until everything is sent") {
  const std::string text = pattern(8 << 20);
  bool by_write = false;
  SUBCASE("send") {}
  SUBCASE("write") { by_write = true; }
  socket_pair pair;
  std::string arrived;
  std::thread reader([&] { arrived = read_all(pair.b.get()); });
  green::run([&]() -> task<> {
    sender s(pair.a.get(), text, by_write);
    co_await s.thread.join();
    CHECK(s.result == static_cast<ssize_t>(text.size()));
    pair.a.reset();
  });
  reader.join();
  CHECK(arrived.size() == text.size());
  CHECK((arrived == text));
}

TEST_CASE("a kill of a send that is done in part gives the part") {
  const std::string text = pattern(8 << 20);
  socket_pair pair;
  ssize_t sent = 0;
  green::run([&]() -> task<> {
    sender s(pair.a.get(), text);
    SUBCASE("killed while it waits for room") { co_await green::sleep(2ms); }
    SUBCASE("killed while the first part is on its way") {
      co_await green::sleep();
    }
    SUBCASE("killed when the peer has just made room") {
      co_await green::sleep(2ms);
      std::vector<char> part(100'000);
      CHECK(::recv(pair.b.get(), part.data(), part.size(), MSG_WAITALL) ==
            static_cast<ssize_t>(part.size()));
      CHECK((text.compare(0, part.size(), part.data(), part.size()) == 0));
      sent = -static_cast<ssize_t>(part.size());
    }
    s.thread.kill_nowait();
    co_await s.thread.join();
    CHECK(s.thread.was_killed());
    CHECK_FALSE(s.went_on);
    sent += s.result;
    CHECK(s.result > 0);
    CHECK(s.result < static_cast<ssize_t>(text.size()));
    pair.a.reset();
  });
  const std::string arrived = read_all(pair.b.get());
  CHECK(static_cast<ssize_t>(arrived.size()) == sent);
}

TEST_CASE("a kill of a write to a full pipe gives the part") {
  const std::string text = pattern(1 << 20);
  std::array<int, 2> ends{};
  REQUIRE(::pipe2(ends.data(), O_CLOEXEC) == 0);
  const tests::unique_fd out(ends[0]);
  tests::unique_fd in(ends[1]);
  ssize_t sent = 0;
  green::run([&]() -> task<> {
    sender s(in.get(), text, true);
    co_await green::sleep(2ms);
    s.thread.kill_nowait();
    co_await s.thread.join();
    sent = s.result == -2 ? 0 : s.result;
    CHECK_FALSE(s.went_on);
    in.reset();
  });
  const std::string arrived = read_all(out.get());
  CHECK(static_cast<ssize_t>(arrived.size()) == sent);
  CHECK((text.compare(0, arrived.size(), arrived) == 0));
}

TEST_CASE("an error after a part gives the part") {
  const std::string text = pattern(8 << 20);
  socket_pair pair;
  green::run([&]() -> task<> {
    sender s(pair.a.get(), text);
    co_await green::sleep(2ms);
    pair.b.reset();
    co_await s.thread.join();
    CHECK(s.went_on);
    CHECK(s.result > 0);
    CHECK(s.result < static_cast<ssize_t>(text.size()));
    CHECK(co_await green::send(pair.a.get(), "x", 1, 0) == -1);
    CHECK(errno == EPIPE);
  });
}

TEST_CASE("bytes that came before the kill are given or stay") {
  socket_pair pair;
  std::size_t given = 0;
  std::size_t stayed = 0;
  constexpr std::size_t rounds = 500;
  green::run([&]() -> task<> {
    for (std::size_t round = 0; round < rounds; ++round) {
      std::array<char, 8> buffer{};
      ssize_t got = 0;
      const auto g = green::spawn([&]() -> task<> {
        got = co_await green::recv(pair.a.get(), buffer.data(), 8, 0);
      });
      co_await green::sleep();
      if (round % 2 == 0) co_await green::sleep(20us);
      CHECK(::send(pair.b.get(), "12345678", 8, 0) == 8);
      if (round % 4 < 2) co_await green::sleep();
      g.kill_nowait();
      co_await g.join();
      given += static_cast<std::size_t>(got);
      const ssize_t left = ::recv(pair.a.get(), buffer.data(), 8, MSG_DONTWAIT);
      if (left > 0) stayed += static_cast<std::size_t>(left);
    }
  });
  CHECK(given + stayed == 8 * rounds);
  CHECK(given > 0);
}

TEST_CASE("signals don't end a wait") {
  struct sigaction action{};
  action.sa_handler = [](int) {};
  struct sigaction before{};
  REQUIRE(::sigaction(SIGUSR1, &action, &before) == 0);
  socket_pair pair;
  const pthread_t hub = ::pthread_self();
  std::thread outside([&] {
    for (int i = 0; i < 50; ++i) {
      ::pthread_kill(hub, SIGUSR1);
      std::this_thread::sleep_for(100us);
    }
    CHECK(::send(pair.b.get(), "s", 1, 0) == 1);
  });
  green::run([&]() -> task<> {
    char byte = 0;
    CHECK(co_await green::recv(pair.a.get(), &byte, 1, 0) == 1);
    CHECK(byte == 's');
  });
  outside.join();
  ::sigaction(SIGUSR1, &before, nullptr);
}

TEST_CASE("a wait tells its name and descriptor") {
  socket_pair pair;
  tests::listener server;
  green::run([&]() -> task<> {
    char byte = 0;
    const auto recv = green::spawn(
        [&]() -> task<> { co_await green::recv(pair.a.get(), &byte, 1, 0); });
    const auto read = green::spawn(
        [&]() -> task<> { co_await green::read(pair.b.get(), &byte, 1); });
    const auto accept = green::spawn([&]() -> task<> {
      co_await green::accept(server.fd.get(), nullptr, nullptr);
    });
    co_await green::sleep();
    const auto wait = [](const green::greenlet<>& g) {
      return g.state().describe_wait();
    };
    const auto fd = [](const tests::unique_fd& of) {
      return "(fd " + std::to_string(of.get()) + ") at ";
    };
    CHECK(wait(recv).starts_with("recv" + fd(pair.a)));
    CHECK(wait(read).starts_with("read" + fd(pair.b)));
    CHECK(wait(accept).starts_with("accept" + fd(server.fd)));
    for (const auto& g : {recv, read, accept}) co_await g.kill();
  });
}
