// SPDX-License-Identifier: MIT
// What is called for the user: a function with its arguments, never a task. A
// mistake is told in green's own words. A coroutine where nobody awaits it does
// not compile.
#include <string>

#include "tests/support/statements.h"

namespace {

const std::string head = R"(#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>
#include "green/core/shield.h"
#include "green/barrier"
#include "green/condition_variable"
#include "green/error_handler.h"
#include "green/future"
#include "green/green.h"
#include "green/greenlet.h"
#include "green/local.h"
#include "green/mutex"
#include "green/patched.h"
#include "green/pool.h"
#include "green/queue.h"
#include "green/semaphore"
#include "green/server.h"
#include "green/stop_token"
#include "green/thread"
#include "green/threadpool.h"
#include "green/timeout.h"
#include "green/unistd.h"
using namespace std::chrono_literals;
using green::task;
template <int> struct word { explicit word(int) {} };
template <int N> task<word<N>> coroutine();
template <int N> task<word<N>> of_int(int);
template <int N> task<word<N>> of_ref(int&, word<N> = word<N>(1));
template <int N> task<word<N>> of_pointer(std::unique_ptr<int>);
template <int N> word<N> plain(int);
template <int N> task<> handle(green::unique_fd, green::endpoint);
struct member { task<> run(int); };
green::condition_variable cv;
green::condition_variable_any any;
green::unique_lock<green::mutex> lk;
green::pool few(1);
green::group group;
green::threadpool threads;
green::once_flag once;
green::greenlet<int> g;
green::binary_semaphore permits(1);
[[maybe_unused]] std::stop_token stop;
std::vector<int> numbers;
[[maybe_unused]] int number;
[[maybe_unused]] std::unique_ptr<int> pointer;
member object;
green::unique_fd make_fd();
)";

constexpr const char* is_task = "a task is no function";
constexpr const char* arguments = "the function cannot be called with these";
constexpr const char* by_ref = "write std::ref(x), as in spawn(f, std::ref(x))";
constexpr const char* uncopied = "the function or an argument cannot be copied";
constexpr const char* of_pool = "a threadpool runs plain functions";
constexpr const char* of_patched = "patched() calls plain functions";
constexpr const char* of_handler = "a handler returns green::task<>";
constexpr const char* of_errors = "an error handler is a plain function";
constexpr const char* of_barrier = "a completion function is a plain function";
constexpr const char* of_local = "a factory is a plain function";
constexpr const char* of_queue = "a comparison is a plain function";
constexpr const char* of_stop = "a stop_callback is a plain function";
constexpr const char* unnamed = "it ends at once";

// A task in place of a function, and arguments that do not fit.
const std::vector<tests::statement> given = {
    {"green::spawn(coroutine<#>());", is_task},
    {"green::spawn(of_int<#>);", arguments},
    {"green::spawn(of_int<#>, \"x\", 2);", arguments},
    {"green::spawn(word<#>(1));", arguments},
    {"green::spawn(of_ref<#>, number, word<#>(1));", by_ref},
    {"green::spawn(of_pointer<#>, pointer);", uncopied},
    {"green::spawn(of_int<#>, 1, 2, 3, 4, 5);", arguments},
    {"auto h = green::spawn(coroutine<#>()); (void)h.join();", is_task},
    {"green::spawn_later(1s, coroutine<#>());", is_task},
    {"green::spawn_later(1s, of_ref<#>, number, word<#>(1));", by_ref},
    {"green::thread t(coroutine<#>());", is_task},
    {"green::thread t(of_ref<#>, number, word<#>(1));", by_ref},
    {"green::thread t(of_int<#>);", arguments},
    {"green::jthread t(coroutine<#>());", is_task},
    {"green::jthread t(of_int<#>, stop, stop);", arguments},
    {"green::run(coroutine<#>());", is_task},
    {"green::run(of_int<#>);", arguments},
    {"(void)green::async(coroutine<#>());", is_task},
    {"(void)green::async(of_int<#>);", arguments},
    {"(void)green::async(std::launch::async, of_ref<#>, number, word<#>(1));",
     by_ref},
    {"(void)green::with_timeout(1s, coroutine<#>());", is_task},
    {"(void)green::with_timeout(1s, of_int<#>);", arguments},
    {"(void)few.spawn(coroutine<#>());", is_task},
    {"few.spawn_nowait(coroutine<#>());", is_task},
    {"(void)few.spawn_for(1s, coroutine<#>());", is_task},
    {"group.spawn(coroutine<#>());", is_task},
    {"group.spawn(of_ref<#>, number, word<#>(1));", by_ref},
    {"(void)few.map(of_int<#>(1), numbers);", is_task},
    {"(void)few.map(coroutine<#>, numbers);", arguments},
    {"(void)few.imap(coroutine<#>, numbers);", arguments},
    {"(void)group.imap_unordered(of_int<#>(1), numbers);", is_task},
    {"(void)threads.apply(coroutine<#>());", is_task},
    {"(void)threads.apply(plain<#>);", arguments},
    {"threads.spawn(plain<#>);", arguments},
    {"(void)green::call_once(once, coroutine<#>());", is_task},
    {"(void)green::call_once(once, of_int<#>);", arguments},
    {"green::packaged_task<word<#>()> t(coroutine<#>());", is_task},
    {"green::packaged_task<word<#>()> t(of_int<#>);", arguments},
    {"(void)green::patched(coroutine<#>());", is_task},
    {"(void)green::patched(plain<#>);", arguments},
    {"green::stream_server s(\"\", coroutine<#>());", is_task},
    {"green::stream_server s(\"\", of_int<#>);", arguments},
    {"green::datagram_server s(\"\", of_int<#>);", arguments},
    {"g.link(coroutine<#>());", is_task},
    {"g.link(plain<#>);", arguments},
    {"(void)cv.wait(lk, coroutine<#>());", is_task},
    {"(void)any.wait_for(lk, stop, 1s, plain<#>);", arguments},
    {"green::local<word<#>> x(coroutine<#>());", is_task},
    // What is right beside these.
    {"green::spawn(of_int<#>, 1);", nullptr},
    {"green::spawn(of_ref<#>, std::ref(number), word<#>(1));", nullptr},
    {"green::spawn(of_pointer<#>, std::move(pointer));", nullptr},
    {"green::spawn(plain<#>, 1);", nullptr},
    {"green::spawn(&member::run, &object, 1);", nullptr},
    {"green::spawn(&member::run, std::ref(object), 1);", nullptr},
    {"green::spawn(std::bind_front(of_int<#>, 1));", nullptr},
    {"green::jthread t([](std::stop_token, word<#>) {}, word<#>(1));", nullptr},
    {"green::jthread t(of_int<#>, 1);", nullptr},
    {"(void)green::call_once(once, of_ref<#>, number, word<#>(1));", nullptr},
};

// A coroutine, or another awaitable, where nobody awaits it; and where green
// does.
const std::vector<tests::statement> calls = {
    {"g.link(coroutine<#>);", nullptr},
    {"g.link_value([](green::greenlet<int>) { return coroutine<#>(); });",
     nullptr},
    {"g.link_exception([] { return permits.acquire(); });", nullptr},
    {"green::any_greenlet(g).link(coroutine<#>);", nullptr},
    {"g.link(of_int<#>);", arguments},
    {"g.link([] { green::spawn(coroutine<#>); });", nullptr},
    {"green::set_error_handler([](auto&) { return coroutine<#>(); });",
     of_errors},
    {"green::set_error_handler([](const green::unhandled_error&) {});",
     nullptr},
    {"green::set_error_handler(nullptr);", nullptr},
    {"green::barrier b(1, []() noexcept { return coroutine<#>(); });",
     of_barrier},
    {"green::barrier b(1, []() noexcept {});", nullptr},
    {"green::local<word<#>> x(coroutine<#>);", of_local},
    {"green::local<word<#>> x([] { return plain<#>(1); });", nullptr},
    {"green::priority_queue<word<#>, task<bool> (*)(word<#>, word<#>)> q;",
     of_queue},
    {"green::priority_queue<word<#>, bool (*)(word<#>, word<#>)> q;", nullptr},
    {"std::stop_callback c(stop, coroutine<#>);", of_stop},
    {"std::stop_callback c(stop, [] {});", nullptr},
    {"(void)threads.apply(coroutine<#>);", of_pool},
    {"threads.spawn(of_int<#>, 1);", of_pool},
    {"(void)threads.apply([] { return green::run(coroutine<#>); });", nullptr},
    {"(void)green::patched(coroutine<#>);", of_patched},
    {"(void)green::patched([] { return 1; });", nullptr},
    {"green::stream_server s(\"\", handle<#>);", nullptr},
    {"green::stream_server s(\"\", [](green::unique_fd, auto&&) {});",
     of_handler},
    {"green::stream_server s(\"\", handle<#>, "
     "green::server_options().tls(nullptr));",
     arguments},
    {"green::stream_server s(\"\", [](ssl_st*, green::endpoint) -> task<> { "
     "co_return; });",
     arguments},
    {"green::stream_server s(\"\", [](ssl_st*, green::endpoint) -> task<> { "
     "co_return; }, green::server_options().tls(nullptr));",
     nullptr},
    {"green::packaged_task<task<word<#>>()> t(coroutine<#>);",
     "write packaged_task<T(...)> for a function"},
    {"green::packaged_task<word<#>()> t(coroutine<#>);", nullptr},
    {"(void)few.map(of_int<#>, numbers);", nullptr},
    {"(void)few.map([](int) { return permits.acquire(); }, numbers);", nullptr},
    {"(void)cv.wait(lk, [] { return permits.try_acquire_for(1s); });", nullptr},
    {"(void)any.wait(lk, stop, []() -> task<bool> { co_return true; });",
     nullptr},
    {"green::spawn([] { return permits.acquire(); });", nullptr},
    {"green::thread t(green::usleep, 5);", nullptr},
    {"(void)green::async(green::close, 5);", nullptr},
    {"(void)green::with_timeout(1s, green::close, 5);", nullptr},
    {"(void)green::call_once(once, green::close, 5);", nullptr},
    {"green::run(green::close, 5);", nullptr},
    // Durations, and guards without a name.
    {"(void)green::sleep(0.5);", "write green::sleep(500ms)"},
    {"(void)green::sleep(500ms);", nullptr},
    {"(void)green::sleep(2);", nullptr},
    {"green::timeout(1s);", unnamed},
    {"green::timeout(1s, 3);", unnamed},
    {"green::timeout t(1s);", nullptr},
    {"(void)green::unique_fd(3 + 4);", nullptr},
    {"make_fd();", nullptr},
    {"green::stream_server(\"\", handle<#>);", unnamed},
    {"green::core::shield();", unnamed},
    {"(void)green::joinall({g, g}, 1s);", nullptr},
    {"(void)green::killall({green::greenlet<>(), green::greenlet<>()});",
     nullptr},
    {"(void)green::joinall({g, g}, 1s, true);", nullptr},
};

}  // namespace

TEST_CASE("a function and its arguments are given, not a task") {
  tests::statements(head, given).check();
}

TEST_CASE("a coroutine that nobody would await does not compile") {
  tests::statements(head, calls).check();
}
