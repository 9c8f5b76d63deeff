// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "green/patcher/hook.h"
#include "green/patcher/object.h"
#include "green/patcher/report.h"

namespace green::patcher {

/// Puts hooks into the slots of loaded objects, and takes them out again. To be
/// used from any thread; never from a callback of dl_iterate_phdr(3).
class installer {
 public:
  /// The hooks outlive it.
  explicit installer(std::span<const hook> hooks);
  installer(const installer&) = delete;
  installer& operator=(const installer&) = delete;
  /// Takes all hooks out.
  ~installer();

  /// The objects to patch, pinned. Refuses objects that cannot be pinned.
  static std::vector<object> pinned(report& to);

  /// Patches all these objects, but for the system's and green's own. Later,
  /// look_again patches objects that were loaded since.
  report patch_all(const on& groups, const std::vector<object>& objects);
  /// Patches these objects alone.
  report patch(const on& groups, const std::vector<object>& objects);
  /// Patches objects that were loaded since. Takes some 16 ns when there are
  /// none, and then gives no report.
  std::optional<report> look_again();

  /// Takes the hooks out of slots that still hold them, and returns their
  /// number. Objects that are loaded later are left alone.
  unsigned unpatch();
  /// The same for one object, which patch_all leaves alone until the next call.
  unsigned unpatch(std::uintptr_t base);

  /// Was this group asked for by patch_all?
  bool asked_for(const char* group);
  /// Does any slot of the group, or of the function, hold a hook now? Null is
  /// any.
  bool any_holds(const char* group, const char* function);
  bool holds(std::uintptr_t base, const char* function);

  /// The hook of that function; null if there is none.
  const hook* find(std::string_view function) const;

 private:
  struct change {
    const hook* with;
    void** place;
    void* before;
    bool sealed;
    bool unbound;  // when it was patched: the linker may write over the hook
    bool written_over() const noexcept;
  };
  struct module {
    object where;
    std::vector<change> changes;
    bool left_alone = false;
  };

  module& module_of(const object& o);
  void patch_one(const on& groups, const object& o, report& to);
  void put(const slot& where, const hook& with, module& in, report& to);
  unsigned undo(module& m);
  void settle();
  template <class F>
  bool any_change(F&& f);

  std::span<const hook> hooks_;
  std::unordered_map<std::string_view, const hook*> by_name_;
  std::map<std::uintptr_t, module> modules_;  // by base address
  on asked_ = on::nothing();                  // of all objects
  std::atomic<unsigned long long> loads_seen_ = 0;
  std::atomic<bool> follows_ = false;  // what is loaded later
  std::atomic<unsigned> unbound_ = 0;
  std::atomic<unsigned> looks_ = 0;
};

}  // namespace green::patcher
