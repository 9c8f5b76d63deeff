// SPDX-License-Identifier: MIT
#include "green/termios.h"

#include <doctest/doctest.h>
#include <fcntl.h>
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
using tests::descriptor;
using tests::failed;
using tests::task_of;

static_assert(tests::mirrors(green::tcdrain, ::tcdrain));

namespace {

struct original : tests::system_side {
  static constexpr tests::blocking_call tcdrain = &::tcdrain;
};

struct mirror : tests::green_side {
  static constexpr auto tcdrain = &green::tcdrain;
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
    REQUIRE(green::tcsetattr(*slave, TCSANOW, &mode) == 0);
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
