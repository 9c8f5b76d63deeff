// SPDX-License-Identifier: MIT
// The hub on epoll where sockets and pipes do not know RWF_NOWAIT, as before
// Linux 6.4: a seccomp filter on the hub's thread plays that kernel.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <liburing.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/uio.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <thread>

#include "green/green.h"
#include "green/greenlet.h"
#include "green/hub/attempt.h"
#include "green/hub/offloaded.h"
#include "green/hub/poller.h"
#include "green/sys/eventfd.h"
#include "green/sys/uio.h"
#include "green/timeout.h"
#include "green/unistd.h"
#include "tests/support/files.h"
#include "tests/support/sockets.h"
#include "tests/support/waiting.h"

namespace {

using namespace std::chrono_literals;
using green::task;

// From now on these two system calls fail on this thread.
bool refuse(unsigned one, unsigned other, unsigned error) {
  std::array<sock_filter, 5> code{{
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, one, 2, 0),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, other, 1, 0),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | error),
  }};
  const sock_fprog program{.len = code.size(), .filter = code.data()};
  return ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
         ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

template <class F>
void run_on_epoll(F f) {
  std::thread hub([&f] {
    green::hub::set_backend_maker(
        [] { return std::make_unique<green::hub::poller>(); });
    green::run(f);
  });
  hub.join();
}

// f on such a hub.
template <class F>
void run_without_nowait(F f) {
  run_on_epoll([&f]() -> task<> {
    if (!refuse(SYS_preadv2, SYS_pwritev2, EOPNOTSUPP)) {
      MESSAGE("seccomp is not allowed here");
      co_return;
    }
    co_await f();
  });
}

using completions = std::map<std::uint64_t, std::int32_t>;

// Waits for so many at least.
completions completed(green::hub::poller& kernel, std::size_t count) {
  completions all;
  while (all.size() < count) {
    kernel.wait(1'000'000'000);
    std::array<green::hub::completion, 8> batch;
    const unsigned got = kernel.reap(batch);
    for (unsigned i = 0; i < got; ++i) {
      CHECK(all.emplace(batch[i].user_data, batch[i].result).second);
    }
  }
  return all;
}

tests::descriptor connected_to(int listener) {
  tests::descriptor client(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  tests::ipv4 there = tests::local_address(listener);
  REQUIRE(::connect(client, there.get(), there.length) == 0);
  return client;
}

// Of two that accept only one has a connection, the other's helper waits.
void leave_helper_in_vain() {
  green::hub::poller kernel;
  const tests::descriptor listener = tests::tcp_listener();
  tests::share_by_fork();
  green::hub::entry accept, cancel;
  io_uring_prep_accept(accept.sqe(), listener, nullptr, nullptr, 0);
  const tests::descriptor first = connected_to(listener);
  CHECK(kernel.push(accept, 8));
  CHECK(kernel.push(accept, 16));
  const completions one = completed(kernel, 1);
  const tests::descriptor accepted(one.begin()->second);
  const std::uint64_t left = 24 - one.begin()->first;
  std::this_thread::sleep_for(20ms);
  if (!refuse(SYS_epoll_ctl, SYS_epoll_ctl, ENOMEM)) return;
  io_uring_prep_cancel64(cancel.sqe(), left, 0);
  CHECK(kernel.push(cancel, 32));
  CHECK(completed(kernel, 2)[left] == -ECANCELED);
  const tests::descriptor second = connected_to(listener);
  kernel.wait(1'000'000'000);
  CHECK_FALSE(kernel.has_completions());
  CHECK(kernel.push(accept, left));
  const tests::descriptor late(completed(kernel, 1)[left]);
}

// The cases that look at this are the first ones, as no helper has been started
// before them. A job of an idle helper would not be seen.
unsigned helpers() {
  return green::hub::patient_helpers().size() +
         green::hub::file_helpers().size();
}

task<std::string> read_to_end(int fd) {
  std::string all;
  std::array<char, 7> part;
  for (;;) {
    const ssize_t n = co_await green::read(fd, part.data(), part.size());
    if (n <= 0) break;
    all.append(part.data(), std::size_t(n));
  }
  co_return all;
}

}  // namespace

TEST_CASE("read and write on sockets need no helper") {
  run_without_nowait([]() -> task<> {
    auto [a, b] = tests::stream_pair();
    const auto reader = co_await tests::started(
        [fd = int(a)]() -> task<> { co_await read_to_end(fd); });
    co_await reader.kill();
    const auto all = green::spawn(read_to_end, int(a));
    co_await tests::others_wait();
    const std::string text = tests::pattern(1'000'000);
    CHECK(co_await green::write(b, text.data(), text.size()) == 1'000'000);
    char left[] = "le", right[] = "ft";
    const std::array<iovec, 2> parts{{{left, 2}, {right, 2}}};
    CHECK(co_await green::writev(b, parts.data(), 2) == 4);
    b.reset();
    CHECK((co_await all.get() == text + "left"));
    CHECK(helpers() == 0);
  });
}

TEST_CASE("a kill of a write to a full pipe ends it, and needs no helper") {
  run_without_nowait([]() -> task<> {
    auto [out, in] = tests::pipe_descriptors();
    const std::string text = tests::pattern(1'000'000);
    ssize_t written = 0;
    const auto writer = co_await tests::started([&, fd = int(in)]() -> task<> {
      written = co_await green::write(fd, text.data(), text.size());
    });
    co_await writer.kill();
    CHECK(written > 0);
    in.reset();
    const std::string arrived = co_await read_to_end(out);
    CHECK(static_cast<ssize_t>(arrived.size()) == written);
    CHECK(text.starts_with(arrived));
    CHECK(helpers() == 0);
  });
}

TEST_CASE(
    "a kill or a close ends a read of an empty pipe, and no byte is lost") {
  run_without_nowait([]() -> task<> {
    std::array<int, 2> ends{};
    REQUIRE(::pipe2(ends.data(), O_CLOEXEC) == 0);
    const tests::descriptor in(ends[1]);
    char byte = 0;
    co_await tests::check_interruptible(
        [&]() -> task<> { co_await green::read(ends[0], &byte, 1); });
    CHECK(co_await green::write(in, "xy", 2) == 2);
    CHECK(co_await green::read(ends[0], &byte, 1) == 1);
    CHECK(byte == 'x');
    CHECK(co_await green::read(ends[0], &byte, 1) == 1);
    CHECK(byte == 'y');
    int error = 0;
    const auto reader = co_await tests::started([&]() -> task<> {
      if (co_await green::read(ends[0], &byte, 1) < 0) error = errno;
    });
    CHECK(co_await green::close(ends[0]) == 0);
    co_await reader.join();
    CHECK(error == EBADF);
    CHECK(helpers() == 0);
  });
}

TEST_CASE("a pipe that cannot be opened again is read when it is readable") {
  run_without_nowait([]() -> task<> {
    auto [out, in] = tests::pipe_descriptors();
    if (!refuse(SYS_openat, SYS_openat2, EACCES)) co_return;
    char byte = 0;
    const auto reads = [&, fd = int(out)]() -> task<> {
      co_await green::read(fd, &byte, 1);
    };
    co_await tests::check_interruptible(reads);
    CHECK(helpers() == 0);
    CHECK(co_await green::write(in, "x", 1) == 1);
    co_await reads();
    CHECK(byte == 'x');
  });
}

TEST_CASE("the ends of a socket are the same") {
  run_without_nowait([]() -> task<> {
    auto [a, b] = tests::stream_pair();
    char byte = 'x';
    CHECK(co_await green::read(a, &byte, 0) == 0);
    const auto waits = [fd = int(a)]() -> task<> {
      char got;
      co_await green::read(fd, &got, 1);
    };
    CHECK_THROWS_AS(co_await green::with_timeout(1ms, waits), green::timed_out);
    const std::size_t filled = tests::fill(b);
    const auto writes = [fd = int(b)]() -> task<> {
      co_await green::write(fd, "more", 4);
    };
    CHECK_THROWS_AS(co_await green::with_timeout(1ms, writes),
                    green::timed_out);
    CHECK(tests::drain(a) == filled);
    tests::set_nonblocking(a, true);
    CHECK(co_await green::read(a, &byte, 1) == -1);
    CHECK(errno == EAGAIN);
    CHECK(co_await green::pread(a, &byte, 1, 0) == -1);
    CHECK(errno == ESPIPE);
    tests::set_nonblocking(a, false);
    b.reset();
    CHECK(co_await green::read(a, &byte, 1) == 0);
  });
}

TEST_CASE("a connect that is told of another file's end goes on waiting") {
  using kind = green::hub::step::kind;
  tests::full_listener full;
  const tests::descriptor client(
      ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  green::hub::entry connect;
  io_uring_prep_connect(connect.sqe(), client, full.there.get(),
                        full.there.length);
  green::hub::attempt attempt(connect);
  CHECK(attempt.next().what == kind::wait);
  CHECK(attempt.next().what == kind::wait);
}

TEST_CASE("an eventfd without room for all makes one wait, not the hub") {
  constexpr eventfd_t most = ~eventfd_t{0} - 1;
  run_on_epoll([]() -> task<> {
    const tests::descriptor counter(::eventfd(0, EFD_CLOEXEC));
    CHECK(::eventfd_write(counter, most - 1) == 0);
    const auto writes = [fd = int(counter)]() -> task<int> {
      co_return co_await green::eventfd_write(fd, 2);
    };
    const auto writer = green::spawn(writes);
    co_await tests::others_wait();
    CHECK_FALSE(writer.ready());
    eventfd_t count = 0;
    CHECK(co_await green::eventfd_read(counter, &count) == 0);
    CHECK(count == most - 1);
    CHECK(co_await writer.get() == 0);
    CHECK(co_await green::eventfd_read(counter, &count) == 0);
    CHECK(count == 2);
    CHECK(co_await green::eventfd_write(counter, 1) == 0);
    CHECK(co_await green::write(counter, nullptr, sizeof count) == -1);
    CHECK(errno == EFAULT);
  });
}

TEST_CASE("who cannot be told to leave a helper later leaves it at once") {
  std::thread(leave_helper_in_vain).join();
}

TEST_CASE("files and pipes go on as before") {
  run_without_nowait([]() -> task<> {
    const tests::temporary_folder folder;
    const std::string text = tests::pattern(100'000);
    const tests::descriptor file(
        ::open(folder.file("a", text).c_str(), O_RDONLY | O_CLOEXEC));
    CHECK((co_await read_to_end(file) == text));
    auto [out, in] = tests::pipe_descriptors();
    const auto all = green::spawn(read_to_end, int(out));
    co_await tests::others_wait();
    CHECK(co_await green::write(in, "through", 7) == 7);
    in.reset();
    CHECK(co_await all.get() == "through");
  });
}

TEST_CASE("a pipe of packets keeps them apart") {
  run_without_nowait([]() -> task<> {
    std::array<int, 2> ends{};
    REQUIRE(::pipe2(ends.data(), O_CLOEXEC | O_DIRECT) == 0);
    const tests::descriptor out(ends[0]), in(ends[1]);
    CHECK(co_await green::write(in, "one", 3) == 3);
    CHECK(co_await green::write(in, "two", 3) == 3);
    std::array<char, 10> packet{};
    CHECK(co_await green::read(out, packet.data(), packet.size()) == 3);
    CHECK(std::string(packet.data()) == "one");
  });
}

namespace {

green::hub::step first_step_of_open(const char* path, int flags) {
  green::hub::entry open;
  io_uring_prep_openat(open.sqe(), AT_FDCWD, path, flags, 0600);
  return green::hub::attempt(open).next();
}

void open_what_is_at_hand() {
  using kind = green::hub::step::kind;
  const tests::temporary_folder folder;
  const std::string path = folder.file("a", "text");
  for (const int more : {0, O_APPEND, O_NONBLOCK, O_PATH}) {
    const int flags = O_RDONLY | O_CLOEXEC | more;
    const green::hub::step step = first_step_of_open(path.c_str(), flags);
    REQUIRE(step.what == kind::done);
    const tests::descriptor opened(step.value);
    const tests::descriptor by_original(::open(path.c_str(), flags));
    CHECK(::fcntl(opened, F_GETFL) == ::fcntl(by_original, F_GETFL));
    CHECK(::fcntl(opened, F_GETFD) == FD_CLOEXEC);
  }
  for (const int flags : {O_RDWR | O_CREAT, O_RDWR | O_TRUNC}) {
    CHECK(first_step_of_open(path.c_str(), flags).what == kind::help);
  }
  CHECK(first_step_of_open(folder.path().c_str(), O_RDWR | O_TMPFILE).what ==
        kind::help);
  if (!refuse(SYS_openat2, SYS_openat2, ENOSYS)) return;
  CHECK(first_step_of_open(path.c_str(), O_RDONLY).what == kind::help);
}

}  // namespace

TEST_CASE("open of what the kernel has in memory needs no helper") {
  std::thread(open_what_is_at_hand).join();
}
