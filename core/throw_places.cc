// SPDX-License-Identifier: MIT
#include "green/core/throw_places.h"

#include <algorithm>
#include <cstddef>
#include <map>
#include <mutex>
#include <new>
#include <utility>

#include "green/core/fork_mutex.h"
#include "green/core/made_once.h"

namespace green::core {

namespace {

constexpr unsigned most = 16;

// The exception that has left a coroutine of this OS thread last.
struct last_throw {
  const void* error;
  const green_thread* thread;
  unsigned size;
  site awaits[most];  // the first one went before the throw
};
constinit thread_local last_throw last = {};

struct kept_places {
  fork_mutex lock;
  std::map<const green_thread*, std::string> all;

  static kept_places& here() noexcept {
    static constinit made_once<kept_places> one;
    return one.get();
  }
};

// It says which exception it is, and does not make it live longer.
const void* object_of(const std::exception_ptr& error) noexcept {
  const void* object = nullptr;
  static_assert(sizeof error == sizeof object);
  std::copy_n(reinterpret_cast<const std::byte*>(&error), sizeof object,
              reinterpret_cast<std::byte*>(&object));
  return object;
}

std::string text_of(const last_throw& thrown) {
  std::string text;
  for (unsigned i = 0; i != thrown.size; ++i) {
    const site& where = thrown.awaits[i];
    if (where.line() == 0) continue;
    if (i == 0) text += "after the await at ";
    if (i != 0) text += text.empty() ? "" : ", ";
    if (i == 1) text += "awaited at ";
    if (i > 1) text += "in ";
    text += where.file_name() + (":" + std::to_string(where.line()));
  }
  return text;
}

}  // namespace

void throw_places::note(const promise_base& coroutine,
                        const std::exception_ptr& error) noexcept {
  const void* const object = object_of(error);
  if (last.error == object && last.thread == coroutine.thread) return;
  last.error = object;
  last.thread = coroutine.thread;
  last.size = 0;
  for (const promise_base* p = &coroutine; p != nullptr && last.size != most;
       p = p->parent) {
    last.awaits[last.size++] = p->where;
  }
}

std::string throw_places::of_last(const green_thread& thread,
                                  const std::exception_ptr& error) {
  const bool known = last.thread == &thread && last.error == object_of(error);
  return known && last.size > 1 ? text_of(last) : "";
}

void throw_places::keep(const green_thread& thread,
                        const std::exception_ptr& error) noexcept try {
  std::string text = of_last(thread, error);
  last.error = nullptr;
  if (text.empty()) return;
  kept_places& kept = kept_places::here();
  const std::lock_guard guard(kept.lock);
  kept.all.insert_or_assign(&thread, std::move(text));
} catch (const std::bad_alloc&) {
  // Nothing is kept.
}

void throw_places::forget(const green_thread& thread) noexcept {
  kept_places& kept = kept_places::here();
  const std::lock_guard guard(kept.lock);
  kept.all.erase(&thread);
}

std::string throw_places::of(const green_thread& thread) {
  kept_places& kept = kept_places::here();
  const std::lock_guard guard(kept.lock);
  const auto found = kept.all.find(&thread);
  return found == kept.all.end() ? "" : found->second;
}

}  // namespace green::core
