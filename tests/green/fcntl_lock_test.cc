// SPDX-License-Identifier: MIT
// Locks of <fcntl.h>, <unistd.h> and <sys/file.h>: what waits, what wakes it,
// and that none is lost.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <unistd.h>

#include <atomic>
#include <string>
#include <vector>

#include "green/fcntl.h"
#include "green/sys/file.h"
#include "green/unistd.h"
#include "tests/support/child.h"
#include "tests/support/files.h"
#include "tests/support/oracle.h"
#include "tests/support/sockets.h"
#include "tests/support/virtual_time.h"
#include "tests/support/waiting.h"

using namespace std::chrono_literals;
using tests::answer;
using tests::descriptor;
using tests::failed;
using tests::task_of;
using tests::temporary_folder;

namespace {

struct original : tests::system_side {
  static tests::ready<int> fcntl(int fd, int command, void* lock) {
    return tests::ready<int>(::fcntl(fd, command, lock));
  }
  static constexpr tests::blocking_call lockf = &::lockf;
  static constexpr tests::blocking_call flock = &::flock;
};

struct mirror : tests::green_side {
  static auto fcntl(int fd, int command, void* lock) {
    return green::fcntl(fd, command, lock);
  }
  static constexpr auto lockf = &green::lockf;
  static constexpr auto flock = &green::flock;
};

struct ::flock range(short type, off_t start = 0, off_t length = 0,
                     short whence = SEEK_SET) {
  struct ::flock lock{};
  lock.l_type = type;
  lock.l_whence = whence;
  lock.l_start = start;
  lock.l_len = length;
  return lock;
}

struct locked_file : temporary_folder {
  std::string path = file("a", "0123456789");
  descriptor open(int flags = O_RDWR) const {
    return descriptor(::open(path.c_str(), flags | O_CLOEXEC));
  }
};

// The ways to lock a whole open file, that exclude each other only among
// themselves.
struct by_flock {
  static auto lock(int fd) { return green::flock(fd, LOCK_EX); }
  static bool try_lock(int fd) { return ::flock(fd, LOCK_EX | LOCK_NB) == 0; }
  static auto unlock(int fd) { return green::flock(fd, LOCK_UN); }
  static void unlock_by_original(int fd) { ::flock(fd, LOCK_UN); }
};

struct by_fcntl {
  static green::task<int> lock(int fd) {
    struct ::flock all = range(F_WRLCK);
    co_return co_await green::fcntl(fd, F_OFD_SETLKW, &all);
  }
  static bool try_lock(int fd) {
    struct ::flock all = range(F_WRLCK);
    return ::fcntl(fd, F_OFD_SETLK, &all) == 0;
  }
  static green::task<int> unlock(int fd) {
    struct ::flock all = range(F_UNLCK);
    co_return co_await green::fcntl(fd, F_OFD_SETLK, &all);
  }
  static void unlock_by_original(int fd) {
    struct ::flock all = range(F_UNLCK);
    ::fcntl(fd, F_OFD_SETLK, &all);
  }
};

}  // namespace

TEST_CASE_TEMPLATE("a lock of another open file is waited for", L, by_flock,
                   by_fcntl) {
  // On virtual time, which stands still: so it was the unlock that woke it.
  green::run([]() -> green::task<> {
    const locked_file file;
    const descriptor a = file.open(), b = file.open();
    const int waiting = b;
    CHECK(co_await L::lock(a) == 0);
    bool locked = false;
    const auto locks = [waiting, &locked]() -> green::task<> {
      CHECK(co_await L::lock(waiting) == 0);
      locked = true;
    };
    const green::greenlet<> waiter = co_await tests::started(locks);
    CHECK_FALSE(locked);
    CHECK(co_await L::unlock(a) == 0);
    co_await waiter.join();
    CHECK(locked);
    CHECK_FALSE(L::try_lock(a));
  });
}

TEST_CASE_TEMPLATE("a lock given back by others is seen", L, by_flock,
                   by_fcntl) {
  tests::run_virtual([]() -> green::task<> {
    const locked_file file;
    const descriptor a = file.open(), b = file.open();
    const int waiting = b;
    CHECK(co_await L::lock(a) == 0);
    const auto locks = [waiting]() -> green::task<> {
      CHECK(co_await L::lock(waiting) == 0);
    };
    const green::greenlet<> waiter = green::spawn(locks);
    co_await green::sleep(1s);
    CHECK_FALSE(waiter.ready());
    L::unlock_by_original(a);
    CHECK(co_await waiter.join(10ms));
  });
}

TEST_CASE_TEMPLATE("a wait for a lock ends by a kill and by a timeout", L,
                   by_flock, by_fcntl) {
  const int before = tests::open_descriptors();
  green::run([]() -> green::task<> {
    const locked_file file;
    const descriptor a = file.open(), b = file.open(), c = file.open();
    const int waiting = b;
    CHECK(co_await L::lock(a) == 0);
    const auto locks = [waiting]() -> green::task<> {
      co_await L::lock(waiting);
    };
    co_await tests::check_interruptible(locks);
    CHECK(co_await L::unlock(a) == 0);
    co_await green::sleep(20ms);
    // Nobody has it now: neither was granted later.
    CHECK(L::try_lock(c));
  });
  CHECK(tests::open_descriptors() == before);
}

TEST_CASE_TEMPLATE("a lock that was waited for in vain may be had later", L,
                   by_flock, by_fcntl) {
  green::run([]() -> green::task<> {
    const locked_file file;
    const descriptor a = file.open(), b = file.open(), c = file.open();
    CHECK(co_await L::lock(a) == 0);
    for (int tries = 0; tries < 3; ++tries) {
      bool expired = false;
      try {
        const green::timeout soon(1ms);
        co_await L::lock(b);
      } catch (const green::timed_out&) {
        expired = true;
      }
      CHECK(expired);
    }
    CHECK(co_await L::unlock(a) == 0);
    CHECK(co_await L::lock(b) == 0);
    co_await green::sleep(20ms);
    CHECK_FALSE(L::try_lock(c));  // what gave up has not taken it away
  });
}

TEST_CASE_TEMPLATE("who holds a lock may use helpers, however many wait", L,
                   by_flock, by_fcntl) {
  green::run([]() -> green::task<> {
    const locked_file file;
    int holders = 0;
    const auto uses = [&file, &holders]() -> green::task<> {
      const descriptor mine = file.open();
      CHECK(co_await L::lock(mine) == 0);
      CHECK(++holders == 1);
      CHECK(co_await green::ftruncate(mine, 100) == 0);
      CHECK(--holders == 0);
      CHECK(co_await L::unlock(mine) == 0);
    };
    std::vector<green::greenlet<>> all;
    for (int i = 0; i < 40; ++i) all.push_back(green::spawn(uses));
    co_await green::joinall(all);
  });
}

TEST_CASE("a lock whose descriptor is closed meanwhile is not taken") {
  green::run([]() -> green::task<> {
    const locked_file file;
    const descriptor a = file.open();
    descriptor b = file.open();
    const int waiting = b;
    CHECK(co_await green::flock(a, LOCK_EX) == 0);
    answer result = 0;
    const auto locks = [waiting, &result]() -> green::task<> {
      result = co_await green::flock(waiting, LOCK_EX);
    };
    const green::greenlet<> waiter = co_await tests::started(locks);
    CHECK(co_await green::close(b.release()) == 0);
    const temporary_folder other;
    descriptor another(::open(other.file("b").c_str(), O_RDWR));
    if (another != waiting) REQUIRE(::dup2(another, waiting) == waiting);
    if (another != waiting) b = descriptor(waiting);
    co_await waiter.join();
    CHECK(result == failed(EBADF));
  });
}

TEST_CASE_TEMPLATE("locks of another process are waited for", S, original,
                   mirror) {
  const locked_file file;
  tests::child other([&file](tests::child::parent& above) {
    const int fd = ::open(file.path.c_str(), O_RDWR);
    struct ::flock part = range(F_WRLCK, 2, 3);
    if (::fcntl(fd, F_SETLK, &part) != 0) ::_exit(1);
    above.tell();
    above.hear();  // and its end gives the lock back
  });
  REQUIRE(other.hear());
  S::run([&file, &other]() -> task_of<S> {
    const descriptor mine = file.open();
    struct ::flock apart = range(F_WRLCK, 5, 0);
    CHECK(co_await S::fcntl(mine, F_SETLKW, &apart) == 0);
    struct ::flock all = range(F_RDLCK);
    CHECK(answer(co_await S::fcntl(mine, F_SETLK, &all)) == failed(EAGAIN));
    CHECK(co_await S::fcntl(mine, F_GETLK, &all) == 0);
    CHECK(all.l_start == 2);
    CHECK(all.l_len == 3);
    ::lseek(mine, 3, SEEK_SET);
    CHECK(answer(co_await S::lockf(mine, F_TEST, 1)) == failed(EACCES));
    CHECK(answer(co_await S::lockf(mine, F_TLOCK, 1)) == failed(EAGAIN));
    const int waiting = mine;
    std::atomic<bool> locked = false;
    typename S::thread locker([waiting, &locked]() -> task_of<S> {
      CHECK(co_await S::lockf(waiting, F_LOCK, 1) == 0);
      locked = true;
    });
    co_await S::this_thread::yield();
    CHECK_FALSE(locked);
    other.tell();
    co_await locker.join();
    struct ::flock again = range(F_WRLCK, 2, 3);
    CHECK(co_await S::fcntl(mine, F_SETLKW, &again) == 0);
  });
  CHECK(other.end());
}

TEST_CASE("a range is reckoned from where the position was at the call") {
  const locked_file file;
  tests::child other([&file](tests::child::parent& above) {
    const int fd = ::open(file.path.c_str(), O_RDWR);
    if (::flock(fd, LOCK_SH) != 0) ::_exit(1);
    struct ::flock part = range(F_WRLCK, 2, 1);
    if (::fcntl(fd, F_SETLK, &part) != 0) ::_exit(1);
    above.tell();
    above.hear();
    part = range(F_UNLCK);
    ::fcntl(fd, F_SETLK, &part);
    above.hear();
    part = range(F_WRLCK);
    if (::fcntl(fd, F_GETLK, &part) != 0) ::_exit(1);
    ::_exit(part.l_start == 2 && part.l_len == 1 ? 0 : 1);
  });
  REQUIRE(other.hear());
  green::run([&file, &other]() -> green::task<> {
    const descriptor mine = file.open();
    const int fd = mine;
    ::lseek(fd, 1, SEEK_SET);
    const auto locks = [fd]() -> green::task<> {
      struct ::flock next = range(F_WRLCK, 1, 1, SEEK_CUR);
      CHECK(co_await green::fcntl(fd, F_SETLKW, &next) == 0);
    };
    const green::greenlet<> locker = co_await tests::started(locks);
    ::lseek(fd, 7, SEEK_SET);
    other.tell();
    co_await locker.join();
    other.tell();
    CHECK(other.hear() == false);
  });
  CHECK(other.end());
}

TEST_CASE_TEMPLATE("flock is shared, exclusive and converted", S, original,
                   mirror) {
  S::run([]() -> task_of<S> {
    const locked_file file;
    const descriptor a = file.open(), b = file.open(O_RDONLY);
    CHECK(co_await S::flock(a, LOCK_SH) == 0);
    CHECK(co_await S::flock(b, LOCK_SH) == 0);
    CHECK(answer(co_await S::flock(a, LOCK_EX | LOCK_NB)) ==
          failed(EWOULDBLOCK));
    CHECK(co_await S::flock(b, LOCK_UN) == 0);
    CHECK(co_await S::flock(a, LOCK_EX) == 0);
    CHECK(answer(co_await S::flock(b, LOCK_SH | LOCK_NB)) ==
          failed(EWOULDBLOCK));
    CHECK(co_await S::flock(a, LOCK_SH) == 0);
    CHECK(co_await S::flock(b, LOCK_SH) == 0);
    CHECK(answer(co_await S::flock(-1, LOCK_EX)) == failed(EBADF));
    CHECK(answer(co_await S::flock(a, 0)) == failed(EINVAL));
    CHECK(answer(co_await S::flock(a, LOCK_SH | LOCK_EX)) == failed(EINVAL));
    const descriptor path = file.open(O_PATH);
    CHECK(answer(co_await S::flock(path, LOCK_EX)) == failed(EBADF));
  });
}

TEST_CASE_TEMPLATE("locks that are refused", S, original, mirror) {
  S::run([]() -> task_of<S> {
    const locked_file file;
    const descriptor in = file.open(O_RDONLY), out = file.open(O_WRONLY);
    const descriptor both = file.open();
    struct ::flock write = range(F_WRLCK), read = range(F_RDLCK);
    struct ::flock odd = range(77), before = range(F_WRLCK, -1);
    CHECK(answer(co_await S::fcntl(in, F_SETLKW, &write)) == failed(EBADF));
    CHECK(answer(co_await S::fcntl(out, F_SETLKW, &read)) == failed(EBADF));
    CHECK(answer(co_await S::fcntl(both, F_SETLKW, &odd)) == failed(EINVAL));
    CHECK(answer(co_await S::fcntl(both, F_SETLKW, &before)) == failed(EINVAL));
    write.l_pid = 1;
    CHECK(answer(co_await S::fcntl(both, F_OFD_SETLKW, &write)) ==
          failed(EINVAL));
    CHECK(answer(co_await S::lockf(in, F_LOCK, 0)) == failed(EBADF));
    CHECK(answer(co_await S::lockf(-1, F_LOCK, 0)) == failed(EBADF));
    CHECK(answer(co_await S::lockf(both, F_LOCK, -1)) == failed(EINVAL));
    CHECK(answer(co_await S::lockf(both, 77, 0)) == failed(EINVAL));
    CHECK(co_await S::lockf(both, F_LOCK, 3) == 0);
    CHECK(co_await S::lockf(both, F_TEST, 3) == 0);
    CHECK(co_await S::lockf(both, F_ULOCK, 3) == 0);
  });
}

TEST_CASE("ftruncate leaves the locks that the process has on the file") {
  const locked_file file;
  const descriptor mine = file.open();
  struct ::flock all = range(F_WRLCK);
  REQUIRE(::fcntl(mine, F_SETLK, &all) == 0);
  green::run([&mine]() -> green::task<> {
    CHECK(co_await green::ftruncate(mine, 5) == 0);
    off_t from = 3;
    CHECK(co_await green::copy_file_range(mine, &from, mine, nullptr, 2, 0) ==
          2);
  });
  tests::child other([&file](tests::child::parent&) {
    struct ::flock any = range(F_WRLCK);
    ::fcntl(::open(file.path.c_str(), O_RDWR), F_GETLK, &any);
    ::_exit(any.l_type == F_WRLCK ? 0 : 1);
  });
  CHECK_FALSE(other.hear());
  CHECK(other.end());
}
