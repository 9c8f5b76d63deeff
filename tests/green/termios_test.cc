// SPDX-License-Identifier: MIT
#include "green/termios.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/ioctl.h>

#include <functional>
#include <optional>
#include <string>

#include "green/unistd.h"
#include "tests/support/answers.h"
#include "tests/support/mirror.h"
#include "tests/support/oracle.h"
#include "tests/support/sockets.h"
#include "tests/support/waiting.h"

using tests::answer;
using tests::answers;
using tests::descriptor;
using tests::failed;
using tests::task_of;

static_assert(tests::mirrors(green::tcdrain, ::tcdrain));
static_assert(tests::mirrors(green::tcsetattr, ::tcsetattr));
static_assert(tests::mirrors(green::tcsendbreak, ::tcsendbreak));
static_assert(tests::mirrors(green::tcflow, ::tcflow));
static_assert(tests::mirrors(green::tcflush, ::tcflush));

namespace {

struct original : tests::system_side {
  static constexpr tests::blocking_call tcdrain = &::tcdrain;
  static constexpr tests::blocking_call tcsetattr = &::tcsetattr;
  static constexpr tests::blocking_call tcsendbreak = &::tcsendbreak;
  static constexpr tests::blocking_call tcflow = &::tcflow;
  static constexpr tests::blocking_call tcflush = &::tcflush;
};

struct mirror : tests::green_side {
  static constexpr auto tcdrain = &green::tcdrain;
  static constexpr auto tcsetattr = &green::tcsetattr;
  static constexpr auto tcsendbreak = &green::tcsendbreak;
  static constexpr auto tcflow = &green::tcflow;
  static constexpr auto tcflush = &green::tcflush;
};

// A pseudo-terminal: what is written to `slave` is read from `master`.
struct terminal {
  terminal() {
    REQUIRE(::grantpt(master) == 0);
    REQUIRE(::unlockpt(master) == 0);
    slave.emplace(::open(::ptsname(master), O_RDWR | O_NOCTTY | O_CLOEXEC));
    struct green::termios mode;
    REQUIRE(green::tcgetattr(*slave, &mode) == 0);
    green::cfmakeraw(&mode);
    REQUIRE(::tcsetattr(*slave, TCSANOW, &mode) == 0);
  }
  descriptor master = descriptor(::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC));
  std::optional<descriptor> slave;
};

}  // namespace

TEST_CASE_TEMPLATE("tcdrain of a terminal, and of what is none", S, original,
                   mirror) {
  S::run([]() -> task_of<S> {
    terminal t;
    CHECK(co_await S::tcdrain(*t.slave) == 0);
    CHECK(co_await S::write(*t.slave, "hello", 5) == 5);
    CHECK(co_await S::tcdrain(*t.slave) == 0);
    char bytes[5];
    CHECK(co_await S::read(t.master, bytes, 5) == 5);
    CHECK(std::string(bytes, 5) == "hello");
    auto [in, out] = tests::pipe_descriptors();
    CHECK(answer(co_await S::tcdrain(out)) == failed(ENOTTY));
    CHECK(answer(co_await S::tcdrain(-1)) == failed(EBADF));
  });
}

TEST_CASE("tcdrain ends by a kill and by a timeout") {
  green::run([]() -> green::task<> {
    terminal t;
    const int fd = *t.slave;
    // Each of them may be over before the kill, but never waits after it.
    const auto drains = [fd]() -> green::task<> {
      for (;;) co_await green::tcdrain(fd);
    };
    co_await tests::check_interruptible(drains);
  });
}

namespace {

template <class S>
task_of<S> on_one(answers& out, int fd) {
  struct ::termios mode{};
  ::tcgetattr(fd, &mode);
  for (const int when : {TCSANOW, TCSADRAIN, TCSAFLUSH, 77}) {
    mode.c_cc[VMIN] = static_cast<cc_t>(when + 1);
    out.add("set", co_await S::tcsetattr(fd, when, &mode));
    struct ::termios now{};
    out.add("get", ::tcgetattr(fd, &now));
    out.add("it is", now.c_cc[VMIN]);
  }
  out.add("break", co_await S::tcsendbreak(fd, 0));
  for (const int what : {TCOOFF, TCOON, TCIOFF, TCION, 77}) {
    out.add("flow", co_await S::tcflow(fd, what));
  }
  for (const int what : {TCIFLUSH, TCOFLUSH, TCIOFLUSH, 77}) {
    out.add("flush", co_await S::tcflush(fd, what));
  }
}

template <class S>
task_of<S> on_all(answers& out) {
  terminal t;
  auto [in, to] = tests::pipe_descriptors();
  for (const int fd : {int(*t.slave), int(t.master), int(in), -1}) {
    co_await on_one<S>(out, fd);
  }
}

// They come some time after the other side has written.
int waiting_bytes(int fd) {
  int count = -1;
  ::ioctl(fd, FIONREAD, &count);
  return count;
}

void wait_for_bytes(int fd) {
  pollfd itself{fd, POLLIN, 0};
  REQUIRE(::poll(&itself, 1, -1) == 1);
}

}  // namespace

TEST_CASE("a terminal is set as by the originals") {
  answers by_green, by_original;
  mirror::run(on_all<mirror>, std::ref(by_green));
  original::run(on_all<original>, std::ref(by_original));
  CHECK(differences(by_green, by_original) == "");
  CHECK(by_original.has("flush EINVAL"));
  CHECK(by_original.has("set ENOTTY"));
}

TEST_CASE_TEMPLATE("TCSAFLUSH drops what was not read", S, original, mirror) {
  S::run([]() -> task_of<S> {
    terminal t;
    struct ::termios mode{};
    ::tcgetattr(*t.slave, &mode);
    CHECK(co_await S::write(t.master, "hello", 5) == 5);
    wait_for_bytes(*t.slave);
    CHECK(waiting_bytes(*t.slave) == 5);
    CHECK(co_await S::tcsetattr(*t.slave, TCSADRAIN, &mode) == 0);
    CHECK(waiting_bytes(*t.slave) == 5);
    CHECK(co_await S::tcsetattr(*t.slave, TCSAFLUSH, &mode) == 0);
    CHECK(waiting_bytes(*t.slave) == 0);
    CHECK(co_await S::write(t.master, "hello", 5) == 5);
    wait_for_bytes(*t.slave);
    CHECK(co_await S::tcflush(*t.slave, TCIFLUSH) == 0);
    CHECK(waiting_bytes(*t.slave) == 0);
  });
}

TEST_CASE("a kill and a timeout end what waits for a terminal") {
  green::run([]() -> green::task<> {
    terminal t;
    const int fd = *t.slave;
    struct ::termios mode{};
    ::tcgetattr(fd, &mode);
    const auto sets = [fd, &mode]() -> green::task<> {
      for (;;) co_await green::tcsetattr(fd, TCSADRAIN, &mode);
    };
    co_await tests::check_interruptible(sets);
    const auto breaks = [fd]() -> green::task<> {
      for (;;) co_await green::tcsendbreak(fd, 0);
    };
    co_await tests::check_interruptible(breaks);
    const auto flows = [fd]() -> green::task<> {
      for (;;) co_await green::tcflow(fd, TCOON);
    };
    co_await tests::check_interruptible(flows);
    const auto flushes = [fd]() -> green::task<> {
      for (;;) co_await green::tcflush(fd, TCOFLUSH);
    };
    co_await tests::check_interruptible(flushes);
  });
}
