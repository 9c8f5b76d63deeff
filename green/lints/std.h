// SPDX-License-Identifier: MIT
//
// The functions and classes of std that wait.
// Made by tests/greenify/lint_test.cc.
#pragma once

#include <cstddef>

namespace std {

template <class>
class [[deprecated("holds the hub: green::barrier")]] barrier;
class [[deprecated(
    "holds the hub: green::condition_variable")]] condition_variable;
inline namespace _V2 {
class [[deprecated(
    "holds the hub: green::condition_variable_any")]] condition_variable_any;
}
template <ptrdiff_t>
class [[deprecated(
    "holds the hub: green::counting_semaphore")]] counting_semaphore;
template <class>
class [[deprecated("holds the hub: green::future")]] future;
class [[deprecated("holds the hub: green::jthread")]] jthread;
class [[deprecated("holds the hub: green::latch")]] latch;
class [[deprecated("holds the hub: green::mutex")]] mutex;
template <class>
class [[deprecated("holds the hub: green::packaged_task")]] packaged_task;
class [[deprecated("holds the hub: green::recursive_mutex")]] recursive_mutex;
class [[deprecated(
    "holds the hub: green::recursive_timed_mutex")]] recursive_timed_mutex;
template <class>
class [[deprecated("holds the hub: green::shared_future")]] shared_future;
class [[deprecated("holds the hub: green::shared_mutex")]] shared_mutex;
class [[deprecated(
    "holds the hub: green::shared_timed_mutex")]] shared_timed_mutex;
class [[deprecated("holds the hub: green::thread")]] thread;
class [[deprecated("holds the hub: green::timed_mutex")]] timed_mutex;
struct once_flag;
template <class F, class... A>
[[deprecated("holds the hub: co_await green::call_once")]] void call_once(
    once_flag&, F&&, A&&...);
template <class A, class B, class... C>
[[deprecated("holds the hub: co_await green::lock")]] void lock(A&, B&, C&...);
namespace this_thread {
[[deprecated("holds the hub: co_await green::this_thread::yield")]] void
yield() noexcept;
}

}  // namespace std

#include <chrono>

namespace std::this_thread {

template <class R, class P>
[[deprecated("holds the hub: co_await green::this_thread::sleep_for")]] void
sleep_for(const chrono::duration<R, P>&);
template <class C, class D>
[[deprecated("holds the hub: co_await green::this_thread::sleep_until")]] void
sleep_until(const chrono::time_point<C, D>&);

}  // namespace std::this_thread

// Inside of lint.h, what these headers say of themselves is silent.
#include <barrier>
#include <condition_variable>
#include <future>
#include <latch>
#include <mutex>
#include <semaphore>
#include <shared_mutex>
#include <thread>

namespace std {

using binary_semaphore
    [[deprecated("holds the hub: green::binary_semaphore")]] =
        counting_semaphore<1>;

}  // namespace std
