// SPDX-License-Identifier: MIT
// What C code on fibers is refused, and how it is told.
#include <doctest/doctest.h>
#include <pthread.h>
#include <time.h>
#include <unistd.h>

#include <cerrno>
#include <string>

#include "green/green.h"
#include "green/patched.h"
#include "green/patcher.h"
#include "tests/support/death.h"
#include "tests/support/hooked.h"
#include "tests/support/shared_object.h"
#include "tests/support/standard_error.h"

using tests::hooked;
using tests::on_fiber;
using tests::shared_object;

namespace {

namespace c {
const auto alarm = hooked<unsigned(unsigned)>("alarm");
const auto pthread_exit = hooked<void(void*)>("pthread_exit");
const auto pthread_cancel = hooked("pthread_cancel", ::pthread_cancel);
const auto wait = hooked("pthread_cond_wait", ::pthread_cond_wait);
const auto timedwait =
    hooked("pthread_cond_timedwait", ::pthread_cond_timedwait);
const auto clockwait =
    hooked("pthread_cond_clockwait", ::pthread_cond_clockwait);
}  // namespace c

struct shared_condition {
  shared_condition() {
    pthread_condattr_t attributes;
    ::pthread_condattr_init(&attributes);
    ::pthread_condattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED);
    ::pthread_cond_init(&raw, &attributes);
    ::pthread_condattr_destroy(&attributes);
  }
  shared_condition(const shared_condition&) = delete;
  shared_condition& operator=(const shared_condition&) = delete;
  ~shared_condition() { ::pthread_cond_destroy(&raw); }

  pthread_cond_t raw;
};

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

// What f says when it aborts on a fiber.
template <class F>
std::string dying_words_on_fiber(F f) {
  return tests::dying_words(
      [f] { green::run([f]() -> green::task<> { co_await on_fiber(f); }); });
}

}  // namespace

// Before there are fibers, which are threads to ThreadSanitizer.
TEST_CASE("a refusal aborts where that is asked for") {
  green::patcher::strict(true);
  const std::string words = dying_words_on_fiber([] { c::alarm(1); });
  green::patcher::strict(false);
  CHECK(has(words, "green: alarm, called by "));
  CHECK(has(words, "is refused in green::patched(): "));
}

TEST_CASE("the end of the hub's thread aborts, as it cannot fail") {
  const std::string words =
      dying_words_on_fiber([] { c::pthread_exit(nullptr); });
  CHECK(has(words, "green: pthread_exit, called by "));
  CHECK(has(words, "it would be of the hub's thread"));
}

TEST_CASE("a thread does not cancel itself on a fiber") {
  green::run([]() -> green::task<> {
    const tests::standard_error words;
    co_await on_fiber(
        [] { CHECK(c::pthread_cancel(::pthread_self()) == ENOTSUP); });
    CHECK(has(words.text(), "green: pthread_cancel, called by "));
  });
}

TEST_CASE("a condition variable that processes share is refused") {
  green::run([]() -> green::task<> {
    const tests::standard_error words;
    shared_condition condition;
    pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
    co_await on_fiber([&] {
      ::pthread_mutex_lock(&mutex);
      const timespec past{1, 0};
      CHECK(c::wait(&condition.raw, &mutex) == ENOTSUP);
      CHECK(c::timedwait(&condition.raw, &mutex, &past) == ENOTSUP);
      CHECK(c::clockwait(&condition.raw, &mutex, CLOCK_MONOTONIC, &past) ==
            ENOTSUP);
      CHECK(::pthread_mutex_trylock(&mutex) == EBUSY);  // it is held still
      ::pthread_mutex_unlock(&mutex);
    });
    for (const char* name : {"wait", "timedwait", "clockwait"}) {
      CHECK(has(words.text(),
                std::string("green: pthread_cond_") + name + ", called by "));
    }
    CHECK(has(words.text(), "the condition variable is process-shared"));
  });
}

TEST_CASE("the module that calls is named") {
  const shared_object so("now");
  const auto m = green::patcher::import_patched(so.path().c_str());
  green::run([&]() -> green::task<> {
    const tests::standard_error words;
    shared_condition condition;
    pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
    co_await on_fiber([&] {
      using waiter = int(pthread_cond_t*, pthread_mutex_t*);
      ::pthread_mutex_lock(&mutex);
      CHECK(m.get<waiter>("call_pthread_cond_wait")(&condition.raw, &mutex) ==
            ENOTSUP);
      ::pthread_mutex_unlock(&mutex);
      CHECK(m.get<unsigned(unsigned)>("call_alarm")(1) == 0);
      CHECK(::alarm(0) == 0);
    });
    for (const char* name : {"pthread_cond_wait", "alarm"}) {
      CHECK(has(words.text(), std::string("green: ") + name + ", called by " +
                                  so.path() + ", is refused"));
    }
  });
  green::patcher::unpatch();
}
