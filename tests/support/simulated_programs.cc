// SPDX-License-Identifier: MIT
#include "tests/support/simulated_programs.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

#include "green/greenlet.h"
#include "green/pool.h"
#include "green/queue.h"
#include "green/server.h"
#include "green/sys/socket.h"
#include "green/testing.h"
#include "green/timeout.h"
#include "green/unistd.h"
#include "green/when.h"
#include "tests/support/descriptors.h"
#include "tests/support/simulated_tools.h"
#include "tests/support/sockets.h"

namespace tests {

namespace {

using namespace std::chrono_literals;
using green::task;
using green::unique_fd;

task<> echo(chances luck, bool errors) {
  const auto handler = [](unique_fd fd, green::endpoint) -> task<> {
    const living alive;
    co_await pump(fd.get(), fd.get(), 512);
  };
  // Not TCP: loopback delivers in its own time, and a trace is to be the same.
  const std::string name = "unix:@simulated-" + std::to_string(::getpid());
  green::stream_server server(name, handler);
  server.start();
  std::vector<green::greenlet<>> clients;
  const green::endpoint at = server.address();
  const auto client = [&at, errors](chances mine) -> task<> {
    const living alive;
    const unique_fd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    const int result =
        co_await green::connect(fd.get(), at.sockaddr(), at.length());
    require(result == 0 || errors, "connect failed");
    if (result != 0) co_return;
    co_await talk(fd.get(), mine, mine.below(6000), errors);
  };
  for (int i = 0; i < 4; ++i) {
    clients.push_back(green::spawn(client, chances(luck.next())));
  }
  for (const auto& c : clients) co_await c.get();
  co_await server.stop(1s);
  require(server.handlers() == 0, "a handler lives on");
}

task<> proxy(chances luck, bool errors) {
  auto [client, near] = small_pair();
  auto [far, server] = small_pair();
  const auto echoes = green::spawn(pump, int(server), int(server), 300);
  const auto there = green::spawn(pump, int(near), int(far), 1000);
  const auto back = green::spawn(pump, int(far), int(near), 64);
  co_await talk(client, luck, 8000, errors);
  co_await there.get();
  co_await back.get();
  co_await echoes.get();
}

// Each member sends lines to all, through a queue for each.
task<> chat(chances luck, bool errors) {
  constexpr std::size_t members = 4, lines = 6;
  std::vector<two_descriptors> lines_of;
  std::array<green::queue<char>, members> outbox;
  for (std::size_t i = 0; i < members; ++i) lines_of.push_back(small_pair());
  const auto listens = [&](std::size_t me) -> task<> {
    const living alive;
    for (std::size_t i = 0; i < lines; ++i) {
      char byte = '?';
      const ssize_t n = co_await green::recv(lines_of[me].b, &byte, 1, 0);
      if (n != 1) break;
      for (auto& box : outbox) co_await box.put(byte);
    }
  };
  const auto speaks = [&](std::size_t me) -> task<> {
    const living alive;
    for (;;) {
      const char byte = co_await outbox[me].get();
      if (co_await green::send(lines_of[me].b, &byte, 1, 0) != 1) co_return;
    }
  };
  std::array<std::size_t, members> heard{};
  const auto member = [&](std::size_t me, chances mine) -> task<> {
    const living alive;
    const char byte = static_cast<char>('A' + me);
    for (std::size_t i = 0; i < lines; ++i) {
      co_await green::sleep(std::chrono::microseconds(mine.below(50)));
      if (co_await green::send(lines_of[me].a, &byte, 1, 0) != 1) break;
    }
    lent_buffer buffer(8);
    while (heard[me] < members * lines) {
      const ssize_t n =
          co_await green::recv(lines_of[me].a, buffer.lend(), 8, 0);
      if (n <= 0) break;
      buffer.wipe();
      heard[me] += static_cast<std::size_t>(n);
    }
  };
  green::group room;
  std::vector<green::greenlet<>> all;
  for (std::size_t i = 0; i < members; ++i) {
    room.spawn(listens, i);
    room.spawn(speaks, i);
    all.push_back(green::spawn(member, i, chances(luck.next())));
  }
  if (errors) {  // some never hear all
    co_await green::joinall(all, 1s);
  } else {
    co_await green::joinall(all);
  }
  co_await green::killall(all);
  co_await room.kill();
  const std::size_t sum =
      std::accumulate(heard.begin(), heard.end(), std::size_t{0});
  require(errors || sum == members * members * lines, "a line was lost");
}

// Workers that are killed and time out pass numbers on; none is lost.
task<> pipeline(chances luck, bool errors) {
  constexpr int numbers = 60;
  green::queue<int> in(3), out(2);
  auto [from, to] = pipe_descriptors();
  std::vector<int> seen;
  const auto feed = [&]() -> task<> {
    for (int i = 1; i <= numbers; ++i) co_await in.put(i);
  };
  const auto work = [&](chances mine) -> task<> {
    const living alive;
    for (;;) {
      int number = 0;
      try {
        const green::timeout limit(std::chrono::microseconds(mine.below(90)));
        number = co_await in.get();
      } catch (const green::timed_out&) {
        continue;
      }
      for (bool done = false; !done;) {
        try {
          co_await out.put(number);
          done = true;
        } catch (const green::killed&) {  // not before it is handed on
        }
      }
    }
  };
  const auto write_out = [&]() -> task<> {
    for (int i = 0; i < numbers; ++i) {
      const auto byte = static_cast<char>(co_await out.get());
      ssize_t n = co_await green::write(to, &byte, 1);
      while (n < 0 && errors) n = co_await green::write(to, &byte, 1);
      require(n == 1, "write failed");
    }
  };
  const auto feeder = green::spawn(feed);
  const auto writer = green::spawn(write_out);
  green::group workers;
  for (int i = 0; i < 3; ++i) workers.spawn(work, chances(luck.next()));
  const auto reader = [&]() -> task<> {
    const living alive;
    lent_buffer some(7);
    while (seen.size() < numbers) {
      const ssize_t n = co_await green::read(from, some.lend(), 7);
      require(n > 0 || errors, "read failed");
      if (n > 0) seen.insert(seen.end(), some.data(), some.data() + n);
      some.wipe();
    }
  };
  const auto reads = green::spawn(reader);
  while (!reads.ready()) {
    co_await green::sleep(std::chrono::microseconds(luck.below(300)));
    if (!luck.one_in(4) || feeder.ready()) continue;
    workers.spawn(work, chances(luck.next()));
  }
  co_await workers.kill();
  co_await writer.get();
  std::ranges::sort(seen);
  for (int i = 0; i < numbers; ++i) {
    require(seen[static_cast<std::size_t>(i)] == i + 1, "a number was lost");
  }
}

// A reader under nested timeouts counts every byte.
task<> timeouts(chances luck, bool errors) {
  auto [a, b] = small_pair();
  const auto sender = green::spawn(send_all, int(a), luck, 3000);
  byte_account got;
  for (bool over = false; !over;) {
    lent_buffer buffer(400);
    try {
      const green::timeout outer(std::chrono::microseconds(luck.below(120)));
      try {
        const green::timeout inner(std::chrono::microseconds(luck.below(80)));
        while (!over) {
          const std::size_t most = 1 + luck.below(400);
          const ssize_t n = co_await green::recv(b, buffer.lend(), most, 0);
          if (n > 0) got.take(buffer.data(), static_cast<std::size_t>(n));
          buffer.wipe();
          over = n == 0 || (n < 0 && errors);
          require(n >= 0 || errors, "recv failed");
          co_await green::sleep(std::chrono::microseconds(luck.below(30)));
        }
      } catch (const green::timed_out& e) {
        if (e.from(outer)) throw;
      }
    } catch (const green::timed_out&) {
    }
  }
  ::shutdown(b, SHUT_RDWR);
  co_await sender.get();
  require(errors || got.received == 3000, "a byte was lost");
}

// Readers and writers of one stream are killed and replaced; descriptors are
// closed under others. Only the sum is kept.
task<> kills(chances luck, bool errors) {
  auto [a, b] = small_pair();
  std::size_t sent = 0, received = 0;
  const auto reads = [&, fd = int(b)](chances mine) -> task<> {
    const living alive;
    lent_buffer buffer(300);
    for (;;) {
      const std::size_t most = 1 + mine.below(300);
      const ssize_t n = co_await green::recv(fd, buffer.lend(), most, 0);
      if (n > 0) received += static_cast<std::size_t>(n);
      buffer.wipe();
      if (n <= 0) co_return;
    }
  };
  const auto writes = [&, fd = int(a)](chances mine) -> task<> {
    const living alive;
    const std::string text(2000, 'x');
    for (;;) {
      const ssize_t n =
          co_await green::send(fd, text.data(), 1 + mine.below(2000), 0);
      if (n > 0) sent += static_cast<std::size_t>(n);
      if (n < 0) co_return;
      co_await green::sleep(std::chrono::microseconds(mine.below(20)));
    }
  };
  green::group readers, writers;
  for (int round = 0; round < 12; ++round) {
    readers.spawn(reads, chances(luck.next()));
    writers.spawn(writes, chances(luck.next()));
    co_await green::sleep(std::chrono::microseconds(luck.below(60)));
    if (luck.one_in(2)) co_await readers.kill();
    if (luck.one_in(3)) co_await writers.kill();
  }
  co_await writers.kill();
  readers.spawn(reads, chances(luck.next()));
  const int closing = a.release();
  co_await green::close(closing);
  co_await readers.join();
  std::array<char, 4096> rest;
  for (ssize_t n = 1; n > 0;) {
    n = ::recv(b, rest.data(), rest.size(), MSG_DONTWAIT);
    if (n > 0) received += static_cast<std::size_t>(n);
  }
  require(errors ? received <= sent : received == sent, "a byte was lost");
}

// A number that was closed under readers is another socket's at once.
task<> reuse(chances luck, bool errors) {
  for (int round = 0; round < 15; ++round) {
    auto old = small_pair();
    const int number = old.a.release();
    std::vector<green::greenlet<>> readers;
    const auto reads = [number, errors]() -> task<> {
      const living alive;
      lent_buffer buffer(64);
      const ssize_t n = co_await green::recv(number, buffer.lend(), 64, 0);
      require(n == -1 && (errno == EBADF || errors), "close was not seen");
    };
    for (std::size_t i = 0; i <= luck.below(3); ++i) {
      readers.push_back(green::spawn(reads));
    }
    for (std::size_t i = 0; i <= luck.below(4); ++i) co_await green::sleep();
    if (luck.one_in(2)) readers[0].kill_nowait();
    require(co_await green::close(number) == 0, "close failed");
    auto fresh = small_pair();
    const std::string text = bytes_from(0, 50);
    require(::send(fresh.b, text.data(), 50, 0) == 50, "no room");
    byte_account got;
    while (got.received < 50) {
      lent_buffer buffer(64);
      const ssize_t n = co_await green::recv(fresh.a, buffer.lend(), 64, 0);
      require(n > 0 || errors, "the new socket's data went elsewhere");
      if (n > 0) got.take(buffer.data(), static_cast<std::size_t>(n));
    }
    for (const auto& reader : readers) {
      co_await reader.join();
      if (!reader.was_killed()) reader.rethrow();
    }
  }
}

// Who accepts is killed and times out; each connection comes to somebody.
task<> doors(chances luck, bool errors) {
  constexpr std::size_t guests = 8;
  unique_fd listener(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_un name{.sun_family = AF_UNIX, .sun_path = {}};
  auto* const address = reinterpret_cast<sockaddr*>(&name);
  socklen_t length = sizeof name.sun_family;  // the kernel finds a name
  require(::bind(listener.get(), address, length) == 0, "bind failed");
  require(::listen(listener.get(), guests) == 0, "listen failed");
  length = sizeof name;
  ::getsockname(listener.get(), address, &length);
  std::vector<unique_fd> in, out;
  const auto opens = [&](chances mine) -> task<> {
    const living alive;
    for (;;) {
      try {
        const green::timeout limit(std::chrono::microseconds(mine.below(60)));
        unique_fd fd(co_await green::accept(listener.get(), nullptr, nullptr));
        require(fd || errors, "accept failed");
        if (fd) in.push_back(std::move(fd));
      } catch (const green::timed_out&) {
      }
      co_await green::sleep(std::chrono::microseconds(mine.below(10)));
    }
  };
  const auto comes = [&](chances mine) -> task<> {
    const living alive;
    co_await green::sleep(std::chrono::microseconds(mine.below(200)));
    for (int result = -1; result != 0;) {
      unique_fd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
      result = co_await green::connect(fd.get(), address, length);
      require(result == 0 || errors, "connect failed");
      if (result == 0) out.push_back(std::move(fd));
    }
  };
  green::group door, all;
  for (std::size_t i = 0; i < guests; ++i) {
    all.spawn(comes, chances(luck.next()));
  }
  while (in.size() < guests) {
    door.spawn(opens, chances(luck.next()));
    co_await green::sleep(std::chrono::microseconds(luck.below(80)));
    if (luck.one_in(2)) co_await door.kill();
  }
  co_await door.kill();
  co_await all.join();
  require(in.size() == guests && out.size() == guests, "somebody came twice");
  const int closing = listener.release();
  require(co_await green::close(closing) == 0, "close failed");
}

}  // namespace

const simulated_program simulated_programs[12] = {
    {"echo", echo},         {"proxy", proxy},       {"chat", chat},
    {"pipeline", pipeline}, {"timeouts", timeouts}, {"kills", kills},
    {"reuse", reuse},       {"doors", doors},       {"log file", log_file},
    {"syslog", syslog},     {"wholes", wholes},     {"scopes", scopes},
};

green::testing::seed_run simulate(const simulated_program& program,
                                  std::uint64_t seed, bool errors) {
  const double rate = errors ? 1.0 / 96 : 0;
  auto how = green::testing::options().hostile_kernel();
  how.no_memory(rate).no_descriptors(rate).refused_connects(rate);
  const int before = open_descriptors();
  const auto body = [&]() -> task<> {
    co_await program.body(chances(~seed), errors);
  };
  auto run = green::testing::simulate_seed(seed, body, how);
  const bool spoilt = lent_buffer::any_spoilt();
  const int alive = std::exchange(living::count, 0);
  if (!run.error.empty()) return run;
  if (alive != 0) run.error = "a green thread lives on";
  if (spoilt) run.error = "a buffer was written to after its end";
  if (open_descriptors() != before) run.error = "a descriptor leaked";
  return run;
}

}  // namespace tests
