// SPDX-License-Identifier: MIT
// Programs whose calls have to be done whole: what a ring would do in parts, or
// twice, is lost or doubled here.
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <string>
#include <vector>

#include "green/greenlet.h"
#include "green/sys/socket.h"
#include "green/timeout.h"
#include "green/unistd.h"
#include "tests/support/simulated_programs.h"
#include "tests/support/simulated_tools.h"
#include "tests/support/sockets.h"

namespace tests {

namespace {

using namespace std::chrono_literals;
using green::task;

std::string line_of(char c) { return std::string(7, c) + "\n"; }

descriptor memory_file() {
  return descriptor(::memfd_create("simulated", MFD_CLOEXEC));
}

two_descriptors record_pair(int type) {
  int both[2];
  require(::socketpair(AF_UNIX, type | SOCK_CLOEXEC, 0, both) == 0,
          "no socketpair");
  return {descriptor(both[0]), descriptor(both[1])};
}

}  // namespace

// Several write lines at the position of one file, and several read them.
task<> log_file(chances luck, bool errors) {
  constexpr int writers = 4, lines = 8;
  const descriptor file = memory_file();
  const int fd = file;
  std::array<int, writers> written{};
  const auto write = [&, fd](int me, chances mine) -> task<> {
    const living alive;
    const std::string line = line_of(static_cast<char>('a' + me));
    for (int i = 0; i < lines; ++i) {
      co_await green::sleep(std::chrono::microseconds(mine.below(20)));
      const ssize_t n = co_await green::write(fd, line.data(), line.size());
      if (errors && n < 0) continue;
      require(n == ssize_t(line.size()), "a line was written in part");
      ++written[static_cast<std::size_t>(me)];
    }
  };
  std::vector<green::greenlet<>> all;
  for (int i = 0; i < writers; ++i) {
    all.push_back(green::spawn(write, i, chances(luck.next())));
  }
  for (const auto& g : all) co_await g.get();
  require(::lseek(fd, 0, SEEK_SET) == 0, "no way back");
  std::array<int, writers> seen{};
  const auto read = [&, fd]() -> task<> {
    const living alive;
    for (;;) {
      std::string line(8, '.');
      const ssize_t n = co_await green::read(fd, line.data(), line.size());
      if (n == 0) co_return;
      if (errors && n < 0) continue;
      const auto writer = static_cast<unsigned>(line[0] - 'a');
      require(n == 8 && writer < writers && line == line_of(line[0]),
              "a line was torn");
      ++seen[writer];
    }
  };
  all.clear();
  for (int i = 0; i < 3; ++i) all.push_back(green::spawn(read));
  for (const auto& g : all) co_await g.get();
  require(seen == written, "a line was lost");
}

// Records that wait for room, some of whose senders give up.
task<> syslog(chances luck, bool errors) {
  constexpr int records = 60;
  auto [app, log] = record_pair(luck.one_in(2) ? SOCK_DGRAM : SOCK_SEQPACKET);
  shrink_buffers(app);
  const int in = app, out = log;
  int sent = 0;
  bool over = false;
  const auto send = [&, in](chances mine) -> task<> {
    const living alive;
    for (int i = 0; i < records; ++i) {
      const std::string text = "record " + std::to_string(i);
      const auto one = [in, &text]() -> task<ssize_t> {
        co_return co_await green::send(in, text.data(), text.size(), 0);
      };
      try {
        const auto limit = std::chrono::microseconds(1 + mine.below(200));
        if (co_await green::with_timeout(limit, one) > 0) ++sent;
      } catch (const green::timed_out&) {
      }
    }
    over = true;
  };
  const auto writer = green::spawn(send, chances(luck.next()));
  int received = 0;
  for (int last = -1;;) {
    co_await green::sleep(std::chrono::microseconds(luck.below(60)));
    char text[32];
    const bool finished = over;
    const ssize_t n = ::recv(out, text, sizeof text, MSG_DONTWAIT);
    if (n < 0 && finished) break;
    if (n < 0) continue;
    require(n > 7, "a record arrived empty");
    const int number = std::stoi(std::string(text + 7, std::size_t(n) - 7));
    require(number > last, "a record came twice");
    last = number;
    ++received;
  }
  co_await writer.get();
  require(errors ? received >= sent : received == sent, "a record was lost");
}

// All of a record or of so many bytes, shown first.
task<> wholes(chances luck, bool errors) {
  auto [a, b] = record_pair(SOCK_SEQPACKET);
  auto [c, d] = small_pair();
  const int records_in = a, bytes_in = c;
  const auto send = [=](chances mine) -> task<> {
    const living alive;
    for (std::size_t i = 1; i <= 8; ++i) {
      const std::string text = bytes_from(i, i);
      while (co_await green::send(records_in, text.data(), i, 0) < 0) {
        require(errors, "a record was refused");
      }
      co_await green::sleep(std::chrono::microseconds(mine.below(20)));
    }
    if (!errors) co_await send_all(bytes_in, mine, 400);
  };
  const auto writer = green::spawn(send, chances(luck.next()));
  lent_buffer buffer(400);
  for (std::size_t i = 1; i <= 8; ++i) {
    ssize_t n = -1;
    while (n < 0) {
      n = co_await green::recv(b, buffer.lend(), 40, MSG_WAITALL);
      require(errors || n > 0, "a record was refused");
      if (n < 0) buffer.wipe();
    }
    require(std::string(buffer.data(), std::size_t(n)) == bytes_from(i, i),
            "records were put together");
    buffer.wipe();
  }
  for (std::size_t done = errors ? 400 : 0; done < 400;) {
    const std::size_t want = std::min(1 + luck.below(100), 400 - done);
    const ssize_t n = co_await green::recv(d, buffer.lend(), want, MSG_WAITALL);
    require(n == ssize_t(want), "less than all");
    require(std::string(buffer.data(), want) == bytes_from(done, want),
            "a byte was lost or doubled");
    buffer.wipe();
    done += want;
  }
  co_await writer.get();
}

}  // namespace tests
