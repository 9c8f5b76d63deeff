// SPDX-License-Identifier: MIT
#include "green/sys/sendfile.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <signal.h>

#include <functional>
#include <string>

#include "tests/support/answers.h"
#include "tests/support/files.h"
#include "tests/support/mirror.h"
#include "tests/support/oracle.h"
#include "tests/support/sockets.h"
#include "tests/support/waiting.h"

using tests::answer;
using tests::answers;
using tests::descriptor;
using tests::failed;
using tests::task_of;
using tests::temporary_folder;

static_assert(tests::mirrors(green::sendfile, ::sendfile));

namespace {

struct original : tests::system_side {
  static constexpr tests::blocking_call sendfile = &::sendfile;
};

struct mirror : tests::green_side {
  static constexpr auto sendfile = &green::sendfile;
};

volatile sig_atomic_t signals = 0;

descriptor opened(const std::string& path, int flags = O_RDWR) {
  return descriptor(::open(path.c_str(), flags | O_CLOEXEC));
}

template <class S>
task_of<S> refused(answers& out) {
  const temporary_folder folder;
  const std::string path = folder.file("a", "0123456789");
  const descriptor file = opened(path), only_out = opened(path, O_WRONLY);
  const descriptor only_in = opened(path, O_RDONLY);
  const descriptor more = opened(folder.file("b"), O_WRONLY | O_APPEND);
  const descriptor here = opened(folder.path(), O_RDONLY);
  const descriptor name = opened(path, O_PATH);
  auto [in, to] = tests::pipe_descriptors();
  auto [a, b] = tests::stream_pair();
  const descriptor fresh(::socket(AF_INET, SOCK_STREAM, 0));
  tests::two_descriptors ended = tests::stream_pair();
  ended.b.reset();
  off_t zero = 0, before = -1, far = 1000;
  REQUIRE(::write(to, "abc", 3) == 3);
  out.add("from a pipe", co_await S::sendfile(a, in, nullptr, 3));
  out.add("from a pipe at", co_await S::sendfile(a, in, &zero, 3));
  out.add("from a socket", co_await S::sendfile(a, b, nullptr, 3));
  out.add("from a socket at", co_await S::sendfile(a, b, &zero, 3));
  out.add("from a folder", co_await S::sendfile(a, here, nullptr, 3));
  out.add("from a path", co_await S::sendfile(a, name, nullptr, 3));
  out.add("from none", co_await S::sendfile(a, -1, nullptr, 3));
  out.add("from none at", co_await S::sendfile(a, -1, &zero, 3));
  out.add("from what is written",
          co_await S::sendfile(a, only_out, nullptr, 3));
  out.add("from before", co_await S::sendfile(a, file, &before, 3));
  out.add("from the end", co_await S::sendfile(a, file, &far, 3));
  out.add("to none", co_await S::sendfile(-1, file, nullptr, 3));
  out.add("to what is read", co_await S::sendfile(only_in, file, nullptr, 3));
  out.add("to what is appended", co_await S::sendfile(more, file, nullptr, 3));
  out.add("to a fresh socket", co_await S::sendfile(fresh, file, nullptr, 3));
  out.add("to an end", co_await S::sendfile(ended.a, file, nullptr, 3));
  out.add("nothing", co_await S::sendfile(a, file, nullptr, 0));
  out.add("nothing from none", co_await S::sendfile(a, -1, nullptr, 0));
  out.add("nothing to none", co_await S::sendfile(-1, file, nullptr, 0));
  out.add("nothing to what is read",
          co_await S::sendfile(only_in, file, nullptr, 0));
  CHECK(::lseek(file, 0, SEEK_CUR) == 0);
  CHECK(zero == 0);
}

}  // namespace

TEST_CASE("what is refused is refused as by the original") {
  ::signal(SIGPIPE, SIG_IGN);
  answers by_green, by_original;
  mirror::run(refused<mirror>, std::ref(by_green));
  original::run(refused<original>, std::ref(by_original));
  CHECK(differences(by_green, by_original) == "");
  CHECK(by_original.has("to none EBADF"));
}

TEST_CASE_TEMPLATE("with an offset and without", S, original, mirror) {
  S::run([]() -> task_of<S> {
    const temporary_folder folder;
    const descriptor file = opened(folder.file("a", "0123456789"));
    const descriptor copy = opened(folder.file("b"));
    auto [a, b] = tests::stream_pair();
    auto [in, to] = tests::pipe_descriptors();
    off_t at = 4;
    CHECK(co_await S::sendfile(a, file, &at, 3) == 3);
    CHECK(at == 7);
    CHECK(::lseek(file, 0, SEEK_CUR) == 0);
    CHECK(co_await S::sendfile(to, file, nullptr, 2) == 2);
    CHECK(::lseek(file, 0, SEEK_CUR) == 2);
    CHECK(co_await S::sendfile(a, file, nullptr, 100) == 8);
    CHECK(co_await S::sendfile(a, file, nullptr, 100) == 0);
    CHECK(co_await S::sendfile(a, file, &at, 100) == 3);
    CHECK(at == 10);
    at = 0;
    CHECK(co_await S::sendfile(copy, file, &at, 5) == 5);
    CHECK(co_await S::sendfile(copy, file, &at, 5) == 5);
    CHECK(tests::contents(folder.at("b")) == "0123456789");
    CHECK(tests::take(b, 14) == "45623456789789");
    char bytes[2];
    CHECK(co_await S::read(in, bytes, 2) == 2);
    CHECK(std::string(bytes, 2) == "01");
  });
}

TEST_CASE_TEMPLATE("a large file passes to a slow peer", S, original, mirror) {
  S::run([]() -> task_of<S> {
    const temporary_folder folder;
    const std::string bytes = tests::pattern(1'000'003);
    const descriptor file = opened(folder.file("a", bytes));
    auto [a, b] = tests::stream_pair();
    const int to = a, from = file;
    typename S::thread sender([to, from]() -> task_of<S> {
      CHECK(co_await S::sendfile(to, from, nullptr, 2'000'000) == 1'000'003);
      CHECK(::lseek(from, 0, SEEK_CUR) == 1'000'003);
    });
    std::string got, piece(10'000, ' ');
    while (got.size() < bytes.size()) {
      const ssize_t n = co_await S::read(b, piece.data(), piece.size());
      REQUIRE(n > 0);
      got.append(piece, 0, static_cast<std::size_t>(n));
    }
    co_await sender.join();
    CHECK(got == bytes);
  });
}

TEST_CASE_TEMPLATE("a large file is copied to a file", S, original, mirror) {
  S::run([]() -> task_of<S> {
    const temporary_folder folder;
    const std::string bytes = tests::pattern(5'000'003);
    const descriptor file = opened(folder.file("a", bytes));
    const descriptor copy = opened(folder.file("b", "before"));
    REQUIRE(::lseek(copy, 0, SEEK_END) == 6);
    off_t at = 3;
    CHECK(co_await S::sendfile(copy, file, &at, 9'000'000) == 5'000'000);
    CHECK(at == 5'000'003);
    CHECK(::lseek(copy, 0, SEEK_CUR) == 5'000'006);
    CHECK(tests::contents(folder.at("b")) == "before" + bytes.substr(3));
  });
}

TEST_CASE_TEMPLATE("a peer that has gone is told by a signal and EPIPE", S,
                   original, mirror) {
  ::signal(SIGPIPE, [](int) { signals = signals + 1; });
  S::run([]() -> task_of<S> {
    const temporary_folder folder;
    for (const std::size_t size : {std::size_t{10}, std::size_t{1'000'000}}) {
      const descriptor file = opened(folder.file("a", tests::pattern(size)));
      tests::two_descriptors pair = tests::stream_pair();
      pair.b.reset();
      signals = 0;
      CHECK(answer(co_await S::sendfile(pair.a, file, nullptr, size)) ==
            failed(EPIPE));
      CHECK(signals == 1);
      CHECK(::lseek(file, 0, SEEK_CUR) == 0);
    }
  });
  ::signal(SIGPIPE, SIG_IGN);
}

TEST_CASE_TEMPLATE("with O_NONBLOCK what fits is sent", S, original, mirror) {
  S::run([]() -> task_of<S> {
    const temporary_folder folder;
    const std::string bytes = tests::pattern(5'000'000);
    const descriptor file = opened(folder.file("a", bytes));
    auto [a, b] = tests::stream_pair();
    tests::set_nonblocking(a, true);
    off_t at = 0;
    const ssize_t sent = co_await S::sendfile(a, file, &at, bytes.size());
    CHECK(sent > 0);
    CHECK(sent < 5'000'000);
    CHECK(at == sent);
    CHECK(answer(co_await S::sendfile(a, file, &at, 1'000'000)) ==
          failed(EAGAIN));
    CHECK(at == sent);
    CHECK(tests::drain(b) == static_cast<std::size_t>(sent));
  });
}

TEST_CASE("killed halfway, the offset tells what was sent") {
  const int before = tests::open_descriptors();
  green::run([]() -> green::task<> {
    const temporary_folder folder;
    const std::string bytes = tests::pattern(5'000'000);
    const descriptor file = opened(folder.file("a", bytes));
    auto [a, b] = tests::stream_pair();
    for (const bool by_offset : {true, false}) {
      const int to = a, from = file;
      off_t at = 100;
      ssize_t sent = -1;
      ::lseek(from, 100, SEEK_SET);
      const auto sends = [=, &at, &sent, &bytes]() -> green::task<> {
        sent = co_await green::sendfile(to, from, by_offset ? &at : nullptr,
                                        bytes.size());
        co_await green::sleep();
        sent = -2;  // not reached: the kill is thrown before
      };
      const auto sender = co_await tests::started(sends);
      while (tests::drain(b) == 0) co_await green::sleep();
      co_await tests::others_wait();
      co_await sender.kill();
      CHECK(sender.was_killed());
      CHECK(sent > 0);
      tests::drain(b);
      CHECK((by_offset ? at : ::lseek(from, 0, SEEK_CUR)) == 100 + sent);
    }
  });
  CHECK(tests::open_descriptors() == before);
}

TEST_CASE("killed before anything was sent, it throws and nothing moves") {
  green::run([]() -> green::task<> {
    const temporary_folder folder;
    const descriptor file = opened(folder.file("a", "0123456789"));
    auto [a, b] = tests::stream_pair();
    const std::size_t filled = tests::fill(a);
    const int to = a, from = file;
    const auto sends = [to, from]() -> green::task<> {
      co_await green::sendfile(to, from, nullptr, 10);
    };
    co_await tests::check_interruptible(sends);
    CHECK(::lseek(from, 0, SEEK_CUR) == 0);
    CHECK(tests::drain(b) == filled);
  });
}

TEST_CASE("two that send one file by offsets of their own") {
  green::run([]() -> green::task<> {
    const temporary_folder folder;
    const std::string bytes = tests::pattern(300'000);
    const descriptor file = opened(folder.file("a", bytes));
    const int from = file;
    const auto sends = [from, &bytes]() -> green::task<> {
      auto [a, b] = tests::stream_pair();
      const int to = a;
      const auto whole = [to, from]() -> green::task<> {
        off_t at = 0;
        CHECK(co_await green::sendfile(to, from, &at, 300'000) == 300'000);
      };
      const auto sender = green::spawn(whole);
      std::string got, piece(10'000, ' ');
      while (got.size() < bytes.size()) {
        const ssize_t n = co_await green::read(b, piece.data(), piece.size());
        REQUIRE(n > 0);
        got.append(piece, 0, static_cast<std::size_t>(n));
      }
      CHECK(got == bytes);
      co_await sender.join();
    };
    const auto first = green::spawn(sends), second = green::spawn(sends);
    co_await first.join();
    co_await second.join();
  });
}
