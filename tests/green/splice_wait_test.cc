// SPDX-License-Identifier: MIT
// splice and tee while they wait: for sockets and pipes, by no thread.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstddef>
#include <filesystem>
#include <iterator>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "green/fcntl.h"
#include "green/sys/sendfile.h"
#include "green/sys/socket.h"
#include "green/unistd.h"
#include "tests/support/files.h"
#include "tests/support/oracle.h"
#include "tests/support/sockets.h"
#include "tests/support/waiting.h"

using namespace std::chrono_literals;
using tests::answer;
using tests::descriptor;
using tests::failed;
using tests::task_of;
using tests::two_descriptors;

namespace {

struct original : tests::system_side {
  static constexpr tests::blocking_call splice = &::splice;
};

struct mirror : tests::green_side {
  static constexpr auto splice = &green::splice;
};

std::ptrdiff_t threads() {
  const std::filesystem::directory_iterator all("/proc/self/task");
  return std::distance(begin(all), end(all));
}

two_descriptors small_tcp() {
  two_descriptors pair = tests::tcp_pair();
  tests::shrink_buffers(pair.a);
  tests::shrink_buffers(pair.b);
  return pair;
}

std::size_t fill_pipe(int fd) {
  const std::string page(4096, 'f');
  tests::set_nonblocking(fd, true);
  std::size_t filled = 0;
  while (::write(fd, page.data(), page.size()) > 0) filled += page.size();
  tests::set_nonblocking(fd, false);
  return filled;
}

// Two ends of which one is not ready, and what keeps them.
struct idle_pair {
  descriptor from, to;
  std::vector<descriptor> kept;
};

idle_pair between(two_descriptors source, two_descriptors target) {
  idle_pair made{std::move(source.b), std::move(target.a), {}};
  made.kept.push_back(std::move(source.a));
  made.kept.push_back(std::move(target.b));
  return made;
}

two_descriptors pipe_from_its_end() {
  two_descriptors pipe = tests::pipe_descriptors();
  return {std::move(pipe.b), std::move(pipe.a)};  // written to, read from
}

idle_pair tcp_to_pipe() { return between(small_tcp(), pipe_from_its_end()); }
idle_pair stream_to_pipe() {
  return between(tests::stream_pair(), pipe_from_its_end());
}
idle_pair pipe_to_pipe() {
  return between(pipe_from_its_end(), pipe_from_its_end());
}
idle_pair tcp_to_full_pipe() {
  idle_pair made = tcp_to_pipe();
  fill_pipe(made.to);
  REQUIRE(::write(made.kept[0], "waits", 5) == 5);
  return made;
}
idle_pair pipe_to_full_tcp() {
  idle_pair made = between(pipe_from_its_end(), small_tcp());
  tests::fill(made.to);
  REQUIRE(::write(made.kept[0], "waits", 5) == 5);
  return made;
}
idle_pair pipe_to_full_stream() {
  idle_pair made = between(pipe_from_its_end(), tests::stream_pair());
  tests::fill(made.to);
  REQUIRE(::write(made.kept[0], "waits", 5) == 5);
  return made;
}

constexpr idle_pair (*all_pairs[])() = {tcp_to_pipe,      stream_to_pipe,
                                        pipe_to_pipe,     tcp_to_full_pipe,
                                        pipe_to_full_tcp, pipe_to_full_stream};

// What it gives, or -errno.
green::task<ssize_t> moves(int from, int to) {
  const ssize_t moved =
      co_await green::splice(from, nullptr, to, nullptr, 100'000, 0);
  co_return moved < 0 ? -errno : moved;
}

// A descriptor of the same file by another number, that close does not end.
descriptor again(int fd) { return descriptor(::dup(fd)); }

// What is there to be read, or that there is nothing.
std::string rest(int fd) {
  std::string bytes(200'000, ' ');
  tests::set_nonblocking(fd, true);
  const ssize_t length = ::read(fd, bytes.data(), bytes.size());
  tests::set_nonblocking(fd, false);
  bytes.resize(length < 0 ? 0 : static_cast<std::size_t>(length));
  return bytes;
}

}  // namespace

TEST_CASE("close of either end gives EBADF, and nothing moves any more") {
  for (const auto make : all_pairs) {
    for (const bool source : {true, false}) {
      green::run([=]() -> green::task<> {
        idle_pair ends = make();
        const descriptor from_again = again(ends.from);
        const auto g = green::spawn(moves, int{ends.from}, int{ends.to});
        co_await green::sleep(1ms);
        CHECK_FALSE(g.ready());
        descriptor& closed = source ? ends.from : ends.to;
        CHECK(co_await green::close(closed.release()) == 0);
        co_await g.join();
        REQUIRE(g.value() != nullptr);
        CHECK(*g.value() == -EBADF);
        const std::string before = rest(from_again);
        CHECK((before == "" || before == "waits"));
        CHECK(::write(ends.kept[0], "late", 4) == 4);
        co_await green::sleep(1ms);
        CHECK(rest(from_again) == "late");
      });
    }
  }
}

TEST_CASE("kill and timeout end it at once, and nothing is lost") {
  const int before = tests::open_descriptors();
  for (const auto make : all_pairs) {
    green::run([=]() -> green::task<> {
      const idle_pair ends = make();
      const int from = ends.from, to = ends.to;
      co_await tests::check_interruptible([=]() -> green::task<> {
        co_await green::splice(from, nullptr, to, nullptr, 100'000, 0);
      });
      const std::string left = rest(from);
      CHECK((left == "" || left == "waits"));
    });
  }
  CHECK(tests::open_descriptors() == before);
}

TEST_CASE("many that are idle take no thread, and stop nobody") {
  const tests::temporary_folder folder;
  const std::string path = folder.file("a", "0123456789");
  green::run([&]() -> green::task<> {
    const descriptor file(::open(path.c_str(), O_RDWR | O_CLOEXEC));
    CHECK(co_await green::ftruncate(file, 8) == 0);
    CHECK(co_await green::fsync(file) == 0);
    std::vector<idle_pair> idle;
    for (int i = 0; i < 20; ++i) {
      for (const auto make : all_pairs) idle.push_back(make());
    }
    const std::ptrdiff_t before = threads();
    std::vector<green::greenlet<ssize_t>> all;
    for (const idle_pair& ends : idle) {
      all.push_back(green::spawn(moves, int{ends.from}, int{ends.to}));
    }
    co_await green::sleep(1ms);
    for (const auto& g : all) CHECK_FALSE(g.ready());
    CHECK(threads() <= before);
    CHECK(co_await green::ftruncate(file, 5) == 0);
    CHECK(co_await green::fsync(file) == 0);
    for (const auto& g : all) g.kill_nowait();
    for (const auto& g : all) co_await g.join();
  });
}

TEST_CASE_TEMPLATE("a slow reader gets each byte once", S, original, mirror) {
  S::run([]() -> task_of<S> {
    const std::string bytes = tests::pattern(300'007);
    const tests::temporary_folder folder;
    const descriptor file(::open(folder.file("a", bytes).c_str(), O_RDONLY));
    auto [in, to] = tests::pipe_descriptors();
    auto [a, b] = tests::stream_pair();
    const int from = file, pipe_in = in, pipe_to = to, client = a;
    typename S::thread mover([=]() -> task_of<S> {
      for (;;) {
        const ssize_t n =
            co_await S::splice(from, nullptr, pipe_to, nullptr, 50'000, 0);
        if (n <= 0) break;
        for (ssize_t done = 0; done < n;) {
          const ssize_t part = co_await S::splice(
              pipe_in, nullptr, client, nullptr,
              static_cast<std::size_t>(n - done), SPLICE_F_MORE);
          REQUIRE(part > 0);
          done += part;
        }
      }
      ::shutdown(client, SHUT_WR);
    });
    std::string got;
    auto [in2, to2] = tests::pipe_descriptors();
    char page[4096];
    for (;;) {
      const ssize_t n =
          co_await S::splice(b, nullptr, to2, nullptr, sizeof page, 0);
      if (n <= 0) break;
      for (ssize_t left = n; left > 0;) {
        const ssize_t part = co_await S::read(in2, page, sizeof page);
        REQUIRE(part > 0);
        got.append(page, static_cast<std::size_t>(part));
        left -= part;
      }
    }
    co_await mover.join();
    CHECK(got == bytes);
  });
}

TEST_CASE("killed halfway, it says how much has gone, and the rest is there") {
  green::run([]() -> green::task<> {
    auto [in, to] = tests::pipe_descriptors();
    auto [a, b] = small_tcp();
    const std::string bytes = tests::pattern(60'000);
    REQUIRE(::write(to, bytes.data(), bytes.size()) == 60'000);
    const auto g = green::spawn(moves, int{in}, int{a});
    co_await green::sleep(1ms);
    std::string got(1000, ' ');
    REQUIRE(::recv(b, got.data(), got.size(), MSG_WAITALL) == 1000);
    co_await green::sleep(1ms);
    REQUIRE_FALSE(g.ready());
    co_await g.kill();
    REQUIRE(g.value() != nullptr);
    const ssize_t moved = *g.value();
    CHECK(moved > 0);
    CHECK(moved < 60'000);
    got += tests::take(b, static_cast<std::size_t>(moved) - 1000);
    CHECK(tests::drain(b) == 0);
    CHECK(got + rest(in) == bytes);
  });
}

TEST_CASE_TEMPLATE("a socket's own time limit ends it", S, original, mirror) {
  S::run([]() -> task_of<S> {
    auto [a, b] = tests::tcp_pair();
    auto [in, to] = tests::pipe_descriptors();
    const timeval soon{.tv_sec = 0, .tv_usec = 2000};
    REQUIRE(green::setsockopt(b, SOL_SOCKET, SO_RCVTIMEO, &soon, sizeof soon) ==
            0);
    CHECK(answer(co_await S::splice(b, nullptr, to, nullptr, 10, 0)) ==
          failed(EAGAIN));
  });
}

TEST_CASE_TEMPLATE("sendfile moves what a socket has into a pipe", S, original,
                   mirror) {
  S::run([]() -> task_of<S> {
    auto [a, b] = tests::tcp_pair();
    auto [in, to] = tests::pipe_descriptors();
    REQUIRE(::send(a, "bytes", 5, 0) == 5);
    if constexpr (std::is_same_v<S, mirror>) {
      CHECK(co_await green::sendfile(to, b, nullptr, 100) == 5);
    } else {
      CHECK(::sendfile(to, b, nullptr, 100) == 5);
    }
    CHECK(rest(in) == "bytes");
  });
}
