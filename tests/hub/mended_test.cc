// SPDX-License-Identifier: MIT
#include "green/hub/mended.h"

#include <doctest/doctest.h>
#include <liburing.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "green/fcntl.h"
#include "green/green.h"
#include "green/greenlet.h"
#include "green/hub/ftruncate.h"
#include "green/sys/socket.h"
#include "green/sys/stat.h"
#include "green/timeout.h"
#include "green/unistd.h"
#include "tests/support/descriptors.h"
#include "tests/support/files.h"
#include "tests/support/rings.h"
#include "tests/support/sockets.h"

namespace {

using namespace std::chrono_literals;
using green::task;
using green::hub::known_operations;

// f on a hub whose ring lacks these operations.
template <class F>
void run_without(const std::vector<int>& lacking, F f) {
  known_operations known;
  known.set();
  for (const int opcode : lacking) known.reset(std::size_t(opcode));
  std::thread hub([&] {
    green::hub::set_backend_maker([&] {
      return std::make_unique<green::hub::mended>(green::hub::make_ring(),
                                                  known);
    });
    green::run(f);
  });
  hub.join();
}

task<> talk_over_tcp() {
  const tests::descriptor listener = tests::tcp_listener();
  const int at = listener;
  const auto serve = [at]() -> task<> {
    const int fd = co_await green::accept(at, nullptr, nullptr);
    std::array<char, 100> data;
    for (;;) {
      const ssize_t n = co_await green::recv(fd, data.data(), data.size(), 0);
      if (n <= 0) break;
      CHECK(co_await green::send(fd, data.data(), std::size_t(n), 0) == n);
    }
    co_await green::close(fd);
  };
  const auto server = green::spawn(serve);
  const tests::descriptor fd(::socket(AF_INET, SOCK_STREAM, 0));
  tests::ipv4 there = tests::local_address(listener);
  CHECK(co_await green::connect(fd, there.get(), there.length) == 0);
  for (int i = 0; i < 50; ++i) {
    CHECK(co_await green::send(fd, "hello", 5, 0) == 5);
    std::array<char, 5> back;
    CHECK(co_await green::recv(fd, back.data(), 5, MSG_WAITALL) == 5);
    CHECK(std::string(back.data(), 5) == "hello");
  }
  ::shutdown(fd, SHUT_WR);
  co_await server.get();
}

task<> end_waits() {
  auto [a, b] = tests::stream_pair();
  char byte = 0;
  const auto reads = [fd = int(a), &byte]() -> task<ssize_t> {
    co_return co_await green::recv(fd, &byte, 1, 0);
  };
  CHECK_THROWS_AS(co_await green::with_timeout(1ms, reads), green::timed_out);
  const auto killed = green::spawn(reads);
  co_await green::sleep();
  co_await killed.kill();
  CHECK(killed.was_killed());
  const auto closed = green::spawn(reads);
  co_await green::sleep();
  CHECK(co_await green::close(a.release()) == 0);
  CHECK(co_await closed.get() == -1);
}

task<> use_a_file() {
  const tests::temporary_folder place;
  const std::string name = place.path() + "/file";
  const int fd = co_await green::open(name.c_str(), O_CREAT | O_RDWR, 0600);
  CHECK(fd >= 0);
  CHECK(co_await green::write(fd, "text", 4) == 4);
  CHECK(co_await green::fsync(fd) == 0);
  struct stat status;
  CHECK(co_await green::stat(name.c_str(), &status) == 0);
  CHECK(status.st_size == 4);
  char data[8];
  CHECK(co_await green::pread(fd, data, 8, 1) == 3);
  CHECK(co_await green::ftruncate(fd, 2) == 0);
  CHECK(co_await green::pread(fd, data, 8, 0) == 2);
  CHECK(co_await green::close(fd) == 0);
  const std::string other = name + "s";
  CHECK(co_await green::link(name.c_str(), other.c_str()) == 0);
  CHECK(co_await green::unlink(other.c_str()) == 0);
  CHECK(co_await green::access(name.c_str(), R_OK) == 0);
  CHECK(co_await green::unlink(name.c_str()) == 0);
}

task<> everything() {
  const int before = tests::open_descriptors();
  co_await talk_over_tcp();
  co_await end_waits();
  co_await use_a_file();
  CHECK(tests::open_descriptors() <= before + 3);
}

}  // namespace

TEST_CASE("a ring that lacks an operation does the others") {
  if (!tests::rings_allowed()) return;
  for (const int opcode : std::vector<int>{
           IORING_OP_RECV, IORING_OP_SEND, IORING_OP_ACCEPT, IORING_OP_CONNECT,
           IORING_OP_OPENAT, IORING_OP_STATX, IORING_OP_WRITE, IORING_OP_READ,
           IORING_OP_UNLINKAT, IORING_OP_FSYNC, IORING_OP_LINKAT,
           green::hub::ftruncate_opcode}) {
    CAPTURE(opcode);
    run_without({opcode}, everything);
  }
}

TEST_CASE("a ring that lacks all that wait") {
  if (!tests::rings_allowed()) return;
  run_without({IORING_OP_RECV, IORING_OP_SEND, IORING_OP_ACCEPT,
               IORING_OP_CONNECT, IORING_OP_READ, IORING_OP_WRITE},
              everything);
}
