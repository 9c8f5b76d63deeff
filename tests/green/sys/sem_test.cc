// SPDX-License-Identifier: MIT
#include "green/sys/sem.h"

#include <doctest/doctest.h>
#include <sys/ipc.h>

#include <array>
#include <cstddef>
#include <string>
#include <vector>

#include "tests/support/answers.h"
#include "tests/support/child.h"
#include "tests/support/mirror.h"
#include "tests/support/oracle.h"
#include "tests/support/virtual_time.h"
#include "tests/support/waiting.h"

using namespace std::chrono_literals;
using tests::answer;
using tests::answers;
using tests::failed;
using tests::task_of;

static_assert(tests::mirrors(green::semop, ::semop));
static_assert(tests::mirrors(green::semtimedop, ::semtimedop));

namespace {

struct original : tests::system_side {
  static constexpr tests::blocking_call semop = &::semop;
  static constexpr tests::blocking_call semtimedop = &::semtimedop;
};

struct mirror : tests::green_side {
  static constexpr auto semop = &green::semop;
  static constexpr auto semtimedop = &green::semtimedop;
};

// Two semaphores of value 0; gone with their scope.
class set {
 public:
  set() : id_(green::semget(IPC_PRIVATE, 2, 0600)) { REQUIRE(id_ >= 0); }
  set(const set&) = delete;
  set& operator=(const set&) = delete;
  ~set() { remove(); }
  void remove() { green::semctl(id_, 0, IPC_RMID); }
  operator int() const { return id_; }
  int value(int which = 0) const { return green::semctl(id_, which, GETVAL); }

 private:
  int id_;
};

sembuf by(int change, int which = 0, int flags = 0) {
  return {static_cast<unsigned short>(which), static_cast<short>(change),
          static_cast<short>(flags)};
}

// Can sets be made here?
bool available() {
  const int id = ::semget(IPC_PRIVATE, 1, 0600);
  if (id < 0) MESSAGE("skipped: no System V semaphores");
  return id >= 0 && ::semctl(id, 0, IPC_RMID) == 0;
}

template <class S>
task_of<S> change(int id, sembuf one, answer& result) {
  result = co_await S::semop(id, &one, 1);
}

template <class S>
task_of<S> refused(answers& out) {
  const set s;
  set gone;
  gone.remove();
  sembuf take = by(-1), give = by(1), third = by(1, 2), large = by(32767);
  sembuf at_once = by(-1, 0, IPC_NOWAIT);
  const timespec odd{0, 1'000'000'000}, negative{-1, 0}, none{};
  const auto* const nowhere = tests::nowhere<timespec>();
  out.add("none", co_await S::semop(-1, &give, 1));
  out.add("gone", co_await S::semop(gone, &give, 1));
  out.add("no operations", co_await S::semop(s, &give, 0));
  out.add("many", co_await S::semop(s, &give, 1'000'000));
  std::vector<sembuf> too_many(501, give);
  out.add("too many", co_await S::semop(s, too_many.data(), 501));
  out.add("nowhere", co_await S::semop(s, tests::nowhere<sembuf>(), 1));
  out.add("no memory", co_await S::semop(s, nullptr, 1));
  out.add("no such semaphore", co_await S::semop(s, &third, 1));
  out.add("at once", co_await S::semop(s, &at_once, 1));
  out.add("odd", co_await S::semtimedop(s, &take, 1, &odd));
  out.add("negative", co_await S::semtimedop(s, &take, 1, &negative));
  out.add("timeout nowhere", co_await S::semtimedop(s, &take, 1, nowhere));
  out.add("odd though ready", co_await S::semtimedop(s, &give, 1, &odd));
  out.add("too late", co_await S::semtimedop(s, &take, 1, &none));
  out.add("large", co_await S::semop(s, &large, 1));
  out.add("too large", co_await S::semop(s, &give, 1));
  out.add("taken", co_await S::semtimedop(s, &take, 1, &none));
  out.add("left", s.value());
}

// Of several operations, the first that stops decides.
template <class S>
task_of<S> mixed(answers& out) {
  const set s;
  const timespec none{};
  std::array<sembuf, 2> two{by(-1, 0, IPC_NOWAIT), by(-1, 1)};
  out.add("the first may not wait", co_await S::semop(s, two.data(), 2));
  two = {by(1, 0, IPC_NOWAIT), by(-1, 1, IPC_NOWAIT)};
  out.add("the second may not wait", co_await S::semop(s, two.data(), 2));
  two = {by(1, 0), by(-2, 0, IPC_NOWAIT)};
  out.add("with what the first gives", co_await S::semop(s, two.data(), 2));
  two = {by(0, 0), by(1, 0, IPC_NOWAIT)};
  out.add("for zero", co_await S::semop(s, two.data(), 2));
  two = {by(-3, 0), by(-1, 1, IPC_NOWAIT)};
  out.add("the first may wait",
          co_await S::semtimedop(s, two.data(), 2, &none));
  out.add("left", s.value());
}

}  // namespace

TEST_CASE("what is refused is refused as by the originals") {
  if (!available()) return;
  answers by_green, by_original;
  mirror::run(refused<mirror>, std::ref(by_green));
  original::run(refused<original>, std::ref(by_original));
  CHECK(differences(by_green, by_original) == "");
  CHECK(by_original.has("too many E2BIG"));
  CHECK(by_original.has("too large ERANGE"));
}

TEST_CASE("IPC_NOWAIT counts where the kernel stops") {
  if (!available()) return;
  answers by_green, by_original;
  mirror::run(mixed<mirror>, std::ref(by_green));
  original::run(mixed<original>, std::ref(by_original));
  CHECK(differences(by_green, by_original) == "");
  CHECK(by_original.has("the second may not wait EAGAIN"));
}

TEST_CASE_TEMPLATE("one waits for another, and for zero", S, original, mirror) {
  if (!available()) return;
  S::run([]() -> task_of<S> {
    const set s;
    const int id = s;
    typename S::thread taker([id]() -> task_of<S> {
      sembuf both[] = {by(-1, 0), by(-1, 1)};
      CHECK(co_await S::semop(id, both, 2) == 0);
    });
    typename S::thread second([id]() -> task_of<S> {
      sembuf take = by(-1, 1);
      CHECK(co_await S::semop(id, &take, 1) == 0);
      sembuf zero = by(0, 1);
      CHECK(co_await S::semtimedop(id, &zero, 1, nullptr) == 0);
    });
    co_await S::this_thread::yield();
    sembuf give[] = {by(2, 1), by(1, 0)};
    CHECK(co_await S::semop(s, give, 2) == 0);
    co_await taker.join();
    co_await second.join();
    CHECK(s.value(0) == 0);
    CHECK(s.value(1) == 0);
  });
}

TEST_CASE("a set that is removed ends the wait with EIDRM") {
  if (!available()) return;
  green::run([]() -> green::task<> {
    set s;
    const int id = s;
    answer result = 0;
    const auto takes = [id, &result] {
      return change<mirror>(id, by(-1), result);
    };
    const auto taker = co_await tests::started(takes);
    s.remove();
    co_await taker.join();
    CHECK(result == failed(EIDRM));
  });
}

TEST_CASE("killed while it waits, no operation is lost") {
  if (!available()) return;
  green::run([]() -> green::task<> {
    const set s;
    const int id = s;
    const auto takes = [id]() -> green::task<> {
      sembuf take = by(-1);
      co_await green::semop(id, &take, 1);
    };
    co_await tests::check_interruptible(takes);
    int taken = 0;
    for (int turns = 0; turns < 50; ++turns) {
      const auto taker = green::spawn(takes);
      for (int i = 0; i < turns % 5; ++i) co_await green::sleep();
      sembuf give = by(1);
      CHECK(co_await green::semop(id, &give, 1) == 0);
      for (int i = 0; i < turns % 3; ++i) co_await green::sleep();
      co_await taker.kill();
      if (!taker.was_killed()) ++taken;
      CHECK(s.value() == turns + 1 - taken);
    }
  });
}

TEST_CASE("a timeout is as long as was said") {
  if (!available()) return;
  tests::run_virtual([]() -> green::task<> {
    const set s;
    sembuf take = by(-1);
    const timespec hour{3600, 0};
    const auto start = green::core::now();
    CHECK(answer(co_await green::semtimedop(s, &take, 1, &hour)) ==
          failed(EAGAIN));
    CHECK(tests::since(start) == 3600s);
  });
}

TEST_CASE("what another process gives is seen within 10 ms") {
  if (!available()) return;
  const set s;
  const int id = s;
  tests::run_virtual([id]() -> green::task<> {
    const auto takes = [id]() -> green::task<> {
      sembuf take = by(-1);
      CHECK(co_await green::semop(id, &take, 1) == 0);
    };
    const auto taker = green::spawn(takes);
    co_await green::sleep(1s);
    tests::child other([id](tests::child::parent&) {
      sembuf give = by(1);
      ::_exit(::semop(id, &give, 1) == 0 ? 0 : 1);
    });
    CHECK_FALSE(other.hear());
    CHECK(co_await taker.join(10ms));
    CHECK(other.end());
  });
}

TEST_CASE("two that take from one semaphore get one each") {
  if (!available()) return;
  green::run([]() -> green::task<> {
    const set s;
    const int id = s;
    const auto takes = [id]() -> green::task<> {
      sembuf take = by(-1);
      CHECK(co_await green::semop(id, &take, 1) == 0);
    };
    const auto first = co_await tests::started(takes);
    const auto second = co_await tests::started(takes);
    sembuf give = by(2);
    CHECK(co_await green::semop(id, &give, 1) == 0);
    co_await first.join();
    co_await second.join();
    CHECK(s.value() == 0);
  });
}
