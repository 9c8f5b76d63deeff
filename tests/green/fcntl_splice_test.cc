// SPDX-License-Identifier: MIT
// splice and tee of <fcntl.h>.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <functional>
#include <string>

#include "green/fcntl.h"
#include "tests/support/answers.h"
#include "tests/support/files.h"
#include "tests/support/oracle.h"
#include "tests/support/sockets.h"
#include "tests/support/waiting.h"

using tests::answer;
using tests::answers;
using tests::descriptor;
using tests::failed;
using tests::task_of;
using tests::temporary_folder;

namespace {

struct original : tests::system_side {
  static constexpr tests::blocking_call splice = &::splice;
  static constexpr tests::blocking_call tee = &::tee;
};

struct mirror : tests::green_side {
  static constexpr auto splice = &green::splice;
  static constexpr auto tee = &green::tee;
};

void put(int fd, const std::string& bytes) {
  REQUIRE(::write(fd, bytes.data(), bytes.size()) ==
          static_cast<ssize_t>(bytes.size()));
}

// What is there, without waiting.
std::string get(int fd) {
  tests::set_nonblocking(fd, true);
  std::string bytes(100'000, ' ');
  const ssize_t length = ::read(fd, bytes.data(), bytes.size());
  tests::set_nonblocking(fd, false);
  bytes.resize(length < 0 ? 0 : static_cast<std::size_t>(length));
  return bytes;
}

void fill_pipe(int fd) {
  const std::string page(4096, 'f');
  tests::set_nonblocking(fd, true);
  while (::write(fd, page.data(), page.size()) > 0) {
  }
  tests::set_nonblocking(fd, false);
}

template <class S>
task_of<S> refused(answers& out) {
  const temporary_folder folder;
  const std::string path = folder.file("a", "0123456789");
  const descriptor file(::open(path.c_str(), O_RDWR));
  const descriptor more(::open(path.c_str(), O_WRONLY | O_APPEND));
  auto [in, to] = tests::pipe_descriptors();
  auto [in2, to2] = tests::pipe_descriptors();
  auto [a, b] = tests::stream_pair();
  put(to, "abc");
  put(to2, "abc");
  off_t zero = 0, before = -1, far_before = -5;
  constexpr unsigned none = 0;
  out.add("file to file",
          co_await S::splice(file, nullptr, file, &zero, 5, none));
  out.add("socket to socket",
          co_await S::splice(a, nullptr, b, nullptr, 0, none));
  out.add("into itself", co_await S::splice(in, nullptr, to, nullptr, 5, none));
  out.add("at a pipe", co_await S::splice(in, &zero, file, nullptr, 5, none));
  out.add("to a pipe's", co_await S::splice(file, nullptr, to, &zero, 5, none));
  out.add("from before",
          co_await S::splice(file, &before, to, nullptr, 5, none));
  out.add("from far before",
          co_await S::splice(file, &far_before, to, nullptr, 5, none));
  out.add("to before", co_await S::splice(in, nullptr, file, &before, 5, none));
  out.add("to appended", co_await S::splice(in, nullptr, more, &zero, 5, none));
  out.add("from a write end",
          co_await S::splice(to, nullptr, file, nullptr, 5, none));
  out.add("from none", co_await S::splice(-1, nullptr, to, nullptr, 5, none));
  out.add("to none", co_await S::splice(in, nullptr, -1, nullptr, 5, none));
  out.add("nothing", co_await S::splice(in, nullptr, -1, nullptr, 0, none));
  out.add("odd flags", co_await S::splice(in, nullptr, file, nullptr, 5, 64));
  out.add("tee of a file", co_await S::tee(file, to, 5, none));
  out.add("tee into a file", co_await S::tee(in, file, 5, none));
  out.add("tee into itself", co_await S::tee(in, to, 5, none));
  out.add("tee of none", co_await S::tee(-1, to, 5, none));
  out.add("tee of nothing", co_await S::tee(in, to2, 0, none));
  out.add("tee of odd flags", co_await S::tee(in, to2, 5, 64));
  CHECK(get(in) == "abc");
}

}  // namespace

TEST_CASE("what is refused is refused as by the originals") {
  answers by_green, by_original;
  mirror::run(refused<mirror>, std::ref(by_green));
  original::run(refused<original>, std::ref(by_original));
  CHECK(differences(by_green, by_original) == "");
  CHECK(by_original.has("file to file EINVAL"));
}

TEST_CASE_TEMPLATE("splice moves between pipes, files and sockets", S, original,
                   mirror) {
  S::run([]() -> task_of<S> {
    const temporary_folder folder;
    const std::string path = folder.file("a", "0123456789");
    const descriptor file(::open(path.c_str(), O_RDWR));
    auto [in, to] = tests::pipe_descriptors();
    auto [in2, to2] = tests::pipe_descriptors();
    auto [a, b] = tests::stream_pair();
    off_t at = 4;
    CHECK(co_await S::splice(file, &at, to, nullptr, 3, 0) == 3);
    CHECK(at == 7);
    CHECK(::lseek(file, 0, SEEK_CUR) == 0);
    CHECK(co_await S::splice(file, nullptr, to, nullptr, 2, SPLICE_F_MOVE) ==
          2);
    CHECK(::lseek(file, 0, SEEK_CUR) == 2);
    CHECK(co_await S::splice(in, nullptr, to2, nullptr, 100, 0) == 5);
    CHECK(co_await S::splice(in2, nullptr, a, nullptr, 100, 0) == 5);
    CHECK(co_await S::splice(b, nullptr, to, nullptr, 100, 0) == 5);
    at = 10;
    CHECK(co_await S::splice(in, nullptr, file, &at, 3, 0) == 3);
    CHECK(at == 13);
    CHECK(co_await S::splice(in, nullptr, file, nullptr, 100, 0) == 2);
    CHECK(tests::contents(path) == "0101456789456");
    at = 100;
    CHECK(co_await S::splice(file, &at, to, nullptr, 3, 0) == 0);
    CHECK(at == 100);
    to.reset();
    CHECK(co_await S::splice(in, nullptr, file, nullptr, 100, 0) == 0);
    a.reset();
    CHECK(co_await S::splice(b, nullptr, to2, nullptr, 100, 0) == 0);
  });
}

TEST_CASE_TEMPLATE("tee leaves the bytes", S, original, mirror) {
  S::run([]() -> task_of<S> {
    auto [in, to] = tests::pipe_descriptors();
    auto [in2, to2] = tests::pipe_descriptors();
    put(to, "abcdef");
    CHECK(co_await S::tee(in, to2, 4, 0) == 4);
    CHECK(co_await S::tee(in, to2, 100, 0) == 6);
    CHECK(get(in) == "abcdef");
    CHECK(get(in2) == "abcdabcdef");
    to.reset();
    CHECK(co_await S::tee(in, to2, 100, 0) == 0);
  });
}

TEST_CASE_TEMPLATE("without waiting they say EAGAIN", S, original, mirror) {
  S::run([]() -> task_of<S> {
    auto [in, to] = tests::pipe_descriptors();
    auto [in2, to2] = tests::pipe_descriptors();
    constexpr unsigned now = SPLICE_F_NONBLOCK;
    CHECK(answer(co_await S::splice(in, nullptr, to2, nullptr, 5, now)) ==
          failed(EAGAIN));
    CHECK(answer(co_await S::tee(in, to2, 5, now)) == failed(EAGAIN));
    put(to, "abc");
    fill_pipe(to2);
    CHECK(answer(co_await S::splice(in, nullptr, to2, nullptr, 5, now)) ==
          failed(EAGAIN));
    CHECK(answer(co_await S::tee(in, to2, 5, now)) == failed(EAGAIN));
    tests::set_nonblocking(in, true);
    tests::set_nonblocking(to2, true);
    CHECK(answer(co_await S::splice(in, nullptr, to2, nullptr, 5, 0)) ==
          failed(EAGAIN));
    CHECK(get(in) == "abc");
  });
}

TEST_CASE_TEMPLATE("a reader that has gone is EPIPE", S, original, mirror) {
  ::signal(SIGPIPE, SIG_IGN);
  S::run([]() -> task_of<S> {
    auto [in, to] = tests::pipe_descriptors();
    auto [in2, to2] = tests::pipe_descriptors();
    put(to, "abc");
    in2.reset();
    CHECK(answer(co_await S::splice(in, nullptr, to2, nullptr, 5, 0)) ==
          failed(EPIPE));
    CHECK(answer(co_await S::tee(in, to2, 5, 0)) == failed(EPIPE));
    CHECK(get(in) == "abc");
  });
}

TEST_CASE_TEMPLATE("they wait for bytes, and for room", S, original, mirror) {
  S::run([]() -> task_of<S> {
    auto [in, to] = tests::pipe_descriptors();
    auto [in2, to2] = tests::pipe_descriptors();
    const int from = in, into = to2;
    typename S::thread mover([from, into]() -> task_of<S> {
      CHECK(co_await S::splice(from, nullptr, into, nullptr, 5, 0) == 3);
      fill_pipe(into);
      CHECK(co_await S::tee(from, into, 5, 0) == 2);
      CHECK(co_await S::splice(from, nullptr, into, nullptr, 5, 0) == 2);
    });
    co_await S::this_thread::yield();
    CHECK(co_await S::write(to, "abc", 3) == 3);
    std::string got;
    char page[4096];
    while (got.size() < 3) {
      const ssize_t n = co_await S::read(in2, page, 3);
      REQUIRE(n > 0);
      got.append(page, static_cast<std::size_t>(n));
    }
    CHECK(got == "abc");
    CHECK(co_await S::write(to, "de", 2) == 2);
    while (!got.ends_with("dede")) {
      const ssize_t n = co_await S::read(in2, page, sizeof page);
      REQUIRE(n > 0);
      got.append(page, static_cast<std::size_t>(n));
    }
    co_await mover.join();
  });
}

TEST_CASE("killed while they wait, they have moved nothing") {
  const int before = tests::open_descriptors();
  green::run([]() -> green::task<> {
    auto [in, to] = tests::pipe_descriptors();
    auto [in2, to2] = tests::pipe_descriptors();
    const int from = in, into = to2;
    const auto splices = [from, into]() -> green::task<> {
      co_await green::splice(from, nullptr, into, nullptr, 5, 0);
    };
    const auto tees = [from, into]() -> green::task<> {
      co_await green::tee(from, into, 5, 0);
    };
    for (const bool empty : {true, false}) {
      co_await tests::check_interruptible(splices);
      co_await tests::check_interruptible(tees);
      if (empty) put(to, "abc");
      if (empty) fill_pipe(into);
    }
    CHECK(get(in) == "abc");
  });
  CHECK(tests::open_descriptors() == before);
}

TEST_CASE("close ends them with EBADF") {
  green::run([]() -> green::task<> {
    auto [in, to] = tests::pipe_descriptors();
    auto [in2, to2] = tests::pipe_descriptors();
    const int from = in, into = to2;
    answer spliced = 0, copied = 0;
    const auto splices = [from, into, &spliced]() -> green::task<> {
      spliced = co_await green::splice(from, nullptr, into, nullptr, 5, 0);
    };
    const auto tees = [from, into, &copied]() -> green::task<> {
      copied = co_await green::tee(from, into, 5, 0);
    };
    const auto first = co_await tests::started(splices);
    const auto second = co_await tests::started(tees);
    CHECK(co_await green::close(in.release()) == 0);
    co_await first.join();
    co_await second.join();
    CHECK(spliced == failed(EBADF));
    CHECK(copied == failed(EBADF));
  });
}

TEST_CASE("two splices of one pipe move each byte once") {
  green::run([]() -> green::task<> {
    auto [in, to] = tests::pipe_descriptors();
    auto [in2, to2] = tests::pipe_descriptors();
    const int from = in, into = to2;
    const auto splices = [from, into]() -> green::task<> {
      while (co_await green::splice(from, nullptr, into, nullptr, 2, 0) > 0) {
      }
    };
    const auto first = green::spawn(splices), second = green::spawn(splices);
    co_await tests::others_wait();
    const std::string bytes = tests::pattern(21);
    put(to, bytes);
    to.reset();
    co_await first.join();
    co_await second.join();
    CHECK(get(in2).size() == bytes.size());
  });
}
