// SPDX-License-Identifier: MIT
// std's guards and algorithms with locks that have to be awaited do not
// compile, and say what to write. Those of other locks stay as they are.
#include "tests/support/statements.h"

namespace {

const char* const head = R"(#include <condition_variable>
#include <mutex>
#include <shared_mutex>
#include <stop_token>
#include "green/condition_variable"
#include "green/green.h"
#include "green/mutex"
#include "green/shared_mutex"
using green::task;
template <int>
struct awaited {
  task<> lock();
  bool try_lock();
  void unlock();
  task<> lock_shared();
  bool try_lock_shared();
  void unlock_shared();
};
struct plain {
  void lock() {}
  bool try_lock() { return true; }
  void unlock() {}
  void lock_shared() {}
  bool try_lock_shared() { return true; }
  void unlock_shared() {}
};
green::mutex m, m2;
green::timed_mutex tm;
green::recursive_mutex rm;
green::recursive_timed_mutex rtm;
green::shared_mutex sm;
green::shared_timed_mutex stm;
green::unique_lock<green::mutex> ul;
green::shared_lock<green::shared_mutex> sl;
[[maybe_unused]] std::mutex s, s2;
[[maybe_unused]] std::shared_mutex ss;
plain p, p2;
std::condition_variable_any any;
green::condition_variable_any mine;
std::once_flag once;
std::stop_token stop;
template <int> task<> coroutine();
template <int> task<> coroutine_of(int);
template <class T> T& a();
)";

constexpr const char* guard = "std::lock_guard cannot await lock()";
constexpr const char* unique = "std::unique_lock, std::lock and std::try_lock";
constexpr const char* scoped = "std::scoped_lock cannot await lock()";
constexpr const char* shared = "std::shared_lock cannot await lock_shared()";
constexpr const char* condition = "std::condition_variable_any cannot await";
constexpr const char* calls = "co_await green::call_once(once, f);";

const std::vector<tests::statement> all = {
    {"std::lock_guard g(m);", guard},
    {"std::lock_guard<green::timed_mutex> g(tm);", guard},
    {"std::lock_guard g(rm);", guard},
    {"std::lock_guard g(rtm);", guard},
    {"std::lock_guard g(sm);", guard},
    {"std::lock_guard g(stm);", guard},
    {"std::lock_guard g(ul);", guard},
    {"std::lock_guard g(a<awaited<#>>());", guard},
    {"std::lock_guard g(s);", nullptr},
    {"std::lock_guard g(p);", nullptr},
    {"std::unique_lock lk(m);", unique},
    {"std::unique_lock<green::timed_mutex> lk(tm, std::defer_lock); "
     "lk.lock();",
     unique},
    {"std::unique_lock lk(rm, std::try_to_lock); if (lk) lk.unlock();", unique},
    {"std::unique_lock lk(rtm);", unique},
    {"std::unique_lock lk(sm);", unique},
    {"std::unique_lock lk(stm);", unique},
    {"std::unique_lock lk(ul);", unique},
    {"std::unique_lock lk(a<awaited<#>>());", unique},
    {"std::unique_lock lk(s);", nullptr},
    {"std::unique_lock lk(p);", nullptr},
    {"std::scoped_lock g(m);", scoped},
    {"std::scoped_lock g(tm);", scoped},
    {"std::scoped_lock g(rm);", scoped},
    {"std::scoped_lock g(rtm);", scoped},
    {"std::scoped_lock g(sm);", scoped},
    {"std::scoped_lock g(stm);", scoped},
    {"std::scoped_lock g(ul);", scoped},
    {"std::scoped_lock g(a<awaited<#>>());", scoped},
    {"std::scoped_lock g(m, m2);", scoped},
    {"std::scoped_lock g(m, tm);", scoped},
    {"std::scoped_lock g(s, m);", scoped},
    {"std::scoped_lock g(p, a<awaited<#>>(), m);", scoped},
    {"std::scoped_lock g(std::adopt_lock, m, rm, s);", nullptr},
    {"std::scoped_lock g(std::adopt_lock, m);", nullptr},
    {"std::lock_guard g(m, std::adopt_lock);", nullptr},
    {"std::scoped_lock g(s);", nullptr},
    {"std::scoped_lock g(s, s2, p);", nullptr},
    {"const std::scoped_lock<> g; (void)g;", nullptr},
    {"std::shared_lock lk(sm);", shared},
    {"std::shared_lock<green::shared_timed_mutex> lk(stm, std::defer_lock);",
     shared},
    {"std::shared_lock lk(a<awaited<#>>());", shared},
    {"std::shared_lock lk(ss);", nullptr},
    {"std::shared_lock lk(p);", nullptr},
    {"std::lock(a<awaited<#>>(), p);", unique},
    {"std::lock(p, a<awaited<#>>());", unique},
    {"std::lock(a<awaited<#>>(), a<awaited<#>>());", unique},
    {"std::lock(s, a<awaited<#>>(), p);", unique},
    {"std::lock(s, s2, p);", nullptr},
    {"(void)std::try_lock(a<awaited<#>>(), a<awaited<#>>());", unique},
    {"(void)std::try_lock(p, a<awaited<#>>());", unique},
    {"(void)std::try_lock(a<awaited<#>>(), p, s);", unique},
    {"(void)std::try_lock(p, s);", nullptr},
    {"(void)green::try_lock(m, m2);", nullptr},
    {"(void)green::try_lock(m, s, p, tm, a<awaited<#>>());", nullptr},
    {"any.wait(ul);", condition},
    {"any.wait(a<awaited<#>>(), [] { return true; });", condition},
    {"any.wait(a<awaited<#>>(), stop, [] { return true; });", condition},
    {"any.wait_for(a<awaited<#>>(), std::chrono::seconds(1));", condition},
    {"any.wait_until(a<awaited<#>>(), std::chrono::steady_clock::now());",
     condition},
    {"any.wait(p);", nullptr},
    {"std::unique_lock lk(s); any.wait(lk);", nullptr},
    {"(void)mine.wait(ul);", nullptr},
    {"(void)mine.wait(p);", nullptr},
    {"std::call_once(once, coroutine<#>);", calls},
    {"std::call_once(once, coroutine_of<#>, 1);", calls},
    {"std::call_once(once, [&] { return m.lock(); });", calls},
    {"std::call_once(once, [] {});", nullptr},
    {"std::call_once(once, [](int) { return 3; }, 1);", nullptr},
    // green's own take all of them.
    {"green::lock_guard g(m, green::adopt_lock);", nullptr},
    {"green::unique_lock lk(sm, std::defer_lock);", nullptr},
    {"green::scoped_lock g(std::adopt_lock, m, s, a<awaited<#>>());", nullptr},
    {"green::shared_lock lk(sm, std::defer_lock);", nullptr},
    {"green::lock_guard g(s);", nullptr},
    {"green::scoped_lock g(s, p);", nullptr},
    {"(void)green::lock(m, p, sm, a<awaited<#>>());", nullptr},
    // Without a name, a guard guards nothing.
    {"green::unique_lock(m, green::try_to_lock);", "it ends at once"},
    {"green::shared_lock(sm, green::try_to_lock);", "it ends at once"},
    {"green::lock_guard<std::mutex>{s};", "it ends at once"},
};

}  // namespace

TEST_CASE("std's guards refuse a lock that has to be awaited") {
  tests::statements(head, all).check();
}
