// SPDX-License-Identifier: MIT
// What waits and what is lost: see tests/green/fcntl_lock_test.cc.
#include "green/sys/file.h"

#include <doctest/doctest.h>
#include <fcntl.h>

#include "tests/support/files.h"
#include "tests/support/mirror.h"
#include "tests/support/oracle.h"
#include "tests/support/sockets.h"

using tests::descriptor;
using tests::task_of;

static_assert(tests::mirrors(green::flock, ::flock));

namespace {

struct original : tests::system_side {
  static constexpr tests::blocking_call flock = &::flock;
};

struct mirror : tests::green_side {
  static constexpr auto flock = &green::flock;
};

}  // namespace

TEST_CASE_TEMPLATE("a lock is of the open file, not of its descriptor", S,
                   original, mirror) {
  S::run([]() -> task_of<S> {
    const tests::temporary_folder folder;
    const std::string path = folder.file("a");
    const descriptor a(::open(path.c_str(), O_RDONLY));
    descriptor copy(::dup(a));
    const descriptor b(::open(path.c_str(), O_RDONLY));
    CHECK(co_await S::flock(a, LOCK_EX) == 0);
    CHECK(co_await S::flock(copy, LOCK_EX) == 0);
    CHECK(co_await S::close(copy.release()) == 0);
    CHECK(co_await S::flock(b, LOCK_EX | LOCK_NB) == -1);
    CHECK(errno == EWOULDBLOCK);
    CHECK(co_await S::flock(a, LOCK_UN) == 0);
    CHECK(co_await S::flock(a, LOCK_UN) == 0);
    CHECK(co_await S::flock(b, LOCK_EX) == 0);
  });
}

TEST_CASE_TEMPLATE("many that lock, one at a time", S, original, mirror) {
  S::run([]() -> task_of<S> {
    const tests::temporary_folder folder;
    const std::string path = folder.file("a");
    // Atomic, as ThreadSanitizer does not see what flock(2) orders.
    std::atomic<int> holders = 0, turns = 0;
    const auto locks = [&]() -> task_of<S> {
      const descriptor mine(::open(path.c_str(), O_RDONLY));
      for (int i = 0; i < 20; ++i) {
        CHECK(co_await S::flock(mine, LOCK_EX) == 0);
        CHECK(++holders == 1);
        co_await S::this_thread::yield();
        ++turns;
        --holders;
        CHECK(co_await S::flock(mine, LOCK_UN) == 0);
      }
    };
    typename S::thread a(locks), b(locks), c(locks);
    co_await a.join();
    co_await b.join();
    co_await c.join();
    CHECK(turns == 60);
  });
}
