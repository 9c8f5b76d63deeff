// SPDX-License-Identifier: MIT
// errno belongs to the green thread: a call that succeeds leaves it alone.
// greenify: allow-file(held) locks are tested without their guards
#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include <cerrno>
#include <functional>
#include <string>
#include <vector>

#include "green/event.h"
#include "green/fcntl.h"
#include "green/future"
#include "green/green.h"
#include "green/greenlet.h"
#include "green/mutex"
#include "green/netdb.h"
#include "green/poll.h"
#include "green/queue.h"
#include "green/stdio.h"
#include "green/stdlib.h"
#include "green/sys/mman.h"
#include "green/sys/sendfile.h"
#include "green/sys/socket.h"
#include "green/sys/stat.h"
#include "green/sys/uio.h"
#include "green/thread"
#include "green/time.h"
#include "green/unistd.h"
#include "tests/support/files.h"
#include "tests/support/sockets.h"
#include "tests/support/waiting_calls.h"

using namespace std::chrono_literals;
using green::task;

namespace {

constexpr int own = 4242;

task<> spoil_errno_again_and_again() {
  for (;;) {
    errno = 77;
    co_await green::sleep();
    CHECK(errno == 77);
    errno = 78;
    co_await green::sleep(1ms);
    CHECK(errno == 78);
  }
}

// Fails again and again beside others that fail in another way.
template <class Call>
task<> fail(Call call, int error, int& rounds) {
  for (int i = 0; i < 100; ++i) {
    errno = 0;
    const auto result = co_await call();
    const int seen = errno;
    if (result == -1 && seen == error) ++rounds;
    co_await green::sleep();
    CHECK(errno == seen);
  }
}

template <class Awaitable>
task<> leaves_errno(std::string name, Awaitable call) {
  CAPTURE(name);
  errno = own;
  co_await std::move(call);
  const int seen = errno;
  CHECK(seen == own);
}

}  // namespace

TEST_CASE("errno is a green thread's own until its next await") {
  green::run([]() -> green::task<> {
    auto [in, out] = tests::pipe_descriptors();
    char byte = 0;
    const auto at_once = [&] { return green::read(-1, &byte, 1); };
    const auto by_kernel = [] { return green::open("/none/at/all", O_RDONLY); };
    const auto in_a_task = [&] {
      return green::recvfrom(in, &byte, 1, 0, nullptr, nullptr);
    };
    const auto by_helper = [] { return green::ftruncate(0, -1); };
    int rounds[4] = {};
    const green::greenlet<> all[] = {
        green::spawn(fail<decltype(at_once)>, at_once, EBADF,
                     std::ref(rounds[0])),
        green::spawn(fail<decltype(by_kernel)>, by_kernel, ENOENT,
                     std::ref(rounds[1])),
        green::spawn(fail<decltype(in_a_task)>, in_a_task, ENOTSOCK,
                     std::ref(rounds[2])),
        green::spawn(fail<decltype(by_helper)>, by_helper, EINVAL,
                     std::ref(rounds[3]))};
    for (const auto& g : all) co_await g.get();
    for (const int count : rounds) CHECK(count == 100);
  });
}

TEST_CASE("a call that waits and succeeds leaves errno alone") {
  for (const tests::waiting_call& of : tests::waiting_calls()) {
    CAPTURE(of.name);
    green::run([&]() -> task<> {
      const auto spoiler = green::spawn(spoil_errno_again_and_again);
      const auto releaser = green::spawn([&]() -> task<> {
        co_await green::sleep(2ms);
        of.release();
        errno = 79;
      });
      errno = own;
      const long result = co_await of.call();
      const int seen = errno;
      CHECK(result >= 0);
      CHECK(seen == own);
      co_await releaser.join();
      co_await spoiler.kill();
    });
  }
}

TEST_CASE("a call that succeeds at once leaves errno alone") {
  for (const tests::waiting_call& of : tests::waiting_calls()) {
    CAPTURE(of.name);
    if (of.name == "open") continue;  // of a FIFO waits in any case
    green::run([&]() -> task<> {
      of.release();
      errno = own;
      const long result = co_await of.call();
      const int seen = errno;
      CHECK(result >= 0);
      CHECK(seen == own);
    });
  }
}

TEST_CASE("calls on files and names leave errno alone") {
  const tests::temporary_folder folder;
  const std::string path = folder.file("a", "some bytes");
  const std::string other = folder.at("b"), third = folder.at("c");
  const std::string sub = folder.at("d");
  green::run([&]() -> task<> {
    const auto spoiler = green::spawn(spoil_errno_again_and_again);
    const tests::descriptor fd(::open(path.c_str(), O_RDWR));
    auto [in, out] = tests::stream_pair();
    char bytes[8];
    const iovec part{bytes, sizeof bytes};
    struct ::stat facts;
    addrinfo* found = nullptr;
    const timespec moment{0, 1000};
    co_await leaves_errno("open", green::open(path.c_str(), O_RDONLY));
    co_await leaves_errno("create", green::creat(other.c_str(), 0600));
    co_await leaves_errno("read", green::read(fd, bytes, 4));
    co_await leaves_errno("write", green::write(fd, bytes, 4));
    co_await leaves_errno("pread", green::pread(fd, bytes, 4, 0));
    co_await leaves_errno("pread, end", green::pread(fd, bytes, 4, 100));
    co_await leaves_errno("pwrite", green::pwrite(fd, bytes, 4, 0));
    co_await leaves_errno("preadv", green::preadv(fd, &part, 1, 0));
    co_await leaves_errno("pwritev", green::pwritev(fd, &part, 1, 0));
    co_await leaves_errno("fsync", green::fsync(fd));
    co_await leaves_errno("fdatasync", green::fdatasync(fd));
    co_await leaves_errno("ftruncate", green::ftruncate(fd, 20));
    co_await leaves_errno("fallocate", green::posix_fallocate(fd, 0, 30));
    co_await leaves_errno("stat", green::stat(path.c_str(), &facts));
    co_await leaves_errno("lstat", green::lstat(path.c_str(), &facts));
    co_await leaves_errno("fstat", green::fstat(fd, &facts));
    co_await leaves_errno("mkdir", green::mkdir(sub.c_str(), 0700));
    co_await leaves_errno("rename",
                          green::rename(other.c_str(), third.c_str()));
    co_await leaves_errno("unlink", green::unlink(third.c_str()));
    co_await leaves_errno("sendfile", green::sendfile(out, fd, nullptr, 4));
    co_await leaves_errno("lockf", green::lockf(fd, F_LOCK, 1));
    co_await leaves_errno("fcntl", green::fcntl(fd, F_GETFL));
    const int copy = ::dup(fd);
    errno = own;
    co_await green::close(copy);
    CHECK(errno == own);
    co_await leaves_errno("poll, 0", green::poll(nullptr, 0, 0));
    co_await leaves_errno("poll, time", green::poll(nullptr, 0, 1));
    co_await leaves_errno("usleep", green::usleep(1000));
    co_await leaves_errno("sleep", green::sleep(0));
    co_await leaves_errno("nanosleep", green::nanosleep(&moment, nullptr));
    co_await leaves_errno(
        "getaddrinfo, number",
        green::getaddrinfo("127.0.0.1", "80", nullptr, &found));
    ::freeaddrinfo(found);
    co_await leaves_errno(
        "getaddrinfo",
        green::getaddrinfo("localhost", nullptr, nullptr, &found));
    ::freeaddrinfo(found);
    co_await leaves_errno("gethostbyname", green::gethostbyname("127.0.0.1"));
    co_await leaves_errno("system", green::system("exit 3"));
    errno = own;
    FILE* const stream = co_await green::popen("exit 0", "r");
    CHECK(errno == own);
    co_await leaves_errno("pclose", green::pclose(stream));
    co_await spoiler.kill();
  });
}

TEST_CASE("waits for other green threads leave errno alone") {
  green::run([]() -> task<> {
    const auto spoiler = green::spawn(spoil_errno_again_and_again);
    green::mutex m;
    green::event e;
    green::queue<int> q;
    const auto other = green::spawn([&]() -> task<> {
      CHECK(errno == 0);  // of a new green thread
      errno = 80;
      co_await m.lock();
      for (int i = 0; i < 3; ++i) co_await green::sleep();
      m.unlock();
      for (int i = 0; i < 3; ++i) co_await green::sleep();
      e.set();
      for (int i = 0; i < 3; ++i) co_await green::sleep();
      q.put_nowait(1);
      CHECK(errno == 80);
    });
    errno = own;
    co_await green::sleep();
    CHECK(errno == own);
    co_await m.lock();
    CHECK(errno == own);
    co_await e.wait();
    CHECK(errno == own);
    co_await q.get();
    CHECK(errno == own);
    co_await other.join();
    CHECK(errno == own);
    co_await green::this_thread::sleep_for(1ms);
    CHECK(errno == own);
    m.unlock();
    co_await spoiler.kill();
  });
}

TEST_CASE("run hands errno in and out") {
  errno = own;
  green::run([]() -> task<> {
    CHECK(errno == own);
    co_await green::sleep(1ms);
    errno = own + 1;
  });
  CHECK(errno == own + 1);
}
