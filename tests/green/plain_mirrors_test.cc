// SPDX-License-Identifier: MIT
//
// Headers in which nothing waits: their names are the originals, and no header
// of green is in the way of another. tests/plain_mirrors_test.cc makes them.
#include <doctest/doctest.h>

#include <concepts>
#include <string>

#include "green/algorithm"
#include "green/arpa/inet.h"
#include "green/assert.h"
#include "green/byteswap.h"
#include "green/chrono"
#include "green/ctype.h"
#include "green/endian.h"
#include "green/err.h"
#include "green/errno.h"
#include "green/fcntl.h"
#include "green/fenv.h"
#include "green/float.h"
#include "green/fnmatch.h"
#include "green/getopt.h"
#include "green/green.h"
#include "green/greenlet.h"
#include "green/inttypes.h"
#include "green/libgen.h"
#include "green/limits.h"
#include "green/math.h"
#include "green/mqueue.h"
#include "green/net/if.h"
#include "green/netdb.h"
#include "green/netinet/in.h"
#include "green/netinet/ip.h"
#include "green/netinet/tcp.h"
#include "green/netinet/udp.h"
#include "green/poll.h"
#include "green/regex.h"
#include "green/sched.h"
#include "green/semaphore.h"
#include "green/signal.h"
#include "green/stdarg.h"
#include "green/stdbool.h"
#include "green/stddef.h"
#include "green/stdint.h"
#include "green/stdio.h"
#include "green/stdlib.h"
#include "green/string"
#include "green/string.h"
#include "green/strings.h"
#include "green/sys/auxv.h"
#include "green/sys/inotify.h"
#include "green/sys/param.h"
#include "green/sys/pidfd.h"
#include "green/sys/prctl.h"
#include "green/sys/resource.h"
#include "green/sys/select.h"
#include "green/sys/signalfd.h"
#include "green/sys/socket.h"
#include "green/sys/stat.h"
#include "green/sys/syscall.h"
#include "green/sys/sysinfo.h"
#include "green/sys/sysmacros.h"
#include "green/sys/time.h"
#include "green/sys/timerfd.h"
#include "green/sys/times.h"
#include "green/sys/types.h"
#include "green/sys/utsname.h"
#include "green/sys/wait.h"
#include "green/time.h"
#include "green/unique_fd.h"
#include "green/unistd.h"
#include "green/utility"
#include "green/vector"
#include "green/wchar.h"
#include "green/wctype.h"
#include "tests/support/files.h"

static_assert(std::same_as<green::size_t, ::size_t>);
static_assert(
    std::same_as<green::vector<green::string>, std::vector<std::string>>);
static_assert(std::same_as<green::chrono::seconds, std::chrono::seconds>);
static_assert(std::same_as<green::wint_t, ::wint_t>);
static_assert(std::same_as<green::uint64_t, ::uint64_t>);
static_assert(std::same_as<green::pid_t, ::pid_t>);
static_assert(std::same_as<green::va_list, ::va_list>);
static_assert(std::same_as<green::regex_t, ::regex_t>);
static_assert(std::same_as<green::imaxdiv_t, ::imaxdiv_t>);
static_assert(std::same_as<green::itimerval, ::itimerval>);
static_assert(std::same_as<green::ifreq, ::ifreq>);
static_assert(std::same_as<green::iphdr, ::iphdr>);
static_assert(std::same_as<green::cpu_set_t, ::cpu_set_t>);
static_assert(std::same_as<green::signalfd_siginfo, ::signalfd_siginfo>);
static_assert(std::same_as<green::inotify_event, ::inotify_event>);

TEST_CASE("functions of plain headers are the originals") {
#define THE_SAME(name) CHECK((&green::name == &::name))
  THE_SAME(strlen);
  THE_SAME(strcasecmp);
  THE_SAME(toupper);
  THE_SAME(fnmatch);
  THE_SAME(regexec);
  THE_SAME(getopt_long);
  THE_SAME(gettimeofday);
  THE_SAME(getitimer);
  THE_SAME(getrusage);
  THE_SAME(sched_getaffinity);
  THE_SAME(if_nametoindex);
  THE_SAME(inotify_init1);
  THE_SAME(timerfd_create);
  THE_SAME(signalfd);
  THE_SAME(program_invocation_name);
#undef THE_SAME
}

TEST_CASE("overloads and macros are there, too") {
  const char text[] = "text";
  CHECK(green::strchr(text, 'x') == text + 2);
  CHECK(green::isfinite(green::sqrt(2.0)));
  CHECK_FALSE(green::isnan(green::abs(-2.5F)));
  errno = ENOENT;
  CHECK(std::string(green::strerror(errno)) == "No such file or directory");
  assert(INT64_MAX == LLONG_MAX);
}

// The original of one waits for a disk, and std has both under one name.
TEST_CASE("remove of <algorithm> stands beside remove of <stdio.h>") {
  using namespace green::literals;
  green::vector<int> numbers = {1, 2, 1};
  numbers.erase(green::remove(green::begin(numbers), numbers.end(), 1),
                numbers.end());
  CHECK(numbers == green::vector<int>{2});
  green::run([]() -> green::task<> {
    const tests::temporary_folder folder;
    const green::string path = folder.file("a") + ""s;
    CHECK(co_await green::remove(path.c_str()) == 0);
    CHECK(co_await green::remove(path.c_str()) == -1);
  });
}

TEST_CASE("green::read waits for the descriptors of timerfd and inotify") {
  green::run([]() -> green::task<> {
    const green::unique_fd timer(
        green::timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC));
    const green::itimerspec soon{{}, {0, 1'000'000}};
    REQUIRE(green::timerfd_settime(timer.get(), 0, &soon, nullptr) == 0);
    green::uint64_t count = 0;
    CHECK(co_await green::read(timer.get(), &count, sizeof count) == 8);
    CHECK(count == 1);

    const tests::temporary_folder folder;
    const green::unique_fd watch(green::inotify_init1(IN_CLOEXEC));
    REQUIRE(green::inotify_add_watch(watch.get(), folder.path().c_str(),
                                     IN_CREATE) > 0);
    const auto makes = [&]() -> green::task<> {
      co_await green::sleep();
      folder.file("new");
    };
    const auto making = green::spawn(makes);
    alignas(green::inotify_event) char room[1000];
    CHECK(co_await green::read(watch.get(), room, sizeof room) > 0);
    const auto* seen = reinterpret_cast<const green::inotify_event*>(room);
    CHECK(std::string(seen->name) == "new");
    co_await making.get();
  });
}

TEST_CASE("green::read and poll wait for signalfd and pidfd") {
  green::run([]() -> green::task<> {
    green::sigset_t one, before;
    green::sigemptyset(&one);
    green::sigaddset(&one, SIGUSR1);
    green::sigprocmask(SIG_BLOCK, &one, &before);
    const green::unique_fd signals(green::signalfd(-1, &one, SFD_CLOEXEC));
    const pid_t self = green::getpid();
    const auto sends = [self]() -> green::task<> {
      co_await green::sleep();
      green::kill(self, SIGUSR1);
    };
    const auto sending = green::spawn(sends);
    green::signalfd_siginfo came{};
    CHECK(co_await green::read(signals.get(), &came, sizeof came) ==
          sizeof came);
    CHECK(came.ssi_signo == SIGUSR1);
    green::sigprocmask(SIG_SETMASK, &before, nullptr);
    co_await sending.get();

    int ends[2];
    REQUIRE(green::pipe2(ends, O_CLOEXEC) == 0);
    const pid_t child = green::_Fork();
    if (child == 0) {
      ::close(ends[1]);
      ::read(ends[0], ends, 1);
      green::_exit(0);
    }
    const green::unique_fd process(
        static_cast<int>(::syscall(SYS_pidfd_open, child, 0)));
    REQUIRE(process);
    ::close(ends[0]);
    const auto lets_go = [&]() -> green::task<> {
      co_await green::sleep();
      ::close(ends[1]);
    };
    const auto letting = green::spawn(lets_go);
    green::pollfd ended{process.get(), POLLIN, 0};
    CHECK(co_await green::poll(&ended, 1, -1) == 1);
    CHECK(co_await green::waitpid(child, nullptr, 0) == child);
    co_await letting.get();
  });
}
