// SPDX-License-Identifier: MIT
// Readers of lines on stdin, on a command and on a socket, in one program, that
// are killed at random moments: no byte is lost, doubled or out of order.
// GREEN_KILLS=N kills as many readers.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <random>
#include <string>
#include <utility>

#include "green/green.h"
#include "green/greenlet.h"
#include "green/stdio.h"
#include "green/unistd.h"
#include "tests/support/sockets.h"

using std::string;

namespace {

long wanted_kills() {
  const char* const text = std::getenv("GREEN_KILLS");
  return text != nullptr ? std::atol(text) : 10000;
}

// The line of this number. Some are longer than a small buffer.
string line_of(long number) {
  const auto length = static_cast<size_t>(number * 37 % 200);
  const size_t more = number % 50 == 0 ? 9000 : 0;
  return std::to_string(number) + string(length + more, ':') + "\n";
}

// Writes lines in pieces of all lengths, so that readers meet parts of lines.
// Told to stop, it ends the last line and closes the descriptor.
struct line_writer {
  int to;
  long lines = 0;  // that it has begun
  bool stop = false;

  green::task<> run(unsigned seed) {
    std::minstd_rand random(seed);
    string text;
    for (;;) {
      while (!stop && text.size() <= 300) text += line_of(lines++);
      if (text.empty()) break;
      const size_t most = random() % 300 + 1;
      const ssize_t wrote =
          co_await green::write(to, text.data(), std::min(most, text.size()));
      REQUIRE(wrote > 0);
      text.erase(0, static_cast<size_t>(wrote));
      if (random() % 4 == 0) co_await green::sleep();
    }
    co_await green::close(to);
  }
};

struct line_reader {
  FILE* from;
  long next = 0;  // the number of the line that must come
  bool wrong = false;

  // Reads lines until it is killed, or to the end of file.
  green::task<> run() {
    char* line = nullptr;
    size_t size = 0;
    std::array<char, 20000> text{};
    try {
      for (;;) {
        const char* got = nullptr;
        if (next % 2 == 0) {
          if (co_await green::getline(&line, &size, from) > 0) got = line;
        } else {
          got = co_await green::fgets(text.data(), 20000, from);
        }
        if (got == nullptr) break;
        wrong |= got != line_of(next);
        ++next;
      }
    } catch (...) {
      std::free(line);
      throw;
    }
    std::free(line);
  }
};

// Returns the number of readers that were killed.
green::task<long> kill_readers(line_reader& reader, long kills, unsigned seed) {
  std::minstd_rand random(seed);
  long killed = 0;
  while (killed < kills && !reader.wrong) {
    const auto reads = [&reader] { return reader.run(); };
    const auto g = green::spawn(reads);
    for (unsigned long turns = random() % 20; turns > 0; --turns) {
      co_await green::sleep();
    }
    co_await g.kill();
    if (!g.was_killed()) break;  // it has met an end that nobody wrote
    ++killed;
  }
  co_return killed;
}

// Kills readers, and then reads the rest.
green::task<> read_in_parts(FILE* from, int to, unsigned seed) {
  const long kills = wanted_kills() / 3 + 1;
  line_writer writer{to};
  const auto writes = [&] { return writer.run(seed); };
  const auto writing = green::spawn(writes);
  line_reader reader{from};
  CHECK(co_await kill_readers(reader, kills, seed + 1) == kills);
  writer.stop = true;
  co_await reader.run();
  co_await writing.get();
  CHECK_FALSE(reader.wrong);
  CHECK(reader.next == writer.lines);
  CHECK(::feof(from) != 0);
}

}  // namespace

TEST_CASE("readers that are killed at random lose no byte") {
  auto socket = tests::stream_pair(), pipe = tests::pipe_descriptors(),
       input = tests::pipe_descriptors();
  FILE* const on_socket = ::fdopen(socket.a.release(), "r");
  const int stdin_before = ::dup(STDIN_FILENO);
  REQUIRE(::dup2(input.a, STDIN_FILENO) == STDIN_FILENO);
  green::run([&]() -> green::task<> {
    ::fcntl(pipe.b, F_SETFD, FD_CLOEXEC);
    const string command = "exec cat < /proc/" + std::to_string(::getpid()) +
                           "/fd/" + std::to_string(int{pipe.a});
    // It says what it is told, in pieces of its own.
    FILE* const told = co_await green::popen(command.c_str(), "r");
    REQUIRE(told != nullptr);
    for (FILE* const f : {on_socket, told}) {
      ::setvbuf(f, nullptr, _IOFBF, 0);  // a small buffer
    }
    const auto one = green::spawn(read_in_parts, stdin, input.b.release(), 1u);
    const auto two =
        green::spawn(read_in_parts, on_socket, socket.b.release(), 2u);
    const auto three = green::spawn(read_in_parts, told, pipe.b.release(), 3u);
    co_await one.get();
    co_await two.get();
    co_await three.get();
    CHECK(co_await green::pclose(told) == 0);
  });
  ::fclose(on_socket);
  ::dup2(stdin_before, STDIN_FILENO);
  ::close(stdin_before);
  ::clearerr(stdin);
}
