// SPDX-License-Identifier: MIT
// The log is /dev/log, so this program has a /dev of its own. That takes
// privileges, without which the tests that read the log are skipped.
#include "green/syslog.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdarg>
#include <cstddef>
#include <functional>
#include <optional>
#include <regex>
#include <string>
#include <vector>

#include "green/unistd.h"
#include "tests/support/files.h"
#include "tests/support/mirror.h"
#include "tests/support/oracle.h"
#include "tests/support/sockets.h"
#include "tests/support/waiting.h"

using tests::task_of;

static_assert(tests::mirrors(green::openlog, ::openlog));
static_assert(tests::mirrors(green::closelog, ::closelog));
static_assert(tests::mirrors(green::vsyslog, ::vsyslog));
static_assert(tests::gives<decltype(green::syslog(0, "x")), void>);

namespace {

// Before main, so that each thread of the program has it.
const bool own_devices = [] {
  if (::unshare(CLONE_NEWNS) != 0) return false;
  if (::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) {
    return false;
  }
  return ::mount("none", "/dev", "tmpfs", 0, nullptr) == 0;
}();

bool available() {
  if (!own_devices)
    MESSAGE("skipped: this process may have no /dev of its own");
  return own_devices;
}

struct original : tests::system_side {
  static constexpr tests::blocking_call openlog = &::openlog;
  static constexpr tests::blocking_call closelog = &::closelog;
  static constexpr auto setlogmask = &::setlogmask;
  [[gnu::format(printf, 2, 3)]]
  static tests::ready<> syslog(int priority, const char* format, ...) {
    std::va_list arguments;
    va_start(arguments, format);
    ::vsyslog(priority, format, arguments);
    va_end(arguments);
    return {};
  }
};

struct mirror : tests::green_side {
  static constexpr auto openlog = &green::openlog;
  static constexpr auto closelog = &green::closelog;
  static constexpr auto setlogmask = &green::setlogmask;
  static constexpr auto syslog = &green::syslog;
};

// The daemon's end of /dev/log.
class log_device {
 public:
  explicit log_device(int type = SOCK_DGRAM)
      : socket_(::socket(AF_UNIX, type | SOCK_CLOEXEC, 0)) {
    ::unlink("/dev/log");
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::string("/dev/log").copy(address.sun_path, 9);
    REQUIRE(::bind(socket_, reinterpret_cast<sockaddr*>(&address),
                   sizeof address) == 0);
    if (type == SOCK_STREAM) REQUIRE(::listen(socket_, 9) == 0);
  }
  ~log_device() { ::unlink("/dev/log"); }

  /// The next record that has come; "nothing" when there is none.
  std::string take() {
    char data[10'000];
    const ssize_t size = ::recv(socket_, data, sizeof data, MSG_DONTWAIT);
    return size < 0 ? "nothing" : std::string(data, std::size_t(size));
  }
  /// Of a stream: all that the one client has sent before it closed.
  std::string take_all() {
    const tests::descriptor client(::accept(socket_, nullptr, nullptr));
    std::string all;
    char data[1000];
    for (ssize_t n = 0; (n = ::read(client, data, sizeof data)) > 0;) {
      all.append(data, std::size_t(n));
    }
    return all;
  }

 private:
  tests::descriptor socket_;
};

// The moment is not the same on both sides.
std::string without_time(const std::string& record) {
  static const std::regex time(
      "(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) [ 123][0-9] "
      "[0-2][0-9]:[0-5][0-9]:[0-6][0-9] ");
  return std::regex_replace(record, time, "TIME ");
}

using words = std::vector<std::string>;

template <class S>
task_of<S> records(words& out) {
  log_device device;
  const auto take = [&] { out.push_back(without_time(device.take())); };
  // g++ calls these formats no ISO C++ where it sees them.
  const std::string error_words = "failed: %m, %d";
  const std::string order = "%2$s before %1$s";
  co_await S::closelog();
  co_await S::syslog(LOG_INFO, "a number %d and %s", 7, "words");
  take();
  errno = ENOENT;
  co_await S::syslog(LOG_DAEMON | LOG_EMERG, error_words.c_str(), 7);
  take();
  const std::string name = "my name";
  co_await S::openlog(name.c_str(), LOG_PID, LOG_LOCAL7);
  co_await S::syslog(LOG_NOTICE, "with a newline\n");
  take();
  co_await S::syslog(LOG_ERR | LOG_MAIL, "%s", std::string(3000, 'x').c_str());
  take();
  co_await S::syslog(LOG_ERR, order.c_str(), "one", "two");
  take();
  co_await S::openlog(nullptr, 0, 0);
  co_await S::syslog(LOG_WARNING, "the facility is the kernel's");
  take();
  co_await S::openlog("", LOG_NDELAY, 0x12345);
  co_await S::syslog(LOG_WARNING, "%s", "");
  take();
  co_await S::syslog(0x10000 | LOG_DEBUG, "an odd priority");
  take();
  take();
  out.push_back(std::to_string(S::setlogmask(LOG_MASK(LOG_ERR))));
  co_await S::syslog(LOG_INFO, "left out");
  co_await S::syslog(LOG_ERR, "not left out");
  take();
  take();
  out.push_back(std::to_string(S::setlogmask(0)));
  out.push_back(std::to_string(S::setlogmask(0xff)));
  co_await S::closelog();
  co_await S::openlog(nullptr, 0, LOG_USER);
  co_await S::syslog(LOG_INFO, "the name is the program's");
  take();
  co_await S::closelog();
}

template <class S>
task_of<S> over_stream(words& out) {
  log_device device(SOCK_STREAM);
  co_await S::closelog();
  co_await S::syslog(LOG_INFO, "first");
  co_await S::syslog(LOG_INFO, "%s", std::string(3000, 'x').c_str());
  co_await S::closelog();
  out.push_back(without_time(device.take_all()));
}

template <class S>
task_of<S> gone_and_back(words& out) {
  ::close(::open("/dev/console", O_CREAT | O_TRUNC | O_WRONLY, 0600));
  const auto console = [] { return tests::contents("/dev/console"); };
  co_await S::closelog();
  co_await S::openlog("name", LOG_CONS, LOG_USER);
  errno = 77;
  co_await S::syslog(LOG_INFO, "nobody hears");
  out.push_back(console());
  co_await S::openlog("name", 0, LOG_USER);
  {
    log_device device;
    co_await S::syslog(LOG_INFO, "one");
    out.push_back(without_time(device.take()));
  }
  co_await S::syslog(LOG_INFO, "lost");
  {
    log_device device;
    co_await S::syslog(LOG_INFO, "two");
    out.push_back(without_time(device.take()));
  }
  {
    log_device another;
    co_await S::syslog(LOG_INFO, "three");
    out.push_back(without_time(another.take()));
  }
  out.push_back(console());
  co_await S::closelog();
}

// Standard error is a pipe meanwhile.
template <class S>
task_of<S> to_standard_error(words& out) {
  auto [in, to] = tests::pipe_descriptors();
  const int before = ::dup(STDERR_FILENO);
  ::dup2(to, STDERR_FILENO);
  co_await S::closelog();
  co_await S::openlog("name", LOG_PERROR | LOG_PID, LOG_USER);
  co_await S::syslog(LOG_INFO, "a line");
  co_await S::syslog(LOG_INFO, "another line\n");
  co_await S::openlog("name", 0, LOG_USER);
  co_await S::syslog(LOG_INFO, "none");
  co_await S::closelog();
  ::dup2(before, STDERR_FILENO);
  ::close(before);
  to.reset();
  std::string said(1000, 0);
  said.resize(std::size_t(::read(in, said.data(), said.size())));
  out.push_back(said);
}

template <class Ask, class AskOriginal>
void check_same(Ask ask, AskOriginal ask_original) {
  words by_green, by_original;
  mirror::run(ask, std::ref(by_green));
  original::run(ask_original, std::ref(by_original));
  REQUIRE(by_green.size() == by_original.size());
  for (std::size_t i = 0; i < by_original.size(); ++i) {
    CAPTURE(i);
    CHECK(by_green[i] == by_original[i]);
  }
}

// Sends plainly until the queue of the log is full.
int fill() {
  const tests::descriptor own(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::string("/dev/log").copy(address.sun_path, 9);
  REQUIRE(::connect(own, reinterpret_cast<sockaddr*>(&address),
                    sizeof address) == 0);
  for (int sent = 0;; ++sent) {
    const std::string record = "record " + std::to_string(sent);
    if (::send(own, record.data(), record.size(), MSG_DONTWAIT) < 0) {
      return sent;
    }
  }
}

}  // namespace

TEST_CASE("records are those of the original") {
  if (!available()) return;
  check_same(records<mirror>, records<original>);
}

TEST_CASE("the log may be a stream") {
  if (!available()) return;
  check_same(over_stream<mirror>, over_stream<original>);
}

TEST_CASE("the log may go and come back") {
  if (!available()) return;
  check_same(gone_and_back<mirror>, gone_and_back<original>);
}

TEST_CASE("records go to standard error, too") {
  check_same(to_standard_error<mirror>, to_standard_error<original>);
}

TEST_CASE("a record is made at the call, and errno stays") {
  if (!available()) return;
  green::run([]() -> green::task<> {
    log_device device;
    co_await green::closelog();
    const auto log = [] {
      const std::string words = "gone before the await";
      return green::syslog(LOG_INFO, "%s", words.c_str());
    };
    green::task<> logs = log();
    errno = 77;
    co_await std::move(logs);
    CHECK(errno == 77);
    CHECK(device.take().ends_with("gone before the await"));
    co_await green::closelog();
  });
}

TEST_CASE("who logs waits while the log is full, and a kill sends nothing") {
  if (!available()) return;
  green::run([]() -> green::task<> {
    log_device device;
    co_await green::closelog();
    co_await green::openlog("name", 0, LOG_USER);
    const int room = fill();
    CHECK(room > 0);
    const auto never = []() -> green::task<> {
      co_await green::syslog(LOG_INFO, "killed");
    };
    co_await tests::check_interruptible(never);
    const auto logs = [](const char* words) -> green::task<> {
      co_await green::syslog(LOG_INFO, "%s", words);
    };
    const auto first = green::spawn(logs, "first");
    co_await tests::others_wait();
    const auto second = green::spawn(logs, "second");
    co_await tests::others_wait();
    CHECK_FALSE(first.ready());
    for (int i = 0; i < room; ++i) {
      CHECK(device.take().ends_with("record " + std::to_string(i)));
    }
    co_await first.join();
    co_await second.join();
    CHECK(device.take().ends_with("first"));
    CHECK(device.take().ends_with("second"));
    CHECK(device.take() == "nothing");
    co_await green::closelog();
  });
}

TEST_CASE("a child of fork goes on with the log") {
  if (!available()) return;
  log_device device;
  green::run([&device]() -> green::task<> {
    co_await green::closelog();
    co_await green::openlog("name", LOG_NDELAY, LOG_USER);
    const auto stuck = []() -> green::task<> {
      for (;;) co_await green::syslog(LOG_INFO, "record");
    };
    const auto other = co_await tests::started(stuck);
    const pid_t child = green::fork();
    if (child == 0) {
      while (device.take() != "nothing") continue;
      co_await green::syslog(LOG_INFO, "from the child");
      ::_exit(0);
    }
    co_await other.kill();
    int status = -1;
    CHECK(::waitpid(child, &status, 0) == child);
    CHECK(status == 0);
    bool heard = false;
    for (std::string next; (next = device.take()) != "nothing";) {
      heard = heard || next.ends_with("from the child");
    }
    CHECK(heard);
    co_await green::closelog();
  });
}
