// SPDX-License-Identifier: MIT
// Thread-locals follow a fiber that is a thread, as they follow a thread.
#include "green/patcher/thread_locals.h"

#include <dlfcn.h>
#include <doctest/doctest.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "green/green.h"
#include "green/greenlet.h"
#include "green/patched.h"
#include "green/patcher.h"
#include "green/patcher/fiber.h"
#include "tests/support/shared_object.h"
#include "tests/support/sockets.h"

using green::task;
using green::patcher::thread_locals;

namespace {

// As in tests/objects/locals.cc.
struct trace {
  int number = 0;
  char text[200] = {};
};

using thread_function = void(void*);

std::vector<trace> numbered(int count) {
  std::vector<trace> all(static_cast<std::size_t>(count));
  for (trace& each : all) each.number = static_cast<int>(&each - all.data());
  return all;
}

std::vector<trace> on_threads(int count, thread_function* f) {
  std::vector<trace> all = numbered(count);
  std::vector<std::thread> threads;
  for (trace& each : all) threads.emplace_back(f, &each);
  for (std::thread& each : threads) each.join();
  return all;
}

task<> as_thread(thread_function* f, void* argument,
                 thread_locals::start how = thread_locals::start::fresh) {
  co_await green::patcher::run_as_thread(green::patcher::fiber_stack::usual, f,
                                         argument, how);
}

std::vector<trace> on_fibers(int count, thread_function* f) {
  std::vector<trace> all = numbered(count);
  green::run([&all, f]() -> task<> {
    std::vector<green::greenlet<>> fibers;
    for (trace& each : all) {
      fibers.push_back(
          green::spawn(as_thread, f, &each, thread_locals::start::fresh));
    }
    for (const auto& each : fibers) co_await each.get();
  });
  return all;
}

// Calls f on a fiber that is a thread.
template <class F>
task<> call_as_thread(F f,
                      thread_locals::start how = thread_locals::start::fresh) {
  const auto call = [](void* given) { (*static_cast<F*>(given))(); };
  co_await as_thread(call, &f, how);
}

// The library, patched.
struct patched_library {
  green::patcher::module module =
      green::patcher::import_patched("tests/objects/locals.so");
  thread_function* live = module.get<thread_function>("live");
  void (*rest)() = module.get<void()>("rest");
  int (*get)() = module.get<int()>("get_counter");
  void (*set)(int) = module.get<void(int)>("set_counter");
  int (*read_one)(int) = module.get<int(int)>("read_one");
};

const patched_library& library() {
  static const patched_library all;
  return all;
}

}  // namespace

TEST_CASE("fibers have thread-locals as threads do") {
  const auto expected = on_threads(20, library().live);
  const auto actual = on_fibers(20, library().live);
  CHECK(std::string(expected[7].text).starts_with("counter 5 zeros 0 "));
  CHECK(std::string(expected[7].text)
            .ends_with("second -2 counter 40 first -2 counter 40 "));
  for (std::size_t i = 0; i < expected.size(); ++i) {
    CHECK(std::string(actual[i].text) == expected[i].text);
  }
  CHECK(library().get() == 5);
}

TEST_CASE("a thousand fibers have thread-locals of their own") {
  const auto all = on_fibers(1000, library().live);
  for (const trace& each : all) {
    const auto end = "counter " + std::to_string(5 + 5 * each.number) + " ";
    CHECK(std::string(each.text).ends_with(end));
  }
}

TEST_CASE("other fibers and the hub have the thread's own") {
  library().set(1);
  green::run([]() -> task<> {
    bool go_on = false;
    auto thread = green::spawn([&go_on]() -> task<> {
      co_await call_as_thread([&go_on] {
        CHECK(library().get() == 5);
        library().set(6);
        while (!go_on) library().rest();
        CHECK(library().get() == 6);
      });
    });
    co_await green::sleep();
    CHECK(library().get() == 1);
    co_await green::patched([] { library().set(library().get() + 1); });
    CHECK(library().get() == 2);
    go_on = true;
    co_await thread.get();
    CHECK(library().get() == 2);
  });
  library().set(5);
}

TEST_CASE("the main thread begins with the values of the hub's thread") {
  library().set(7);
  green::run([]() -> task<> {
    co_await call_as_thread(
        [] {
          CHECK(library().get() == 7);
          library().set(8);
        },
        thread_locals::start::copied);
    CHECK(library().get() == 7);
  });
  library().set(5);
}

TEST_CASE("a fiber that waits gets bytes into its own thread-local") {
  green::run([]() -> task<> {
    const auto one = tests::stream_pair(), two = tests::stream_pair();
    const auto read = [](int fd, int wanted) -> task<> {
      co_await call_as_thread(
          [fd, wanted] { CHECK(library().read_one(fd) == wanted); });
    };
    auto first = green::spawn(read, int{one.a}, 'x');
    auto second = green::spawn(read, int{two.a}, 'y');
    co_await green::sleep();
    CHECK(::write(one.b, "x", 1) == 1);
    CHECK(::write(two.b, "y", 1) == 1);
    co_await first.get();
    co_await second.get();
  });
}

TEST_CASE("thread-locals that are left out stay the hub thread's") {
  thread_locals::leave_out("left_out.so");
  const tests::shared_object other("left_out");
  (void)green::patcher::import_patched(other.path().c_str());
  const auto set =
      reinterpret_cast<void (*)(int)>(::dlsym(other.handle(), "set_counter"));
  green::run(
      [&set]() -> task<> { co_await call_as_thread([&set] { set(9); }); });
  CHECK(other.call("get_counter") == 9);
}

TEST_CASE("an object that a fiber loads has thread-locals of the fiber") {
  (void)green::patcher::monkey_patch();
  std::unique_ptr<tests::shared_object> late;
  green::run([&late]() -> task<> {
    const auto count = [&late](int value) {
      const auto set = reinterpret_cast<void (*)(int)>(
          ::dlsym(late->handle(), "set_counter"));
      for (int i = 0; i < 5; ++i) {
        if (i == 0) CHECK(late->call("get_counter") == 5);
        if (i > 0) CHECK(late->call("get_counter") == value + i - 1);
        set(value + i);
        ::usleep(10);
      }
    };
    const auto load = [&late, &count] {
      late = std::make_unique<tests::shared_object>("locals");
      count(100);
    };
    auto loader =
        green::spawn([&load]() -> task<> { co_await call_as_thread(load); });
    auto user = green::spawn([&late, &count]() -> task<> {
      while (late == nullptr) co_await green::sleep();
      co_await call_as_thread([&count] { count(200); });
    });
    co_await loader.get();
    co_await user.get();
  });
  CHECK(late->call("get_counter") == 5);
  green::patcher::unpatch();
}
