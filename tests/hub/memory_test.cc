// SPDX-License-Identifier: MIT
// Memory is refused, at each allocation in turn: whoever asked for it gets
// std::bad_alloc or ENOMEM, and the hub lives.
// greenify: allow-file(shared) the counter is the thread's
#include <doctest/doctest.h>
#include <fcntl.h>

#include <sys/mman.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdlib>
#include <new>
#include <string>
#include <thread>
#include <vector>

#include "green/core/frame_pool.h"
#include "green/error_handler.h"
#include "green/event.h"
#include "green/fcntl.h"
#include "green/future"
#include "green/green.h"
#include "green/greenlet.h"
#include "green/mutex"
#include "green/poll.h"
#include "green/queue.h"
#include "green/sys/socket.h"
#include "green/sys/stat.h"
#include "green/sys/uio.h"
#include "green/timeout.h"
#include "green/unistd.h"
#include "tests/support/sockets.h"

// Its operators cannot be replaced: there no memory is refused.
#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define GREEN_TSAN 1
#endif
#endif
#if defined(__SANITIZE_THREAD__)
#define GREEN_TSAN 1
#endif
#ifdef GREEN_TSAN
constexpr bool can_refuse = false;
#else
constexpr bool can_refuse = true;
#endif

namespace {

using namespace std::chrono_literals;
using green::task;

constexpr long unlimited = -1;
thread_local long allowed = unlimited;
thread_local bool for_ever = true;  // or only once
thread_local bool refused = false;

}  // namespace

#ifndef GREEN_TSAN
void* operator new(std::size_t size) {
  if (allowed == 0) {
    refused = true;
    if (!for_ever) allowed = unlimited;
    throw std::bad_alloc();
  }
  if (allowed > 0) --allowed;
  if (void* const memory = std::malloc(size)) return memory;
  throw std::bad_alloc();
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
#endif

namespace {

task<int> add(int a, int b) {
  co_await green::sleep();
  co_return a + b;
}

task<> echo_once(int fd) {
  char byte = 0;
  if (co_await green::recv(fd, &byte, 1, 0) == 1) {
    co_await green::send(fd, &byte, 1, 0);
  }
}

// Each of these takes memory in the middle of a run.

task<> use_locks() {
  const auto sum = green::spawn(add, 1, 2);
  green::queue<std::string> words(1);
  co_await words.put(std::string(100, 'x'));
  co_await words.get();
  green::mutex m;
  co_await m.lock();
  m.unlock();
  green::timed_mutex taken;
  co_await taken.lock();
  const bool again = co_await taken.try_lock_for(1us);
  CHECK_FALSE(again);
  {
    const green::timeout limit(1s);
    co_await green::sleep(1us);
  }
  const int three = co_await sum.get();
  CHECK(three == 3);
}

task<> answer_at_end() {
  const auto give = [] { return 42; };
  green::packaged_task<int()> answer(give);
  const green::future<int> here = answer.get_future();
  co_await answer.make_ready_at_thread_exit();
}

task<> use_futures() {
  co_await green::spawn(answer_at_end).join();
  green::future<int> sum = green::async(std::launch::deferred, add, 1, 2);
  const int three = co_await sum.get();
  CHECK(three == 3);
}

task<> use_sockets() {
  auto pair = tests::stream_pair();
  const auto echo = green::spawn(echo_once, int(pair.a));
  const ssize_t sent = co_await green::send(pair.b, "x", 1, 0);
  if (sent != 1) ::shutdown(pair.b, SHUT_RDWR);
  co_await echo.join();
  char byte = 0;
  co_await green::recv(pair.b, &byte, 1, MSG_DONTWAIT);
  const auto waits = green::spawn(echo_once, int(pair.a));
  co_await green::sleep();
  co_await waits.kill();
  const auto closed = green::spawn(echo_once, int(pair.a));
  co_await green::sleep();
  const int failed = co_await green::close(pair.a.release());
  CHECK(failed == 0);
  co_await closed.get();
}

task<> receive_parts(int fd) {
  char a[3], b[5];
  iovec parts[2] = {{a, 3}, {b, 5}};
  msghdr message = {};
  message.msg_iov = parts;
  message.msg_iovlen = 2;
  co_await green::recvmsg(fd, &message, MSG_WAITALL);
}

task<> use_parts() {
  auto pair = tests::stream_pair();
  const auto receiver = green::spawn(receive_parts, int(pair.a));
  co_await green::sleep();
  for (int i = 0; i < 8; ++i) {
    CHECK(::send(pair.b, "x", 1, MSG_DONTWAIT) == 1);
    co_await green::sleep();
  }
  pair.b.reset();
  co_await receiver.get();
}

task<> use_connections() {
  const tests::descriptor listener = tests::tcp_listener();
  const tests::ipv4 there = tests::local_address(listener);
  const tests::descriptor fd(::socket(AF_INET, SOCK_STREAM, 0));
  tests::ipv4 address = there;
  if (co_await green::connect(fd, address.get(), address.length) != 0)
    co_return;
  const int other = co_await green::accept(listener, nullptr, nullptr);
  if (other >= 0) co_await green::close(other);
}

// What was done counts, though the rest has no memory.

task<> use_writev() {
  int ends[2];
  REQUIRE(::pipe2(ends, O_CLOEXEC) == 0);
  const tests::descriptor from(ends[0]);
  tests::descriptor to(ends[1]);
  ::fcntl(to, F_SETPIPE_SZ, 4096);
  std::vector<char> text(3 * 4096);
  const iovec parts[] = {{text.data(), 5000}, {text.data() + 5000, 7288}};
  std::size_t sum = 0;
  std::thread drains([&sum, fd = int(from)] {
    std::array<char, 4096> data;
    for (ssize_t n; (n = ::read(fd, data.data(), data.size())) > 0;) {
      sum += std::size_t(n);
    }
  });
  ssize_t written = 0;
  try {
    written = co_await green::writev(to, parts, 2);
  } catch (const std::bad_alloc&) {
  }
  allowed = unlimited;
  to.reset();
  drains.join();
  CHECK(ssize_t(sum) == std::max<ssize_t>(written, 0));
}

task<> use_copies() {
  constexpr off_t length = 17 << 20;  // two pieces
  const tests::descriptor from(::memfd_create("from", MFD_CLOEXEC));
  const tests::descriptor to(::memfd_create("to", MFD_CLOEXEC));
  REQUIRE(::ftruncate(from, length) == 0);
  ssize_t copied = 0;
  try {
    copied =
        co_await green::copy_file_range(from, nullptr, to, nullptr, length, 0);
  } catch (const std::bad_alloc&) {
  }
  allowed = unlimited;
  CHECK(::lseek(to, 0, SEEK_END) == std::max<ssize_t>(copied, 0));
}

task<> use_messages() {
  int ends[2];
  REQUIRE(::socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, ends) == 0);
  const tests::descriptor here(ends[0]), there(ends[1]);
  const timeval limit{.tv_sec = 10, .tv_usec = 0};
  green::setsockopt(here, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  for (int i = 0; i < 3; ++i) CHECK(::send(there, "x", 1, 0) == 1);
  std::array<char, 3> data;
  std::array<iovec, 3> parts;
  std::array<mmsghdr, 3> messages{};
  for (std::size_t i = 0; i < 3; ++i) {
    parts[i] = {&data[i], 1};
    messages[i].msg_hdr.msg_iov = &parts[i];
    messages[i].msg_hdr.msg_iovlen = 1;
  }
  int got = 0;
  try {
    got = co_await green::recvmmsg(here, messages.data(), 3, 0, nullptr);
  } catch (const std::bad_alloc&) {
  }
  allowed = unlimited;
  int left = 0;
  char byte;
  while (::recv(here, &byte, 1, MSG_DONTWAIT) == 1) ++left;
  CHECK(std::max(got, 0) + left == 3);
}

task<> use_files() {
  const int fd = co_await green::open("/proc/self/stat", O_RDONLY | O_CLOEXEC);
  if (fd < 0) co_return;
  const tests::descriptor file(fd);
  struct stat status;
  co_await green::stat("/proc/self/stat", &status);
  std::array<char, 10> data;
  co_await green::read(file, data.data(), data.size());
}

task<> be_left_behind() {
  const auto waits_for_ever = []() -> task<> {
    green::event never;
    co_await never.wait();
  };
  green::spawn(waits_for_ever);
  green::spawn(waits_for_ever);
  co_await green::sleep();
}

// Did the memory last?
bool lasts(task<> (*work)(), long allocations) {
  refused = false;
  bool lives = false;
  green::run([&]() -> task<> {
    green::core::frame_pool::trim();
    allowed = allocations;
    try {
      co_await work();
    } catch (const std::bad_alloc&) {
    }
    if (work == &be_left_behind) co_return;
    allowed = unlimited;
    lives = co_await green::spawn(add, 3, 4).get() == 7;
  });
  allowed = unlimited;
  CHECK((lives || work == &be_left_behind));
  return !refused;
}

}  // namespace

TEST_CASE("memory refused ends what asked for it, and no more") {
  const auto before =
      green::set_error_handler([](const green::unhandled_error&) {});
  for (const auto work :
       {&use_locks, &use_futures, &use_sockets, &use_parts, &use_connections,
        &use_files, &use_writev, &use_copies, &use_messages, &be_left_behind}) {
    for (const bool once : {false, true}) {
      std::thread hub([work, once] {
        CHECK(lasts(work, unlimited));
        const int open = tests::open_descriptors();
        for_ever = !once;
        long allocations = 0;
        while (!lasts(work, allocations)) {
          ++allocations;
          REQUIRE(allocations < 10'000);
        }
        CHECK((allocations > 0) == can_refuse);
        CHECK(tests::open_descriptors() <= open);
      });
      hub.join();
    }
  }
  green::set_error_handler(before);
}

TEST_CASE("close needs no memory") {
  std::thread hub([] {
    green::run([]() -> task<> {
      auto pair = tests::stream_pair();
      const int high = ::fcntl(pair.a, F_DUPFD_CLOEXEC, 900);
      REQUIRE(high >= 900);
      allowed = 0;
      const int closed = co_await green::close(high);
      allowed = unlimited;
      CHECK(closed == 0);
      CHECK(::fcntl(high, F_GETFD) == -1);
      CHECK(co_await green::close(high) == -1);
      CHECK(errno == EBADF);
      CHECK(co_await green::close(1 << 30) == -1);
      CHECK(errno == EBADF);
    });
  });
  hub.join();
}
