// SPDX-License-Identifier: MIT
#include "green/grp.h"

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <type_traits>
#include <vector>

#include "green/names/enumeration.h"
#include "green/posix/kept_errno.h"

namespace green {

task<::group*> getgrnam(const char* name) {
  return find_entry<&::getgrnam_r, ::group>("getgrnam", name);
}

task<int> getgrnam_r(const char* name, ::group* entry, char* memory,
                     size_t size, ::group** result) {
  const entry_place<::group> place{entry, memory, size, result};
  return find_entry<&::getgrnam_r>("getgrnam_r", place, name);
}

task<::group*> getgrgid(gid_t id) {
  return find_entry<&::getgrgid_r, ::group>("getgrgid", id);
}

task<int> getgrgid_r(gid_t id, ::group* entry, char* memory, size_t size,
                     ::group** result) {
  const entry_place<::group> place{entry, memory, size, result};
  return find_entry<&::getgrgid_r>("getgrgid_r", place, id);
}

task<::group*> getgrent() {
  return next_entry<&::getgrent_r, ::group>("getgrent");
}

task<int> getgrent_r(::group* entry, char* memory, size_t size,
                     ::group** result) {
  const entry_place<::group> place{entry, memory, size, result};
  return next_entry<&::getgrent_r>("getgrent_r", place);
}

task<> setgrent() {
  return change_position<&::getgrent_r, ::group>("setgrent", &::setgrent);
}

task<> endgrent() {
  return change_position<&::getgrent_r, ::group>("endgrent", &::endgrent);
}

namespace {

using groups_found = std::vector<gid_t>;

// All groups of the user.
groups_found groups_of(const char* user, gid_t id) {
  groups_found all(32);
  for (;;) {
    int count = static_cast<int>(all.size());
    const bool fits = ::getgrouplist(user, id, all.data(), &count) >= 0;
    all.resize(static_cast<std::size_t>(std::max(count, 0)));
    if (fits) return all;
  }
}

task<groups_found> look_up_groups(const char* what, const char* user,
                                  gid_t id) {
  const auto call = [name = kept_key<const char*>(user), id] {
    return groups_of(name.get(), id);
  };
  hub::offloaded<std::remove_const_t<decltype(call)>> wait(hub::name_helpers(),
                                                           what, call);
  co_return co_await wait;
}

}  // namespace

task<int> getgrouplist(const char* user, gid_t id, gid_t* groups, int* count) {
  const groups_found all = co_await look_up_groups("getgrouplist", user, id);
  const int total = static_cast<int>(all.size());
  std::copy_n(all.begin(), std::min(*count, total), groups);
  const bool fits = total <= *count;
  *count = total;
  co_return fits ? total : -1;
}

// The kernel may take fewer groups than there are.
task<int> initgroups(const char* user, gid_t id) {
  const kept_errno at_start;
  const groups_found all = co_await look_up_groups("initgroups", user, id);
  std::size_t count = all.size();
  int result = 0;
  do {
    result = ::setgroups(count, all.data());
  } while (result < 0 && errno == EINVAL && --count > 0);
  co_return at_start(result);
}

}  // namespace green
