// SPDX-License-Identifier: MIT
// greenify: allow-file(dropped) some calls throw at once
#include "green/future"

#include <doctest/doctest.h>

#include <memory>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <vector>

#include "tests/support/future_sides.h"
#include "tests/support/oracle.h"

using namespace std::chrono_literals;
using std::future_errc;
using std::future_status;
using std::make_error_code;
using tests::code_of;
using tests::mirrors;
using tests::task_of;

using green_int = green::future<int>;
using green_shared = green::shared_future<int>;
using green_task = green::packaged_task<int(char)>;
using std_int = std::future<int>;
using std_shared = std::shared_future<int>;
using std_task = std::packaged_task<int(char)>;
using steady = std::chrono::steady_clock;
using ns = std::chrono::nanoseconds;

static_assert(mirrors(&green_int::get, &std_int::get));  // future
static_assert(mirrors(&green_int::wait, &std_int::wait));
static_assert(mirrors(&green_int::wait_for<long, std::milli>,
                      &std_int::wait_for<long, std::milli>));
static_assert(mirrors(&green_int::wait_until<steady, ns>,
                      &std_int::wait_until<steady, ns>));
static_assert(mirrors(&green::future<int&>::get, &std::future<int&>::get));
static_assert(mirrors(&green::future<void>::get, &std::future<void>::get));
static_assert(mirrors(&green_shared::get, &std_shared::get));
static_assert(mirrors(&green::shared_future<int&>::get,
                      &std::shared_future<int&>::get));
static_assert(mirrors(&green::shared_future<void>::get,
                      &std::shared_future<void>::get));
static_assert(mirrors(&green_shared::wait, &std_shared::wait));
static_assert(mirrors(&green_shared::wait_for<long, std::milli>,
                      &std_shared::wait_for<long, std::milli>));
static_assert(mirrors(&green_shared::wait_until<steady, ns>,
                      &std_shared::wait_until<steady, ns>));
static_assert(mirrors(&green::packaged_task<int(char)>::operator(),
                      &std_task::operator()));
static_assert(mirrors(&green_task::make_ready_at_thread_exit,
                      &std_task::make_ready_at_thread_exit));

// What does not wait is the original's.
template <class Member, class Original>
constexpr bool same_call = false;
template <class M, class O, class R, class... P>
constexpr bool same_call<R (M::*)(P...), R (O::*)(P...)> = true;
template <class M, class O, class R, class... P>
constexpr bool
    same_call<R (M::*)(P...) const noexcept, R (O::*)(P...) const noexcept> =
        true;

template <class R, class... P>
constexpr bool set_by(std::type_identity_t<void (green::promise<R>::*)(P...)>) {
  return true;
}
using ints = green::promise<int>;

static_assert(set_by<int, const int&>(&ints::set_value));
static_assert(set_by<int, int&&>(&ints::set_value));
static_assert(set_by<int&, int&>(&green::promise<int&>::set_value));
static_assert(set_by<void>(&green::promise<void>::set_value));
static_assert(set_by<int, const int&>(&ints::set_value_at_thread_exit));
static_assert(set_by<int, int&&>(&ints::set_value_at_thread_exit));
static_assert(same_call<decltype(&ints::set_exception),
                        decltype(&std::promise<int>::set_exception)>);
static_assert(
    same_call<decltype(&ints::set_exception_at_thread_exit),
              decltype(&std::promise<int>::set_exception_at_thread_exit)>);
static_assert(
    same_call<decltype(&green_int::valid), decltype(&std_int::valid)>);
static_assert(
    same_call<decltype(&green_task::valid), decltype(&std_task::valid)>);
static_assert(
    same_call<decltype(&green_task::reset), decltype(&std_task::reset)>);
static_assert(std::is_nothrow_move_constructible_v<green_int> &&
              std::is_nothrow_move_assignable_v<green_int> &&
              !std::is_copy_constructible_v<green_int> &&
              std::is_nothrow_copy_constructible_v<green_shared> &&
              std::is_nothrow_copy_assignable_v<green_shared> &&
              std::is_nothrow_convertible_v<green_int, green_shared> &&
              std::is_nothrow_move_constructible_v<green::promise<int>> &&
              !std::is_copy_constructible_v<green::promise<int>> &&
              std::is_nothrow_swappable_v<green::promise<int>> &&
              std::is_nothrow_swappable_v<green_task> &&
              !std::is_copy_constructible_v<green_task>);
static_assert(std::is_same_v<green::launch, std::launch> &&
              std::is_same_v<green::future_error, std::future_error> &&
              std::is_same_v<green::future_errc, std::future_errc> &&
              std::is_same_v<green::future_status, std::future_status>);
static_assert(std::uses_allocator_v<green::promise<int>, std::allocator<int>>);

TEST_CASE_TEMPLATE("what is set is got", S, FUTURE_SIDES) {
  S::run([]() -> task_of<S> {
    typename S::template promise<std::string> text;
    auto got = text.get_future();
    text.set_value("copied or moved");
    CHECK(co_await got.get() == "copied or moved");

    typename S::template promise<std::unique_ptr<int>> owner;
    auto owned = owner.get_future();
    owner.set_value(std::make_unique<int>(7));
    CHECK(*co_await owned.get() == 7);

    int target = 1;
    typename S::template promise<int&> reference;
    auto referred = reference.get_future();
    reference.set_value(target);
    CHECK(&co_await referred.get() == &target);

    typename S::template promise<void> signal;
    auto signalled = signal.get_future();
    signal.set_value();
    co_await signalled.get();
    CHECK(!signalled.valid());
  });
}

TEST_CASE_TEMPLATE("get waits for what is set later", S, FUTURE_SIDES) {
  S::run([]() -> task_of<S> {
    typename S::template promise<int> promise;
    auto future = promise.get_future();
    int got = 0;
    typename S::thread getter([&]() -> task_of<S> {
      co_await future.wait();
      CHECK(future.valid());
      got = co_await future.get();
    });
    co_await S::this_thread::yield();
    promise.set_value(3);
    co_await getter.join();
    CHECK(got == 3);
    CHECK(!future.valid());
  });
}

TEST_CASE_TEMPLATE("an exception is rethrown in each getter", S,
                   FUTURE_SIDES) {  // G6
  S::run([]() -> task_of<S> {
    typename S::template promise<int> promise;
    auto shared = promise.get_future().share();
    std::atomic<int> thrown = 0;
    auto getter = [&thrown](auto mine) -> task_of<S> {
      try {
        co_await mine.get();
      } catch (const std::domain_error& e) {
        thrown += std::string(e.what()) == "bad";
      }
      CHECK(mine.valid());
    };
    typename S::thread a(getter, shared), b(getter, shared), c(getter, shared);
    co_await S::this_thread::yield();
    promise.set_exception(std::make_exception_ptr(std::domain_error("bad")));
    co_await a.join();
    co_await b.join();
    co_await c.join();
    CHECK(thrown == 3);
  });
}

TEST_CASE_TEMPLATE("get that throws takes the future too", S, FUTURE_SIDES) {
  S::run([]() -> task_of<S> {
    typename S::template promise<void> promise;
    auto future = promise.get_future();
    promise.set_exception(std::make_exception_ptr(7));
    int thrown = 0;
    try {
      co_await future.get();
    } catch (int number) {
      thrown = number;
    }
    CHECK(thrown == 7);
    CHECK(!future.valid());
  });
}

TEST_CASE_TEMPLATE("a promise is satisfied once", S, FUTURE_SIDES) {  // G7
  S::run([]() -> task_of<S> {
    const auto error = std::make_exception_ptr(1);
    const auto satisfied =
        make_error_code(future_errc::promise_already_satisfied);
    typename S::template promise<int> value;
    auto future = value.get_future();
    value.set_value(1);
    CHECK(code_of([&] { value.set_value(2); }) == satisfied);
    CHECK(code_of([&] { value.set_exception(error); }) == satisfied);
    CHECK(code_of([&] { value.set_value_at_thread_exit(2); }) == satisfied);
    CHECK(co_await future.get() == 1);
    CHECK(code_of([&] { value.set_value(3); }) == satisfied);

    typename S::template promise<int> failed;
    failed.set_exception(error);
    CHECK(code_of([&] { failed.set_value(1); }) == satisfied);
    CHECK(code_of([&] { failed.set_exception(error); }) == satisfied);
  });
}

TEST_CASE_TEMPLATE("a promise gives one future", S, FUTURE_SIDES) {
  typename S::template promise<int> promise;
  auto future = promise.get_future();
  CHECK(code_of([&] { promise.get_future(); }) ==
        make_error_code(future_errc::future_already_retrieved));
  CHECK(future.valid());
}

TEST_CASE_TEMPLATE("without a shared state there is no_state", S,
                   FUTURE_SIDES) {
  const auto none = make_error_code(future_errc::no_state);
  typename S::template promise<int> promise;
  typename S::template promise<int> taken(std::move(promise));
  CHECK(code_of([&] { promise.get_future(); }) == none);
  CHECK(code_of([&] { promise.set_value(1); }) == none);
  CHECK(code_of([&] { promise.set_exception(nullptr); }) == none);

  auto future = taken.get_future();
  auto moved = std::move(future);
  CHECK(moved.valid());
  CHECK(!future.valid());
  CHECK(code_of([&] { static_cast<void>(future.get()); }) == none);
  CHECK(code_of([&] { static_cast<void>(future.wait()); }) == none);
  CHECK(code_of([&] { static_cast<void>(future.wait_for(1s)); }) == none);
  CHECK(!future.share().valid());
  typename S::template shared_future<int> shared;
  CHECK(!shared.valid());
  CHECK(code_of([&] { static_cast<void>(shared.get()); }) == none);
}

TEST_CASE_TEMPLATE("a promise that goes unsatisfied is broken", S,
                   FUTURE_SIDES) {
  S::run([]() -> task_of<S> {
    using promise_type = typename S::template promise<int>;
    auto promise = std::make_unique<promise_type>();
    auto future = promise->get_future();
    CHECK((co_await future.wait_for(0s)) == future_status::timeout);
    promise.reset();
    std::error_code code;
    try {
      co_await future.get();
    } catch (const std::future_error& e) {
      code = e.code();
    }
    CHECK(code == make_error_code(future_errc::broken_promise));

    promise_type replaced;
    future = replaced.get_future();
    replaced = promise_type();
    CHECK((co_await future.wait_for(0s)) == future_status::ready);
  });
}

TEST_CASE_TEMPLATE("a timed wait ends with the time or the value", S,
                   FUTURE_SIDES) {  // G2
  S::run([]() -> task_of<S> {
    typename S::template promise<int> promise;
    const auto future = promise.get_future().share();
    const auto start = steady::now();
    CHECK((co_await future.wait_for(10ms)) == future_status::timeout);
    CHECK((co_await future.wait_until(steady::now() + 10ms)) ==
          future_status::timeout);
    CHECK((co_await future.wait_until(std::chrono::system_clock::now() +
                                      10ms)) == future_status::timeout);
    CHECK(steady::now() - start >= 29ms);
    promise.set_value(1);
    CHECK((co_await future.wait_for(1h)) == future_status::ready);
    CHECK((co_await future.wait_for(-1s)) == future_status::ready);
    CHECK((co_await future.wait_until(steady::time_point())) ==
          future_status::ready);
  });
}

TEST_CASE_TEMPLATE("copies of a shared_future give one object", S,
                   FUTURE_SIDES) {
  S::run([]() -> task_of<S> {
    typename S::template promise<std::string> promise;
    auto first = promise.get_future().share();
    auto second = first;
    promise.set_value("one");
    const std::string& a = co_await first.get();
    const std::string& b = co_await second.get();
    CHECK(&a == &b);
    auto third = std::move(second);
    CHECK(!second.valid());
    first = third;
    CHECK(co_await first.get() == "one");
  });
}

TEST_CASE_TEMPLATE("promises are swapped and take allocators", S,
                   FUTURE_SIDES) {
  S::run([]() -> task_of<S> {
    using std::swap;
    using promise_type = typename S::template promise<int>;
    promise_type a(std::allocator_arg, std::allocator<char>()), b;
    auto of_a = a.get_future();
    auto of_b = b.get_future();
    swap(a, b);
    a.set_value(1);
    CHECK(co_await of_b.get() == 1);
    a.swap(b);
    a.set_value(2);
    CHECK(co_await of_a.get() == 2);
  });
}

TEST_CASE_TEMPLATE("at_thread_exit is ready when the thread has ended", S,
                   FUTURE_SIDES) {
  S::run([]() -> task_of<S> {
    typename S::template promise<int> value;
    typename S::template promise<void> failure;
    auto future = value.get_future();
    auto failed = failure.get_future();
    typename S::thread setter([&]() -> task_of<S> {
      value.set_value_at_thread_exit(5);
      failure.set_exception_at_thread_exit(std::make_exception_ptr(6));
      CHECK(code_of([&] { value.set_value(1); }) ==
            make_error_code(future_errc::promise_already_satisfied));
      CHECK((co_await future.wait_for(0s)) == future_status::timeout);
      CHECK((co_await failed.wait_for(5ms)) == future_status::timeout);
    });
    co_await setter.join();
    CHECK(co_await future.get() == 5);
    int thrown = 0;
    try {
      co_await failed.get();
    } catch (int number) {
      thrown = number;
    }
    CHECK(thrown == 6);
  });
}
