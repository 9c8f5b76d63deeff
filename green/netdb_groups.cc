// SPDX-License-Identifier: MIT
// The part of <netdb.h> that knows the groups of the net.
#include <cerrno>

#include "green/names/enumeration.h"
#include "green/netdb.h"
#include "green/posix/helper_call.h"

namespace green {

namespace {

// getnetgrent_r in the form of its like.
int next_member(netgroup_entry* entry, char* memory, size_t size,
                netgroup_entry** found) {
  const int told =
      ::getnetgrent_r(&entry->host, &entry->user, &entry->domain, memory, size);
  *found = told == 1 ? entry : nullptr;
  return told != 1 && errno == ERANGE ? ERANGE : 0;
}

using members = enumeration<&next_member, netgroup_entry>;

int tell(const netgroup_entry* member, char** host, char** user,
         char** domain) {
  if (member == nullptr) return 0;
  *host = member->host;
  *user = member->user;
  *domain = member->domain;
  return 1;
}

}  // namespace

task<int> setnetgrent(const char* group) {
  const auto call = [name = kept_key<const char*>(group)] {
    return members::change([&name] { return ::setnetgrent(name.get()); });
  };
  return helper_call(hub::name_helpers(), "setnetgrent", call);
}

task<> endnetgrent() {
  return change_position<&next_member, netgroup_entry>("endnetgrent",
                                                       &::endnetgrent);
}

task<int> getnetgrent(char** host, char** user, char** domain) {
  const netgroup_entry* const member =
      co_await next_entry<&next_member, netgroup_entry>("getnetgrent");
  co_return tell(member, host, user, domain);
}

task<int> getnetgrent_r(char** host, char** user, char** domain, char* memory,
                        size_t size) {
  netgroup_entry member{};
  netgroup_entry* found = nullptr;
  const entry_place<netgroup_entry> place{&member, memory, size, &found};
  co_await next_entry<&next_member>("getnetgrent_r", place);
  co_return tell(found, host, user, domain);
}

task<int> innetgr(const char* group, const char* host, const char* user,
                  const char* domain) {
  using text = kept_key<const char*>;
  const auto call = [a = text(group), b = text(host), c = text(user),
                     d = text(domain)] {
    return ::innetgr(a.get(), b.get(), c.get(), d.get());
  };
  return helper_call(hub::name_helpers(), "innetgr", call);
}

}  // namespace green
