// SPDX-License-Identifier: MIT
#include "green/pwd.h"

#include "green/names/enumeration.h"

namespace green {

task<passwd*> getpwnam(const char* name) {
  return find_entry<&::getpwnam_r, passwd>("getpwnam", name);
}

task<int> getpwnam_r(const char* name, passwd* entry, char* memory, size_t size,
                     passwd** result) {
  const entry_place<passwd> place{entry, memory, size, result};
  return find_entry<&::getpwnam_r>("getpwnam_r", place, name);
}

task<passwd*> getpwuid(uid_t user) {
  return find_entry<&::getpwuid_r, passwd>("getpwuid", user);
}

task<int> getpwuid_r(uid_t user, passwd* entry, char* memory, size_t size,
                     passwd** result) {
  const entry_place<passwd> place{entry, memory, size, result};
  return find_entry<&::getpwuid_r>("getpwuid_r", place, user);
}

task<passwd*> getpwent() {
  return next_entry<&::getpwent_r, passwd>("getpwent");
}

task<int> getpwent_r(passwd* entry, char* memory, size_t size,
                     passwd** result) {
  const entry_place<passwd> place{entry, memory, size, result};
  return next_entry<&::getpwent_r>("getpwent_r", place);
}

task<> setpwent() {
  return change_position<&::getpwent_r, passwd>("setpwent", &::setpwent);
}

task<> endpwent() {
  return change_position<&::getpwent_r, passwd>("endpwent", &::endpwent);
}

}  // namespace green
