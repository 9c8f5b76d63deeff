// SPDX-License-Identifier: MIT
#include "green/sys/msg.h"

#include <doctest/doctest.h>
#include <sys/ipc.h>

#include <cstring>
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

static_assert(tests::mirrors(green::msgrcv, ::msgrcv));
static_assert(tests::mirrors(green::msgsnd, ::msgsnd));

namespace {

struct original : tests::system_side {
  static constexpr tests::blocking_call msgrcv = &::msgrcv;
  static constexpr tests::blocking_call msgsnd = &::msgsnd;
};

struct mirror : tests::green_side {
  static constexpr auto msgrcv = &green::msgrcv;
  static constexpr auto msgsnd = &green::msgsnd;
};

// A queue that holds `room` bytes; gone with its scope.
class queue {
 public:
  explicit queue(unsigned long room = 0)
      : id_(green::msgget(IPC_PRIVATE, 0600)) {
    REQUIRE(id_ >= 0);
    if (room == 0) return;
    msqid_ds state;
    REQUIRE(green::msgctl(id_, IPC_STAT, &state) == 0);
    state.msg_qbytes = room;
    REQUIRE(green::msgctl(id_, IPC_SET, &state) == 0);
  }
  ~queue() { remove(); }
  void remove() { green::msgctl(id_, IPC_RMID, nullptr); }
  operator int() const { return id_; }
  unsigned long size() const {
    msqid_ds state;
    REQUIRE(green::msgctl(id_, IPC_STAT, &state) == 0);
    return state.msg_qnum;
  }

 private:
  int id_;
};

struct message {
  explicit message(long t = 0, const char* words = "") : type(t) {
    std::strncpy(text, words, sizeof text - 1);
  }
  long type;
  char text[16] = {};
};

// Can queues be made here?
bool available() {
  const int id = ::msgget(IPC_PRIVATE, 0600);
  if (id < 0) MESSAGE("skipped: no System V queues");
  return id >= 0 && ::msgctl(id, IPC_RMID, nullptr) == 0;
}

template <class S>
task_of<S> refused(answers& out) {
  const queue q(16), gone;
  ::msgctl(gone, IPC_RMID, nullptr);
  message m(1, "abc");
  const message odd(0, "abc");
  message* const nowhere = tests::nowhere<message>();
  out.add("send to none", co_await S::msgsnd(-1, &m, 4, 0));
  out.add("send to what is gone", co_await S::msgsnd(gone, &m, 4, 0));
  out.add("send of no type", co_await S::msgsnd(q, &odd, 4, 0));
  const std::vector<long> large(200'000, 1);
  out.add("send too long", co_await S::msgsnd(q, large.data(), 1'000'000, 0));
  out.add("send nowhere", co_await S::msgsnd(q, nowhere, 4, 0));
  out.add("receive from none", co_await S::msgrcv(-1, &m, 4, 0, 0));
  out.add("receive from what is gone", co_await S::msgrcv(gone, &m, 4, 0, 0));
  out.add("receive at once", co_await S::msgrcv(q, &m, 4, 0, IPC_NOWAIT));
  out.add("send", co_await S::msgsnd(q, &m, 10, 0));
  out.add("a copy that may wait", co_await S::msgrcv(q, &m, 16, 0, MSG_COPY));
  out.add("a copy at once",
          co_await S::msgrcv(q, &m, 16, 0, MSG_COPY | IPC_NOWAIT));
  out.add("send at once", co_await S::msgsnd(q, &m, 10, IPC_NOWAIT));
  out.add("receive too long", co_await S::msgrcv(q, &m, 4, 0, 0));
  out.add("receive of another type",
          co_await S::msgrcv(q, &m, 16, 7, IPC_NOWAIT));
  out.add("receive cut", co_await S::msgrcv(q, &m, 4, 0, MSG_NOERROR));
}

}  // namespace

TEST_CASE("what is refused is refused as by the originals") {
  if (!available()) return;
  answers by_green, by_original;
  mirror::run(refused<mirror>, std::ref(by_green));
  original::run(refused<original>, std::ref(by_original));
  CHECK(differences(by_green, by_original) == "");
  CHECK(by_original.has("send at once EAGAIN"));
}

TEST_CASE_TEMPLATE("messages by their types", S, original, mirror) {
  if (!available()) return;
  S::run([]() -> task_of<S> {
    const queue q;
    const message a(3, "three"), b(1, "one"), c(2, "two");
    for (const message* m : {&a, &b, &c}) {
      CHECK(co_await S::msgsnd(q, m, sizeof m->text, 0) == 0);
    }
    message got;
    CHECK(co_await S::msgrcv(q, &got, 16, 2, 0) == 16);
    CHECK(std::string(got.text) == "two");
    CHECK(co_await S::msgrcv(q, &got, 16, -3, 0) == 16);
    CHECK(got.type == 1);
    CHECK(co_await S::msgrcv(q, &got, 16, 0, 0) == 16);
    CHECK(std::string(got.text) == "three");
  });
}

TEST_CASE_TEMPLATE("a receiver waits for its type, a sender for room", S,
                   original, mirror) {
  if (!available()) return;
  S::run([]() -> task_of<S> {
    const queue q(32);
    const int id = q;
    typename S::thread receiver([id]() -> task_of<S> {
      message got;
      CHECK(co_await S::msgrcv(id, &got, 16, 5, 0) == 16);
      CHECK(std::string(got.text) == "five");
    });
    const message other(1, "other"), five(5, "five");
    CHECK(co_await S::msgsnd(q, &other, 16, 0) == 0);
    CHECK(co_await S::msgsnd(q, &five, 16, 0) == 0);
    co_await receiver.join();
    CHECK(co_await S::msgsnd(q, &other, 16, 0) == 0);
    typename S::thread sender([id, &five]() -> task_of<S> {
      CHECK(co_await S::msgsnd(id, &five, 16, 0) == 0);
    });
    co_await S::this_thread::yield();
    message got;
    CHECK(co_await S::msgrcv(q, &got, 16, 1, 0) == 16);
    co_await sender.join();
    CHECK(q.size() == 2);
  });
}

TEST_CASE_TEMPLATE("a queue that is removed ends the waits", S, original,
                   mirror) {
  if (!available()) return;
  S::run([]() -> task_of<S> {
    queue q, full(16);
    const message m(1, "abc");
    CHECK(co_await S::msgsnd(full, &m, 16, 0) == 0);
    const int from = q, to = full;
    typename S::thread receiver([from]() -> task_of<S> {
      message got;
      const answer a = co_await S::msgrcv(from, &got, 16, 0, 0);
      // Removed before it began, or while it waited.
      CHECK((a == failed(EIDRM) || a == failed(EINVAL)));
    });
    typename S::thread sender([to, &m]() -> task_of<S> {
      const answer a = co_await S::msgsnd(to, &m, 16, 0);
      CHECK((a == failed(EIDRM) || a == failed(EINVAL)));
    });
    co_await S::this_thread::yield();
    q.remove();
    full.remove();
    co_await receiver.join();
    co_await sender.join();
  });
}

TEST_CASE("a wait that meets the removal says EIDRM") {
  if (!available()) return;
  green::run([]() -> green::task<> {
    queue q;
    const int from = q;
    answer result = 0;
    const auto receives = [from, &result]() -> green::task<> {
      message got;
      result = co_await green::msgrcv(from, &got, 16, 0, 0);
    };
    const auto receiver = co_await tests::started(receives);
    q.remove();
    co_await receiver.join();
    CHECK(result == failed(EIDRM));
  });
}

TEST_CASE("killed while they wait, no message is lost or sent") {
  if (!available()) return;
  green::run([]() -> green::task<> {
    const queue q(16);
    const int id = q;
    const auto receives = [id]() -> green::task<> {
      message got;
      co_await green::msgrcv(id, &got, 16, 0, 0);
    };
    const auto sends = [id]() -> green::task<> {
      const message m(2, "two");
      co_await green::msgsnd(id, &m, 16, 0);
    };
    co_await tests::check_interruptible(receives);
    const message m(1, "one");
    CHECK(co_await green::msgsnd(q, &m, 16, 0) == 0);
    co_await tests::check_interruptible(sends);
    CHECK(q.size() == 1);
    message got;
    CHECK(co_await green::msgrcv(q, &got, 16, 0, 0) == 16);
    CHECK(got.type == 1);
  });
}

TEST_CASE("a message of another process is seen within 10 ms") {
  if (!available()) return;
  const queue q;
  const int id = q;
  tests::run_virtual([id]() -> green::task<> {
    const auto receives = [id]() -> green::task<> {
      message got;
      CHECK(co_await green::msgrcv(id, &got, 16, 0, 0) == 16);
      CHECK(std::string(got.text) == "hello");
    };
    const auto receiver = green::spawn(receives);
    co_await green::sleep(1s);
    tests::child other([id](tests::child::parent&) {
      const message m(1, "hello");
      ::_exit(::msgsnd(id, &m, 16, 0) == 0 ? 0 : 1);
    });
    CHECK_FALSE(other.hear());
    CHECK(co_await receiver.join(10ms));
    CHECK(other.end());
  });
}

TEST_CASE_TEMPLATE("two that receive from one queue get one each", S, original,
                   mirror) {
  if (!available()) return;
  S::run([]() -> task_of<S> {
    const queue q;
    const int id = q;
    const auto receives = [id]() -> task_of<S> {
      message got;
      CHECK(co_await S::msgrcv(id, &got, 16, 0, 0) == 16);
    };
    typename S::thread a(receives), b(receives);
    co_await S::this_thread::yield();
    const message m(1, "x");
    CHECK(co_await S::msgsnd(q, &m, 16, 0) == 0);
    CHECK(co_await S::msgsnd(q, &m, 16, 0) == 0);
    co_await a.join();
    co_await b.join();
    CHECK(q.size() == 0);
  });
}
