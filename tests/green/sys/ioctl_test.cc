// SPDX-License-Identifier: MIT
#include "green/sys/ioctl.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <poll.h>
#include <stdlib.h>
#include <termios.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>

#include "green/hub/offloaded.h"
#include "tests/support/answers.h"
#include "tests/support/files.h"
#include "tests/support/mirror.h"
#include "tests/support/oracle.h"
#include "tests/support/sockets.h"
#include "tests/support/waiting.h"

using tests::answers;
using tests::descriptor;
using tests::task_of;

static_assert(tests::gives<decltype(green::ioctl(0, 0)), int>);
static_assert(tests::gives<decltype(green::ioctl(0, 0, 1)), int>);
static_assert(tests::gives<decltype(green::ioctl(0, 0, 1u)), int>);
static_assert(tests::gives<decltype(green::ioctl(0, 0, nullptr)), int>);

namespace {

struct original : tests::system_side {
  template <class... A>
  static tests::ready<int> ioctl(int fd, unsigned long request, A... argument) {
    return tests::ready<int>(::ioctl(fd, request, argument...));
  }
};

struct mirror : tests::green_side {
  template <class... A>
  static auto ioctl(int fd, unsigned long request, A... argument) {
    return green::ioctl(fd, request, argument...);
  }
};

// A pseudo-terminal that changes nothing of what passes.
struct terminal {
  terminal() {
    REQUIRE(::grantpt(master) == 0);
    REQUIRE(::unlockpt(master) == 0);
    slave.emplace(::open(::ptsname(master), O_RDWR | O_NOCTTY | O_CLOEXEC));
    struct ::termios mode;
    REQUIRE(::tcgetattr(*slave, &mode) == 0);
    ::cfmakeraw(&mode);
    REQUIRE(::tcsetattr(*slave, TCSANOW, &mode) == 0);
  }
  descriptor master = descriptor(::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC));
  std::optional<descriptor> slave;
};

// As the kernel knows it, which is shorter than the C library's.
struct kernel_termios {
  unsigned modes[4];
  unsigned char rest[64];
};

template <class S>
task_of<S> on_one(answers& out, int fd) {
  int count = -1, on = 1, off = 0;
  out.add("pending", co_await S::ioctl(fd, FIONREAD, &count));
  out.add("how many", count);
  out.add("non-blocking", co_await S::ioctl(fd, FIONBIO, &on));
  out.add("flags", ::fcntl(fd, F_GETFL) & O_NONBLOCK);
  out.add("blocking", co_await S::ioctl(fd, FIONBIO, &off));
  out.add("close on exec", co_await S::ioctl(fd, FIOCLEX));
  out.add("not on exec", co_await S::ioctl(fd, FIONCLEX));
  out.add("descriptor's flags", ::fcntl(fd, F_GETFD));
  out.add("nowhere", co_await S::ioctl(fd, FIONREAD, tests::nowhere<int>()));
  green::winsize size{};
  out.add("size", co_await S::ioctl(fd, TIOCGWINSZ, &size));
  size.ws_col = 77;
  out.add("set size", co_await S::ioctl(fd, TIOCSWINSZ, &size));
  kernel_termios mode{};
  out.add("get", co_await S::ioctl(fd, TCGETS, &mode));
  for (const int request : {TCSETS, TCSETSW, TCSETSF}) {
    const auto how = static_cast<unsigned long>(request);
    out.add("set", co_await S::ioctl(fd, how, &mode));
    out.add("set from nowhere",
            co_await S::ioctl(fd, how, tests::nowhere<kernel_termios>()));
  }
  out.add("break", co_await S::ioctl(fd, TCSBRK, 0));
  out.add("drain", co_await S::ioctl(fd, TCSBRK, 1));
  out.add("a break of its length", co_await S::ioctl(fd, TCSBRKP, 0L));
  out.add("flush", co_await S::ioctl(fd, TCFLSH, TCIOFLUSH));
  out.add("flush oddly", co_await S::ioctl(fd, TCFLSH, 99));
  out.add("flow", co_await S::ioctl(fd, TCXONC, TCOON));
  out.add("at a mark", co_await S::ioctl(fd, 0x8905, &count));
  out.add("block size", co_await S::ioctl(fd, FIGETBSZ, &count) < 0 ? -1 : 0);
  out.add("of disks", co_await S::ioctl(fd, BLKFLSBUF, 0));
  out.add("clone", co_await S::ioctl(fd, FICLONE, -1));
  out.add("unknown", co_await S::ioctl(fd, 0xdeadbeefUL, 0));
}

template <class S>
task_of<S> on_all(answers& out) {
  const tests::temporary_folder folder;
  const std::string path = folder.file("a", "some bytes");
  const descriptor file(::open(path.c_str(), O_RDWR | O_CLOEXEC));
  auto [in, to] = tests::pipe_descriptors();
  REQUIRE(::write(to, "hello", 5) == 5);
  auto [left, right] = tests::stream_pair();
  const terminal t;
  for (const int fd : {int(file), int(in), int(to), int(left), int(*t.slave),
                       int(t.master), -1}) {
    co_await on_one<S>(out, fd);
  }
}

}  // namespace

// The first case, as no helper has been started before.
TEST_CASE("what does not wait is made without a helper") {
  green::run([]() -> green::task<> {
    const auto helpers = [] {
      return green::hub::file_helpers().size() +
             green::hub::patient_helpers().size();
    };
    REQUIRE(helpers() == 0);
    auto [in, to] = tests::pipe_descriptors();
    int count = -1;
    CHECK(co_await green::ioctl(in, FIONREAD, &count) == 0);
    CHECK(count == 0);
    CHECK(helpers() == 0);
    CHECK(co_await green::ioctl(in, FIGETBSZ, &count) == 0);
    CHECK(helpers() == 1);
  });
}

TEST_CASE("requests are answered as by the original") {
  answers by_green, by_original;
  mirror::run(on_all<mirror>, std::ref(by_green));
  original::run(on_all<original>, std::ref(by_original));
  CHECK(differences(by_green, by_original) == "");
  CHECK(by_original.has("how many 5"));
  CHECK(by_original.has("set size 0"));
  CHECK(by_original.has("unknown ENOTTY"));
}

TEST_CASE_TEMPLATE("TCSETSF drops what was not read", S, original, mirror) {
  S::run([]() -> task_of<S> {
    const terminal t;
    kernel_termios mode{};
    int count = -1;
    CHECK(co_await S::write(t.master, "hello", 5) == 5);
    pollfd arrives{*t.slave, POLLIN, 0};
    REQUIRE(::poll(&arrives, 1, -1) == 1);
    CHECK(co_await S::ioctl(*t.slave, TCGETS, &mode) == 0);
    CHECK(co_await S::ioctl(*t.slave, TCSETSW, &mode) == 0);
    CHECK(co_await S::ioctl(*t.slave, FIONREAD, &count) == 0);
    CHECK(count == 5);
    const tests::answer refused =
        co_await S::ioctl(*t.slave, TCSETSF, tests::nowhere<kernel_termios>());
    CHECK(refused == tests::failed(EFAULT));
    CHECK(co_await S::ioctl(*t.slave, FIONREAD, &count) == 0);
    CHECK(count == 5);
    CHECK(co_await S::ioctl(*t.slave, TCSETSF, &mode) == 0);
    CHECK(co_await S::ioctl(*t.slave, FIONREAD, &count) == 0);
    CHECK(count == 0);
  });
}

TEST_CASE("a request that waits ends by a kill and by a timeout") {
  green::run([]() -> green::task<> {
    const terminal t;
    const int fd = *t.slave;
    kernel_termios mode{};
    REQUIRE(::ioctl(fd, TCGETS, &mode) == 0);
    const auto drains = [fd]() -> green::task<> {
      for (;;) co_await green::ioctl(fd, TCSBRK, 1);
    };
    co_await tests::check_interruptible(drains);
    const auto sets = [fd, &mode]() -> green::task<> {
      for (;;) co_await green::ioctl(fd, TCSETSW, &mode);
    };
    co_await tests::check_interruptible(sets);
    const auto looks = [fd]() -> green::task<> {
      int count = 0;
      for (;;) co_await green::ioctl(fd, FIGETBSZ, &count);
    };
    co_await tests::check_interruptible(looks);
  });
}
