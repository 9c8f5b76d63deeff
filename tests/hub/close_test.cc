// SPDX-License-Identifier: MIT
// close ends the waits of its hub on a descriptor, and its number can be
// reused safely.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <string>
#include <vector>

#include "green/greenlet.h"
#include "green/sys/socket.h"
#include "green/unique_fd.h"
#include "green/unistd.h"
#include "tests/support/descriptors.h"
#include "tests/support/permits.h"
#include "tests/support/sockets.h"
#include "tests/support/virtual_time.h"

namespace {

using namespace std::chrono_literals;
using green::task;
using green::core::killed;
using tests::socket_pair;

// What a call gave, and errno.
struct answer {
  ssize_t result = -2;
  int error = 0;
};

bool is_ebadf(const answer& a) { return a.result == -1 && a.error == EBADF; }

task<> receive(int fd, char* into, answer& a) {
  a.result = co_await green::recv(fd, into, 1, 0);
  a.error = errno;
}

task<> let_all_run() {
  for (int i = 0; i < 3; ++i) co_await green::sleep();
}

bool is_open(int fd) { return ::fcntl(fd, F_GETFD) >= 0; }

}  // namespace

TEST_CASE("close ends all waits on the descriptor with EBADF") {
  socket_pair pair;
  const int fd = pair.a.release();
  std::array<answer, 20> answers;
  char byte = 0;
  green::run([&]() -> task<> {
    std::vector<green::greenlet<>> all;
    for (answer& a : answers) {
      all.push_back(green::spawn(receive, fd, &byte, std::ref(a)));
    }
    co_await let_all_run();
    CHECK(co_await green::close(fd) == 0);
    CHECK_FALSE(is_open(fd));
    co_await green::joinall(all);
  });
  for (const answer& a : answers) CHECK(is_ebadf(a));
}

TEST_CASE("close ends accept and a send that waits") {
  tests::listener server;
  socket_pair pair;
  const std::string much(4 << 20, 'x');
  answer accepted;
  answer sent;
  green::run([&]() -> task<> {
    const auto one = green::spawn([&]() -> task<> {
      accepted.result =
          co_await green::accept(server.fd.get(), nullptr, nullptr);
      accepted.error = errno;
    });
    const auto two = green::spawn([&]() -> task<> {
      sent.result =
          co_await green::send(pair.a.get(), much.data(), much.size(), 0);
      sent.error = errno;
    });
    co_await green::sleep(1ms);
    CHECK(co_await green::close(server.fd.release()) == 0);
    CHECK(co_await green::close(pair.a.release()) == 0);
    co_await one.join();
    co_await two.join();
  });
  CHECK(is_ebadf(accepted));
  // The part that was sent is no error.
  CHECK(sent.result > 0);
  CHECK(sent.result < static_cast<ssize_t>(much.size()));
  std::size_t there = 0;
  std::vector<char> buffer(1 << 16);
  for (;;) {
    const ssize_t n = ::recv(pair.b.get(), buffer.data(), buffer.size(), 0);
    if (n <= 0) break;
    there += static_cast<std::size_t>(n);
  }
  CHECK(static_cast<std::size_t>(sent.result) == there);
}

TEST_CASE("the number is reused: who waited before reads nothing of it") {
  green::run([]() -> task<> {
    for (int round = 0; round < 200; ++round) {
      socket_pair old;
      const int fd = old.a.release();
      char byte = '-';
      answer a;
      const auto waits = green::spawn(receive, fd, &byte, std::ref(a));
      co_await let_all_run();
      CHECK(co_await green::close(fd) == 0);
      socket_pair fresh;
      CHECK(fresh.a.get() == fd);
      CHECK(::send(fresh.b.get(), "n", 1, 0) == 1);
      co_await waits.join();
      CHECK(is_ebadf(a));
      CHECK(byte == '-');
      char mine = 0;
      CHECK(co_await green::recv(fd, &mine, 1, 0) == 1);
      CHECK(mine == 'n');
    }
  });
}

TEST_CASE("a number that was closed behind the hub's back is tried anew") {
  socket_pair pair;
  tests::unique_fd other;
  int ends[2];
  REQUIRE(::pipe2(ends, O_CLOEXEC) == 0);
  const tests::unique_fd out(ends[0]), in(ends[1]);
  green::run([&]() -> task<> {
    std::array<char, 8> buffer;
    const int number = pair.a.get();
    for (int i = 0; i < 3; ++i) {  // read short, so that the next one waits
      CHECK(::send(pair.b.get(), "abc", 3, 0) == 3);
      const ssize_t n = co_await green::recv(number, buffer.data(), 8, 0);
      CHECK(n == 3);
    }
    ::close(pair.a.release());
    other = tests::unique_fd(::dup2(out.get(), number));
    const ssize_t n = co_await green::recv(number, buffer.data(), 8, 0);
    CHECK(n == -1);
    CHECK(errno == ENOTSOCK);
  });
}

TEST_CASE("what comes after a short read is read, and the end of file") {
  socket_pair pair;
  green::run([&]() -> task<> {
    std::array<char, 4> buffer;
    const auto read = [&]() -> task<std::string> {
      const ssize_t n =
          co_await green::recv(pair.a.get(), buffer.data(), buffer.size(), 0);
      if (n < 0) co_return "error";
      co_return std::string(buffer.data(), static_cast<std::size_t>(n));
    };
    for (const std::string word : {"a", "full", "b", "c"}) {
      const std::size_t sent = word.size();
      CHECK(::send(pair.b.get(), word.data(), sent, 0) == ssize_t(sent));
      const std::string got = co_await read();
      CHECK(got == word);
    }
    const auto waits = green::spawn(read);
    co_await let_all_run();
    CHECK(::send(pair.b.get(), "later", 5, 0) == 5);
    const std::string first = co_await waits.get();
    CHECK(first == "late");
    pair.b.reset();
    const std::string rest = co_await read(), end = co_await read();
    CHECK(rest == "r");
    CHECK(end == "");
  });
}

TEST_CASE("data that is there wins over close, or goes with the socket") {
  green::run([]() -> task<> {
    for (int round = 0; round < 200; ++round) {
      socket_pair pair;
      const int fd = pair.a.release();
      char byte = '-';
      answer a;
      const auto waits = green::spawn(receive, fd, &byte, std::ref(a));
      co_await let_all_run();
      CHECK(::send(pair.b.get(), "d", 1, 0) == 1);
      if (round % 2 == 0) co_await green::sleep();
      CHECK(co_await green::close(fd) == 0);
      co_await waits.join();
      const bool got = a.result == 1 && byte == 'd';
      CHECK((got || (is_ebadf(a) && byte == '-')));
    }
  });
}

TEST_CASE("close gives the errors of the original") {
  socket_pair pair;
  const int fd = pair.a.release();
  green::run([&]() -> task<> {
    CHECK(co_await green::close(fd) == 0);
    errno = 0;
    CHECK(co_await green::close(fd) == -1);
    CHECK(errno == EBADF);
    errno = 0;
    CHECK(co_await green::close(-1) == -1);
    CHECK(errno == EBADF);
    errno = 0;
    CHECK(co_await green::close(19'999) == -1);
    CHECK(errno == EBADF);
    // Nor is there room made for what is no descriptor.
    char byte = 0;
    for (const int far : {1'999'999'999, INT_MAX}) {
      errno = 0;
      CHECK(co_await green::close(far) == -1);
      CHECK(errno == EBADF);
      errno = 0;
      CHECK(co_await green::read(far, &byte, 1) == -1);
      CHECK(errno == EBADF);
    }
  });
}

TEST_CASE("a wait and a close that come while it closes get EBADF") {
  socket_pair pair;
  const int fd = pair.a.release();
  char byte = 0;
  answer before;
  answer during;
  answer closing;
  green::run([&]() -> task<> {
    const auto waits = green::spawn(receive, fd, &byte, std::ref(before));
    co_await let_all_run();
    const auto closer = green::spawn(
        [&]() -> task<> { CHECK(co_await green::close(fd) == 0); });
    const auto late = green::spawn(receive, fd, &byte, std::ref(during));
    const auto second = green::spawn([&]() -> task<> {
      closing.result = co_await green::close(fd);
      closing.error = errno;
    });
    for (const auto& g : {waits, closer, late, second}) co_await g.join();
  });
  CHECK(is_ebadf(before));
  CHECK(is_ebadf(during));
  CHECK(is_ebadf(closing));
}

TEST_CASE("a closer that is killed closes, and is killed at its next await") {
  socket_pair pair;
  const int fd = pair.a.release();
  char byte = 0;
  answer a;
  int closed = -2;
  bool went_on = false;
  green::run([&]() -> task<> {
    const auto waits = green::spawn(receive, fd, &byte, std::ref(a));
    co_await let_all_run();
    const auto closer = green::spawn([&]() -> task<> {
      green::getcurrent().kill_nowait();
      closed = co_await green::close(fd);
      co_await green::sleep();
      went_on = true;
    });
    co_await closer.join();
    CHECK(closer.was_killed());
    co_await waits.join();
  });
  CHECK(closed == 0);
  CHECK_FALSE(went_on);
  CHECK_FALSE(is_open(fd));
  CHECK(is_ebadf(a));
}

TEST_CASE("one who is killed and whose descriptor is closed ends once") {
  char byte = 0;
  bool kill_first = false;
  SUBCASE("killed, then closed") { kill_first = true; }
  SUBCASE("closed, then killed") {}
  green::run([&]() -> task<> {
    socket_pair pair;
    const int fd = pair.a.release();
    answer a;
    bool went_on = false;
    const auto waits = green::spawn([&]() -> task<> {
      co_await receive(fd, &byte, a);
      co_await green::sleep();
      went_on = true;
    });
    co_await let_all_run();
    const auto closer = green::spawn(
        [&]() -> task<> { CHECK(co_await green::close(fd) == 0); });
    if (!kill_first) co_await green::sleep();
    waits.kill_nowait();
    co_await waits.join();
    co_await closer.join();
    CHECK(waits.was_killed());
    CHECK_FALSE(went_on);
    CHECK((a.result == -2 || is_ebadf(a)));
  });
}

TEST_CASE("a copy of the descriptor keeps the peer connected") {
  socket_pair pair;
  const tests::unique_fd copy(::dup(pair.a.get()));
  const int fd = pair.a.release();
  char byte = 0;
  char copied = 0;
  answer a;
  answer b;
  green::run([&]() -> task<> {
    const auto waits = green::spawn(receive, fd, &byte, std::ref(a));
    co_await let_all_run();
    const auto other = green::spawn(receive, copy.get(), &copied, std::ref(b));
    co_await let_all_run();
    CHECK(co_await green::close(fd) == 0);
    CHECK(::send(pair.b.get(), "c", 1, 0) == 1);
    co_await waits.join();
    co_await other.join();
  });
  CHECK(is_ebadf(a));
  CHECK(b.result == 1);
  CHECK(copied == 'c');
}

TEST_CASE("descriptors of high numbers, pipes and files are closed too") {
  socket_pair pair;
  const int high = ::fcntl(pair.a.get(), F_DUPFD, 900);
  const int file = ::open("/dev/null", O_RDWR | O_CLOEXEC);
  std::array<int, 2> ends{};
  REQUIRE(::pipe(ends.data()) == 0);
  char byte = 0;
  answer a;
  answer b;
  green::run([&]() -> task<> {
    const auto one = green::spawn(receive, high, &byte, std::ref(a));
    const auto two = green::spawn([&]() -> task<> {
      b.result = co_await green::read(ends[0], &byte, 1);
      b.error = errno;
    });
    co_await let_all_run();
    for (const int fd : {high, ends[0], ends[1], file}) {
      CHECK(co_await green::close(fd) == 0);
      CHECK_FALSE(is_open(fd));
    }
    co_await one.join();
    co_await two.join();
  });
  CHECK(is_ebadf(a));
  CHECK(is_ebadf(b));
}

TEST_CASE("many closers and waiters in one turn") {
  constexpr int pairs = 300;
  const int before = tests::open_descriptors();
  green::run([&]() -> task<> {
    std::vector<answer> answers(pairs);
    std::vector<char> bytes(pairs);
    std::vector<green::greenlet<>> all;
    std::vector<tests::unique_fd> peers;
    std::vector<int> fds;
    for (std::size_t i = 0; i < pairs; ++i) {
      socket_pair pair;
      fds.push_back(pair.a.release());
      peers.push_back(std::move(pair.b));
      all.push_back(
          green::spawn(receive, fds[i], &bytes[i], std::ref(answers[i])));
    }
    co_await let_all_run();
    for (const int fd : fds) {
      all.push_back(green::spawn(
          [fd]() -> task<> { CHECK(co_await green::close(fd) == 0); }));
    }
    co_await green::joinall(all);
    for (const answer& a : answers) CHECK(is_ebadf(a));
  });
  CHECK(tests::open_descriptors() <= before + 2);  // the hub's own
}

namespace {

// Waits for each part of what a TCP peer sends, short reads all.
task<> receive_three(int fd, int peer) {
  std::array<char, 8> buffer;
  for (int i = 0; i < 3; ++i) {
    const auto send_later = [peer]() -> task<> {
      co_await let_all_run();
      CHECK(::send(peer, "abc", 3, 0) == 3);
    };
    const auto sender = green::spawn(send_later);
    CHECK(co_await green::recv(fd, buffer.data(), buffer.size(), 0) == 3);
    co_await sender.join();
  }
}

}  // namespace

TEST_CASE("a connection under the number of another is read at once") {
  enum class by { close, unique_fd, the_system };
  for (const by how : {by::close, by::unique_fd, by::the_system}) {
    CAPTURE(int(how));
    green::run([how]() -> task<> {
      auto [old, old_peer] = tests::tcp_pair();
      auto [fresh, peer] = tests::tcp_pair();
      const int number = old;
      co_await receive_three(number, old_peer);
      static_cast<void>(old.release());
      if (how == by::close) CHECK(co_await green::close(number) == 0);
      if (how == by::unique_fd) green::unique_fd(number).reset();
      const tests::descriptor other(::dup2(fresh, number));  // closes it, too
      fresh.reset();
      const auto all = green::spawn(receive_three, number, int(peer));
      co_await all.get();
      peer.reset();
      char end;
      CHECK(co_await green::recv(number, &end, 1, 0) == 0);
    });
  }
}
