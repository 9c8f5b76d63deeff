// SPDX-License-Identifier: MIT
#pragma once

#include <condition_variable>

#include "green/locks/std_guards.h"

// std::condition_variable_any unlocks a lock and locks it again, by a class of
// its own. It would drop the lock() that has to be awaited. The standard has no
// place where a program could refuse that. This one is libstdc++'s own: each of
// its waits makes this object, from the first release that has C++20 on. It is
// formally beyond what [namespace.std] permits. libc++ has no such object, so
// that a program learns nothing there.
#ifdef __GLIBCXX__
template <green::awaited_lock Lock>
struct std::condition_variable_any::_Unlock<Lock> {
  static_assert(!green::awaited_lock<Lock>,
                "std::condition_variable_any cannot await lock(): write "
                "green::condition_variable_any, and `co_await cv.wait(lk);`");
  explicit _Unlock(Lock&) {}
};
#endif
