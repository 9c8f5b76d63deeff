// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <cstdint>
#include <cstring>
#include <memory>
#include <optional>
#include <type_traits>

#include "green/core/parking_lot.h"
#include "green/task.h"

namespace green {

/// The key by which the parking lot knows the object.
inline std::uint64_t lot_key(const volatile void* object) noexcept {
  return reinterpret_cast<std::uintptr_t>(object);
}

/// [atomics.wait]: compares value representations, as std's wait does.
template <class T>
bool same_value(const T& a, const T& b) noexcept {
  return std::memcmp(std::addressof(a), std::addressof(b), sizeof(T)) == 0;
}
template <class T>
bool same_value(const std::shared_ptr<T>& a,
                const std::shared_ptr<T>& b) noexcept {
  return a.get() == b.get() && !a.owner_before(b) && !b.owner_before(a);
}
template <class T>
bool same_value(const std::weak_ptr<T>& a, const std::weak_ptr<T>& b) noexcept {
  return !a.owner_before(b) && !b.owner_before(a);
}

/// Waits once while the atomic object has the value. A Cell is one of std's.
template <class Cell, class T>
class value_wait final : public core::parking_lot::parked_wait {
 public:
  value_wait(std::uint64_t key, const Cell& cell, const T& old,
             std::memory_order order)
      : parked_wait(key, "atomic", core::deadline::never()),
        cell_(&cell),
        old_(&old),
        order_(order) {}

  /// Had it another value when the wait began?
  bool changed() const noexcept {
    return seen_.has_value() && !same_value(*seen_, *old_);
  }

 private:
  // A shared_ptr may destroy its object. So it is kept beyond the lock.
  bool try_now() override {
    if constexpr (requires { cell_->test(order_); }) {
      seen_.emplace(cell_->test(order_));
    } else {
      seen_.emplace(cell_->load(order_));
    }
    return changed();
  }

  const Cell* cell_;
  const T* old_;
  std::memory_order order_;
  std::optional<T> seen_;
};

/// Waits until the atomic object has another value. The object that is known by
/// the key may be gone as soon as it has another value.
template <class Cell, class T>
task<> wait_for_change(std::uint64_t key, const Cell& cell, T old,
                       std::memory_order order) {
  for (;;) {
    value_wait<Cell, T> wait(key, cell, old, order);
    co_await wait;
    if (wait.changed()) co_return;
  }
}

}  // namespace green
