// SPDX-License-Identifier: MIT
// Streams that C code on fibers writes, and their locks.
#include <doctest/doctest.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <utility>
#include <vector>

#include "green/green.h"
#include "green/greenlet.h"
#include "green/hub/offloaded.h"
#include "green/patched.h"
#include "tests/support/files.h"
#include "tests/support/hooked.h"
#include "tests/support/oracle.h"
#include "tests/support/sockets.h"
#include "tests/support/virtual_time.h"
#include "tests/support/waiting.h"

using tests::answer;
using tests::failed;
using tests::hooked;
using tests::on_fiber;

namespace {

namespace c {
const auto fprintf = hooked<int(FILE*, const char*, ...)>("fprintf");
const auto fprintf_chk =
    hooked<int(FILE*, int, const char*, ...)>("__fprintf_chk");
const auto vfprintf = hooked<int(FILE*, const char*, va_list)>("vfprintf");
const auto printf = hooked<int(const char*, ...)>("printf");
const auto printf_chk = hooked<int(int, const char*, ...)>("__printf_chk");
const auto puts = hooked<int(const char*)>("puts");
const auto putchar = hooked<int(int)>("putchar");
const auto fputs = hooked<int(const char*, FILE*)>("fputs");
const auto fputs_unlocked = hooked<int(const char*, FILE*)>("fputs_unlocked");
const auto putc = hooked<int(int, FILE*)>("putc");
const auto overflow = hooked<int(FILE*, int)>("__overflow");
const auto fwrite =
    hooked<size_t(const void*, size_t, size_t, FILE*)>("fwrite");
const auto fflush = hooked<int(FILE*)>("fflush");
const auto fclose = hooked<int(FILE*)>("fclose");
const auto flockfile = hooked<void(FILE*)>("flockfile");
const auto ftrylockfile = hooked<int(FILE*)>("ftrylockfile");
const auto funlockfile = hooked<void(FILE*)>("funlockfile");
const auto nanosleep = hooked("nanosleep", ::nanosleep);
}  // namespace c

// A pipe, and a stream that writes it.
struct piped {
  explicit piped(int mode = _IOLBF)
      : ends(tests::pipe_descriptors()), stream(::fdopen(ends.b, "w")) {
    REQUIRE(stream != nullptr);
    ::setvbuf(stream, nullptr, mode, 0);
  }
  piped(const piped&) = delete;
  piped& operator=(const piped&) = delete;
  ~piped() {
    if (stream != nullptr) close();
  }

  void close() {
    ends.b.release();
    ::fclose(std::exchange(stream, nullptr));
  }
  /// Until not even a byte is free.
  void fill() {
    tests::set_nonblocking(ends.b, true);
    const std::string page = tests::pattern(4096);
    while (::write(ends.b, page.data(), page.size()) > 0) {
    }
    tests::set_nonblocking(ends.b, false);
  }
  /// All that was written, but what filled it.
  std::string take() {
    tests::set_nonblocking(ends.a, true);
    std::string all;
    char part[4096];
    for (ssize_t n; (n = ::read(ends.a, part, sizeof part)) > 0;) {
      const std::string some(part, static_cast<std::size_t>(n));
      if (some != tests::pattern(4096)) all += some;
    }
    return all;
  }

  tests::two_descriptors ends;
  FILE* stream;
};

int by_list(FILE* stream, const char* format, ...) {
  va_list arguments;
  va_start(arguments, format);
  const int result = c::vfprintf(stream, format, arguments);
  va_end(arguments);
  return result;
}

// The helper threads that there are.
unsigned helpers() { return green::hub::patient_helpers().size(); }

struct writer {
  const char* name;
  bool (*write)(FILE*);
  const char* text;
};

const writer writers[] = {
    {"fprintf", [](FILE* s) { return c::fprintf(s, "%d %s\n", 7, "a") == 4; },
     "7 a\n"},
    {"__fprintf_chk",
     [](FILE* s) { return c::fprintf_chk(s, 1, "%.1f\n", 0.5) == 4; }, "0.5\n"},
    {"vfprintf", [](FILE* s) { return by_list(s, "%s%c\n", "ab", 'c') == 4; },
     "abc\n"},
    {"fputs", [](FILE* s) { return c::fputs("line\n", s) >= 0; }, "line\n"},
    {"fputs_unlocked",
     [](FILE* s) { return c::fputs_unlocked("line\n", s) >= 0; }, "line\n"},
    {"putc", [](FILE* s) { return c::putc('\n', s) == '\n'; }, "\n"},
    {"__overflow", [](FILE* s) { return c::overflow(s, '\n') == '\n'; }, "\n"},
    {"fwrite", [](FILE* s) { return c::fwrite("12\n", 1, 3, s) == 3; }, "12\n"},
    {"fflush", [](FILE* s) { return ::fputs("b", s) > 0 && c::fflush(s) == 0; },
     "b"},
};

}  // namespace

// First, as helper threads stay for a while.
TEST_CASE("what fits into a pipe with room is written in place") {
  green::run([]() -> green::task<> {
    for (const writer& w : writers) {
      INFO(w.name);
      piped pipe;
      bool written = false;
      co_await on_fiber([&] { written = w.write(pipe.stream); });
      CHECK(written);
      CHECK(pipe.take() == w.text);
    }
  });
  CHECK(helpers() == 0);
}

TEST_CASE("what stays in the buffer of a stream is written in place") {
  green::run([]() -> green::task<> {
    piped pipe(_IOFBF);
    pipe.fill();
    co_await on_fiber([&] {
      for (int i = 0; i < 100; ++i) {
        CHECK(c::fprintf(pipe.stream, "line %d\n", i % 10) == 7);
      }
    });
    CHECK(pipe.take().empty());
    CHECK(helpers() == 0);
    co_await on_fiber([&] {
      const std::string long_line(2 * PIPE_BUF, 'x');
      CHECK(c::fputs(long_line.c_str(), pipe.stream) >= 0);
    });
    CHECK(pipe.take().size() == 2 * PIPE_BUF);
    CHECK(helpers() == 1);
    co_await on_fiber([&] { CHECK(c::fflush(pipe.stream) == 0); });
    CHECK(pipe.take().size() == 700);
  });
}

TEST_CASE("a stream on a full pipe is written while others go on") {
  for (const writer& w : writers) {
    INFO(w.name);
    green::run([&w]() -> green::task<> {
      piped pipe;
      pipe.fill();
      bool written = false;
      const auto writes = [&]() -> green::task<> {
        co_await on_fiber([&] { written = w.write(pipe.stream); });
      };
      const auto writing = co_await tests::started(writes);
      std::string got = pipe.take();
      co_await writing.join();
      got += pipe.take();
      CHECK(written);
      CHECK(got == w.text);
    });
  }
}

TEST_CASE("fclose and fflush(NULL) write what a full pipe has no room for") {
  for (const bool closes : {true, false}) {
    CAPTURE(closes);
    green::run([closes]() -> green::task<> {
      piped pipe(_IOFBF);
      pipe.fill();
      ::fputs("the rest", pipe.stream);
      int result = -1;
      const auto writes = [&]() -> green::task<> {
        co_await on_fiber([&] {
          result = closes ? c::fclose(pipe.stream) : c::fflush(nullptr);
        });
      };
      const auto writing = co_await tests::started(writes);
      std::string got = pipe.take();
      co_await writing.join();
      got += pipe.take();
      CHECK(result == 0);
      CHECK(got == "the rest");
      if (!closes) co_return;
      CHECK(::write(pipe.ends.b.release(), "", 1) == -1);
      pipe.stream = nullptr;
    });
  }
}

TEST_CASE("what stdout is, is written as any stream") {
  FILE* const before = stdout;
  green::run([]() -> green::task<> {
    piped pipe;
    stdout = pipe.stream;
    pipe.fill();
    const auto writes = [&]() -> green::task<> {
      co_await on_fiber([&] {
        CHECK(c::puts("one") >= 0);
        CHECK(c::printf("%s\n", "two") == 4);
        CHECK(c::printf_chk(1, "%d\n", 3) == 2);
        CHECK(c::putchar('\n') == '\n');
      });
    };
    const auto writing = co_await tests::started(writes);
    std::string got = pipe.take();
    co_await writing.join();
    got += pipe.take();
    CHECK(got == "one\ntwo\n3\n\n");
  });
  stdout = before;
}

TEST_CASE("a write that fails says so, at once or later") {
  struct sigaction ignore{}, before{};
  ignore.sa_handler = SIG_IGN;
  REQUIRE(::sigaction(SIGPIPE, &ignore, &before) == 0);
  for (const bool waits : {false, true}) {
    CAPTURE(waits);
    green::run([waits]() -> green::task<> {
      piped pipe(_IONBF);
      if (waits) pipe.fill();
      const auto writes = [&]() -> green::task<> {
        if (!waits) pipe.ends.a.reset();
        co_await on_fiber([&] {
          errno = 0;
          CHECK(c::fwrite("abc", 1, 3, pipe.stream) == 0);
          CHECK(errno == EPIPE);
          CHECK(answer(c::fputs("abc", pipe.stream)) == failed(EPIPE));
        });
      };
      const green::greenlet<> writing = green::spawn(writes);
      co_await tests::others_wait();
      CHECK(writing.ready() != waits);
      pipe.ends.a.reset();
      co_await writing.join();
    });
  }
  ::sigaction(SIGPIPE, &before, nullptr);
}

TEST_CASE("a success leaves errno, in place and on a helper thread") {
  green::run([]() -> green::task<> {
    piped pipe;
    const auto both = [&]() -> green::task<> {
      co_await on_fiber([&] {
        errno = EDOM;
        CHECK(c::fputs("at once\n", pipe.stream) >= 0);
        CHECK(errno == EDOM);
        pipe.fill();
        errno = EDOM;
        CHECK(c::fputs("later\n", pipe.stream) >= 0);
        CHECK(errno == EDOM);
      });
    };
    const auto writing = co_await tests::started(both);
    pipe.take();
    co_await writing.join();
  });
}

TEST_CASE("streams without a descriptor are as ever") {
  green::run([]() -> green::task<> {
    co_await on_fiber([] {
      char memory[16] = {};
      errno = EDOM;
      CHECK(::fclose(::fmemopen(memory, sizeof memory, "w")) == 0);
      const int after_original = errno;  // a sanitizer's sets it
      FILE* const stream = ::fmemopen(memory, sizeof memory, "w");
      errno = EDOM;
      CHECK(c::fprintf(stream, "%d", 42) == 2);
      CHECK(c::fclose(stream) == 0);
      CHECK(errno == after_original);
      CHECK(std::string(memory) == "42");
    });
  });
}

TEST_CASE("what flockfile locks is written on a helper thread, by its fiber") {
  green::run([]() -> green::task<> {
    piped pipe;
    pipe.fill();
    const auto locks = [&]() -> green::task<> {
      co_await on_fiber([&] {
        c::flockfile(pipe.stream);
        c::flockfile(pipe.stream);
        CHECK(c::fputs("first\n", pipe.stream) >= 0);
        CHECK(c::fputs_unlocked("second\n", pipe.stream) >= 0);
        c::funlockfile(pipe.stream);
        CHECK(c::fputs("third\n", pipe.stream) >= 0);
        c::funlockfile(pipe.stream);
      });
    };
    const auto locking = co_await tests::started(locks);
    const auto waits = [&]() -> green::task<> {
      co_await on_fiber([&] {
        CHECK(c::ftrylockfile(pipe.stream) != 0);
        CHECK(c::fputs("another's\n", pipe.stream) >= 0);
      });
    };
    const auto waiting = co_await tests::started(waits);
    std::string got = pipe.take();
    co_await locking.join();
    co_await waiting.join();
    got += pipe.take();
    CHECK(got == "first\nsecond\nthird\nanother's\n");
    CHECK(::ftrylockfile(pipe.stream) == 0);
    ::funlockfile(pipe.stream);
  });
}

TEST_CASE("who has a stream by flockfile may flush all streams") {
  green::run([]() -> green::task<> {
    piped pipe(_IOFBF);
    co_await on_fiber([&] {
      c::flockfile(pipe.stream);
      CHECK(c::fputs("kept", pipe.stream) >= 0);
      CHECK(c::fflush(nullptr) == 0);
      c::funlockfile(pipe.stream);
    });
    CHECK(pipe.take() == "kept");
  });
}

TEST_CASE("a lock of flockfile keeps other fibers of its thread out") {
  tests::run_virtual([]() -> green::task<> {
    const tests::temporary_folder place;
    FILE* const stream = ::fopen(place.at("file").c_str(), "w");
    REQUIRE(stream != nullptr);
    bool inside = false;
    std::vector<green::greenlet<>> all;
    for (int i = 0; i < 5; ++i) {
      all.push_back(green::spawn([&]() -> green::task<> {
        co_await on_fiber([&] {
          c::flockfile(stream);
          CHECK_FALSE(std::exchange(inside, true));
          const timespec moment{0, 1'000'000};
          c::nanosleep(&moment, nullptr);
          inside = false;
          c::funlockfile(stream);
        });
      }));
    }
    for (const auto& each : all) co_await each.join();
    ::fclose(stream);
  });
}
