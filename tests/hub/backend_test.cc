// SPDX-License-Identifier: MIT
#include "green/hub/backend.h"

#include <doctest/doctest.h>
#include <liburing.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "green/green.h"
#include "green/greenlet.h"
#include "green/sys/socket.h"
#include "green/unistd.h"
#include "tests/support/hubs.h"
#include "tests/support/rings.h"
#include "tests/support/sockets.h"
#include "tests/support/waiting.h"

namespace {

using namespace std::chrono_literals;
using green::task;
using green::hub::backend;
using green::hub::completion;
using green::hub::entry;

// GREEN_BACKEND for the hubs that begin while it lives.
class chosen_backend {
 public:
  explicit chosen_backend(const char* name) {
    if (const char* const value = std::getenv("GREEN_BACKEND")) before_ = value;
    ::setenv("GREEN_BACKEND", name, 1);
  }
  ~chosen_backend() {
    if (before_) {
      ::setenv("GREEN_BACKEND", before_->c_str(), 1);
    } else {
      ::unsetenv("GREEN_BACKEND");
    }
  }

 private:
  std::optional<std::string> before_;
};

// Waits for as many completions, in the order of their user_data.
std::vector<std::int32_t> results(backend& kernel, std::size_t count) {
  std::vector<std::int32_t> all(count);
  for (std::size_t got = 0; got < count;) {
    kernel.wait(1'000'000'000);
    std::array<completion, 8> batch;
    const unsigned taken = kernel.reap(batch);
    for (unsigned i = 0; i < taken; ++i) {
      all.at(batch[i].user_data / 8 - 1) = batch[i].result;
    }
    got += taken;
  }
  return all;
}

entry cancel_of(std::uint64_t user_data) {
  entry e;
  io_uring_prep_cancel64(e.sqe(), user_data, 0);
  return e;
}

// Those that this machine allows.
std::vector<const char*> backends() {
  if (tests::rings_allowed()) return {"io_uring", "epoll"};
  return {"epoll"};
}

}  // namespace

TEST_CASE("a backend that does not exist is an error") {
  const chosen_backend other("kqueue");
  try {
    green::hub::make_backend();
    FAIL("it was made");
  } catch (const std::runtime_error& e) {
    CHECK(std::string(e.what()).find("'kqueue'") != std::string::npos);
  }
}

TEST_CASE("every backend completes, cancels and finds nothing to cancel") {
  for (const char* name : backends()) {
    CAPTURE(name);
    const chosen_backend choice(name);
    const auto kernel = green::hub::make_backend();
    auto [in, out] = tests::pipe_descriptors();
    entry nop, poll;
    io_uring_prep_nop(nop.sqe());
    io_uring_prep_poll_add(poll.sqe(), in, POLLIN);
    CHECK(kernel->push(nop, 8));
    CHECK(kernel->push(poll, 16));
    CHECK(kernel->push(cancel_of(16), 24));
    CHECK(kernel->push(cancel_of(16), 32));
    CHECK(kernel->pending());
    // What a cancel itself answers is of no use to anybody.
    const auto all = results(*kernel, 4);
    CHECK(all[0] == 0);
    CHECK(all[1] == -ECANCELED);
    CHECK(kernel->push(poll, 8));
    CHECK(::write(out, "x", 1) == 1);
    CHECK(results(*kernel, 1) == std::vector<std::int32_t>{POLLIN});
    CHECK(kernel->push(cancel_of(8), 8));
    CHECK(results(*kernel, 1) == std::vector<std::int32_t>{-ENOENT});
  }
}

TEST_CASE("a file that epoll does not take is ready, but not for all events") {
  for (const char* name : backends()) {
    CAPTURE(name);
    const chosen_backend choice(name);
    const auto kernel = green::hub::make_backend();
    const tests::descriptor file(::memfd_create("file", 0));
    entry readable, urgent;
    io_uring_prep_poll_add(readable.sqe(), file, POLLIN);
    io_uring_prep_poll_add(urgent.sqe(), file, POLLPRI);
    CHECK(kernel->push(readable, 8));
    CHECK(results(*kernel, 1) == std::vector<std::int32_t>{POLLIN});
    CHECK(kernel->push(urgent, 8));
    CHECK(results(*kernel, 1)[0] == -EINVAL);
  }
}

TEST_CASE("a timer is not ended by a file that had its number before") {
  const chosen_backend choice("epoll");
  const auto kernel = green::hub::make_backend();
  auto [mine, peer] = tests::tcp_pair();
  char buffer[8];
  entry receive;
  io_uring_prep_recv(receive.sqe(), mine, buffer, sizeof buffer, 0);
  for (int i = 0; i < 2; ++i) {
    CHECK(kernel->push(receive, 8));
    kernel->flush();
    CHECK(::send(peer, "x", 1, 0) == 1);
    CHECK(results(*kernel, 1) == std::vector<std::int32_t>{1});
  }
  // The connection lives on, and its number is the lowest free one.
  std::vector<tests::descriptor> duplicates;
  do {
    duplicates.emplace_back(::dup(mine));
  } while (duplicates.back() < mine);
  mine.reset();
  const auto begin = std::chrono::steady_clock::now();
  __kernel_timespec length{.tv_sec = 0, .tv_nsec = 50'000'000};
  entry timer;
  io_uring_prep_timeout(timer.sqe(), &length, 0, 0);
  CHECK(kernel->push(timer, 8));
  kernel->flush();
  CHECK(::send(peer, "x", 1, 0) == 1);
  CHECK(results(*kernel, 1) == std::vector<std::int32_t>{-ETIME});
  CHECK(std::chrono::steady_clock::now() - begin >= 50ms);
}

TEST_CASE("hubs that accept from one listener lose no connection") {
  constexpr int hubs = 3, clients = 600;
  for (const char* name : backends()) {
    CAPTURE(name);
    const chosen_backend choice(name);
    const tests::descriptor listener = tests::tcp_listener();
    std::atomic<int> accepted = 0;
    const auto serve = [&](int) -> task<> {
      const auto accepts = [&]() -> task<> {
        for (;;) {
          const int fd = co_await green::accept(listener, nullptr, nullptr);
          CHECK(fd >= 0);
          // A hub on epoll that ends may connect as well, and sends nothing
          // (offloaded_entry::end_accept).
          char byte = 0;
          const ssize_t got = co_await green::read(fd, &byte, 1);
          if (got != 1) {
            co_await green::close(fd);
            continue;
          }
          const ssize_t written = co_await green::write(fd, "x", 1);
          CHECK(written == 1);
          ++accepted;  // not before: the last one ends them all
          co_await green::close(fd);
        }
      };
      const auto one = green::spawn(accepts);
      const auto two = green::spawn(accepts);
      while (accepted < clients) {
        co_await green::sleep(std::chrono::milliseconds(1));
      }
      co_await one.kill();
      co_await two.kill();
    };
    std::thread outside([&] {
      tests::ipv4 there = tests::local_address(listener);
      for (int i = 0; i < clients; ++i) {
        const tests::descriptor fd(::socket(AF_INET, SOCK_STREAM, 0));
        CHECK(::connect(fd, there.get(), there.length) == 0);
        char byte = 'x';
        CHECK(::send(fd, &byte, 1, 0) == 1);
        CHECK(::recv(fd, &byte, 1, 0) == 1);
      }
    });
    tests::run_hubs(hubs, serve);
    outside.join();
    CHECK(accepted == clients);
  }
}

TEST_CASE("a read of a file that is not at hand gives all of it") {
  for (const char* name : backends()) {
    CAPTURE(name);
    const chosen_backend choice(name);
    tests::run_hubs(1, [](int) -> task<> {
      const tests::descriptor file(::memfd_create("file", 0));
      const std::string text(1 << 20, 'x');
      CHECK(co_await green::write(file, text.data(), text.size()) ==
            static_cast<ssize_t>(text.size()));
      std::string copy(text.size() + 1, ' ');
      CHECK(co_await green::pread(file, copy.data(), copy.size(), 0) ==
            static_cast<ssize_t>(text.size()));
      copy.pop_back();
      CHECK(copy == text);
    });
  }
}
