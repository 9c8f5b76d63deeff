// SPDX-License-Identifier: MIT
#include "tests/support/simulated_programs.h"

#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <numeric>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "green/green.h"
#include "green/greenlet.h"
#include "green/pool.h"
#include "green/queue.h"
#include "green/server.h"
#include "green/sys/socket.h"
#include "green/timeout.h"
#include "green/unistd.h"
#include "green/when.h"
#include "tests/support/descriptors.h"
#include "tests/support/sockets.h"
#include "tests/support/virtual_time.h"

namespace tests {

namespace {

using namespace std::chrono_literals;
using green::task;
using green::unique_fd;

void require(bool holds, const char* what) {
  if (!holds) throw std::runtime_error(what);
}

char byte_at(std::size_t position) {
  return static_cast<char>('a' + position % 23);
}

std::string bytes_from(std::size_t position, std::size_t count) {
  std::string text(count, ' ');
  for (std::size_t i = 0; i < count; ++i) text[i] = byte_at(position + i);
  return text;
}

// Counts what comes, which must be bytes_from(0, ...).
struct account {
  void take(const char* data, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
      require(data[i] == byte_at(received++), "a byte was lost or doubled");
    }
  }
  std::size_t received = 0;
};

two_descriptors small_pair() {
  auto pair = stream_pair();
  const int small = 2048;
  ::setsockopt(pair.a, SOL_SOCKET, SO_SNDBUF, &small, sizeof small);
  ::setsockopt(pair.b, SOL_SOCKET, SO_SNDBUF, &small, sizeof small);
  return pair;
}

// Copies until the end of file, which it passes on. False on an error.
task<bool> pump(int from, int to, std::size_t buffer_size) {
  std::string buffer(buffer_size, ' ');
  for (;;) {
    const ssize_t n = co_await green::recv(from, buffer.data(), buffer_size, 0);
    if (n < 0) break;
    if (n == 0) {
      ::shutdown(to, SHUT_WR);
      co_return true;
    }
    const auto length = static_cast<std::size_t>(n);
    if (co_await green::send(to, buffer.data(), length, 0) != n) break;
  }
  ::shutdown(to, SHUT_RDWR);
  ::shutdown(from, SHUT_RDWR);
  co_return false;
}

task<> send_all(int fd, chances luck, std::size_t total) {
  for (std::size_t sent = 0; sent < total;) {
    const std::size_t part =
        1 + luck.below(std::min<std::size_t>(total - sent, 3000));
    const std::string text = bytes_from(sent, part);
    if (co_await green::send(fd, text.data(), part, 0) !=
        static_cast<ssize_t>(part)) {
      break;
    }
    sent += part;
  }
  ::shutdown(fd, SHUT_WR);
}

// Sends and receives `total` bytes over a connection that echoes.
task<> talk(int fd, chances luck, std::size_t total, bool errors) {
  const auto sender = green::spawn(send_all, fd, luck, total);
  account got;
  std::array<char, 700> buffer;
  for (;;) {
    const ssize_t n =
        co_await green::recv(fd, buffer.data(), 1 + luck.below(700), 0);
    if (n <= 0) break;
    got.take(buffer.data(), static_cast<std::size_t>(n));
  }
  ::shutdown(fd, SHUT_RDWR);
  co_await sender.get();
  require(errors || got.received == total, "not all came back");
}

task<> echo(chances luck, bool errors) {
  const auto handler = [](unique_fd fd, green::endpoint) -> task<> {
    co_await pump(fd.get(), fd.get(), 512);
  };
  green::stream_server server("127.0.0.1:0", handler);
  server.start();
  std::vector<green::greenlet<>> clients;
  const green::endpoint at = server.address();
  const auto client = [&at, errors](chances mine) -> task<> {
    const unique_fd fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    require(co_await green::connect(fd.get(), at.sockaddr(), at.length()) == 0,
            "connect failed");
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
    for (std::size_t i = 0; i < lines; ++i) {
      char byte = '?';
      const ssize_t n = co_await green::recv(lines_of[me].b, &byte, 1, 0);
      if (n != 1) break;
      for (auto& box : outbox) co_await box.put(byte);
    }
  };
  const auto speaks = [&](std::size_t me) -> task<> {
    for (;;) {
      const char byte = co_await outbox[me].get();
      if (co_await green::send(lines_of[me].b, &byte, 1, 0) != 1) co_return;
    }
  };
  std::array<std::size_t, members> heard{};
  const auto member = [&](std::size_t me, chances mine) -> task<> {
    const char byte = static_cast<char>('A' + me);
    for (std::size_t i = 0; i < lines; ++i) {
      co_await green::sleep(std::chrono::microseconds(mine.below(50)));
      if (co_await green::send(lines_of[me].a, &byte, 1, 0) != 1) break;
    }
    std::array<char, 8> buffer;
    while (heard[me] < members * lines) {
      const ssize_t n =
          co_await green::recv(lines_of[me].a, buffer.data(), 8, 0);
      if (n <= 0) break;
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
task<> pipeline(chances luck, bool) {
  constexpr int numbers = 60;
  green::queue<int> in(3), out(2);
  auto [from, to] = pipe_descriptors();
  std::vector<int> seen;
  const auto feed = [&]() -> task<> {
    for (int i = 1; i <= numbers; ++i) co_await in.put(i);
  };
  const auto work = [&](chances mine) -> task<> {
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
      require(co_await green::write(to, &byte, 1) == 1, "write failed");
    }
  };
  const auto feeder = green::spawn(feed);
  const auto writer = green::spawn(write_out);
  green::group workers;
  for (int i = 0; i < 3; ++i) workers.spawn(work, chances(luck.next()));
  const auto reader = [&]() -> task<> {
    while (seen.size() < numbers) {
      std::array<char, 7> some;
      const ssize_t n = co_await green::read(from, some.data(), some.size());
      require(n > 0, "read failed");
      seen.insert(seen.end(), some.begin(), some.begin() + n);
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
  account got;
  for (bool over = false; !over;) {
    std::array<char, 400> buffer;
    try {
      const green::timeout outer(std::chrono::microseconds(luck.below(120)));
      try {
        const green::timeout inner(std::chrono::microseconds(luck.below(80)));
        while (!over) {
          const ssize_t n =
              co_await green::recv(b, buffer.data(), 1 + luck.below(400), 0);
          if (n > 0) got.take(buffer.data(), static_cast<std::size_t>(n));
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
    std::array<char, 300> buffer;
    for (;;) {
      const ssize_t n =
          co_await green::recv(fd, buffer.data(), 1 + mine.below(300), 0);
      if (n > 0) received += static_cast<std::size_t>(n);
      if (n <= 0) co_return;
    }
  };
  const auto writes = [&, fd = int(a)](chances mine) -> task<> {
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
      std::array<char, 64> buffer;
      const ssize_t n = co_await green::recv(number, buffer.data(), 64, 0);
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
    account got;
    while (got.received < 50) {
      std::array<char, 64> buffer;
      const ssize_t n = co_await green::recv(fresh.a, buffer.data(), 64, 0);
      require(n > 0 || errors, "the new socket's data went elsewhere");
      if (n > 0) got.take(buffer.data(), static_cast<std::size_t>(n));
    }
    for (const auto& reader : readers) {
      co_await reader.join();
      if (!reader.was_killed()) reader.rethrow();
    }
  }
}

}  // namespace

const simulated_program simulated_programs[7] = {
    {"echo", echo},         {"proxy", proxy},       {"chat", chat},
    {"pipeline", pipeline}, {"timeouts", timeouts}, {"kills", kills},
    {"reuse", reuse},
};

std::string simulate(const simulated_program& program, simulation& plan) {
  std::string wrong;
  const int before = open_descriptors();
  std::thread hub([&] {
    green::hub::set_backend_maker(
        [&plan] { return std::make_unique<simulated_kernel>(plan); });
    try {
      run_virtual(program.body, chances(~plan.seed), plan.errors);
    } catch (const std::exception& e) {
      wrong = e.what();
    }
  });
  hub.join();
  if (wrong.empty() && open_descriptors() != before)
    wrong = "a descriptor leaked";
  return wrong;
}

}  // namespace tests
