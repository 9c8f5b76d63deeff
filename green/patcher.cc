// SPDX-License-Identifier: MIT
#include "green/patcher.h"

#include <dlfcn.h>
#include <fmt/format.h>
#include <link.h>
#include <pthread.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <system_error>
#include <utility>
#include <vector>

#include "green/core/made_once.h"
#include "green/hub/socket_timeout.h"
#include "green/patcher/copy.h"
#include "green/patcher/gate.h"
#include "green/patcher/hook.h"
#include "green/patcher/installer.h"
#include "green/patcher/instance.h"
#include "green/patcher/more_hubs.h"
#include "green/patcher/object.h"
#include "green/patcher/refuse.h"
#include "green/patcher/thread_locals.h"

namespace green::patcher {

namespace {

// Never destroyed, because the hooks work until the process ends.
installer& installed() {
  static constinit core::made_once<installer> all;
  return all.get([] { return installer(hooks()); });
}

bool hides_limits(const refusal& r) noexcept {
  return r.function == "*" || r.function == "setsockopt";
}

// Where all modules are patched, their calls of setsockopt are seen. So only
// the sockets that were open before may have limits that are not known.
void expect_socket_limits(const report& done) {
  if (installed().asked_for("socket") &&
      std::ranges::none_of(done.refused, hides_limits)) {
    hub::look_for_socket_limits();
  } else {
    hub::expect_socket_timeouts();
    hub::sockets_linger = true;
  }
}

void look_again() {
  if (const auto done = installed().look_again()) expect_socket_limits(*done);
}

// The objects that may be patched. Claims the process for this copy of green.
std::vector<object> objects(report& to) {
  require_platform();
  std::vector<object> found = installer::pinned(to);
  claim_process(found);
  before_patched = look_again;
  return found;
}

report with_refusals(report done, const report& before) {
  done.refused.insert(done.refused.begin(), before.refused.begin(),
                      before.refused.end());
  return done;
}

bool is_main(const std::string& name) { return name.empty() || name == "main"; }

// dlopen(3). The exception has the words of dlerror(3).
void* load(const char* name) {
  void* const handle = ::dlopen(is_main(name) ? nullptr : name,
                                RTLD_LAZY | RTLD_LOCAL | RTLD_NODELETE);
  if (handle == nullptr) {
    const char* const why = ::dlerror();
    throw std::system_error(ENOEXEC, std::generic_category(),
                            why == nullptr ? name : why);
  }
  return handle;
}

const link_map& map_of(void* handle) {
  link_map* found = nullptr;
  ::dlinfo(handle, RTLD_DI_LINKMAP, static_cast<void*>(&found));
  return *found;
}

// The base address of a loaded object.
std::optional<std::uintptr_t> base_of(const char* module) {
  if (is_main(module)) return object::loaded().front().base();
  void* const handle = ::dlopen(module, RTLD_LAZY | RTLD_NOLOAD);
  if (handle == nullptr) {
    (void)::dlerror();
    return std::nullopt;
  }
  const std::uintptr_t base = map_of(handle).l_addr;
  ::dlclose(handle);
  return base;
}

// The object at this base and all objects it is linked with, unless they may
// not be patched.
std::vector<object> closure(std::uintptr_t base, std::vector<object> all) {
  std::vector<object> reached;
  const auto take = [&](auto&& is_it) {
    const auto found = std::ranges::find_if(all, is_it);
    if (found == all.end()) return;
    reached.push_back(std::move(*found));
    all.erase(found);
  };
  take([base](const object& o) { return o.base() == base; });
  for (std::size_t next = 0; next < reached.size(); ++next) {
    for (const std::string& name : reached[next].needed()) {
      take([&name](const object& o) {
        return !o.path().empty() && (o.name() == name || o.soname() == name);
      });
    }
  }
  return reached;
}

}  // namespace

report monkey_patch(const on& groups) {
  report before;
  const std::vector<object> all = objects(before);
  report done = with_refusals(installed().patch_all(groups, all), before);
  sees_all_signals = installed().asked_for("thread") && done.refused.empty();
  expect_socket_limits(done);
  return done;
}

report patch_all(const on& groups) { return monkey_patch(groups); }

report patch_socket(bool dns) {
  on groups = on::nothing();
  groups.socket = true;
  groups.dns = dns;
  return monkey_patch(groups);
}

report patch_dns() {
  on groups = on::nothing();
  groups.dns = true;
  return monkey_patch(groups);
}

report patch_select() {
  on groups = on::nothing();
  groups.select = true;
  return monkey_patch(groups);
}

report patch_time() {
  on groups = on::nothing();
  groups.time = true;
  return monkey_patch(groups);
}

report patch_os() {
  on groups = on::nothing();
  groups.os = true;
  return monkey_patch(groups);
}

report patch_thread() { return patch_thread(false); }

report patch_thread(bool create) {
  on groups = on::nothing();
  groups.thread = true;
  groups.create = create;
  return monkey_patch(groups);
}

report patch_subprocess() {
  on groups = on::nothing();
  groups.subprocess = true;
  return monkey_patch(groups);
}

report patch_ssl() {
  on groups = on::nothing();
  groups.ssl = true;
  return monkey_patch(groups);
}

module::module(void* handle, std::string name, report done) :handle_(handle),
    name_(std::move(name)), done_(std::move(done)) {}

void* module::address(const char* name) const {
  if (void* const found = ::dlsym(handle_, name)) return found;
  throw std::out_of_range(
      fmt::format("green::patcher: {} has no {}", name_, name));
}

module import_patched(const char* name, const on& groups) {
  require_platform();
  void* const handle = load(name);
  const std::uintptr_t base = map_of(handle).l_addr;
  report before;
  const std::vector<object> chosen = closure(base, objects(before));
  before.refused.clear();  // of others
  if (chosen.empty()) {
    before.refused.push_back({name, "*", "it is never patched"});
  }
  report done = installed().patch(groups, chosen);
  hub::expect_socket_timeouts();
  return {handle, map_of(handle).l_name, with_refusals(done, before)};
}

module import_patched(const char* name, separate_copy_t, const on& groups) {
  require_platform();
  // Loads the library for its path, and to have its dependencies loaded.
  void* const first = load(name);
  void* const handle = load_copy(map_of(first).l_name);
  const std::uintptr_t base = map_of(handle).l_addr;
  report unused;
  std::vector<object> chosen = objects(unused);
  std::erase_if(chosen, [base](const object& o) { return o.base() != base; });
  hub::expect_socket_timeouts();
  return {handle, map_of(handle).l_name, installed().patch(groups, chosen)};
}

void* original_address(const char* function) {
  if (const hook* const known = installed().find(function)) {
    return *known->original;
  }
  if (void* const found = function_address(function)) return found;
  throw std::out_of_range(
      fmt::format("green::patcher: no function {}", function));
}

void* original_address(const char* group, const char* function) {
  const hook* const known = installed().find(function);
  if (known != nullptr && is_in_group(*known, group)) {
    return *known->original;
  }
  throw std::out_of_range(
      fmt::format("green::patcher: {} has no {}", group, function));
}

bool is_monkey_patched(const char* module) {
  if (is_group(module)) return installed().asked_for(module);
  return is_module_patched(module);
}

bool is_module_patched(const char* module) {
  if (is_group(module)) return installed().any_holds(module, nullptr);
  const auto base = base_of(module);
  return base && installed().holds(*base, nullptr);
}

bool is_object_patched(const char* module, const char* function) {
  if (is_group(module)) return installed().any_holds(module, function);
  const auto base = base_of(module);
  return base && installed().holds(*base, function);
}

bool is_anything_patched() { return installed().any_holds(nullptr, nullptr); }

void spread_threads(unsigned hubs, spread how) {
  constexpr unsigned most = 1024;
  if (hubs == 0 || hubs > most) {
    throw std::invalid_argument(fmt::format(
        "green::patcher::spread_threads: {} hubs: give 1 to {}", hubs, most));
  }
  more_hubs::use(hubs, how);
}

void strict(bool aborts) noexcept { strict_refusals = aborts; }

void share_thread_locals(std::string object) {
  thread_locals::leave_out(std::move(object));
}

unsigned unpatch() {
  const unsigned undone = installed().unpatch();
  hub::expect_socket_timeouts();
  before_patched = nullptr;
  if (!anything_patched()) release_process();
  return undone;
}

unsigned unpatch(const char* module) {
  const auto base = base_of(module);
  hub::expect_socket_timeouts();
  return base ? installed().unpatch(*base) : 0;
}

}  // namespace green::patcher
