// SPDX-License-Identifier: MIT
#include "green/patcher/installer.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <iterator>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "green/core/fork_mutex.h"
#include "green/patcher/gate.h"
#include "green/patcher/instance.h"
#include "green/patcher/pages.h"
#include "green/patcher/thread_locals.h"

namespace green::patcher {

namespace {

constinit core::fork_mutex installers_changing;  // guards all installers

// A thread that resolves a name right now stores the result over the hook when
// it is done. So such slots are looked at again, at intervals of calls of
// patched().
constexpr unsigned looks_between = 256;

constexpr const char* static_program =
    "static executable: no relocations to rewrite; link it dynamically";

// ThreadSanitizer lies in such an object itself. It follows the system's
// threads alone, and calls these functions before a thread can run hooks.
bool is_left_to_sanitizer(const hook& h) {
  return std::string_view(h.group) == "create" || is_in_group(h, "ssl");
}

// Functions of sockets and files alike are patched if either group is asked
// for.
bool wants(const on& groups, const hook& h, bool of_openssl) {
  constexpr std::string_view common[] = {"read",   "__read", "__read_chk",
                                         "readv",  "write",  "__write",
                                         "writev", "close",  "__close"};
  if (groups.has(h.group)) return true;
  if (of_openssl && groups.ssl && is_in_group(h, "ssl")) return true;
  return groups.socket && std::ranges::find(common, h.name) != std::end(common);
}

struct wanted_slot {
  slot where;
  const hook* with;
};

}  // namespace

bool installer::change::written_over() const noexcept {
  void* const now = std::atomic_ref(*place).load();
  if (now == with->replacement) return false;
  return unbound || now == before || now == *with->original;
}

installer::installer(std::span<const hook> hooks) : hooks_(hooks) {
  for (const hook& h : hooks_) by_name_.emplace(h.name, &h);
}

installer::~installer() { unpatch(); }

std::vector<object> installer::pinned(report& to) {
  const std::vector<object> before = object::loaded();
  std::vector<object> candidates;
  std::ranges::copy_if(before, std::back_inserter(candidates),
                       [](const object& o) { return !o.is_system(); });
  const auto failed = object::pin(candidates);
  for (const auto& [o, why] : failed) {
    to.refused.push_back({o.name(), "*", why});
  }
  // Objects that were loaded meanwhile are not pinned, and are looked at the
  // next time.
  std::vector<object> found = object::loaded();
  std::erase_if(found, [&](const object& o) {
    const auto same = [&o](const object& other) {
      return other.base() == o.base() && other.path() == o.path();
    };
    return std::ranges::none_of(candidates, same) ||
           std::ranges::any_of(failed, same,
                               &std::pair<object, std::string>::first);
  });
  return found;
}

report installer::patch_all(const on& groups,
                            const std::vector<object>& objects) {
  report done;
  const std::lock_guard hold(installers_changing);
  for (auto& [base, m] : modules_) m.left_alone = false;
  asked_ = asked_ | groups;
  for (const object& o : objects) patch_one(asked_, o, done);
  follows_ = true;
  settle();
  return done;
}

report installer::patch(const on& groups, const std::vector<object>& objects) {
  report done;
  const std::lock_guard hold(installers_changing);
  for (const object& o : objects) {
    module_of(o).left_alone = false;
    patch_one(groups, o, done);
  }
  settle();
  return done;
}

std::optional<report> installer::look_again() {
  if (unbound_.load(std::memory_order_relaxed) != 0 &&
      looks_.fetch_add(1, std::memory_order_relaxed) % looks_between == 0) {
    const std::lock_guard hold(installers_changing);
    settle();
  }
  if (!follows_.load(std::memory_order_relaxed)) return std::nullopt;
  const unsigned long long loads = object::loads();
  if (loads == loads_seen_.load(std::memory_order_relaxed)) return std::nullopt;
  report done;
  const std::vector<object> objects = pinned(done);
  const std::lock_guard hold(installers_changing);
  for (const object& o : objects) {
    const auto known = modules_.find(o.base());
    if (known != modules_.end() && known->second.left_alone) continue;
    patch_one(asked_, o, done);
  }
  if (!done.refused.empty()) sees_all_signals = false;
  settle();
  loads_seen_ = loads;
  return done;
}

installer::module& installer::module_of(const object& o) {
  return modules_.try_emplace(o.base(), module{o, {}}).first->second;
}

void installer::patch_one(const on& groups, const object& o, report& to) {
  if (o.is_system() || is_green(o)) return;
  if (o.is_static()) {
    to.refused.push_back({o.name(), "*", static_program});
    return;
  }
  thread_locals::follow(o);
  const bool openssl = o.is_openssl();
  const bool sanitized = o.has_thread_sanitizer();
  if (sanitized && groups.create) {
    to.refused.push_back({o.name(), "pthread_create",
                          "ThreadSanitizer knows no thread that is a fiber"});
  }
  std::vector<wanted_slot> wanted;
  o.each_slot([&](const slot& s) {
    const hook* const with = find(s.function);
    if (with == nullptr || !wants(groups, *with, openssl)) return;
    if (sanitized && is_left_to_sanitizer(*with)) return;
    // Leaves out functions that the hook itself calls.
    if (static_cast<void*>(s.place) != static_cast<void*>(with->original)) {
      wanted.push_back({s, with});
    }
  });
  // Goes page by page.
  std::ranges::sort(wanted, {}, [](const wanted_slot& w) {
    return reinterpret_cast<std::uintptr_t>(w.where.place);
  });
  module& in = module_of(o);
  const unsigned before = to.slots;
  std::vector<std::string> functions;
  open_page page;
  for (const wanted_slot& w : wanted) {
    const int error = w.where.sealed ? page.open(w.where.place) : 0;
    if (error != 0) {
      to.refused.push_back(
          {o.name(), w.where.function,
           fmt::format("its page can't be opened: {}", std::strerror(error))});
    } else if (!o.writable(w.where.place)) {
      to.refused.push_back(
          {o.name(), w.where.function, "its address lies among the code"});
    } else {
      const unsigned slots = to.slots;
      put(w.where, *w.with, in, to);
      if (to.slots != slots) functions.emplace_back(w.with->name);
    }
  }
  if (to.slots == before) return;
  std::ranges::sort(functions);
  const auto twice = std::ranges::unique(functions);
  functions.erase(twice.begin(), twice.end());
  ++to.modules;
  to.patched.push_back({o.name(), std::move(functions)});
}

void installer::put(const slot& where, const hook& with, module& in,
                    report& to) {
  const auto known = std::ranges::find(in.changes, where.place, &change::place);
  const std::atomic_ref<void*> place(*where.place);
  if (known != in.changes.end()) {
    if (known->written_over()) place.store(with.replacement);
    return;
  }
  void* before = place.load();
  do {
    if (before == with.replacement) return;
  } while (!place.compare_exchange_weak(before, with.replacement));
  const bool unbound = where.lazy && in.where.holds(before);
  in.changes.push_back({&with, where.place, before, where.sealed, unbound});
  unbound_ += unbound ? 1 : 0;
  ++to.slots;
  note_patched(1);
}

// Puts hooks back that the dynamic linker has written over.
void installer::settle() {
  if (unbound_.load() == 0) return;
  for (auto& [base, m] : modules_) {
    for (change& c : m.changes) {
      if (!c.unbound || !c.written_over()) continue;
      std::atomic_ref(*c.place).store(c.with->replacement);
    }
  }
}

unsigned installer::unpatch() {
  const std::lock_guard hold(installers_changing);
  unsigned undone = 0;
  for (auto& [base, m] : modules_) undone += undo(m);
  asked_ = on::nothing();
  follows_ = false;
  sees_all_signals = false;
  return undone;
}

unsigned installer::unpatch(std::uintptr_t base) {
  const std::lock_guard hold(installers_changing);
  const auto found = modules_.find(base);
  if (found == modules_.end()) return 0;
  found->second.left_alone = true;
  sees_all_signals = false;
  return undo(found->second);
}

unsigned installer::undo(module& m) {
  unsigned undone = 0;
  open_page page;
  std::erase_if(m.changes, [&](const change& c) {
    // The page was sealed since, so the slot stays as it is, and known.
    if (c.sealed && page.open(c.place) != 0) return false;
    void* ours = c.with->replacement;
    if (std::atomic_ref(*c.place).compare_exchange_strong(ours, c.before)) {
      ++undone;
    }
    unbound_ -= c.unbound ? 1 : 0;
    note_patched(-1);
    return true;
  });
  return undone;
}

template <class F>
bool installer::any_change(F&& f) {
  const std::lock_guard hold(installers_changing);
  for (const auto& [base, m] : modules_) {
    for (const change& c : m.changes) {
      void* const now = std::atomic_ref(*c.place).load();
      if (now == c.with->replacement && f(base, *c.with)) return true;
    }
  }
  return false;
}

bool installer::asked_for(const char* group) {
  const std::lock_guard hold(installers_changing);
  return asked_.has(group);
}

bool installer::any_holds(const char* group, const char* function) {
  return any_change([&](std::uintptr_t, const hook& h) {
    return (group == nullptr || is_in_group(h, group)) &&
           (function == nullptr || std::strcmp(h.name, function) == 0);
  });
}

bool installer::holds(std::uintptr_t base, const char* function) {
  return any_change([&](std::uintptr_t in, const hook& h) {
    return in == base &&
           (function == nullptr || std::strcmp(h.name, function) == 0);
  });
}

const hook* installer::find(std::string_view function) const {
  const auto found = by_name_.find(function);
  return found == by_name_.end() ? nullptr : found->second;
}

}  // namespace green::patcher
