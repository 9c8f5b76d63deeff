// SPDX-License-Identifier: MIT
//
// Readers and writers of descriptors: sockets, pipes, files.
#include "green/fileobjects/descriptor.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <optional>
#include <random>
#include <string>
#include <system_error>
#include <utility>

#include "green/fileobject.h"
#include "green/green.h"
#include "green/greenlet.h"
#include "green/sys/socket.h"
#include "green/unique_fd.h"
#include "tests/support/error_of.h"
#include "tests/support/files.h"
#include "tests/support/sockets.h"
#include "tests/support/waiting.h"

using green::task;
using std::string;
using tests::error_of;

namespace {

bool sigpipe_pending() {
  sigset_t pending;
  ::sigpending(&pending);
  return ::sigismember(&pending, SIGPIPE) == 1;
}

// Two ends, the first of which reads what the second writes.
using pair = tests::two_descriptors;
constexpr pair (*pairs[])() = {tests::pipe_descriptors, tests::stream_pair,
                               tests::tcp_pair};

task<> write_at_random(green::writer& out, const string& text, unsigned seed) {
  std::minstd_rand luck(seed);
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = 1 + luck() % 3000;
    co_await out.write(std::string_view(text).substr(at, length));
    at += length;
    if (luck() % 3 == 0) co_await out.flush();
    if (luck() % 4 == 0) co_await green::sleep();
  }
  co_await out.flush();
}

// Appends a piece that one of the functions gives. False at the end of file.
task<bool> read_at_random(green::reader& in, string& all, unsigned choice) {
  const std::size_t length = 1 + choice / 8 % 20000;
  const std::size_t before = all.size();
  switch (choice % 6) {
    case 0:
      all += co_await in.read(length);
      break;
    case 1:
      all += co_await in.read_some(length);
      break;
    case 2: {
      const string seen = co_await in.peek(length);
      all += co_await in.read(seen.size());
      break;
    }
    case 3: {
      string into(length, '\0');
      into.resize(co_await in.read(into.data(), length));
      all += into;
      break;
    }
    case 4: {
      string into(length, '\0');
      into.resize(co_await in.read_some(into.data(), length));
      all += into;
      break;
    }
    default: {
      const std::optional<string> line = co_await in.read_line(string::npos);
      if (line) all += *line;
      if (line && !in.eof()) all += '\n';
    }
  }
  co_return all.size() != before;
}

// Kills the green thread that reads again and again, until the end of file.
task<string> read_and_be_killed(green::reader& in, unsigned seed) {
  string all;
  bool more = true;
  std::minstd_rand luck(seed);
  const auto reads = [&]() -> task<> {
    while (more)
      more = co_await read_at_random(in, all, static_cast<unsigned>(luck()));
  };
  while (more) {
    const auto reading = green::spawn(reads);
    for (auto turns = luck() % 6; turns > 0; --turns) {
      co_await green::sleep();
    }
    co_await reading.kill();
  }
  co_return all;
}

// Writes in pieces, and kills the green thread that does so. A write that was
// killed has taken its bytes.
task<> write_and_be_killed(green::writer& out, string text) {
  std::minstd_rand luck(7);
  string piece;
  const auto writes = [&]() -> task<> {
    co_await out.write(piece);
    co_await out.flush();
  };
  for (std::size_t at = 0; at < text.size(); at += piece.size()) {
    piece = text.substr(at, 1 + luck() % 200'000);
    co_await out.flush();  // so that it takes the next piece
    green::greenlet<> writing = green::spawn(writes);
    co_await green::sleep();
    for (bool killed = true; killed;) {
      for (auto turns = luck() % 4; turns > 0; --turns) {
        co_await green::sleep();
      }
      co_await writing.kill();
      killed = writing.was_killed();
      if (killed) writing = green::spawn([&] { return out.flush(); });
      if (killed) co_await green::sleep();
    }
  }
}

}  // namespace

TEST_CASE("lines go through sockets and pipes") {
  green::run([]() -> task<> {
    for (const auto make : pairs) {
      pair ends = make();
      green::reader in(int{ends.a});
      {
        green::writer out(green::unique_fd(ends.b.release()));
        co_await out.write("one\ntwo\n");
        co_await out.flush();
        CHECK(co_await in.read_line(100) == "one");
        co_await out.write("three");
        co_await out.flush();
      }  // closes it
      CHECK(co_await in.read_line(100) == "two");
      CHECK(co_await in.read_line(100) == "three");
      CHECK(co_await in.read_line(100) == std::nullopt);
    }
  });
}

TEST_CASE("bytes that come one by one") {
  green::run([]() -> task<> {
    pair ends = tests::stream_pair();
    const string text = "first\r\nsecond\r\nrest";
    const auto writes = [&]() -> task<> {
      for (const char& byte : text) {
        co_await green::send(ends.b, &byte, 1, 0);
        co_await green::sleep();
      }
      ends.b.reset();
    };
    const auto writing = green::spawn(writes);
    green::reader in(int{ends.a});
    CHECK(co_await in.read_until("\r\n", 6) == "first");
    CHECK(co_await in.read_exactly(6) == "second");
    CHECK(co_await in.peek(4) == "\r\nre");
    CHECK(co_await in.read(100) == "\r\nrest");
    co_await writing.get();
  });
}

TEST_CASE("kills at random lose no byte of a reader") {
  green::run([]() -> task<> {
    string text = tests::pattern(300'000);
    for (const auto make : pairs) {
      for (unsigned seed = 1; seed <= 5; ++seed) {
        CAPTURE(seed);
        pair ends = make();
        const auto writes = [&]() -> task<> {
          green::writer out(green::unique_fd(ends.b.release()), 1000);
          co_await write_at_random(out, text, seed);
        };
        const auto writing = green::spawn(writes);
        green::reader in(int{ends.a}, 1 + seed * 700);
        const string read = co_await read_and_be_killed(in, seed);
        CHECK((read == text));
        co_await writing.get();
      }
    }
  });
}

TEST_CASE("kills at random lose no byte of a writer, and double none") {
  green::run([]() -> task<> {
    const string text = tests::pattern(3'000'000);
    for (const auto make : pairs) {
      pair ends = make();
      if (make == tests::tcp_pair) {
        tests::limit_buffers(ends.a, 65536);
        tests::limit_buffers(ends.b, 65536);
      }
      green::reader in(int{ends.a});
      {
        green::writer out(green::unique_fd(ends.b.release()), 5000);
        // Nobody reads yet, so that it waits.
        const string first = text.substr(0, 1'000'000);
        const auto writes = [&]() -> task<> { co_await out.write(first); };
        const auto writing = co_await tests::started(writes);
        co_await writing.kill();
        CHECK(writing.was_killed());
        const auto rest = green::spawn([&] {
          return write_and_be_killed(out, text.substr(first.size()));
        });
        string all;
        while (all.size() < text.size()) {
          all += co_await in.read_some(5000);
          if (all.size() % 3 == 0) co_await green::sleep();
        }
        CHECK((all == text));
        co_await rest.get();
        CHECK(out.buffered().empty());
      }
      CHECK(co_await in.read(1) == "");
    }
  });
}

TEST_CASE("a kill and a timeout end what waits") {
  green::run([]() -> task<> {
    for (const auto make : pairs) {
      const pair ends = make();
      green::reader in(int{ends.a});
      const auto reads = [&]() -> task<> { co_await in.read_line(9); };
      co_await tests::check_interruptible(reads);
      green::writer out(int{ends.b});
      const string much = tests::pattern(10'000'000);
      const auto writes = [&]() -> task<> { co_await out.write(much); };
      const auto writing = co_await tests::started(writes);
      co_await writing.kill();
      CHECK(writing.was_killed());
      const auto flushes = [&]() -> task<> { co_await out.flush(); };
      co_await tests::check_interruptible(flushes);
      CHECK(out.buffered().size() < much.size());
    }
  });
}

TEST_CASE("a peer that has gone is an error, and no signal") {
  green::run([]() -> task<> {
    for (const auto make : pairs) {
      pair ends = make();
      ends.a.reset();
      green::writer out(int{ends.b}, 0);
      int error = 0;
      for (int i = 0; error == 0 && i < 100; ++i) {
        error = co_await error_of(out.write("x"));
        co_await green::sleep();
      }
      CHECK((error == EPIPE || error == ECONNRESET));
      CHECK_FALSE(sigpipe_pending());
    }
    pair ends = tests::tcp_pair();
    tests::reset_on_close(ends.b);
    ends.b.reset();
    green::reader in(int{ends.a});
    CHECK(co_await error_of(in.read(1)) == ECONNRESET);
  });
}

TEST_CASE("a descriptor that is none is EBADF") {
  green::run([]() -> task<> {
    green::reader in(-1);
    green::writer out(-1, 0);
    CHECK(co_await error_of(in.read_line(9)) == EBADF);
    CHECK(co_await error_of(out.write("x")) == EBADF);
    green::descriptor none(-1);
    co_await none.close();
    CHECK(none.fd() == -1);
  });
}

TEST_CASE("who waits for a descriptor is told that it was closed") {
  green::run([]() -> task<> {
    pair ends = tests::pipe_descriptors();
    green::descriptor from(green::unique_fd(ends.a.release()), " here");
    green::reader in(from);
    const auto reads = [&]() -> task<string> {
      try {
        co_return co_await in.read(1);
      } catch (const std::system_error& e) {
        co_return e.what();
      }
    };
    const auto reading = green::spawn(reads);
    co_await tests::others_wait();
    co_await from.close();
    CHECK(co_await reading.get() == "read here: Bad file descriptor");
    CHECK(co_await error_of(in.read(1)) == EBADF);
    green::descriptor to(green::unique_fd(ends.b.release()));
    green::writer out(to, 0);
    CHECK(co_await error_of(out.write("x")) == EPIPE);
    co_await to.close();
    CHECK(co_await error_of(out.flush()) == EBADF);
  });
}

TEST_CASE("O_NONBLOCK does not keep them from waiting") {
  green::run([]() -> task<> {
    for (const auto make : pairs) {
      const pair ends = make();
      tests::set_nonblocking(ends.a, true);
      tests::set_nonblocking(ends.b, true);
      green::reader in(int{ends.a});
      green::writer out(int{ends.b});
      const string text = tests::pattern(3'000'000);
      const auto writes = [&]() -> task<> {
        co_await green::sleep();
        co_await out.write(text);
        co_await out.flush();
      };
      const auto writing = green::spawn(writes);
      errno = ENOTTY;
      const string got = co_await in.read_exactly(text.size());
      CHECK(errno == ENOTTY);
      CHECK((got == text));
      co_await writing.get();
    }
  });
}

TEST_CASE("the time limit of a socket is EAGAIN") {
  green::run([]() -> task<> {
    const pair ends = tests::stream_pair();
    const timeval limit{0, 5000};
    REQUIRE(green::setsockopt(ends.a, SOL_SOCKET, SO_RCVTIMEO, &limit,
                              sizeof limit) == 0);
    green::reader in(int{ends.a});
    CHECK(co_await error_of(in.read_line(9)) == EAGAIN);
  });
}

TEST_CASE("files are read and written at their position") {
  green::run([]() -> task<> {
    const tests::temporary_folder folder;
    const string text = tests::pattern(100'000);
    green::unique_fd file(::open(folder.file("a").c_str(), O_RDWR | O_CLOEXEC));
    errno = ENOTTY;
    green::writer out(file.get());
    co_await out.write("line\n");
    co_await out.write(text);
    co_await out.flush();
    CHECK(errno == ENOTTY);
    CHECK((tests::contents(folder.at("a")) == "line\n" + text));
    ::lseek(file.get(), 0, SEEK_SET);
    green::reader in(std::move(file));
    CHECK(co_await in.read_line(10) == "line");
    const string all = co_await in.read(string::npos);
    CHECK((all == text));
  });
}
