// SPDX-License-Identifier: MIT
#include "green/core/living.h"

#include <mutex>
#include <new>
#include <unordered_set>

#include "green/core/fork_mutex.h"
#include "green/core/made_once.h"

namespace green::core {

namespace {

struct known_ids {
  fork_mutex lock;
  std::unordered_set<std::uint64_t> ids;

  static known_ids& all() noexcept {
    static constinit made_once<known_ids> one;
    return one.get();
  }
};

}  // namespace

bool living::has(std::uint64_t id) noexcept {
  known_ids& known = known_ids::all();
  const std::lock_guard guard(known.lock);
  return known.ids.contains(id);
}

bool living::add(std::uint64_t id) noexcept try {
  known_ids& known = known_ids::all();
  const std::lock_guard guard(known.lock);
  known.ids.insert(id);
  return true;
} catch (const std::bad_alloc&) {
  return true;  // for lack of memory the id is not known
}

bool living::remove(std::uint64_t id) noexcept {
  known_ids& known = known_ids::all();
  const std::lock_guard guard(known.lock);
  known.ids.erase(id);
  return true;
}

bool living::keep_only(std::uint64_t id) noexcept {
  known_ids& known = known_ids::all();
  const std::lock_guard guard(known.lock);
  std::erase_if(known.ids, [id](std::uint64_t one) { return one != id; });
  return true;
}

}  // namespace green::core
