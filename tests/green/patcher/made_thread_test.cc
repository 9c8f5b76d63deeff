// SPDX-License-Identifier: MIT
// Threads that patched code makes.
#include <doctest/doctest.h>
#include <pthread.h>
#include <time.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <cstdint>
#include <exception>
#include <string>
#include <vector>

#include "tests/support/sanitizers.h"
#include "tests/support/thread_sides.h"

using namespace tests;

namespace {

// A thread that waits until it is let go.
struct gate {
  std::atomic<bool> open = false;

  void wait() const {
    while (!open) c->yield();
  }
  static void* pass(void* self) {
    static_cast<gate*>(self)->wait();
    return pointer(7);
  }
};

void* give_back(void* argument) { return argument; }

// Bodies.

void results() {
  join_and_note(start(give_back, pointer(42)));
  const pthread_t unread = start(give_back);
  note_error("join", c->join(unread, nullptr));
}

void many() {
  std::vector<pthread_t> all;
  long sum = 0;
  for (int i = 0; i < 100; ++i) {
    pthread_t made = 0;
    if (c->create(&made, nullptr, give_back, pointer(i)) == 0) {
      all.push_back(made);
    }
  }
  for (const pthread_t each : all) {
    void* result = nullptr;
    if (c->join(each, &result) == 0) sum += number(result);
  }
  note("sum", sum);
}

pthread_t told = 0;
void* tell_self(void*) {
  told = c->self();
  return nullptr;
}

void numbers() {
  const pthread_t mine = c->self();
  note("the same again", pthread_equal(mine, c->self()) != 0);
  const pthread_t made = start(tell_self);
  join_and_note(made);
  note("its own", pthread_equal(made, told) != 0);
  note("another's", pthread_equal(made, mine) != 0);
}

void errors_of_joins() {
  note_error("itself", c->join(c->self(), nullptr));
  gate closed;
  const pthread_t waiting = start(gate::pass, &closed);
  note_error("try", c->tryjoin(waiting, nullptr));
  timespec past{1, 0};
  note_error("timed", c->timedjoin(waiting, nullptr, &past));
  note_error("clock", c->clockjoin(waiting, nullptr, CLOCK_MONOTONIC, &past));
  note_error("wrong clock",
             c->clockjoin(waiting, nullptr, CLOCK_PROCESS_CPUTIME_ID, &past));
  closed.open = true;
  join_and_note(waiting);
}

void later_joins() {
  const pthread_t ended = start(give_back, pointer(3));
  void* result = nullptr;
  int failed = EBUSY;
  while (failed == EBUSY) {
    c->yield();
    failed = c->tryjoin(ended, &result);
  }
  note_error("try", failed);
  note("result", number(result));
  gate open;
  open.open = true;
  const pthread_t second = start(gate::pass, &open);
  timespec future{};
  ::clock_gettime(CLOCK_REALTIME, &future);
  future.tv_sec += 1000;
  note_error("timed", c->timedjoin(second, &result, &future));
  note("result", number(result));
}

void detaching() {
  gate closed;
  std::atomic<bool> done = false;
  struct both {
    gate* before;
    std::atomic<bool>* after;
  } ends{&closed, &done};
  const auto pass = [](void* p) -> void* {
    const both& mine = *static_cast<both*>(p);
    mine.before->wait();
    *mine.after = true;
    return nullptr;
  };
  const pthread_t detached = start(pass, &ends);
  note_error("detach", c->detach(detached));
  note_error("again", c->detach(detached));
  note_error("join", c->join(detached, nullptr));
  closed.open = true;
  while (!done) c->yield();
  pthread_attr_t attributes;
  ::pthread_attr_init(&attributes);
  ::pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
  done = false;
  const pthread_t born_so = start(pass, &ends, &attributes);
  (void)born_so;
  while (!done) c->yield();
  ::pthread_attr_destroy(&attributes);
}

// Two threads that join each other.
struct pair {
  std::array<pthread_t, 2> threads{};
  std::array<std::atomic<int>, 2> errors{-1, -1};
  std::atomic<bool> made = false;

  template <std::size_t I>
  static void* join_other(void* self) {
    pair& both = *static_cast<pair*>(self);
    while (!both.made) c->yield();
    both.errors[I] = c->join(both.threads[1 - I], nullptr);
    return nullptr;
  }
};

void a_circle_of_joins() {
  pair both;
  both.threads[0] = start(pair::join_other<0>, &both);
  both.threads[1] = start(pair::join_other<1>, &both);
  both.made = true;
  while (both.errors[0] == -1 || both.errors[1] == -1) c->yield();
  note_error("the refused", both.errors[0] + both.errors[1]);
  join_and_note(both.threads[both.errors[0] == 0 ? 0 : 1]);
}

// NOLINTNEXTLINE(misc-no-recursion)
void leave_deeply(int depth) {
  const left frame("frame");
  if (depth > 0) leave_deeply(depth - 1);
  c->exit(pointer(5));
  note("never");
}

void exits() {
  join_and_note(start([](void*) -> void* {
    const left outer("outer");
    leave_deeply(2);
    return nullptr;
  }));
  join_and_note(start([](void*) -> void* {
    try {
      leave_deeply(0);
    } catch (...) {
      note("caught");
      throw;
    }
    return nullptr;
  }));
  join_and_note(start([](void*) -> void* {
    try {
      throw 1;
    } catch (int) {
      leave_deeply(0);
    }
    return nullptr;
  }));
  // The exceptions of the next thread are its own.
  join_and_note(start([](void*) -> void* {
    note("uncaught", std::uncaught_exceptions());
    note("caught before", std::current_exception() != nullptr);
    return nullptr;
  }));
}

void names() {
  gate closed;
  const pthread_t made = start(gate::pass, &closed);
  std::array<char, 16> name{};
  note_error("set", c->setname(made, "worker"));
  note_error("get", c->getname(made, name.data(), name.size()));
  note(name.data());
  note_error("long", c->setname(made, "0123456789abcdef"));
  note_error("small", c->getname(made, name.data(), 15));
  closed.open = true;
  join_and_note(made);
}

void* own_attributes(void*) {
  pthread_attr_t attributes;
  note_error("getattr", c->getattr(c->self(), &attributes));
  void* bottom = nullptr;
  std::size_t size = 0;
  int detached = -1;
  ::pthread_attr_getstack(&attributes, &bottom, &size);
  ::pthread_attr_getdetachstate(&attributes, &detached);
  ::pthread_attr_destroy(&attributes);
  const auto place = reinterpret_cast<std::uintptr_t>(&attributes);
  const auto begin = reinterpret_cast<std::uintptr_t>(bottom);
  note("on its stack", place > begin && place < begin + size);
  note("at least a mebibyte", size >= std::size_t{1024} * 1024);
  note("detached", detached == PTHREAD_CREATE_DETACHED);
  return nullptr;
}

void attributes() {
  pthread_attr_t wanted;
  ::pthread_attr_init(&wanted);
  ::pthread_attr_setstacksize(&wanted, std::size_t{1024} * 1024);
  const pthread_t made = start(own_attributes, nullptr, &wanted);
  join_and_note(made);
  ::pthread_attr_destroy(&wanted);
}

// NOLINTNEXTLINE(misc-no-recursion)
std::size_t use_stack(std::size_t bytes) {
  std::array<volatile char, 4096> frame{};
  frame[bytes % frame.size()] = 1;
  if (bytes < frame.size()) return 1;
  return use_stack(bytes - frame.size()) + static_cast<std::size_t>(frame[0]);
}

void a_deep_stack() {
  join_and_note(start([](void*) -> void* {
    return pointer(use_stack(std::size_t{4} * 1024 * 1024) > 0);
  }));
}

void sleeps() {
  join_and_note(start([](void*) -> void* {
    const timespec moment{0, 1000};
    return pointer(c->nanosleep(&moment, nullptr));
  }));
}

}  // namespace

TEST_CASE("a made thread gives its result to who joins it") {
  CHECK(same_on_both(results) == "join 0\nresult 42\njoin 0\n");
  CHECK(same_on_both(many) == "sum 4950\n");
}

TEST_CASE("each made thread has a number of its own") {
  CHECK(same_on_both(numbers) ==
        "the same again 1\njoin 0\nresult 0\nits own 1\n"
        "another's 0\n");
}

TEST_CASE("a join that cannot be gives the original's error") {
  CHECK(same_on_both(errors_of_joins) ==
        "itself EDEADLK\ntry EBUSY\ntimed ETIMEDOUT\n"
        "clock ETIMEDOUT\nwrong clock EINVAL\njoin 0\n"
        "result 7\n");
  same_on_both(later_joins);
  // On threads, both may look before either waits.
  CHECK(run_on(of_fibers, a_circle_of_joins) ==
        "the refused EDEADLK\njoin 0\nresult 0\n");
}

// AddressSanitizer ends a program that joins a detached thread.
TEST_CASE("a detached thread is joined by nobody" *
          doctest::skip(tests::with_address_sanitizer())) {
  same_on_both(detaching);
}

TEST_CASE("pthread_exit leaves the frames of C++") {
  const std::string words = same_on_both(exits);
  CHECK(words.starts_with(
      "left frame\nleft frame\nleft frame\nleft outer\njoin 0\n"
      "result 5\nleft frame\ncaught\njoin 0\nresult 5\n"));
}

TEST_CASE("a made thread has a name") { same_on_both(names); }

TEST_CASE("the attributes of a made thread tell its stack") {
  same_on_both(attributes);
  same_on_both(a_deep_stack);
}

TEST_CASE("a made thread sleeps") { same_on_both(sleeps); }
