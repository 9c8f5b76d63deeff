// SPDX-License-Identifier: MIT
// Readers of lines on stdin, on a command and on a socket, in one program, that
// are killed at random moments: no byte is lost, doubled or out of order.
// GREEN_KILLS=N kills as many readers of each.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

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
  return text != nullptr ? std::atol(text) : 100;
}

// The line of this number. Some are longer than the buffer of a stream.
string line_of(long number) {
  const auto length = static_cast<size_t>(number * 37 % 200);
  const size_t more = number % 50 == 0 ? 9000 : 0;
  return std::to_string(number) + string(length + more, ':') + "\n";
}

// Writes lines in pieces of all lengths, so that readers meet parts of lines.
green::task<> write_lines(int to, unsigned seed) {
  std::minstd_rand random(seed);
  string text;
  for (long number = 0;; ++number) {
    text += line_of(number);
    while (text.size() > 300) {
      const size_t piece = random() % 300 + 1;
      if (co_await green::write(to, text.data(), piece) < 0) co_return;
      text.erase(0, piece);
      if (random() % 4 == 0) co_await green::sleep();
    }
  }
}

struct line_reader {
  FILE* from;
  long next = 0;  // the number of the line that must come
  bool wrong = false;

  // Reads lines until it is killed.
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

green::task<> kill_readers(line_reader& reader, unsigned seed) {
  std::minstd_rand random(seed);
  for (long i = 0; i < wanted_kills(); ++i) {
    const auto reads = [&reader] { return reader.run(); };
    const auto g = green::spawn(reads);
    for (unsigned long turns = random() % 20; turns > 0; --turns) {
      co_await green::sleep();
    }
    co_await g.kill();
    if (reader.wrong) break;
  }
}

green::task<> read_in_part(FILE* from, int to, unsigned seed) {
  const auto writer = green::spawn(write_lines, to, seed);
  line_reader reader{from};
  co_await kill_readers(reader, seed + 1);
  CHECK_FALSE(reader.wrong);
  CHECK(reader.next > 0);
  co_await writer.kill();
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
    const auto one = green::spawn(read_in_part, stdin, int{input.b}, 1u);
    const auto two = green::spawn(read_in_part, on_socket, int{socket.b}, 2u);
    const auto three = green::spawn(read_in_part, told, int{pipe.b}, 3u);
    co_await one.get();
    co_await two.get();
    co_await three.get();
    pipe.b.reset();
    while (co_await green::fgetc(told) != EOF) {
    }
    CHECK(co_await green::pclose(told) == 0);
  });
  ::fclose(on_socket);
  ::dup2(stdin_before, STDIN_FILENO);
  ::close(stdin_before);
}
