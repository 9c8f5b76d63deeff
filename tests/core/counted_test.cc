// SPDX-License-Identifier: MIT
#include "green/core/counted.h"

#include <doctest/doctest.h>

#include <utility>

namespace {

struct thing : green::core::counted {
  explicit thing(int& n) noexcept : living(n) { ++living; }
  ~thing() { --living; }
  void unref() noexcept {
    if (drop_ref()) delete this;
  }
  int& living;
};
using thing_ptr = green::core::counted_ptr<thing>;

}  // namespace

TEST_CASE("the last reference destroys the object") {
  int living = 0;
  {
    thing_ptr first = thing_ptr::adopt(new thing(living));
    CHECK_FALSE(first->shared());
    thing_ptr second = first;
    CHECK(first->shared());
    CHECK(first == second);
    first = {};
    CHECK(first == nullptr);
    CHECK_FALSE(second->shared());
    const thing_ptr third(*second);
    second = std::move(first);
    CHECK(living == 1);
  }
  CHECK(living == 0);
}

TEST_CASE("a released reference is the caller's") {
  int living = 0;
  thing_ptr holder = thing_ptr::adopt(new thing(living));
  thing* const released = holder.release();
  CHECK_FALSE(holder);
  CHECK(living == 1);
  released->unref();
  CHECK(living == 0);
}
