// SPDX-License-Identifier: MIT
// Calls of <stdio.h> that wait: others go on, each has its turn, and a kill or
// timeout loses no byte.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "green/green.h"
#include "green/greenlet.h"
#include "green/stdio.h"
#include "green/timeout.h"
#include "green/unistd.h"
#include "tests/support/sockets.h"
#include "tests/support/waiting.h"

using namespace std::chrono_literals;
using std::string;

namespace {

// The two ends of a pipe, as streams.
struct stream_ends {
  stream_ends() {
    auto ends = tests::pipe_descriptors();
    from = ::fdopen(ends.a.release(), "r");
    to = ::fdopen(ends.b.release(), "w");
  }
  stream_ends(const stream_ends&) = delete;
  stream_ends& operator=(const stream_ends&) = delete;
  ~stream_ends() {
    ::fclose(from);
    if (to != nullptr) ::fclose(to);
  }
  // Writes now.
  void send(const string& text) const {
    REQUIRE(::write(::fileno(to), text.data(), text.size()) ==
            static_cast<ssize_t>(text.size()));
  }
  void fill() const {
    const int fd = ::fileno(to);
    const int flags = ::fcntl(fd, F_GETFL);
    ::fcntl(fd, F_SETFL, flags | O_NONBLOCK);
    const string block(4096, '.');
    while (::write(fd, block.data(), block.size()) > 0) ++blocks;
    ::fcntl(fd, F_SETFL, flags);
  }
  mutable size_t blocks = 0;
  FILE* from;
  FILE* to;
};

green::task<string> read_line(FILE* from) {
  std::array<char, 100> line{};
  const char* const got = co_await green::fgets(line.data(), 100, from);
  co_return got == nullptr ? "" : got;
}

// All that is left in the pipe, behind the dots that filled it.
green::task<string> rest_of(const stream_ends& ends) {
  string all;
  for (int byte; (byte = co_await green::fgetc(ends.from)) != EOF;) {
    all += static_cast<char>(byte);
  }
  CHECK(all.substr(0, ends.blocks * 4096).find_first_not_of('.') ==
        string::npos);
  co_return all.substr(ends.blocks * 4096);
}

// Ends f() by a kill or by a timeout, once it waits.
template <class F>
green::task<> end_early(bool kills, F f) {
  if (kills) {
    const green::greenlet<> g = co_await tests::started(f);
    co_await g.kill();
    CHECK(g.was_killed());
    co_return;
  }
  bool expired = false;
  try {
    co_await green::with_timeout(1ms, f);
  } catch (const green::timed_out&) {
    expired = true;
  }
  CHECK(expired);
}

}  // namespace

TEST_CASE("others go on while a reader waits, and the line comes whole") {
  green::run([]() -> green::task<> {
    const stream_ends ends;
    string got;
    const auto reads = [&]() -> green::task<> {
      got = co_await read_line(ends.from);
    };
    const auto g = co_await tests::started(reads);
    ends.send("half a ");
    co_await tests::others_wait();
    CHECK_FALSE(g.ready());
    ends.send("line\n");
    co_await g.join();
    CHECK(got == "half a line\n");
  });
}

TEST_CASE("a reader that is ended early leaves what it has in the stream") {
  for (const bool kills : {true, false}) {
    green::run([=]() -> green::task<> {
      const stream_ends ends;
      ends.send("12 a part ");
      const auto line = [&]() -> green::task<> {
        co_await read_line(ends.from);
      };
      co_await end_early(kills, line);
      char* text = nullptr;
      size_t size = 0;
      const auto whole = [&]() -> green::task<> {
        co_await green::getline(&text, &size, ends.from);
      };
      co_await end_early(kills, whole);
      std::array<char, 9000> data{};
      const auto items = [&]() -> green::task<> {
        co_await green::fread(data.data(), 1, data.size(), ends.from);
      };
      co_await end_early(kills, items);
      int number = 0;
      std::array<char, 20> word{};
      const auto scanned = [&]() -> green::task<> {
        co_await green::fscanf(ends.from, "%d a part %19s", &number,
                               word.data());
      };
      co_await end_early(kills, scanned);
      CHECK(number == 0);
      ends.send("of it\n");
      CHECK(co_await read_line(ends.from) == "12 a part of it\n");
      std::free(text);
    });
  }
}

TEST_CASE(
    "readers of one stream have their turns in the order of their calls") {
  green::run([]() -> green::task<> {
    const stream_ends ends;
    std::vector<string> got(3);
    const auto reads = [&](size_t i) -> green::task<> {
      got[i] = co_await read_line(ends.from);
    };
    std::vector<green::greenlet<>> all;
    for (size_t i = 0; i < got.size(); ++i) {
      all.push_back(green::spawn(reads, i));
      co_await tests::others_wait();
    }
    ends.send("a\nb\n");
    co_await all[0].join();
    co_await all[1].join();
    co_await all[2].kill();
    CHECK(got == std::vector<string>{"a\n", "b\n", ""});
    ends.send("c\n");
    CHECK(co_await read_line(ends.from) == "c\n");
  });
}

TEST_CASE("a full pipe holds the writer alone, and writers keep their order") {
  green::run([]() -> green::task<> {
    stream_ends ends;
    ends.fill();
    const auto writes = [&](string text) -> green::task<> {
      CHECK(co_await green::fputs(text.c_str(), ends.to) == 1);
      CHECK(co_await green::fflush(ends.to) == 0);
    };
    std::vector<green::greenlet<>> all;
    for (const char* const text : {"a", "b", "c"}) {
      all.push_back(green::spawn(writes, string(text)));
      co_await tests::others_wait();
      CHECK_FALSE(all.back().ready());
    }
    const auto closes = [&]() -> green::task<> {
      for (const auto& g : all) co_await g.join();
      CHECK(co_await green::fclose(std::exchange(ends.to, nullptr)) == 0);
    };
    const auto closer = green::spawn(closes);
    CHECK(co_await rest_of(ends) == "abc");
    co_await closer.join();
  });
}

TEST_CASE("a writer that is ended early leaves its text in the stream") {
  for (const int mode : {_IOFBF, _IOLBF, _IONBF}) {
    for (const size_t length : {10u, 5000u, 100000u}) {
      CAPTURE(mode);
      CAPTURE(length);
      green::run([=]() -> green::task<> {
        stream_ends ends;
        ::setvbuf(ends.to, nullptr, mode, 0);
        ends.fill();
        const string text = string(length, 'x') + "\n";
        const auto writes = [&]() -> green::task<> {
          co_await green::fputs(text.c_str(), ends.to);
          co_await green::fflush(ends.to);
        };
        co_await end_early(true, writes);
        const auto closes = [&]() -> green::task<> {
          CHECK(co_await green::fprintf(ends.to, "%s", "more") == 4);
          CHECK(co_await green::fclose(std::exchange(ends.to, nullptr)) == 0);
        };
        const auto closer = green::spawn(closes);
        CHECK(co_await rest_of(ends) == text + "more");
        co_await closer.join();
      });
    }
  }
}

TEST_CASE(
    "a plain call beside a reader that waits takes each byte or leaves it") {
  green::run([]() -> green::task<> {
    const stream_ends ends;
    string got;
    const auto reads = [&]() -> green::task<> {
      got = co_await read_line(ends.from);
    };
    const auto g = co_await tests::started(reads);
    ends.send("one\n");
    string all;
    pollfd readable{::fileno(ends.from), POLLIN, 0};
    if (::poll(&readable, 1, 0) == 1) {  // the reader has not taken these yet
      std::array<char, 100> line{};
      CHECK(::fgets(line.data(), 100, ends.from) == line.data());
      all = line.data();
      ends.send("two\n");
    }
    co_await g.join();
    all += got;
    CHECK((all == "one\n" || all == "one\ntwo\n"));
  });
}

TEST_CASE("a plain call beside a writer that waits keeps its text") {
  green::run([]() -> green::task<> {
    stream_ends ends;
    ends.fill();
    const auto writes = [&]() -> green::task<> {
      CHECK(co_await green::fputs("green, ", ends.to) == 1);
      CHECK(co_await green::fflush(ends.to) == 0);
    };
    const auto g = co_await tests::started(writes);
    CHECK(::fputs("plain", ends.to) == 1);
    const auto closes = [&]() -> green::task<> {
      co_await g.join();
      CHECK(co_await green::fclose(std::exchange(ends.to, nullptr)) == 0);
    };
    const auto closer = green::spawn(closes);
    CHECK(co_await rest_of(ends) == "green, plain");
    co_await closer.join();
  });
}

TEST_CASE("fclose that is ended early leaves the stream open") {
  green::run([]() -> green::task<> {
    stream_ends ends;
    ends.fill();
    CHECK(co_await green::fputs("text", ends.to) == 1);
    const auto closes = [&]() -> green::task<> {
      co_await green::fclose(ends.to);
    };
    co_await end_early(true, closes);
    const auto again = [&]() -> green::task<> {
      CHECK(co_await green::fclose(std::exchange(ends.to, nullptr)) == 0);
    };
    const auto closer = green::spawn(again);
    CHECK(co_await rest_of(ends) == "text");
    co_await closer.join();
  });
}

TEST_CASE("fclose ends the waits for the descriptor") {
  green::run([]() -> green::task<> {
    auto ends = tests::pipe_descriptors();
    FILE* const f = ::fdopen(::dup(ends.a), "r");
    const int fd = ::fileno(f);
    const auto reads = [&]() -> green::task<> {
      char byte = 0;
      CHECK(co_await green::read(fd, &byte, 1) == -1);
      CHECK(errno == EBADF);
    };
    const auto g = co_await tests::started(reads);
    CHECK(co_await green::fclose(f) == 0);
    co_await g.join();
    CHECK(::fcntl(fd, F_GETFD) == -1);
  });
}

TEST_CASE("a call waits while another OS thread is in one on the stream") {
  green::run([]() -> green::task<> {
    const stream_ends ends;
    ends.send("word\n");
    std::atomic<bool> has = false, go = false;
    std::thread other([&] {
      ::flockfile(ends.from);
      has = true;
      while (!go) std::this_thread::yield();
      ::funlockfile(ends.from);
    });
    while (!has) co_await green::sleep(1ms);
    const auto reads = [&]() -> green::task<> {
      CHECK(co_await read_line(ends.from) == "word\n");
    };
    const auto g = co_await tests::started(reads);
    go = true;
    co_await g.join();
    other.join();
  });
}

TEST_CASE("green threads of two hubs share a stream") {
  stream_ends ends;
  constexpr int each = 300;
  const auto writes = [&](char letter) {
    green::run([&]() -> green::task<> {
      for (int i = 0; i < each; ++i) {
        CHECK(co_await green::fprintf(ends.to, "%c%0999d\n", letter, i) ==
              1001);
      }
      CHECK(co_await green::fflush(ends.to) == 0);
    });
  };
  std::thread one(writes, 'a'), two(writes, 'b');
  int next[2] = {0, 0};
  green::run([&]() -> green::task<> {
    char* line = nullptr;
    size_t size = 0;
    for (int i = 0; i < 2 * each; ++i) {
      CHECK(co_await green::getline(&line, &size, ends.from) == 1001);
      int& wanted = next[line[0] - 'a'];
      CHECK(std::atoi(line + 1) == wanted++);
    }
    std::free(line);
  });
  one.join();
  two.join();
  CHECK(next[0] == each);
  CHECK(next[1] == each);
}
