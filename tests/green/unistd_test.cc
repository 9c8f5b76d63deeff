// SPDX-License-Identifier: MIT
#include "green/unistd.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/socket.h>

#include <cerrno>
#include <chrono>
#include <string>
#include <utility>

#include "green/green.h"
#include "green/greenlet.h"
#include "green/timeout.h"
#include "tests/support/mirror.h"
#include "tests/support/virtual_time.h"

using namespace std::chrono_literals;

static_assert(tests::mirrors(green::read, ::read));
static_assert(tests::mirrors(green::write, ::write));
static_assert(tests::mirrors(green::pread, ::pread));
static_assert(tests::mirrors(green::pwrite, ::pwrite));
static_assert(tests::mirrors(green::close, ::close));
static_assert(tests::mirrors(green::fsync, ::fsync));
static_assert(tests::mirrors(green::fdatasync, ::fdatasync));
static_assert(tests::mirrors<green::task<unsigned>, unsigned, unsigned>(
    green::sleep, ::sleep));
static_assert(tests::mirrors(green::usleep, ::usleep));
static_assert(tests::mirrors(green::lockf, ::lockf));
static_assert(tests::mirrors(green::unlink, ::unlink));
static_assert(tests::mirrors(green::ftruncate, ::ftruncate));
static_assert(tests::mirrors(green::copy_file_range, ::copy_file_range));
static_assert(tests::mirrors(green::pause, ::pause));
static_assert(tests::mirrors(green::access, ::access));
static_assert(tests::mirrors(green::chdir, ::chdir));
static_assert(tests::mirrors(green::chown, ::chown));
static_assert(tests::mirrors(green::eaccess, ::eaccess));
static_assert(tests::mirrors(green::euidaccess, ::euidaccess));
static_assert(tests::mirrors(green::faccessat, ::faccessat));
static_assert(tests::mirrors(green::fchown, ::fchown));
static_assert(tests::mirrors(green::fchownat, ::fchownat));
static_assert(tests::mirrors(green::gethostid, ::gethostid));
static_assert(tests::mirrors(green::getlogin_r, ::getlogin_r));
static_assert(tests::mirrors(green::lchown, ::lchown));
static_assert(tests::mirrors(green::link, ::link));
static_assert(tests::mirrors(green::linkat, ::linkat));
static_assert(tests::mirrors(green::readlink, ::readlink));
static_assert(tests::mirrors(green::readlinkat, ::readlinkat));
static_assert(tests::mirrors(green::rmdir, ::rmdir));
static_assert(tests::mirrors(green::symlink, ::symlink));
static_assert(tests::mirrors(green::symlinkat, ::symlinkat));
static_assert(tests::mirrors(green::syncfs, ::syncfs));
static_assert(tests::mirrors(green::truncate, ::truncate));
static_assert(tests::mirrors(green::unlinkat, ::unlinkat));
static_assert(tests::mirrors(green::getlogin, ::getlogin));
static_assert(tests::mirrors(green::sync, ::sync));

namespace {

// A file that is gone with its scope.
struct scratch_file {
  scratch_file() { fd = ::mkstemp(path); }
  ~scratch_file() {
    if (fd >= 0) ::close(fd);
    ::unlink(path);
  }
  char path[32] = "/tmp/green-unistd-XXXXXX";
  int fd;
};

struct ends {
  ends() { REQUIRE(::pipe2(fd, O_CLOEXEC) == 0); }
  ~ends() {
    for (const int one : fd) {
      if (one >= 0) ::close(one);
    }
  }
  int fd[2];
};

// The same steps against green and the system: each result, and its errno.
template <class Step>
green::task<> agrees(Step step, long system, int system_error) {
  errno = 0;
  const long ours = static_cast<long>(co_await step());
  const int our_error = errno;
  CHECK(ours == system);
  if (system < 0) CHECK(our_error == system_error);
}

green::task<> read_and_write_files() {
  scratch_file f;
  CHECK(co_await green::write(f.fd, "0123456789", 10) == 10);
  char text[11] = {};
  CHECK(co_await green::pread(f.fd, text, 4, 3) == 4);
  CHECK(std::string(text) == "3456");
  CHECK(co_await green::pwrite(f.fd, "ab", 2, 1) == 2);
  // Neither moved the position.
  CHECK(::lseek(f.fd, 0, SEEK_CUR) == 10);
  CHECK(co_await green::read(f.fd, text, 10) == 0);
  ::lseek(f.fd, 0, SEEK_SET);
  CHECK(co_await green::read(f.fd, text, 10) == 10);
  CHECK(std::string(text) == "0ab3456789");
  CHECK(co_await green::fsync(f.fd) == 0);
  CHECK(co_await green::fdatasync(f.fd) == 0);
  CHECK(co_await green::ftruncate(f.fd, 3) == 0);
  CHECK(::lseek(f.fd, 0, SEEK_END) == 3);
}

green::task<> fail_alike() {
  ends p;
  scratch_file f;
  char byte;
  const auto bad = [&] { return green::read(-1, &byte, 1); };
  co_await agrees(bad, ::read(-1, &byte, 1), EBADF);
  const auto wrong_way = [&] { return green::write(p.fd[0], "x", 1); };
  co_await agrees(wrong_way, ::write(p.fd[0], "x", 1), EBADF);
  const auto negative = [&] { return green::pread(f.fd, &byte, 1, -5); };
  co_await agrees(negative, ::pread(f.fd, &byte, 1, -5), EINVAL);
  const auto no_position = [&] { return green::pread(p.fd[0], &byte, 1, 0); };
  co_await agrees(no_position, ::pread(p.fd[0], &byte, 1, 0), ESPIPE);
  const auto twice = [&] { return green::close(-7); };
  co_await agrees(twice, ::close(-7), EBADF);
  const auto missing = [&] { return green::unlink("/tmp/none/none"); };
  co_await agrees(missing, ::unlink("/tmp/none/none"), ENOENT);
  ::fcntl(p.fd[0], F_SETFL, O_NONBLOCK);
  const auto empty = [&] { return green::read(p.fd[0], &byte, 1); };
  co_await agrees(empty, ::read(p.fd[0], &byte, 1), EAGAIN);
}

green::task<> end_reads() {
  ends p;
  char byte = 0;
  const auto reader = green::spawn([&] {
    return green::with_timeout(1h, green::read, p.fd[0],
                               static_cast<void*>(&byte), std::size_t{1});
  });
  co_await green::sleep(0s);
  co_await reader.kill();
  CHECK(reader.was_killed());
  CHECK(co_await green::write(p.fd[1], "x", 1) == 1);
  CHECK(co_await green::read(p.fd[0], &byte, 1) == 1);  // nothing was lost
  CHECK(byte == 'x');
  const green::timeout limit(1ms);
  try {
    co_await green::read(p.fd[0], &byte, 1);
    FAIL("there was nothing to read");
  } catch (const green::timed_out& e) {
    CHECK(e.from(limit));
  }
}

green::task<> close_under_a_reader() {
  ends p;
  char byte;
  int error = 0;
  const auto read_once = [&]() -> green::task<ssize_t> {
    const ssize_t n = co_await green::read(p.fd[0], &byte, 1);
    error = errno;
    co_return n;
  };
  const auto reader = green::spawn(read_once);
  co_await green::sleep(0s);
  CHECK(co_await green::close(std::exchange(p.fd[0], -1)) == 0);
  CHECK(co_await reader.get() == -1);
  CHECK(error == EBADF);
}

green::task<> copy() {
  scratch_file from;
  scratch_file to;
  CHECK(::write(from.fd, "0123456789", 10) == 10);
  off_t at = 2;
  CHECK(co_await green::copy_file_range(from.fd, &at, to.fd, nullptr, 5, 0) ==
        5);
  CHECK(at == 7);
  char text[6] = {};
  CHECK(::pread(to.fd, text, 5, 0) == 5);
  CHECK(std::string(text) == "23456");
  CHECK(co_await green::lockf(from.fd, F_TLOCK, 0) == 0);
  CHECK(co_await green::lockf(from.fd, F_LOCK, 0) == 0);
  CHECK(co_await green::lockf(from.fd, F_ULOCK, 0) == 0);
}

green::task<> sleep_long() {
  const auto before = green::core::now();
  CHECK(co_await green::sleep(100) == 0u);
  CHECK(co_await green::usleep(5) == 0);
  CHECK(green::core::now() - before >= 100'000'005'000);
}

}  // namespace

TEST_CASE("files are read and written at their position and elsewhere") {
  green::run(read_and_write_files);
}

TEST_CASE("errors are the system's own") { green::run(fail_alike); }

TEST_CASE("a kill or a timeout ends a read and loses nothing") {
  green::run(end_reads);
}

TEST_CASE("close gives EBADF to who reads") {
  green::run(close_under_a_reader);
}

TEST_CASE("copy_file_range and lockf") { green::run(copy); }

TEST_CASE("sleep and usleep are never early") {
  tests::run_virtual(sleep_long);
}
