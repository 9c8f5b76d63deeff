// SPDX-License-Identifier: MIT
//
// What Python's test_subprocess says of how a child starts: programs that are
// missing, the environment, the folder, descriptors, sessions, signals.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <stdexcept>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "green/green.h"
#include "green/subprocess.h"
#include "tests/support/children.h"
#include "tests/support/files.h"
#include "tests/support/sockets.h"

namespace sp = green::subprocess;

using green::task;
using sp::options;
using std::string;
using tests::leaves_nothing;

namespace {

struct failure {
  int error;
  string what;
};

// How the start fails.
failure failure_of(const sp::arguments& command,
                   const options& how = options()) {
  try {
    sp::popen p(command, how);
  } catch (const std::system_error& e) {
    return {e.code().value(), e.what()};
  }
  return {0, ""};
}

// What a command of the shell says.
task<string> said(string command, options how = options()) {
  how.shell();
  const string all = co_await sp::check_output(command, how);
  co_return all.substr(0, all.find_last_not_of('\n') + 1);
}

string script(const tests::temporary_folder& folder, const string& name,
              const string& text, mode_t mode = 0755) {
  const string path = folder.file(name, text);
  ::chmod(path.c_str(), mode);
  return path;
}

std::set<int> numbers(const string& text) {
  std::set<int> all;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t used = 0;
    all.insert(std::stoi(text.substr(at), &used));
    at += used + 1;
  }
  return all;
}

// The descriptors that a child finds below 1000, looked at without opening any.
const string list_descriptors =
    "n=0; while [ $n -lt 1000 ]; do"
    " [ -e /proc/$$/fd/$n ] && echo $n; n=$((n + 1)); done";

using signals = std::vector<std::uint64_t>;

// The signals that are blocked, ignored and caught: bits from signal 1 up.
signals signals_in(const string& status) {
  signals all;
  for (const string name : {"SigBlk:\t", "SigIgn:\t", "SigCgt:\t"}) {
    const string digits = status.substr(status.find(name) + name.size(), 16);
    all.push_back(std::stoull(digits, nullptr, 16));
  }
  return all;
}

task<signals> signals_of_a_child(options how) {
  const string status =
      co_await sp::check_output({"cat", "/proc/self/status"}, how);
  co_return signals_in(status);
}

signals own_signals() {
  std::ifstream status("/proc/thread-self/status");
  return signals_in({std::istreambuf_iterator<char>(status), {}});
}

constexpr std::uint64_t bit_of(int signal) {
  return std::uint64_t{1} << (signal - 1);
}

}  // namespace

TEST_CASE("a missing program is an error that names it") {
  const leaves_nothing checks;
  const failure no_path = failure_of({"no-such-program"});
  CHECK(no_path.error == ENOENT);
  CHECK(no_path.what == "no-such-program: No such file or directory");
  const failure path = failure_of({"/no/such/program", "argument"});
  CHECK(path.error == ENOENT);
  CHECK(path.what.starts_with("/no/such/program: "));
}

TEST_CASE("run throws in the parent what kept the child from starting") {
  const leaves_nothing checks;
  green::run([]() -> task<> {
    int error = 0;
    try {
      co_await sp::run({"no-such-program"},
                       options().input("x").capture_output());
    } catch (const std::system_error& e) {
      error = e.code().value();
    }
    CHECK(error == ENOENT);
  });
}

TEST_CASE("what can't be executed is an error") {
  const leaves_nothing checks;
  const tests::temporary_folder folder;
  const string closed = script(folder, "closed", "#!/bin/sh\n", 0644);
  const failure denied = failure_of({closed});
  CHECK(denied.error == EACCES);
  CHECK(denied.what.starts_with(closed));
  CHECK(failure_of({folder.path()}).error == EACCES);
  CHECK(failure_of({closed + "/x"}).error == ENOTDIR);
  const string plain = script(folder, "plain", "exit 0\n");
  CHECK(failure_of({plain}).error == ENOEXEC);
  CHECK(failure_of({"true", string(4'000'000, 'x')}).error == E2BIG);
}

TEST_CASE("a program is looked for in the PATH that it will have") {
  const leaves_nothing checks;
  green::run([]() -> task<> {
    const tests::temporary_folder one, two;
    script(one, "tool", "", 0644);
    script(two, "tool", "#!/bin/sh\necho two\n");
    const auto path = [](const string& p) {
      return options().env({{"PATH", p}});
    };
    const string both = one.path() + ":/no/such/folder:" + two.path();
    CHECK(co_await sp::check_output({"tool"}, path(both)) == "two\n");
    // Found, but of no use: that says more than that the rest has none.
    CHECK(failure_of({"tool"}, path(one.path() + ":/no")).error == EACCES);
    CHECK(failure_of({"tool"}, path("/no")).error == ENOENT);
    CHECK(co_await sp::call({"true"}, options().env(sp::environment())) == 0);
    CHECK(co_await sp::check_output({"tool"}, path("").cwd(two.path())) ==
          "two\n");
  });
}

TEST_CASE("env is the whole environment") {
  const leaves_nothing checks;
  green::run([]() -> task<> {
    CHECK(co_await sp::check_output({"env"}, options().env({{"K", "v"}})) ==
          "K=v\n");
    CHECK(co_await sp::check_output(
              {"env"}, options().env({{"B", "2"}, {"A", "1"}, {"C", ""}})) ==
          "A=1\nB=2\nC=\n");
    CHECK(co_await sp::check_output({"/usr/bin/env"},
                                    options().env(sp::environment())) == "");
    ::setenv("GREEN_TEST", "own", 1);
    CHECK(co_await said("echo $GREEN_TEST") == "own");
    sp::environment changed = sp::environment::current();
    changed.set("GREEN_TEST", "set");
    CHECK(co_await said("echo $GREEN_TEST", options().env(changed)) == "set");
    changed.unset("GREEN_TEST");
    CHECK(co_await said("echo ${GREEN_TEST-none}", options().env(changed)) ==
          "none");
    const std::map<string, string> map{{"M", "of a map"}};
    CHECK(co_await said("echo $M", options().env(sp::environment(map))) ==
          "of a map");
    ::unsetenv("GREEN_TEST");
  });
}

TEST_CASE("impossible environments are refused") {
  using bad = std::invalid_argument;
  CHECK_THROWS_AS(failure_of({"true"}, options().env({{"A=B", "x"}})), bad);
  CHECK_THROWS_AS(failure_of({"true"}, options().env({{"", "x"}})), bad);
  CHECK_THROWS_AS(
      failure_of({"true"}, options().env({{"A", string("x\0y", 3)}})), bad);
  CHECK_THROWS_AS(failure_of({"true"}, options().cwd(string("a\0b", 3))), bad);
}

TEST_CASE("cwd is where it runs, and its errors name the folder") {
  const leaves_nothing checks;
  green::run([]() -> task<> {
    const tests::temporary_folder folder;
    CHECK(co_await sp::check_output({"pwd"}, options().cwd(folder.path())) ==
          folder.path() + "\n");
    script(folder, "tool", "#!/bin/sh\necho here\n");
    CHECK(co_await sp::check_output({"./tool"}, options().cwd(folder.path())) ==
          "here\n");
    const failure missing = failure_of({"true"}, options().cwd("/no/such"));
    CHECK(missing.error == ENOENT);
    CHECK(missing.what == "/no/such: No such file or directory");
    const failure file = failure_of({"true"}, options().cwd("/etc/passwd"));
    CHECK(file.error == ENOTDIR);
    CHECK(file.what.starts_with("/etc/passwd: "));
  });
}

TEST_CASE("shell = true runs a command of sh") {
  const leaves_nothing checks;
  green::run([]() -> task<> {
    CHECK(co_await sp::check_output("echo $0 $((6 * 7))", options().shell()) ==
          "/bin/sh 42\n");
    CHECK(co_await sp::check_output({"echo $0 $1", "zero", "one"},
                                    options().shell()) == "zero one\n");
    CHECK(co_await sp::call("no-such-program 2>/dev/null", options().shell()) ==
          127);
    CHECK(co_await sp::check_output(
              "echo $0", options().shell().executable("/bin/bash")) ==
          "/bin/bash\n");
  });
}

TEST_CASE("executable is run, the first word is what it is called") {
  const leaves_nothing checks;
  green::run([]() -> task<> {
    CHECK(co_await sp::check_output({"a name", "-c", "echo $0"},
                                    options().executable("sh")) == "a name\n");
    const failure none = failure_of({"sh"}, options().executable("/no/such"));
    CHECK(none.error == ENOENT);
    CHECK(none.what.starts_with("/no/such: "));
  });
}

TEST_CASE("no descriptor but 0, 1 and 2 is inherited") {
  const leaves_nothing checks;
  green::run([]() -> task<> {
    const std::set<int> three{0, 1, 2};
    const tests::descriptor open(::open("/dev/null", O_RDONLY));
    const tests::descriptor far(::fcntl(open, F_DUPFD, 900));
    CHECK(numbers(co_await said(list_descriptors)) == three);
    CHECK(numbers(co_await said(
              list_descriptors,
              options().stdin(sp::devnull).stderr(sp::devnull))) == three);
    const std::set<int> kept{0, 1, 2, open, far};
    CHECK(numbers(co_await said(list_descriptors,
                                options().pass_fds(far, open, far, 1))) ==
          kept);
    const std::set<int> all =
        numbers(co_await said(list_descriptors, options().close_fds(false)));
    CHECK(all.contains(open));
    CHECK(all.contains(far));
    // Inherited by name, it need not be close-on-exec here.
    CHECK(::fcntl(far, F_SETFD, FD_CLOEXEC) == 0);
    const std::set<int> one{0, 1, 2, far};
    CHECK(numbers(co_await said(list_descriptors, options().pass_fds(far))) ==
          one);
    CHECK(::fcntl(far, F_GETFD) == FD_CLOEXEC);
  });
  CHECK(failure_of({"true"}, options().pass_fds(12345)).error == EBADF);
  CHECK(failure_of({"true"}, options().pass_fds(-1)).error == EBADF);
  CHECK(failure_of({"true"}, options().stdin(12345)).error == EBADF);
  CHECK(failure_of({"true"}, options().stdin(-1)).error == EBADF);
}

TEST_CASE("umask, session and process group") {
  const leaves_nothing checks;
  green::run([]() -> task<> {
    CHECK(co_await said("umask", options().umask(0123)) == "0123");
    const string own = std::to_string(::getsid(0));
    const string group = std::to_string(::getpgrp());
    const string ask = "set -- $(cat /proc/$$/stat); echo $1 $5 $6";
    const auto fields = [](const string& text) {
      const std::size_t a = text.find(' '), b = text.rfind(' ');
      return std::vector<string>{
          text.substr(0, a), text.substr(a + 1, b - a - 1), text.substr(b + 1)};
    };
    const auto plain = fields(co_await said(ask));
    CHECK(plain[1] == group);
    CHECK(plain[2] == own);
    const auto session =
        fields(co_await said(ask, options().start_new_session()));
    CHECK(session[1] == session[0]);
    CHECK(session[2] == session[0]);
    const auto grouped = fields(co_await said(ask, options().process_group(0)));
    CHECK(grouped[1] == grouped[0]);
    CHECK(grouped[2] == own);
  });
  const failure f = failure_of({"true"}, options().process_group(999'999'999));
  CHECK(f.error != 0);
  CHECK(f.what.starts_with("true: process_group: "));
}

TEST_CASE("user and groups") {
  if (::geteuid() != 0) return;
  const leaves_nothing checks;
  green::run([]() -> task<> {
    const string ids = co_await said(
        "id -u; id -g; id -G",
        options().user(65534).group(65533).extra_groups(65532, 65531));
    CHECK(ids == "65534\n65533\n65533 65531 65532");
    CHECK(::geteuid() == 0);
  });
}

TEST_CASE("signals are as a new program expects them") {
  const leaves_nothing checks;
  green::run([]() -> task<> {
    sigset_t set, before;
    ::sigemptyset(&set);
    ::sigaddset(&set, SIGTERM);
    ::sigaddset(&set, SIGUSR2);
    ::pthread_sigmask(SIG_BLOCK, &set, &before);
    const auto pipe_before = ::signal(SIGPIPE, SIG_IGN);
    const auto int_before = ::signal(SIGINT, SIG_IGN);
    const auto user_before = ::signal(SIGUSR1, [](int) {});
    const signals here = own_signals();
    CHECK((here[0] & bit_of(SIGTERM)) != 0);
    CHECK((here[1] & bit_of(SIGPIPE)) != 0);
    const std::uint64_t restored = bit_of(SIGPIPE) | bit_of(SIGXFSZ);
    const signals usual{0, here[1] & ~restored, 0};
    CHECK(co_await signals_of_a_child(options()) == usual);
    const signals kept{here[0], here[1], 0};
    const options keep = options().restore_signals(false);
    CHECK(co_await signals_of_a_child(keep) == kept);
    ::signal(SIGUSR1, user_before);
    ::signal(SIGINT, int_before);
    ::signal(SIGPIPE, pipe_before);
    sigset_t now;
    ::pthread_sigmask(SIG_SETMASK, &before, &now);
    CHECK(::sigismember(&now, SIGTERM) == 1);
    CHECK(::sigismember(&now, SIGINT) == 0);
  });
}

TEST_CASE("handlers of the parent stay") {
  const leaves_nothing checks;
  struct sigaction action{}, before{}, after{};
  action.sa_handler = [](int) {};
  ::sigaction(SIGUSR1, &action, &before);
  green::run([]() -> task<> { co_await sp::run({"true"}); });
  ::sigaction(SIGUSR1, &before, &after);
  const bool same = after.sa_handler == action.sa_handler;
  CHECK(same);
}
