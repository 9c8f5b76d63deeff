// SPDX-License-Identifier: MIT
// Signals in storms, with a handler that lets no system call be restarted:
// nobody sees EINTR, and nothing is lost.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <netdb.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <chrono>
#include <string>
#include <thread>

#include "green/fcntl.h"
#include "green/green.h"
#include "green/greenlet.h"
#include "green/poll.h"
#include "green/subprocess.h"
#include "green/sys/socket.h"
#include "green/sys/stat.h"
#include "green/sys/wait.h"
#include "green/threadpool.h"
#include "green/timeout.h"
#include "green/unistd.h"
#include "tests/support/children.h"
#include "tests/support/files.h"
#include "tests/support/signals.h"
#include "tests/support/sockets.h"

namespace sp = green::subprocess;

using namespace std::chrono_literals;
using green::task;
using tests::descriptor;

namespace {

// Sends them to the thread that made it, and to the process.
class storm {
 public:
  static constexpr int signals = 10'000;

  ~storm() { sends_.join(); }
  bool over() const noexcept { return over_.load(); }

 private:
  void send() {
    const tests::blocked here({SIGUSR1});
    for (int i = 0; i < signals; ++i) {
      i % 8 == 0 ? ::kill(::getpid(), SIGUSR1) : ::pthread_kill(hub_, SIGUSR1);
      if (i % 4 == 0) ::sched_yield();
    }
    over_ = true;
  }

  const pthread_t hub_ = ::pthread_self();
  std::atomic<bool> over_ = false;
  std::thread sends_{[this] { send(); }};
};

task<> serve(int listener) {
  char data[100];
  for (;;) {
    const int fd = co_await green::accept(listener, nullptr, nullptr);
    CHECK(fd >= 0);
    const descriptor connection(fd);
    for (;;) {
      const ssize_t n = co_await green::recv(fd, data, sizeof data, 0);
      CHECK(n >= 0);
      if (n <= 0) break;
      CHECK(co_await green::send(fd, data, std::size_t(n), 0) == n);
    }
  }
}

task<> talk(tests::ipv4 there) {
  const descriptor fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  CHECK(co_await green::connect(fd, there.get(), there.length) == 0);
  for (int i = 0; i < 10; ++i) {
    const std::string said = std::to_string(i) + " hello";
    std::string heard(said.size(), ' ');
    CHECK(co_await green::send(fd, said.data(), said.size(), 0) ==
          static_cast<ssize_t>(said.size()));
    CHECK(co_await green::recv(fd, heard.data(), heard.size(), MSG_WAITALL) ==
          static_cast<ssize_t>(said.size()));
    CHECK(heard == said);
  }
}

task<> use_files(const std::string& name) {
  const int fd = co_await green::open(name.c_str(), O_CREAT | O_RDWR, 0600);
  CHECK(fd >= 0);
  char data[4] = {};
  CHECK(co_await green::pwrite(fd, "text", 4, 0) == 4);
  CHECK(co_await green::fsync(fd) == 0);
  CHECK(co_await green::pread(fd, data, 4, 0) == 4);
  CHECK(std::string(data, 4) == "text");
  CHECK(co_await green::close(fd) == 0);
  struct stat status;
  CHECK(co_await green::stat(name.c_str(), &status) == 0);
  CHECK(status.st_size == 4);
}

task<> sleep_and_poll() {
  const auto start = std::chrono::steady_clock::now();
  co_await green::sleep(1ms);
  CHECK(std::chrono::steady_clock::now() - start >= 1ms);
  auto [out, in] = tests::pipe_descriptors();
  pollfd one{out, POLLIN, 0};
  CHECK(co_await green::poll(&one, 1, 1) == 0);
  char byte = 0;
  const auto reads = [fd = int(out), &byte]() -> task<> {
    CHECK(co_await green::read(fd, &byte, 1) == 1);
  };
  const auto reader = green::spawn(reads);
  CHECK(co_await green::poll(&one, 1, 1) == 0);
  CHECK(co_await green::write(in, "x", 1) == 1);
  co_await reader.get();
  CHECK(byte == 'x');
}

task<> start_children() {
  const sp::completed_process done =
      co_await sp::run({"cat"}, sp::options().input("in").capture_output());
  CHECK(done.out == "in");
  CHECK(done.returncode == 0);
  const pid_t child = ::fork();
  if (child == 0) ::_exit(7);
  int status = -1;
  CHECK(co_await green::waitpid(child, &status, 0) == child);
  CHECK(WEXITSTATUS(status) == 7);
}

// f again and again, as long as it storms and once more.
template <class F>
task<> during(const storm& s, F f) {
  for (bool last = false; !last;) {
    last = s.over();
    co_await f();
  }
}

}  // namespace

TEST_CASE("signals in storms end no call") {
  const tests::leaves_nothing checks;
  const tests::handler handler(SIGUSR1);
  green::run([]() -> task<> {
    const tests::temporary_folder folder;
    const std::string name = folder.at("file");
    const descriptor listener = tests::tcp_listener();
    const tests::ipv4 there = tests::local_address(listener);
    green::threadpool threads(2);
    const auto server = green::spawn(serve, int(listener));
    {
      const storm s;
      const auto talks = [&] { return talk(there); };
      const auto files = [&] { return use_files(name); };
      const auto offloads = [&]() -> task<> {
        const auto naps = [] {
          std::this_thread::sleep_for(100us);
          return 5;
        };
        CHECK(co_await threads.apply(naps) == 5);
      };
      const auto a = green::spawn([&] { return during(s, talks); });
      const auto b = green::spawn([&] { return during(s, files); });
      const auto c = green::spawn([&] { return during(s, sleep_and_poll); });
      const auto d = green::spawn([&] { return during(s, start_children); });
      const auto e = green::spawn([&] { return during(s, offloads); });
      for (const auto* one : {&a, &b, &c, &d, &e}) co_await one->get();
    }
    co_await server.kill();
  });
  CHECK(handler.calls() > 0);
}

TEST_CASE("signals in storms while the hub has nothing else to do") {
  const tests::handler handler(SIGUSR1);
  auto [here, there] = tests::stream_pair();
  green::run([&]() -> task<> {
    const auto start = std::chrono::steady_clock::now();
    char byte = 0;
    const storm s;
    const auto waits = green::spawn([&, fd = int(here)]() -> task<> {
      CHECK(co_await green::recv(fd, &byte, 1, 0) == 1);
    });
    co_await green::sleep(50ms);
    CHECK(std::chrono::steady_clock::now() - start >= 50ms);
    CHECK_FALSE(waits.ready());
    CHECK(::send(there, "s", 1, 0) == 1);
    co_await waits.get();
    CHECK(byte == 's');
  });
  CHECK(handler.calls() > 0);
}
