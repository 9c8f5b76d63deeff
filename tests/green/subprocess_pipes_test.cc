// SPDX-License-Identifier: MIT
//
// What Python's test_subprocess says of a child's standard streams: pipes,
// files, lines as they come, much output, broken pipes, pipelines.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <cerrno>
#include <optional>
#include <string>
#include <system_error>
#include <utility>

#include "green/greenlet.h"
#include "green/subprocess.h"
#include "green/unique_fd.h"
#include "tests/support/children.h"
#include "tests/support/error_of.h"
#include "tests/support/files.h"
#include "tests/support/sockets.h"
#include "tests/support/waiting.h"

namespace sp = green::subprocess;

using green::task;
using sp::options;
using std::string;
using tests::error_of;
using tests::leaves_nothing;

namespace {

string pattern(std::size_t length) { return tests::pattern(length); }

}  // namespace

TEST_CASE("a child reads a line that is written to it") {  // N18
  const leaves_nothing checks;
  green::run([]() -> task<> {
    sp::popen p({"sh", "-c", "read -r line; echo ${#line} chars."},
                options().stdin(sp::pipe).stdout(sp::pipe));
    co_await p.in().write("hello world\n");
    CHECK(co_await p.out().read_line() == "11 chars.");
    CHECK(co_await p.wait() == 0);
  });
}

TEST_CASE("lines are given as they come") {
  const leaves_nothing checks;
  green::run([]() -> task<> {
    sp::popen p({"sh", "-c", "while read -r a; do echo \"<$a>\"; done"},
                options().stdin(sp::pipe).stdout(sp::pipe));
    for (const string word : {"one", "", "three"}) {
      co_await p.in().write(word + "\n");
      CHECK(co_await p.out().read_line() == "<" + word + ">");
    }
    co_await p.in().close();
    CHECK(co_await p.out().read_line() == std::nullopt);
    CHECK(co_await p.out().read_line() == std::nullopt);
    CHECK(co_await p.wait() == 0);
  });
}

TEST_CASE("a carriage return belongs to its line") {
  const leaves_nothing checks;
  green::run([]() -> task<> {
    sp::popen p({"printf", "one\\r\\n\\r\\ntwo\\r"},
                options().stdout(sp::pipe));
    CHECK(co_await p.out().read_line() == "one\r");
    CHECK(co_await p.out().read_line() == "\r");
    CHECK(co_await p.out().read_line() == "two\r");
    CHECK(co_await p.out().read_line() == std::nullopt);
    CHECK(co_await p.wait() == 0);
  });
}

TEST_CASE("every line of much output, the last without an end") {
  const leaves_nothing checks;
  green::run([]() -> task<> {
    sp::popen p({"sh", "-c", "seq 200000; printf last"},
                options().stdout(sp::pipe));
    int count = 0;
    bool right = true;
    string last;
    while (auto line = co_await p.out().read_line()) {
      last = *line;
      ++count;
      right = right && (last == "last" || last == std::to_string(count));
    }
    CHECK(count == 200001);
    CHECK(right);
    CHECK(last == "last");
    CHECK(co_await p.wait() == 0);
  });
}

TEST_CASE("a line may be longer than a pipe") {
  const leaves_nothing checks;
  green::run([]() -> task<> {
    sp::popen p({"sh", "-c", "head -c 1000000 /dev/zero; echo; echo short"},
                options().stdout(sp::pipe));
    const std::optional<string> line = co_await p.out().read_line();
    CHECK(*line == string(1'000'000, '\0'));
    CHECK(co_await p.out().read_line() == "short");
    CHECK(co_await p.wait() == 0);
  });
}

TEST_CASE("read gives so many bytes, or what is there, or all") {
  const leaves_nothing checks;
  green::run([]() -> task<> {
    sp::popen p({"sh", "-c", "printf 0123; read a; printf 456789"},
                options().stdin(sp::pipe).stdout(sp::pipe));
    CHECK(co_await p.out().read(0) == "");
    CHECK(co_await p.out().read(3) == "012");
    CHECK(co_await p.out().read_some() == "3");
    co_await p.in().write("\n");
    CHECK(co_await p.out().read(2) == "45");
    CHECK(co_await p.out().read_some(1) == "6");
    CHECK(co_await p.out().read() == "789");
    CHECK(co_await p.out().read() == "");
    CHECK(co_await p.out().read_some() == "");
    CHECK(co_await p.out().read(5) == "");
    CHECK(co_await p.wait() == 0);
  });
}

TEST_CASE("a read that is killed or times out loses nothing") {
  const leaves_nothing checks;
  green::run([]() -> task<> {
    sp::popen p({"cat"}, options().stdin(sp::pipe).stdout(sp::pipe));
    co_await p.in().write("begin ");
    const auto reads = [&p]() -> task<> { co_await p.out().read_line(); };
    co_await tests::check_interruptible(reads);
    co_await p.in().write("end\n");
    CHECK(co_await p.out().read_line() == "begin end");
    co_await p.in().close();
    CHECK(co_await p.wait() == 0);
  });
}

TEST_CASE("a write waits until the child reads, and can be killed") {
  const leaves_nothing checks;
  green::run([]() -> task<> {
    sp::popen p({"sh", "-c", "read a; exec wc -c"},
                options().stdin(sp::pipe).stdout(sp::pipe));
    const string much(1'000'000, 'x');
    const auto writes = [&]() -> task<> { co_await p.in().write(much); };
    co_await tests::check_interruptible(writes);
    p.kill();
    CHECK(co_await p.wait() == -SIGKILL);
  });
}

TEST_CASE("close ends who waits for the stream") {
  const leaves_nothing checks;
  green::run([]() -> task<> {
    sp::popen p({"sleep", "1000"}, options().stdin(sp::pipe).stdout(sp::pipe));
    const string much(1'000'000, 'x');
    const auto reads = green::spawn([&] { return error_of(p.out().read()); });
    const auto writes =
        green::spawn([&] { return error_of(p.in().write(much)); });
    co_await tests::others_wait();
    co_await p.out().close();
    co_await p.in().close();
    CHECK(co_await reads.get() == EBADF);
    CHECK(co_await writes.get() == EBADF);
    CHECK(co_await error_of(p.in().write("x")) == EBADF);
    CHECK(co_await error_of(p.out().read_some()) == EBADF);
    co_await p.in().close();  // does nothing
    p.kill();
    co_await p.wait();
  });
}

TEST_CASE("much in, out and err at once") {
  const leaves_nothing checks;
  green::run([]() -> task<> {
    const string data = pattern(3'000'000);
    const sp::completed_process done =
        co_await sp::run({"sh", "-c", "tee /dev/stderr"},
                         options().input(data).capture_output());
    CHECK(done.returncode == 0);
    CHECK((done.out == data));
    CHECK((done.err == data));
  });
}

TEST_CASE("much output that the input waits for, and the other way round") {
  const leaves_nothing checks;
  green::run([]() -> task<> {
    const string data = pattern(1'000'000);
    const sp::completed_process late =
        co_await sp::run({"sh", "-c", "head -c 1000000 /dev/zero; exec wc -c"},
                         options().input(data).stdout(sp::pipe));
    CHECK(late.out.size() == 1'000'000 + string("1000000\n").size());
    CHECK(late.out.ends_with("1000000\n"));
    const sp::completed_process early =
        co_await sp::run({"sh", "-c", "wc -c; exec head -c 1000000 /dev/zero"},
                         options().input(data).stdout(sp::pipe));
    CHECK(early.out.starts_with("1000000\n"));
    CHECK(early.out.size() == 1'000'000 + string("1000000\n").size());
  });
}

TEST_CASE("a child that does not want its input is no error") {
  const leaves_nothing checks;
  green::run([]() -> task<> {
    const string much = pattern(1'000'000);
    const sp::completed_process deaf =
        co_await sp::run({"sh", "-c", "exec <&-; echo deaf; exit 3"},
                         options().input(much).capture_output());
    CHECK(deaf.returncode == 3);
    CHECK(deaf.out == "deaf\n");
    const sp::completed_process part = co_await sp::run(
        {"head", "-c", "4"}, options().input(much).capture_output());
    CHECK(part.out == much.substr(0, 4));
  });
}

TEST_CASE("a broken pipe is an error of write, and no signal") {
  const leaves_nothing checks;
  green::run([]() -> task<> {
    sp::popen p({"sh", "-c", "exec <&-; echo closed; exec sleep 1000"},
                options().stdin(sp::pipe).stdout(sp::pipe));
    CHECK(co_await p.out().read_line() == "closed");
    CHECK(co_await error_of(p.in().write("x")) == EPIPE);
    sigset_t pending;
    ::sigpending(&pending);
    CHECK(::sigismember(&pending, SIGPIPE) == 0);
    sigset_t mask;
    ::pthread_sigmask(SIG_SETMASK, nullptr, &mask);
    CHECK(::sigismember(&mask, SIGPIPE) == 0);
    p.kill();
    co_await p.wait();
  });
}

TEST_CASE("who writes much to a fast reader lets others run") {
  const leaves_nothing checks;
  green::run([]() -> task<> {
    int turns = 0;
    const auto ticker = green::spawn([&]() -> task<> {
      for (;; ++turns) co_await green::sleep();
    });
    const string much(2'000'000, 'x');
    co_await sp::run({"cat"}, options().input(much).stdout(sp::devnull));
    CHECK(turns >= 20);  // at least one for each pipe full
    co_await ticker.kill();
  });
}

TEST_CASE("devnull reads as empty and swallows") {
  const leaves_nothing checks;
  green::run([]() -> task<> {
    CHECK(co_await sp::check_output({"cat"}, options().stdin(sp::devnull)) ==
          "");
    sp::popen p({"sh", "-c", "echo a; echo b >&2"},
                options().stdout(sp::devnull).stderr(sp::pipe));
    CHECK((co_await p.communicate()).err == "b\n");
    const sp::completed_process both =
        co_await sp::run({"sh", "-c", "echo a; echo b >&2"},
                         options().stdout(sp::devnull).stderr(sp::stdout));
    CHECK(both.returncode == 0);
  });
}

TEST_CASE("files and descriptors may be the streams") {
  const leaves_nothing checks;
  green::run([]() -> task<> {
    const tests::temporary_folder folder;
    const green::unique_fd in(
        ::open(folder.file("in", "from a file").c_str(), O_RDONLY | O_CLOEXEC));
    const green::unique_fd out(
        ::open(folder.file("out").c_str(), O_RDWR | O_CLOEXEC));
    CHECK(co_await sp::call(
              {"sh", "-c", "cat; echo ' and more' >&2"},
              options().stdin(in).stdout(out.get()).stderr(sp::stdout)) == 0);
    CHECK(tests::contents(folder.at("out")) == "from a file and more\n");
    CHECK(::fcntl(in.get(), F_GETFD) == FD_CLOEXEC);
    CHECK(::lseek(out.get(), 0, SEEK_CUR) == 21);
  });
}

TEST_CASE("stderr goes where an inherited stdout goes") {
  const leaves_nothing checks;
  green::run([]() -> task<> {
    auto [a, b] = tests::pipe_descriptors();
    const green::unique_fd saved(::fcntl(1, F_DUPFD_CLOEXEC, 3));
    ::dup2(b, 1);
    const int code = co_await sp::call({"sh", "-c", "echo x >&2"},
                                       options().stderr(sp::stdout));
    ::dup2(saved.get(), 1);
    CHECK(code == 0);
    char data[8];
    CHECK(::read(a, data, sizeof data) == 2);
  });
}

TEST_CASE("0, 1 and 2 in any order, or closed") {
  const leaves_nothing checks;
  green::run([]() -> task<> {
    auto [a, b] = tests::pipe_descriptors();
    green::unique_fd saved[3];
    for (int n = 0; n < 3; ++n) {
      saved[n].reset(::fcntl(n, F_DUPFD_CLOEXEC, 3));
    }
    ::dup2(b, 0);  // a pipe's writing end as our 0
    ::dup2(saved[0].get(), 1);
    ::close(2);
    // Our 0 becomes its 1 and 2, and our 1 its 0.
    const int swapped =
        co_await sp::call({"sh", "-c", "echo out; echo err >&2"},
                          options().stdin(1).stdout(0).stderr(0));
    ::close(0);
    ::close(1);
    // Pipes take the free numbers here; in the child they don't stay there.
    const sp::completed_process closed =
        co_await sp::run({"sh", "-c", "cat; echo err >&2"},
                         options().input("in ").capture_output());
    for (int n = 0; n < 3; ++n) ::dup2(saved[n].get(), n);
    CHECK(swapped == 0);
    char data[16];
    CHECK(::read(a, data, sizeof data) == 8);
    CHECK(string(data, 8) == "out\nerr\n");
    CHECK(closed.out == "in ");
    CHECK(closed.err == "err\n");
  });
}

TEST_CASE("a pipeline of three") {
  const leaves_nothing checks;
  green::run([]() -> task<> {
    sp::popen seq({"seq", "100000"}, options().stdout(sp::pipe));
    sp::popen grep({"grep", "7"}, options().stdin(seq.out()).stdout(sp::pipe));
    sp::popen count({"wc", "-l"}, options().stdin(grep.out()).stdout(sp::pipe));
    co_await seq.out().close();
    co_await grep.out().close();
    CHECK((co_await count.communicate()).out == "40951\n");
    CHECK(co_await seq.wait() == 0);
    CHECK(co_await grep.wait() == 0);
  });
}

TEST_CASE("the head of a pipeline is ended by SIGPIPE") {
  const leaves_nothing checks;
  green::run([]() -> task<> {
    sp::popen yes({"yes"}, options().stdout(sp::pipe));
    sp::popen head({"head", "-n", "1"},
                   options().stdin(yes.out()).stdout(sp::pipe));
    co_await yes.out().close();
    CHECK(co_await head.out().read() == "y\n");
    CHECK(co_await head.wait() == 0);
    CHECK(co_await yes.wait() == -SIGPIPE);
  });
}

TEST_CASE("pipes have the size that is asked for") {
  const leaves_nothing checks;
  green::run([]() -> task<> {
    sp::popen p({"true"}, options().stdout(sp::pipe).pipesize(4096));
    CHECK(::fcntl(p.out().fd(), F_GETPIPE_SZ) == 4096);
    CHECK((::fcntl(p.out().fd(), F_GETFL) & O_NONBLOCK) == 0);
    co_await p.wait();
  });
}
