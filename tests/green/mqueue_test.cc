// SPDX-License-Identifier: MIT
#include "green/mqueue.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <string>

#include "tests/support/answers.h"
#include "tests/support/mirror.h"
#include "tests/support/oracle.h"
#include "tests/support/sockets.h"
#include "tests/support/virtual_time.h"
#include "tests/support/waiting.h"

using namespace std::chrono_literals;
using tests::answer;
using tests::answers;
using tests::failed;
using tests::task_of;

static_assert(tests::mirrors(green::mq_receive, ::mq_receive));
static_assert(tests::mirrors(green::mq_send, ::mq_send));
static_assert(tests::mirrors(green::mq_timedreceive, ::mq_timedreceive));
static_assert(tests::mirrors(green::mq_timedsend, ::mq_timedsend));
static_assert(tests::mirrors(green::mq_unlink, ::mq_unlink));
static_assert(tests::gives<decltype(green::mq_open("", 0)), mqd_t>);
static_assert(tests::gives<decltype(green::mq_open("", 0, 0, nullptr)), mqd_t>);

namespace {

struct original : tests::system_side {
  static constexpr tests::blocking_call mq_receive = &::mq_receive;
  static constexpr tests::blocking_call mq_send = &::mq_send;
  static constexpr tests::blocking_call mq_timedreceive = &::mq_timedreceive;
  static constexpr tests::blocking_call mq_timedsend = &::mq_timedsend;
  static constexpr tests::blocking_call mq_unlink = &::mq_unlink;
  static tests::ready<mqd_t> mq_open(const char* name, int flags) {
    return tests::ready<mqd_t>(::mq_open(name, flags));
  }
  static tests::ready<mqd_t> mq_open(const char* name, int flags, mode_t mode,
                                     mq_attr* attributes) {
    return tests::ready<mqd_t>(::mq_open(name, flags, mode, attributes));
  }
};

struct mirror : tests::green_side {
  static constexpr auto mq_receive = &green::mq_receive;
  static constexpr auto mq_send = &green::mq_send;
  static constexpr auto mq_timedreceive = &green::mq_timedreceive;
  static constexpr auto mq_timedsend = &green::mq_timedsend;
  static constexpr auto mq_unlink = &green::mq_unlink;
  static auto mq_open(const char* name, int flags) {
    return green::mq_open(name, flags);
  }
  static auto mq_open(const char* name, int flags, mode_t mode,
                      mq_attr* value) {
    return green::mq_open(name, flags, mode, value);
  }
};

// For two messages of up to 8 bytes; its name is gone at once.
class queue {
 public:
  explicit queue(int flags = 0) {
    const std::string name = "/green-test-" + std::to_string(::getpid());
    mq_attr limits{};
    limits.mq_maxmsg = 2;
    limits.mq_msgsize = 8;
    id_ = ::mq_open(name.c_str(), O_RDWR | O_CREAT | O_EXCL | flags, 0600,
                    &limits);
    if (id_ >= 0) ::mq_unlink(name.c_str());
  }
  queue(const queue&) = delete;
  queue& operator=(const queue&) = delete;
  ~queue() {
    if (id_ >= 0) green::mq_close(id_);
  }
  operator mqd_t() const { return id_; }
  long size() const {
    mq_attr state{};
    REQUIRE(green::mq_getattr(id_, &state) == 0);
    return state.mq_curmsgs;
  }

 private:
  mqd_t id_;
};

bool available() {
  const queue q;
  if (q < 0) MESSAGE("skipped: mq_open fails");
  return q >= 0;
}

constexpr timespec past{1, 0};

template <class S>
task_of<S> refused(answers& out) {
  const queue q, quick(O_NONBLOCK);
  const timespec odd{0, 1'000'000'000}, negative{-1, 0};
  char data[8];
  char* const nowhere = tests::nowhere<char>();
  unsigned priority = 77;
  out.add("receive at once", co_await S::mq_receive(quick, data, 8, nullptr));
  out.add("receive at once, timed",
          co_await S::mq_timedreceive(quick, data, 8, nullptr, &past));
  out.add("receive too short", co_await S::mq_receive(q, data, 7, nullptr));
  out.add("receive from none", co_await S::mq_receive(-1, data, 8, nullptr));
  out.add("receive until the past",
          co_await S::mq_timedreceive(q, data, 8, nullptr, &past));
  out.add("receive until odd",
          co_await S::mq_timedreceive(q, data, 8, nullptr, &odd));
  out.add("receive until before",
          co_await S::mq_timedreceive(q, data, 8, nullptr, &negative));
  out.add("send too long", co_await S::mq_send(q, "123456789", 9, 0));
  out.add("send too urgent", co_await S::mq_send(q, "1", 1, 100'000));
  out.add("send to none", co_await S::mq_send(-1, "1", 1, 0));
  out.add("send nowhere", co_await S::mq_send(q, nowhere, 1, 0));
  out.add("send until odd", co_await S::mq_timedsend(q, "1", 1, 0, &odd));
  out.add("send", co_await S::mq_send(q, "one", 3, 1));
  out.add("send until the past",
          co_await S::mq_timedsend(q, "two", 3, 2, &past));
  out.add("send until the past, full",
          co_await S::mq_timedsend(q, "two", 3, 2, &past));
  out.add("send until odd, full",
          co_await S::mq_timedsend(q, "two", 3, 2, &odd));
  out.add("receive until odd, full",
          co_await S::mq_timedreceive(q, data, 8, nullptr, &odd));
  out.add("receive", co_await S::mq_receive(q, data, 8, &priority));
  out.add("its priority", priority);
  out.add("left", q.size());
  out.add("quickly", co_await S::mq_send(quick, "1", 1, 0));
  out.add("quickly", co_await S::mq_send(quick, "1", 1, 0));
  out.add("quickly", co_await S::mq_send(quick, "1", 1, 0));
  auto [in, to] = tests::pipe_descriptors();
  out.add("receive from a pipe", co_await S::mq_receive(in, data, 8, nullptr));
  out.add("send to a pipe", co_await S::mq_send(to, data, 8, 0));
}

}  // namespace

TEST_CASE("what is refused is refused as by the originals") {
  if (!available()) return;
  answers by_green, by_original;
  mirror::run(refused<mirror>, std::ref(by_green));
  original::run(refused<original>, std::ref(by_original));
  CHECK(differences(by_green, by_original) == "");
  CHECK(by_original.has("receive at once EAGAIN"));
}

TEST_CASE_TEMPLATE("a receiver waits for a sender, and a sender for room", S,
                   original, mirror) {
  if (!available()) return;
  S::run([]() -> task_of<S> {
    const queue empty, full;
    const mqd_t from = empty, to = full;
    CHECK(co_await S::mq_send(full, "1", 1, 0) == 0);
    CHECK(co_await S::mq_send(full, "2", 1, 0) == 0);
    typename S::thread receiver([from]() -> task_of<S> {
      char data[8];
      unsigned priority = 0;
      CHECK(co_await S::mq_receive(from, data, 8, &priority) == 5);
      CHECK(std::string(data, 5) == "hello");
      CHECK(priority == 3);
    });
    typename S::thread sender([to]() -> task_of<S> {
      CHECK(co_await S::mq_send(to, "3", 1, 9) == 0);
    });
    co_await S::this_thread::yield();
    CHECK(co_await S::mq_send(empty, "hello", 5, 3) == 0);
    co_await receiver.join();
    char data[8];
    CHECK(co_await S::mq_receive(full, data, 8, nullptr) == 1);
    co_await sender.join();
    CHECK(full.size() == 2);
    CHECK(co_await S::mq_receive(full, data, 8, nullptr) == 1);
  });
}

TEST_CASE("a timeout is as long as was said") {
  if (!available()) return;
  tests::run_virtual([]() -> green::task<> {
    const queue q;
    timespec end;
    ::clock_gettime(CLOCK_REALTIME, &end);
    end.tv_sec += 3600;
    const auto start = green::core::now();
    char data[8];
    CHECK(answer(co_await green::mq_timedreceive(q, data, 8, nullptr, &end)) ==
          failed(ETIMEDOUT));
    CHECK(tests::since(start) > 3590s);
    CHECK(tests::since(start) <= 3600s);
  });
}

TEST_CASE("killed while they wait, no message is lost or sent") {
  if (!available()) return;
  const int before = tests::open_descriptors();
  green::run([]() -> green::task<> {
    const queue q;
    const mqd_t id = q;
    const auto receives = [id]() -> green::task<> {
      char data[8];
      co_await green::mq_receive(id, data, 8, nullptr);
    };
    const auto sends = [id]() -> green::task<> {
      co_await green::mq_send(id, "3", 1, 0);
    };
    co_await tests::check_interruptible(receives);
    CHECK(co_await green::mq_send(q, "1", 1, 0) == 0);
    CHECK(co_await green::mq_send(q, "2", 1, 0) == 0);
    co_await tests::check_interruptible(sends);
    CHECK(q.size() == 2);
    char data[8];
    CHECK(co_await green::mq_receive(q, data, 8, nullptr) == 1);
    CHECK(data[0] == '1');
  });
  CHECK(tests::open_descriptors() == before);
}

TEST_CASE_TEMPLATE("two that receive from one queue get one each", S, original,
                   mirror) {
  if (!available()) return;
  S::run([]() -> task_of<S> {
    const queue q;
    const mqd_t id = q;
    const auto receives = [id]() -> task_of<S> {
      char data[8];
      CHECK(co_await S::mq_receive(id, data, 8, nullptr) == 1);
    };
    typename S::thread a(receives), b(receives);
    co_await S::this_thread::yield();
    CHECK(co_await S::mq_send(q, "1", 1, 0) == 0);
    CHECK(co_await S::mq_send(q, "2", 1, 0) == 0);
    co_await a.join();
    co_await b.join();
    CHECK(q.size() == 0);
  });
}

namespace {

template <class S>
task_of<S> opened_by_name(answers& out) {
  const std::string text = "/green-open-" + std::to_string(::getpid());
  const char* const name = text.c_str();
  constexpr int fresh = O_RDWR | O_CREAT | O_EXCL;
  mq_attr limits{}, odd{};
  limits.mq_maxmsg = 2;
  limits.mq_msgsize = 8;
  out.add("none", co_await S::mq_open(name, O_RDWR));
  out.add("no slash", co_await S::mq_open("x", fresh, 0600, &limits));
  out.add("no name", co_await S::mq_open("/", fresh, 0600, &limits));
  out.add("two parts", co_await S::mq_open("/x/y", fresh, 0600, &limits));
  out.add("no room", co_await S::mq_open(name, fresh, 0600, &odd));
  const mqd_t made = co_await S::mq_open(name, fresh, 0600, &limits);
  out.add("made", made >= 0 ? 0 : made);
  out.add("again", co_await S::mq_open(name, fresh, 0600, &limits));
  const mqd_t plain = co_await S::mq_open(name, O_RDONLY);
  out.add("opened", plain >= 0 ? 0 : plain);
  out.add("send to read", co_await S::mq_send(plain, "1", 1, 0));
  out.add("send", co_await S::mq_send(made, "1", 1, 0));
  out.add("unlink", co_await S::mq_unlink(name));
  out.add("unlink again", co_await S::mq_unlink(name));
  out.add("unlink no slash", co_await S::mq_unlink("x"));
  green::mq_close(made);
  green::mq_close(plain);
}

}  // namespace

TEST_CASE("queues are opened and unlinked as by the originals") {
  if (!available()) return;
  answers by_green, by_original;
  mirror::run(opened_by_name<mirror>, std::ref(by_green));
  original::run(opened_by_name<original>, std::ref(by_original));
  CHECK(differences(by_green, by_original) == "");
  CHECK(by_original.has("again EEXIST"));
  CHECK(by_original.has("opened 0"));
}

TEST_CASE("a kill keeps mq_open from opening, or waits for it") {
  if (!available()) return;
  const int before = tests::open_descriptors();
  green::run([]() -> green::task<> {
    const std::string name = "/green-kill-" + std::to_string(::getpid());
    for (int turns = 0; turns < 20; ++turns) {
      mqd_t opened = -1;
      const auto opens = [&]() -> green::task<> {
        opened = co_await green::mq_open(
            name.c_str(), O_RDWR | O_CREAT | O_EXCL, 0600, nullptr);
      };
      const green::greenlet<> opener = green::spawn(opens);
      for (int i = 0; i < turns; ++i) co_await green::sleep();
      co_await opener.kill();
      const bool there = co_await green::mq_unlink(name.c_str()) == 0;
      CHECK(there == (opened >= 0));
      if (there) green::mq_close(opened);
    }
  });
  CHECK(tests::open_descriptors() == before);
}
