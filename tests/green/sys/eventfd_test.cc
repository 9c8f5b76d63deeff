// SPDX-License-Identifier: MIT
#include "green/sys/eventfd.h"

#include <doctest/doctest.h>

#include <cstdint>

#include "tests/support/answers.h"
#include "tests/support/mirror.h"
#include "tests/support/oracle.h"
#include "tests/support/sockets.h"
#include "tests/support/waiting.h"

using tests::answer;
using tests::descriptor;
using tests::failed;
using tests::task_of;

static_assert(tests::mirrors(green::eventfd_read, ::eventfd_read));
static_assert(tests::mirrors(green::eventfd_write, ::eventfd_write));

namespace {

struct original : tests::system_side {
  static constexpr tests::blocking_call eventfd_read = &::eventfd_read;
  static constexpr tests::blocking_call eventfd_write = &::eventfd_write;
};

struct mirror : tests::green_side {
  static constexpr auto eventfd_read = &green::eventfd_read;
  static constexpr auto eventfd_write = &green::eventfd_write;
};

descriptor counter(unsigned initial, int flags = 0) {
  return descriptor(green::eventfd(initial, flags));
}

constexpr green::eventfd_t most = UINT64_MAX - 1;

}  // namespace

TEST_CASE_TEMPLATE("what is written is summed, and read at once", S, original,
                   mirror) {
  S::run([]() -> task_of<S> {
    const descriptor fd = counter(3);
    eventfd_t value = 0;
    CHECK(co_await S::eventfd_write(fd, 4) == 0);
    CHECK(co_await S::eventfd_write(fd, 0) == 0);
    CHECK(co_await S::eventfd_read(fd, &value) == 0);
    CHECK(value == 7);
    CHECK(co_await S::eventfd_write(fd, most) == 0);
    CHECK(co_await S::eventfd_read(fd, &value) == 0);
    CHECK(value == most);
    const descriptor one = counter(2, EFD_SEMAPHORE);
    CHECK(co_await S::eventfd_read(one, &value) == 0);
    CHECK(value == 1);
    CHECK(co_await S::eventfd_read(one, &value) == 0);
  });
}

TEST_CASE_TEMPLATE("errors, and what must not wait", S, original, mirror) {
  S::run([]() -> task_of<S> {
    eventfd_t value = 0;
    const descriptor fd = counter(0, EFD_NONBLOCK);
    CHECK(answer(co_await S::eventfd_read(-1, &value)) == failed(EBADF));
    CHECK(answer(co_await S::eventfd_write(-1, 1)) == failed(EBADF));
    CHECK(answer(co_await S::eventfd_write(fd, UINT64_MAX)) == failed(EINVAL));
    CHECK(answer(co_await S::eventfd_read(fd, &value)) == failed(EAGAIN));
    CHECK(co_await S::eventfd_write(fd, most) == 0);
    CHECK(answer(co_await S::eventfd_write(fd, 1)) == failed(EAGAIN));
    // Anything but a whole value is an error.
    auto [in, out] = tests::pipe_descriptors();
    REQUIRE(::write(out, "abc", 3) == 3);
    CHECK(co_await S::eventfd_read(in, &value) == -1);
  });
}

TEST_CASE_TEMPLATE("a reader waits for a writer, and a writer for room", S,
                   original, mirror) {
  S::run([]() -> task_of<S> {
    const descriptor empty = counter(0), full = counter(0);
    const int from = empty, to = full;
    CHECK(co_await S::eventfd_write(full, most) == 0);
    typename S::thread reader([from]() -> task_of<S> {
      eventfd_t value = 0;
      CHECK(co_await S::eventfd_read(from, &value) == 0);
      CHECK(value == 5);
    });
    typename S::thread writer(
        [to]() -> task_of<S> { CHECK(co_await S::eventfd_write(to, 2) == 0); });
    co_await S::this_thread::yield();
    CHECK(co_await S::eventfd_write(empty, 5) == 0);
    eventfd_t value = 0;
    CHECK(co_await S::eventfd_read(full, &value) == 0);
    CHECK(value == most);
    co_await reader.join();
    co_await writer.join();
    CHECK(co_await S::eventfd_read(full, &value) == 0);
    CHECK(value == 2);
  });
}

TEST_CASE("killed while they wait, the count stays as it is") {
  const int before = tests::open_descriptors();
  green::run([]() -> green::task<> {
    const descriptor empty = counter(0), full = counter(0);
    CHECK(co_await green::eventfd_write(full, most) == 0);
    const int from = empty, to = full;
    const auto reads = [from]() -> green::task<> {
      eventfd_t value;
      co_await green::eventfd_read(from, &value);
    };
    const auto writes = [to]() -> green::task<> {
      co_await green::eventfd_write(to, 1);
    };
    co_await tests::check_interruptible(reads);
    co_await tests::check_interruptible(writes);
    eventfd_t value = 0;
    CHECK(co_await green::eventfd_read(full, &value) == 0);
    CHECK(value == most);
    CHECK(co_await green::eventfd_write(empty, 3) == 0);
    CHECK(co_await green::eventfd_read(empty, &value) == 0);
    CHECK(value == 3);
  });
  CHECK(tests::open_descriptors() == before);
}

TEST_CASE_TEMPLATE("two that read a semaphore get one each", S, original,
                   mirror) {
  S::run([]() -> task_of<S> {
    const descriptor fd = counter(0, EFD_SEMAPHORE);
    const int at = fd;
    const auto reads = [at]() -> task_of<S> {
      eventfd_t value = 0;
      CHECK(co_await S::eventfd_read(at, &value) == 0);
      CHECK(value == 1);
    };
    typename S::thread first(reads), second(reads);
    co_await S::this_thread::yield();
    CHECK(co_await S::eventfd_write(fd, 2) == 0);
    co_await first.join();
    co_await second.join();
  });
}
