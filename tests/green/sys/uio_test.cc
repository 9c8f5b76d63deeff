// SPDX-License-Identifier: MIT
#include "green/sys/uio.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <signal.h>

#include <array>
#include <functional>
#include <string>
#include <vector>

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
using tests::nowhere;
using tests::task_of;

static_assert(tests::mirrors(green::readv, ::readv));
static_assert(tests::mirrors(green::writev, ::writev));
static_assert(tests::mirrors(green::preadv, ::preadv));
static_assert(tests::mirrors(green::pwritev, ::pwritev));
static_assert(tests::mirrors(green::preadv2, ::preadv2));
static_assert(tests::mirrors(green::pwritev2, ::pwritev2));
static_assert(tests::mirrors(green::process_vm_readv, ::process_vm_readv));
static_assert(tests::mirrors(green::process_vm_writev, ::process_vm_writev));

namespace {

struct original : tests::system_side {
  static constexpr tests::blocking_call readv = &::readv;
  static constexpr tests::blocking_call writev = &::writev;
  static constexpr tests::blocking_call preadv = &::preadv;
  static constexpr tests::blocking_call pwritev = &::pwritev;
};

struct mirror : tests::green_side {
  static constexpr auto readv = &green::readv;
  static constexpr auto writev = &green::writev;
  static constexpr auto preadv = &green::preadv;
  static constexpr auto pwritev = &green::pwritev;
};

iovec part(std::string& bytes) { return {bytes.data(), bytes.size()}; }

// 1,024 parts of a page or less: more than a pipe holds.
struct many_parts {
  static constexpr int count = 1024;
  many_parts() : bytes(tests::pattern(400 * count)) {
    for (std::size_t i = 0; i < count; ++i) {
      parts.push_back({bytes.data() + 400 * i, 400});
    }
  }
  std::string bytes;
  std::vector<iovec> parts;
};

void fill_pipe(int fd) {
  tests::set_nonblocking(fd, true);
  const std::string page(4096, 'f');
  while (::write(fd, page.data(), page.size()) > 0) {
  }
  tests::set_nonblocking(fd, false);
}

std::string drain_pipe(int fd) {
  tests::set_nonblocking(fd, true);
  std::string all;
  std::array<char, 4096> page;
  for (ssize_t n; (n = ::read(fd, page.data(), page.size())) > 0;) {
    all.append(page.data(), static_cast<std::size_t>(n));
  }
  tests::set_nonblocking(fd, false);
  return all;
}

template <class S>
task_of<S> bad_arguments(int fd, answers& out) {
  std::string data = "abc";
  const iovec good = part(data);
  const iovec bad{nowhere<char>(), 3};
  const std::vector<iovec> too_many(1025, good);
  out.add("readv of -1", co_await S::readv(fd, &good, -1));
  out.add("readv of 1025", co_await S::readv(fd, too_many.data(), 1025));
  out.add("readv into nowhere", co_await S::readv(fd, &bad, 1));
  out.add("readv by nowhere", co_await S::readv(fd, nowhere<iovec>(), 1));
  out.add("writev of -1", co_await S::writev(fd, &good, -1));
  out.add("writev of 1025", co_await S::writev(fd, too_many.data(), 1025));
  out.add("writev from nowhere", co_await S::writev(fd, &bad, 1));
  out.add("writev by nowhere", co_await S::writev(fd, nowhere<iovec>(), 1));
  out.add("preadv of -1", co_await S::preadv(fd, &good, -1, 0));
  out.add("pwritev of -1", co_await S::pwritev(fd, &good, -1, 0));
}

template <class S>
task_of<S> every_call(int fd, answers& out) {
  std::string data = "abc";
  const iovec good = part(data);
  out.add("readv of none", co_await S::readv(fd, &good, 0));
  out.add("writev of none", co_await S::writev(fd, &good, 0));
  out.add("writev", co_await S::writev(fd, &good, 1));
  out.add("preadv", co_await S::preadv(fd, &good, 1, 0));
  out.add("preadv far", co_await S::preadv(fd, &good, 1, 1'000'000));
  out.add("preadv before", co_await S::preadv(fd, &good, 1, -1));
  out.add("preadv far before", co_await S::preadv(fd, &good, 1, -100));
  out.add("pwritev", co_await S::pwritev(fd, &good, 1, 2));
  out.add("pwritev before", co_await S::pwritev(fd, &good, 1, -1));
  out.add("readv", co_await S::readv(fd, &good, 1));
}

descriptor opened(const std::string& path, int flags) {
  return descriptor(::open(path.c_str(), flags | O_CLOEXEC, 0600));
}

struct kind {
  const char* name;
  std::function<descriptor(const tests::temporary_folder&)> make;
};

using tests::temporary_folder;

const std::vector<kind>& kinds() {
  static const std::vector<kind> all = {
      {"a file", [](auto& f) { return opened(f.file("a", "0123"), O_RDWR); }},
      {"a file to read",
       [](auto& f) { return opened(f.file("a", "0123"), O_RDONLY); }},
      {"a file to write",
       [](auto& f) { return opened(f.file("a", "0123"), O_WRONLY); }},
      {"a file to append to",
       [](auto& f) { return opened(f.file("a", "0"), O_RDWR | O_APPEND); }},
      {"a folder", [](auto& f) { return opened(f.path(), O_RDONLY); }},
      {"a path", [](auto& f) { return opened(f.path(), O_PATH); }},
      {"a device", [](auto&) { return opened("/dev/null", O_RDWR); }},
      {"zeros", [](auto&) { return opened("/dev/zero", O_RDWR); }},
      {"a pipe at its end",
       [](auto&) { return std::move(tests::pipe_descriptors().a); }},
      {"a pipe without reader",
       [](auto&) { return std::move(tests::pipe_descriptors().b); }},
      {"a socket at its end",
       [](auto&) { return std::move(tests::stream_pair().a); }},
  };
  return all;
}

template <class S>
answers answers_of(const kind& k) {
  const temporary_folder folder;
  answers out;
  S::run(every_call<S>, k.make(folder), std::ref(out));
  return out;
}

}  // namespace

TEST_CASE("on any descriptor all calls answer as the originals do") {
  ::signal(SIGPIPE, SIG_IGN);
  for (const kind& k : kinds()) {
    INFO(std::string(k.name));
    CHECK(differences(answers_of<mirror>(k), answers_of<original>(k)) == "");
  }
}

TEST_CASE("bad arguments fail as the originals do") {
  const temporary_folder folder;
  for (const std::string& path :
       {folder.file("a", "0123"), std::string("/dev/zero")}) {
    CAPTURE(path);
    const descriptor file = opened(path, O_RDWR);
    answers by_green, by_original;
    mirror::run(bad_arguments<mirror>, int(file), std::ref(by_green));
    original::run(bad_arguments<original>, int(file), std::ref(by_original));
    CHECK(differences(by_green, by_original) == "");
    CHECK(by_original.has("writev of -1 EINVAL"));
  }
}

TEST_CASE("on a bad descriptor all calls fail as the originals do") {
  for (const int fd : {-1, -100, 1'000, 1'000'000}) {
    CAPTURE(fd);
    answers by_green, by_original;
    mirror::run(every_call<mirror>, fd, std::ref(by_green));
    original::run(every_call<original>, fd, std::ref(by_original));
    CHECK(differences(by_green, by_original) == "");
    CHECK(by_original.has("writev EBADF"));
  }
}

TEST_CASE_TEMPLATE("parts are gathered and scattered", S, original, mirror) {
  S::run([]() -> task_of<S> {
    auto [in, out] = tests::pipe_descriptors();
    std::string a = "ab", b = "", c = "cde";
    const iovec from[] = {part(a), part(b), part(c)};
    CHECK(co_await S::writev(out, from, 3) == 5);
    std::string d = "...", e = "....";
    const iovec into[] = {part(d), part(e)};
    CHECK(co_await S::readv(in, into, 2) == 5);
    CHECK(d == "abc");
    CHECK(e == "de..");
    CHECK(co_await S::close(out.release()) == 0);
    CHECK(co_await S::readv(in, into, 2) == 0);
  });
}

TEST_CASE_TEMPLATE("preadv and pwritev leave the position", S, original,
                   mirror) {
  S::run([]() -> task_of<S> {
    const temporary_folder folder;
    const descriptor file = opened(folder.file("a", "0123456789"), O_RDWR);
    std::string a = "AB", b = "C";
    const iovec parts[] = {part(a), part(b)};
    CHECK(co_await S::pwritev(file, parts, 2, 4) == 3);
    CHECK(::lseek(file, 0, SEEK_CUR) == 0);
    CHECK(co_await S::preadv(file, parts, 2, 3) == 3);
    CHECK(a + b == "3AB");
    CHECK(::lseek(file, 0, SEEK_CUR) == 0);
    CHECK(co_await S::readv(file, parts, 2) == 3);
    CHECK(::lseek(file, 0, SEEK_CUR) == 3);
    CHECK(co_await S::writev(file, parts, 2) == 3);
    CHECK(co_await S::preadv(file, parts, 2, 9) == 1);
    CHECK(co_await S::preadv(file, parts, 2, 10) == 0);
    CHECK(tests::contents(folder.at("a")) == "012012C789");
  });
}

TEST_CASE_TEMPLATE("with O_NONBLOCK nothing waits", S, original, mirror) {
  S::run([]() -> task_of<S> {
    auto [in, out] = tests::pipe_descriptors();
    tests::set_nonblocking(in, true);
    tests::set_nonblocking(out, true);
    many_parts many;
    CHECK(answer(co_await S::readv(in, many.parts.data(), 1024)) ==
          failed(EAGAIN));
    CHECK(co_await S::writev(out, many.parts.data(), 1024) > 0);
    CHECK(answer(co_await S::writev(out, many.parts.data(), 1024)) ==
          failed(EAGAIN));
    CHECK(many.bytes.starts_with(drain_pipe(in)));
  });
}

TEST_CASE_TEMPLATE("1,024 parts pass a full pipe, each once", S, original,
                   mirror) {
  S::run([]() -> task_of<S> {
    auto [in, out] = tests::pipe_descriptors();
    fill_pipe(out);
    const std::size_t before = 65'536;
    many_parts many;
    const int to = out;
    typename S::thread writer([to, &many]() -> task_of<S> {
      CHECK(co_await S::writev(to, many.parts.data(), many.count) ==
            static_cast<ssize_t>(many.bytes.size()));
    });
    std::string got;
    std::vector<char> data(10'000);
    while (got.size() < before + many.bytes.size()) {
      const iovec into{data.data(), data.size()};
      const ssize_t n = co_await S::readv(in, &into, 1);
      REQUIRE(n > 0);
      got.append(data.data(), static_cast<std::size_t>(n));
    }
    co_await writer.join();
    CHECK(got.substr(before) == many.bytes);
  });
}

TEST_CASE("readv and writev end by a kill and by a timeout") {
  const int before = tests::open_descriptors();
  green::run([]() -> green::task<> {
    auto [in, out] = tests::pipe_descriptors();
    const int from = in, to = out;
    std::string data = "abc";
    co_await tests::check_interruptible([from, &data]() -> green::task<> {
      const iovec one = part(data);
      co_await green::readv(from, &one, 1);
    });
    fill_pipe(to);
    co_await tests::check_interruptible([to, &data]() -> green::task<> {
      const iovec one = part(data);
      co_await green::writev(to, &one, 1);
    });
    CHECK(drain_pipe(from).find("abc") == std::string::npos);
  });
  CHECK(tests::open_descriptors() == before);
}

TEST_CASE("a kill that meets writev in part gives the part") {
  green::run([]() -> green::task<> {
    auto [in, out] = tests::pipe_descriptors();
    const int to = out;
    many_parts many;
    ssize_t written = 0;
    const auto writes = [to, &many, &written]() -> green::task<> {
      written = co_await green::writev(to, many.parts.data(), many.count);
      co_await green::sleep();
      written = -2;  // not reached: the kill is thrown before
    };
    const green::greenlet<> writer = co_await tests::started(writes);
    co_await writer.kill();
    CHECK(writer.was_killed());
    const std::string got = drain_pipe(in);
    CHECK(static_cast<ssize_t>(got.size()) == written);
    CHECK(many.bytes.starts_with(got));
  });
}

TEST_CASE_TEMPLATE("two that read one descriptor share what comes", S, original,
                   mirror) {
  S::run([]() -> task_of<S> {
    auto [a, b] = tests::datagram_pair();
    const int from = a;
    std::string got[2] = {"...", "..."};
    const auto reads = [from](std::string* into) -> task_of<S> {
      const iovec one = part(*into);
      CHECK(co_await S::readv(from, &one, 1) == 2);
    };
    typename S::thread first(reads, &got[0]), second(reads, &got[1]);
    co_await S::this_thread::yield();
    std::string one = "aa", two = "bb";
    const iovec parts[] = {part(one), part(two)};
    CHECK(co_await S::writev(b, &parts[0], 1) == 2);
    CHECK(co_await S::writev(b, &parts[1], 1) == 2);
    co_await first.join();
    co_await second.join();
    CHECK(((got[0] == "aa." && got[1] == "bb.") ||
           (got[0] == "bb." && got[1] == "aa.")));
  });
}

TEST_CASE("close ends readv and writev with EBADF") {
  green::run([]() -> green::task<> {
    auto [in, unused] = tests::pipe_descriptors();
    auto [unread, out] = tests::pipe_descriptors();
    fill_pipe(out);
    const int from = in, to = out;
    answer read = 0, written = 0;
    std::string data = "abc";
    const auto reads = [from, &read, &data]() -> green::task<> {
      const iovec one = part(data);
      read = co_await green::readv(from, &one, 1);
    };
    const auto writes = [to, &written, &data]() -> green::task<> {
      const iovec one = part(data);
      written = co_await green::writev(to, &one, 1);
    };
    const green::greenlet<> reader = co_await tests::started(reads);
    const green::greenlet<> writer = co_await tests::started(writes);
    CHECK(co_await green::close(in.release()) == 0);
    CHECK(co_await green::close(out.release()) == 0);
    co_await reader.join();
    co_await writer.join();
    CHECK(read == failed(EBADF));
    CHECK(written == failed(EBADF));
  });
}
