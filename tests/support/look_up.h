// SPDX-License-Identifier: MIT
//
// For a program whose own getaddrinfo takes the place of the C library's.
#pragma once

#include <dlfcn.h>
#include <netdb.h>

#include <string_view>

// A sanitizer's, which does not look at what the C library does inside.
extern "C" [[gnu::weak]] int __interceptor_getaddrinfo(const char*, const char*,
                                                       const addrinfo*,
                                                       addrinfo**);

namespace tests {

/// The one whose place was taken.
inline int next_getaddrinfo(const char* node, const char* service,
                            const addrinfo* hints, addrinfo** result) {
  using function = decltype(&__interceptor_getaddrinfo);
  static const function next =
      __interceptor_getaddrinfo != nullptr
          ? __interceptor_getaddrinfo
          : reinterpret_cast<function>(::dlsym(RTLD_NEXT, "getaddrinfo"));
  return next(node, service, hints, result);
}

/// Is this name, which nobody has, looked up?
inline bool asks_for(std::string_view name, const char* node,
                     const addrinfo* hints) {
  const bool numeric =
      hints != nullptr && (hints->ai_flags & AI_NUMERICHOST) != 0;
  return node != nullptr && !numeric && node == name;
}

}  // namespace tests
