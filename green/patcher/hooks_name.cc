// SPDX-License-Identifier: MIT
#include <grp.h>
#include <netdb.h>
#include <pwd.h>
#include <shadow.h>

#include <iterator>
#include <vector>

#include "green/netdb.h"
#include "green/patcher/helper.h"
#include "green/patcher/replacement.h"

namespace green::patcher {

namespace {

// A look-up that an interrupt ended is a system error, and errno says which.
template <class Make>
int wait_for_name(Make make) {
  const shut_gate shut;
  int result = 0;
  const int failed = await_on(shut.owner(), make, result);
  if (failed == 0) return result;
  errno = failed;
  return EAI_SYSTEM;
}

int getaddrinfo_on(const char* node, const char* service, const addrinfo* hints,
                   addrinfo** result) {
  return wait_for_name(
      [&] { return green::getaddrinfo(node, service, hints, result); });
}

int getnameinfo_on(const sockaddr* address, socklen_t length, char* host,
                   socklen_t host_length, char* service,
                   socklen_t service_length, int flags) {
  return wait_for_name([&] {
    return green::getnameinfo(address, length, host, host_length, service,
                              service_length, flags);
  });
}

template <auto Mirror>
constexpr auto host_on = [](auto... arguments) -> hostent* {
  const shut_gate shut;
  int name_error = h_errno;
  const auto make = [&]() -> task<hostent*> {
    hostent* const known = co_await Mirror(arguments...);
    if (known == nullptr) name_error = h_errno;
    co_return known;
  };
  hostent* found = nullptr;
  const int failed = await_on(shut.owner(), make, found);
  if (failed != 0) errno = failed;
  h_errno = failed == 0 ? name_error : TRY_AGAIN;
  return found;
};

// The whole call runs on another thread, because a resolver belongs to its
// thread and must not be left in the middle. Fibers share results that calls
// share, such as getpwnam's, as threads do.
template <name_of Name, class R, class... A>
R helped(A... arguments) {
  return on_helper(hub::name_helpers(), Name.text,
                   [&] { return original<Name, R(A...)>(arguments...); });
}

template <name_of Name, class R, class... A>
hook helped_hook(R (*like)(A...)) noexcept {
  return hook_like<Name, helped<Name, R, A...>>("dns", like);
}

// <resolv.h> renames some of these.
using res_query_type = int(const char*, int, int, unsigned char*, int);
using res_nquery_type = int(void*, const char*, int, int, unsigned char*, int);

void add_host_hooks(std::vector<hook>& all) {
  const hook mine[] = {
      hook_like<"getaddrinfo", getaddrinfo_on>("dns", ::getaddrinfo),
      hook_like<"getnameinfo", getnameinfo_on>("dns", ::getnameinfo),
      hook_like<"gethostbyname", host_on<green::gethostbyname>>(
          "dns", ::gethostbyname),
      hook_like<"gethostbyaddr", host_on<green::gethostbyaddr>>(
          "dns", ::gethostbyaddr),
      helped_hook<"gethostbyname2">(::gethostbyname2),
      helped_hook<"gethostbyname_r">(::gethostbyname_r),
      helped_hook<"gethostbyname2_r">(::gethostbyname2_r),
      helped_hook<"gethostbyaddr_r">(::gethostbyaddr_r),
      helped_hook<"res_query">(static_cast<res_query_type*>(nullptr)),
      helped_hook<"res_search">(static_cast<res_query_type*>(nullptr)),
      helped_hook<"res_nquery">(static_cast<res_nquery_type*>(nullptr)),
      helped_hook<"res_nsearch">(static_cast<res_nquery_type*>(nullptr)),
      helped_hook<"__res_query">(static_cast<res_query_type*>(nullptr)),
      helped_hook<"__res_search">(static_cast<res_query_type*>(nullptr)),
      helped_hook<"__res_nquery">(static_cast<res_nquery_type*>(nullptr)),
      helped_hook<"__res_nsearch">(static_cast<res_nquery_type*>(nullptr)),
  };
  all.insert(all.end(), std::begin(mine), std::end(mine));
}

// Look-ups of services, protocols and networks.
void add_service_hooks(std::vector<hook>& all) {
  const hook mine[] = {
      helped_hook<"getservbyname">(::getservbyname),
      helped_hook<"getservbyname_r">(::getservbyname_r),
      helped_hook<"getservbyport">(::getservbyport),
      helped_hook<"getservbyport_r">(::getservbyport_r),
      helped_hook<"getprotobyname">(::getprotobyname),
      helped_hook<"getprotobyname_r">(::getprotobyname_r),
      helped_hook<"getprotobynumber">(::getprotobynumber),
      helped_hook<"getprotobynumber_r">(::getprotobynumber_r),
      helped_hook<"getnetbyname">(::getnetbyname),
      helped_hook<"getnetbyname_r">(::getnetbyname_r),
      helped_hook<"getnetbyaddr">(::getnetbyaddr),
      helped_hook<"getnetbyaddr_r">(::getnetbyaddr_r),
  };
  all.insert(all.end(), std::begin(mine), std::end(mine));
}

void add_user_hooks(std::vector<hook>& all) {
  const hook mine[] = {
      helped_hook<"getpwnam">(::getpwnam),
      helped_hook<"getpwnam_r">(::getpwnam_r),
      helped_hook<"getpwuid">(::getpwuid),
      helped_hook<"getpwuid_r">(::getpwuid_r),
      helped_hook<"getpwent">(::getpwent),
      helped_hook<"getpwent_r">(::getpwent_r),
      helped_hook<"getspnam">(::getspnam),
      helped_hook<"getspnam_r">(::getspnam_r),
      helped_hook<"getgrnam">(::getgrnam),
      helped_hook<"getgrnam_r">(::getgrnam_r),
      helped_hook<"getgrgid">(::getgrgid),
      helped_hook<"getgrgid_r">(::getgrgid_r),
      helped_hook<"getgrent">(::getgrent),
      helped_hook<"getgrent_r">(::getgrent_r),
      helped_hook<"getgrouplist">(::getgrouplist),
      helped_hook<"initgroups">(::initgroups),
      helped_hook<"innetgr">(::innetgr),
  };
  all.insert(all.end(), std::begin(mine), std::end(mine));
}

}  // namespace

void add_name_hooks(std::vector<hook>& all) {
  add_host_hooks(all);
  add_service_hooks(all);
  add_user_hooks(all);
}

}  // namespace green::patcher
