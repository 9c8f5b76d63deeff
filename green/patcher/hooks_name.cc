// SPDX-License-Identifier: MIT
#include <grp.h>
#include <netdb.h>
#include <pwd.h>

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
  const auto make = [&] { return Mirror(arguments...); };
  hostent* found = nullptr;
  const int failed = await_on(shut.owner(), make, found);
  if (failed == 0) return found;
  h_errno = TRY_AGAIN;
  errno = failed;
  return nullptr;
};

// The C library's own, whole on another thread: its resolver belongs to the
// thread, and must not be left in the middle.
template <name_of Name, class F>
constexpr auto helped = [](auto... arguments) {
  return on_helper(hub::name_helpers(), Name.text, [&] {
    return original<Name, typename plain<F>::type>(arguments...);
  });
};

template <name_of Name, class F>
hook helped_hook() noexcept {
  return make_hook<Name, F, helped<Name, F>>("dns");
}

// <resolv.h> renames some of these.
using res_query_type = int(const char*, int, int, unsigned char*, int);
using res_nquery_type = int(void*, const char*, int, int, unsigned char*, int);

}  // namespace

void add_name_hooks(std::vector<hook>& all) {
  const hook mine[] = {
      make_hook<"getaddrinfo", decltype(::getaddrinfo), getaddrinfo_on>("dns"),
      make_hook<"getnameinfo", decltype(::getnameinfo), getnameinfo_on>("dns"),
      make_hook<"gethostbyname", decltype(::gethostbyname),
                host_on<green::gethostbyname>>("dns"),
      make_hook<"gethostbyaddr", decltype(::gethostbyaddr),
                host_on<green::gethostbyaddr>>("dns"),
      helped_hook<"gethostbyname_r", decltype(::gethostbyname_r)>(),
      helped_hook<"gethostbyname2_r", decltype(::gethostbyname2_r)>(),
      helped_hook<"gethostbyaddr_r", decltype(::gethostbyaddr_r)>(),
      helped_hook<"getservbyname_r", decltype(::getservbyname_r)>(),
      helped_hook<"getservbyport_r", decltype(::getservbyport_r)>(),
      helped_hook<"getpwnam_r", decltype(::getpwnam_r)>(),
      helped_hook<"getpwuid_r", decltype(::getpwuid_r)>(),
      helped_hook<"getgrnam_r", decltype(::getgrnam_r)>(),
      helped_hook<"getgrgid_r", decltype(::getgrgid_r)>(),
      helped_hook<"res_query", res_query_type>(),
      helped_hook<"res_search", res_query_type>(),
      helped_hook<"res_nquery", res_nquery_type>(),
      helped_hook<"res_nsearch", res_nquery_type>(),
      helped_hook<"__res_query", res_query_type>(),
      helped_hook<"__res_search", res_query_type>(),
      helped_hook<"__res_nquery", res_nquery_type>(),
      helped_hook<"__res_nsearch", res_nquery_type>(),
  };
  all.insert(all.end(), std::begin(mine), std::end(mine));
}

}  // namespace green::patcher
