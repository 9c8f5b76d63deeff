// SPDX-License-Identifier: MIT
// A file's own position is moved under the kernel's lock, whoever shares it:
// two hubs, a hub and a plain thread, several green threads.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <latch>
#include <map>
#include <string>
#include <thread>
#include <vector>

#include "green/green.h"
#include "green/greenlet.h"
#include "green/sys/uio.h"
#include "green/unistd.h"
#include "tests/support/files.h"
#include "tests/support/oracle.h"
#include "tests/support/sockets.h"

namespace {

using green::task;
using tests::descriptor;

constexpr std::size_t line_length = 64;
constexpr int lines_each = 2'000;

std::string line_of(char c) { return std::string(line_length - 1, c) + "\n"; }

// Whole lines, so many of each letter.
std::map<char, int> lines_in(const std::string& text) {
  REQUIRE(text.size() % line_length == 0);
  std::map<char, int> found;
  for (std::size_t at = 0; at < text.size(); at += line_length) {
    const std::string line = text.substr(at, line_length);
    if (line != line_of(line[0])) FAIL_CHECK("a line was torn: " << line);
    ++found[line[0]];
  }
  return found;
}

task<> write_lines(int fd, char c, int count) {
  const std::string line = line_of(c);
  for (int i = 0; i < count; ++i) {
    CHECK(co_await green::write(fd, line.data(), line.size()) ==
          ssize_t(line_length));
  }
}

task<> writev_lines(int fd, char c, int count) {
  std::string line = line_of(c);
  const iovec parts[] = {{line.data(), 10},
                         {line.data() + 10, line_length - 10}};
  for (int i = 0; i < count; ++i) {
    CHECK(co_await green::writev(fd, parts, 2) == ssize_t(line_length));
  }
}

void write_plainly(int fd, char c, int count) {
  const std::string line = line_of(c);
  for (int i = 0; i < count; ++i) {
    CHECK(::write(fd, line.data(), line.size()) == ssize_t(line_length));
  }
}

struct shared_file {
  explicit shared_file(int flags = 0)
      : path(folder.file("log")), fd(::open(path.c_str(), O_RDWR | flags)) {}

  tests::temporary_folder folder;
  std::string path;
  descriptor fd;
};

// Each on a thread of its own; all begin together.
template <class... F>
void together(F... f) {
  std::latch begin(sizeof...(f));
  std::vector<std::jthread> threads;
  (threads.emplace_back([&begin, f] {
    begin.arrive_and_wait();
    f();
  }),
   ...);
}

}  // namespace

TEST_CASE("two hubs and a plain thread write one file") {
  for (const int flags : {0, O_APPEND}) {
    const shared_file file(flags);
    const int fd = file.fd;
    together([fd] { green::run(write_lines, fd, 'a', lines_each); },
             [fd] { green::run(writev_lines, fd, 'b', lines_each); },
             [fd] { write_plainly(fd, 'c', lines_each); });
    const auto found = lines_in(tests::contents(file.path));
    CHECK(found == std::map<char, int>{{'a', lines_each},
                                       {'b', lines_each},
                                       {'c', lines_each}});
  }
}

TEST_CASE("green threads of one hub write one file, each write at once done") {
  const shared_file file(O_DSYNC);
  green::run([fd = int(file.fd)]() -> task<> {
    std::vector<green::greenlet<>> writers;
    for (char c = 'a'; c < 'i'; ++c) {
      writers.push_back(green::spawn(write_lines, fd, c, 10));
    }
    co_await green::joinall(writers);
  });
  const auto found = lines_in(tests::contents(file.path));
  CHECK(found.size() == 8);
  for (const auto& [c, count] : found) CHECK(count == 10);
}

TEST_CASE("lines beside one write of 16 MiB") {
  const shared_file file;
  constexpr int big = (16 << 20) / line_length;
  std::string much;
  for (int i = 0; i < big; ++i) much += line_of('B');
  green::run([fd = int(file.fd), &much]() -> task<> {
    const auto write_much = [fd, &much]() -> task<> {
      CHECK(co_await green::write(fd, much.data(), much.size()) ==
            ssize_t(much.size()));
    };
    std::vector<green::greenlet<>> writers;
    writers.push_back(green::spawn(write_much));
    for (char c = 'a'; c < 'e'; ++c) {
      writers.push_back(green::spawn(write_lines, fd, c, 50));
    }
    co_await green::joinall(writers);
  });
  const auto found = lines_in(tests::contents(file.path));
  CHECK(found.at('B') == big);
  CHECK(found.size() == 5);
}

TEST_CASE("two hubs read one file: each byte goes to one of them") {
  const shared_file file;
  std::string numbers;
  for (int i = 0; i < 4'000; ++i) {
    std::string one = std::to_string(i);
    numbers += std::string(15 - one.size(), ' ') + one + "\n";
  }
  REQUIRE(::write(file.fd, numbers.data(), numbers.size()) ==
          ssize_t(numbers.size()));
  REQUIRE(::lseek(file.fd, 0, SEEK_SET) == 0);
  std::vector<std::atomic<int>> seen(4'000);
  const auto reads = [fd = int(file.fd), &seen](bool in_parts) -> task<> {
    char data[16];
    const iovec parts[] = {{data, 7}, {data + 7, 9}};
    for (;;) {
      const ssize_t n = in_parts ? co_await green::readv(fd, parts, 2)
                                 : co_await green::read(fd, data, 16);
      if (n == 0) co_return;
      REQUIRE(n == 16);
      ++seen[std::size_t(std::stoi(std::string(data, 15)))];
    }
  };
  together([&] { green::run(reads, false); }, [&] { green::run(reads, true); });
  for (const auto& times : seen) CHECK(times == 1);
}

// Whoever reads much of a file holds the lock for as long, whichever thread. So
// another thread reads the whole again and again, until the hub has taken its
// turns while a green thread waited for the lock.
TEST_CASE("the hub goes on while another holds the position") {
  const descriptor file(::memfd_create("much", MFD_CLOEXEC));
  constexpr std::size_t much = 256 << 20;
  REQUIRE(::ftruncate(file, much) == 0);
  std::string room(much, 'x');
  std::atomic<bool> enough = false;
  const std::jthread other([&] {
    while (!enough) {
      REQUIRE(::lseek(file, 0, SEEK_SET) == 0);
      const ssize_t n = ::read(file, room.data(), much);
      // The hub's green thread reads a byte in between now and then.
      CHECK((n > ssize_t(much) - 1'000 && n <= ssize_t(much)));
    }
  });
  int most_turns = 0;
  green::run([&, fd = int(file)]() -> task<> {
    for (int tries = 0; tries < 500 && most_turns <= 10; ++tries) {
      const auto read_one = [fd]() -> task<> {
        char byte;
        co_await green::read(fd, &byte, 1);
        co_await green::pwrite(fd, "y", 1, 0);
      };
      const auto g = green::spawn(read_one);
      int turns = 0;
      while (!g.ready()) {
        co_await green::sleep();
        ++turns;
      }
      most_turns = std::max(most_turns, turns);
    }
    enough = true;
  });
  CHECK(most_turns > 10);
}

TEST_CASE_TEMPLATE("a descriptor without waiting reads files at once", S,
                   SIDES) {
  S::run([]() -> tests::task_of<S> {
    const shared_file file(O_NONBLOCK);
    char data[8] = {};
    CHECK(co_await S::write(file.fd, "abc", 3) == 3);
    CHECK(::lseek(file.fd, 1, SEEK_SET) == 1);
    CHECK(co_await S::read(file.fd, data, 8) == 2);
    CHECK(std::string(data) == "bc");
    CHECK(::lseek(file.fd, 0, SEEK_CUR) == 3);
  });
}

TEST_CASE("a kill of who writes at the position leaves whole lines") {
  const shared_file file;
  green::run([fd = int(file.fd)]() -> task<> {
    const auto write = [fd]() -> task<> {
      const std::string line = line_of('k');
      for (;;) co_await green::write(fd, line.data(), line.size());
    };
    for (int turns = 0; turns < 50; ++turns) {
      auto writer = green::spawn(write);
      for (int i = 0; i < turns; ++i) co_await green::sleep();
      co_await writer.kill();
    }
  });
  CHECK(lines_in(tests::contents(file.path)).size() <= 1);
}
