// SPDX-License-Identifier: MIT
// Locks of files, pipes, queues and semaphores that C code on fibers waits for.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <mqueue.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <limits>
#include <string>

#include "green/greenlet.h"
#include "green/patched.h"
#include "tests/support/hooked.h"
#include "tests/support/oracle.h"
#include "tests/support/sockets.h"
#include "tests/support/virtual_time.h"
#include "tests/support/waiting.h"

using namespace std::chrono_literals;
using tests::answer;
using tests::failed;
using tests::hooked;
using tests::on_fiber;

namespace {

namespace c {
const auto lockf = hooked("lockf", ::lockf);
const auto read = hooked("read", ::read);
const auto splice = hooked("splice", ::splice);
const auto tee = hooked("tee", ::tee);
const auto msgrcv = hooked("msgrcv", ::msgrcv);
const auto msgsnd = hooked("msgsnd", ::msgsnd);
const auto semop = hooked("semop", ::semop);
const auto semtimedop = hooked("semtimedop", ::semtimedop);
const auto mq_receive = hooked("mq_receive", ::mq_receive);
const auto mq_send = hooked("mq_send", ::mq_send);
const auto mq_timedreceive = hooked("mq_timedreceive", ::mq_timedreceive);
const auto mq_timedsend = hooked("mq_timedsend", ::mq_timedsend);
}  // namespace c

// f on a fiber, of a green thread of its own, that waits now.
template <class F>
green::task<green::greenlet<>> waiting(F f) {
  co_return co_await tests::started(
      [f = std::move(f)]() -> green::task<> { co_await on_fiber(f); });
}

// On a fiber.
std::string take(int pipe, std::size_t length) {
  std::string all(length, ' ');
  const ssize_t n = c::read(pipe, all.data(), length);
  all.resize(static_cast<std::size_t>(n < 0 ? 0 : n));
  return all;
}

// A queue of messages of the system's, gone with its scope.
struct message_queue {
  message_queue() : id(::msgget(IPC_PRIVATE, 0600)) { REQUIRE(id >= 0); }
  message_queue(const message_queue&) = delete;
  message_queue& operator=(const message_queue&) = delete;
  ~message_queue() { ::msgctl(id, IPC_RMID, nullptr); }

  void hold(unsigned long bytes) const {
    msqid_ds state{};
    REQUIRE(::msgctl(id, IPC_STAT, &state) == 0);
    state.msg_qbytes = bytes;
    REQUIRE(::msgctl(id, IPC_SET, &state) == 0);
  }

  int id;
};

struct message {
  long type = 1;
  char text[4] = {'a', 'b', 'c', 'd'};
};

// A semaphore of the system's, of value 0.
struct semaphore {
  semaphore() : id(::semget(IPC_PRIVATE, 1, 0600)) { REQUIRE(id >= 0); }
  semaphore(const semaphore&) = delete;
  semaphore& operator=(const semaphore&) = delete;
  ~semaphore() { remove(); }
  void remove() const { ::semctl(id, 0, IPC_RMID); }

  int id;
};

// Of POSIX, for one message of up to 8 bytes; its name is gone at once.
struct posix_queue {
  posix_queue() {
    const std::string name = "/green-patched-" + std::to_string(::getpid());
    mq_attr limits{};
    limits.mq_maxmsg = 1;
    limits.mq_msgsize = 8;
    id = ::mq_open(name.c_str(), O_RDWR | O_CREAT | O_EXCL, 0600, &limits);
    REQUIRE(id >= 0);
    ::mq_unlink(name.c_str());
  }
  posix_queue(const posix_queue&) = delete;
  posix_queue& operator=(const posix_queue&) = delete;
  ~posix_queue() { ::mq_close(id); }

  mqd_t id = -1;
};

sembuf by(int change) { return {0, static_cast<short>(change), 0}; }

timespec seconds_from_now(long seconds) {
  timespec point{};
  ::clock_gettime(CLOCK_REALTIME, &point);
  point.tv_sec += seconds;
  return point;
}

}  // namespace

TEST_CASE("a part of a file that another process has locked is waited for") {
  green::run([]() -> green::task<> {
    const tests::descriptor file(::open("/tmp", O_TMPFILE | O_RDWR, 0600));
    auto go = tests::pipe_descriptors(), told = tests::pipe_descriptors();
    const int fd = file, in = go.a, out = told.b;
    const pid_t child = ::fork();
    if (child == 0) {
      char byte;
      const bool locked = ::lockf(fd, F_LOCK, 10) == 0;
      const bool said = ::write(out, "l", 1) == 1;
      ::_exit(locked && said && ::read(in, &byte, 1) == 1 ? 0 : 1);
    }
    char byte;
    CHECK(::read(told.a, &byte, 1) == 1);
    const auto locker = co_await waiting([fd] {
      CHECK(answer(c::lockf(fd, F_TLOCK, 10)) == failed(EAGAIN));
      CHECK(c::lockf(fd, F_LOCK, 10) == 0);
      CHECK(c::lockf(fd, F_ULOCK, 10) == 0);
    });
    CHECK(::write(go.b, "g", 1) == 1);
    co_await locker.join();
    int status = -1;
    CHECK(::waitpid(child, &status, 0) == child);
    CHECK(status == 0);
  });
}

TEST_CASE("tee and splice wait for what comes into a pipe") {
  green::run([]() -> green::task<> {
    const auto from = tests::pipe_descriptors();
    const auto copy = tests::pipe_descriptors();
    const auto rest = tests::pipe_descriptors();
    const int in = from.a, out = copy.b, last = rest.b;
    const auto mover = co_await waiting([=] {
      CHECK(c::tee(in, out, 100, 0) == 3);
      CHECK(c::splice(in, nullptr, last, nullptr, 3, 0) == 3);
      CHECK(c::splice(in, nullptr, last, nullptr, 100, 0) == 2);
      CHECK(answer(c::splice(in, nullptr, last, nullptr, 1,
                             SPLICE_F_NONBLOCK)) == failed(EAGAIN));
    });
    CHECK(::write(from.b, "abc", 3) == 3);
    const int copied = copy.a, moved = rest.a;
    co_await on_fiber([=] {
      CHECK(take(copied, 3) == "abc");
      CHECK(take(moved, 3) == "abc");
    });
    CHECK(::write(from.b, "de", 2) == 2);
    co_await on_fiber([moved] { CHECK(take(moved, 2) == "de"); });
    co_await mover.join();
  });
}

TEST_CASE("a queue of messages is waited for, empty or full") {
  tests::run_virtual([]() -> green::task<> {
    const message_queue queue;
    queue.hold(4);
    const int id = queue.id;
    const auto reader = co_await waiting([id] {
      message got{};
      CHECK(c::msgrcv(id, &got, sizeof got.text, 0, 0) == 4);
      CHECK(std::string(got.text, 4) == "abcd");
      CHECK(answer(c::msgrcv(id, &got, 4, 0, IPC_NOWAIT)) == failed(ENOMSG));
    });
    co_await on_fiber([id] {
      const message given;
      CHECK(c::msgsnd(id, &given, sizeof given.text, 0) == 0);
    });
    co_await reader.join();
    const message given;
    CHECK(::msgsnd(id, &given, sizeof given.text, IPC_NOWAIT) == 0);
    const auto writer = co_await waiting([id] {
      const message second;
      CHECK(c::msgsnd(id, &second, sizeof second.text, 0) == 0);
    });
    message got{};
    CHECK(::msgrcv(id, &got, sizeof got.text, 0, 0) == 4);  // past the hooks
    co_await writer.join();
    CHECK(::msgrcv(id, &got, sizeof got.text, 0, IPC_NOWAIT) == 4);
  });
}

TEST_CASE("a semaphore of the system's is waited for, and for a while") {
  tests::run_virtual([]() -> green::task<> {
    const semaphore one;
    const int id = one.id;
    const auto taker = co_await waiting([id] {
      sembuf take = by(-2);
      CHECK(c::semop(id, &take, 1) == 0);
      take = by(-1);
      take.sem_flg = IPC_NOWAIT;
      CHECK(answer(c::semop(id, &take, 1)) == failed(EAGAIN));
      take.sem_flg = 0;
      const auto start = green::core::now();
      const timespec limit{5, 0};
      CHECK(answer(c::semtimedop(id, &take, 1, &limit)) == failed(EAGAIN));
      CHECK(tests::since(start) == 5s);
      const timespec wrong{0, -1};
      CHECK(answer(c::semtimedop(id, &take, 1, &wrong)) == failed(EINVAL));
      const timespec longest{std::numeric_limits<time_t>::max(), 0};
      CHECK(c::semtimedop(id, &take, 1, &longest) == 0);
      CHECK(answer(c::semop(id, &take, 1)) == failed(EIDRM));
    });
    const auto give = [id] {
      sembuf one_more = by(1);
      CHECK(c::semop(id, &one_more, 1) == 0);
    };
    co_await on_fiber(give);
    co_await tests::others_wait();
    CHECK(::semctl(id, 0, GETVAL) == 1);
    give();  // outside of a fiber
    co_await green::sleep(6s);
    co_await on_fiber(give);
    co_await green::sleep(1s);
    CHECK_FALSE(taker.ready());
    one.remove();
    co_await taker.join();
  });
}

TEST_CASE("a queue of POSIX is waited for, and until a time") {
  green::run([]() -> green::task<> {
    const posix_queue queue;
    const mqd_t id = queue.id;
    const auto reader = co_await waiting([id] {
      char text[8];
      unsigned priority = 0;
      CHECK(c::mq_receive(id, text, sizeof text, &priority) == 3);
      CHECK(std::string(text, 3) == "one");
      CHECK(priority == 7);
      const timespec past{1, 0};
      CHECK(answer(c::mq_timedreceive(id, text, sizeof text, nullptr, &past)) ==
            failed(ETIMEDOUT));
      const timespec late = seconds_from_now(1000);
      CHECK(c::mq_timedreceive(id, text, sizeof text, nullptr, &late) == 3);
      CHECK(std::string(text, 3) == "two");
    });
    co_await on_fiber([id] { CHECK(c::mq_send(id, "one", 3, 7) == 0); });
    co_await tests::others_wait();
    CHECK_FALSE(reader.ready());
    co_await on_fiber([id] { CHECK(c::mq_send(id, "two", 3, 0) == 0); });
    co_await reader.join();

    CHECK(::mq_send(id, "full", 4, 0) == 0);
    const auto writer = co_await waiting([id] {
      const timespec past{1, 0}, late = seconds_from_now(1000);
      CHECK(answer(c::mq_timedsend(id, "more", 4, 0, &past)) ==
            failed(ETIMEDOUT));
      CHECK(c::mq_timedsend(id, "more", 4, 0, &late) == 0);
      CHECK(c::mq_send(id, "most", 4, 0) == 0);
    });
    char text[8];
    for (const std::string expected : {"full", "more", "most"}) {
      co_await on_fiber([&] {
        CHECK(c::mq_receive(id, text, sizeof text, nullptr) == 4);
        CHECK(std::string(text, 4) == expected);
      });
    }
    co_await writer.join();
  });
}
