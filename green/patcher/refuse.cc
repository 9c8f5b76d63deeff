// SPDX-License-Identifier: MIT
#include "green/patcher/refuse.h"

#include <dlfcn.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>

#include "green/patcher/fiber.h"

namespace green::patcher {

void refuse(const char* function, const char* why,
            const void* caller) noexcept {
  const shut_gate shut;
  Dl_info module{};
  ::dladdr(caller, &module);
  std::fprintf(stderr, "green: %s, called by %s, is refused in %s: %s\n",
               function,
               module.dli_fname != nullptr ? module.dli_fname : "unknown code",
               "green::patched()", why);
  if (strict_refusals.load(std::memory_order_relaxed)) std::abort();
  errno = ENOTSUP;
}

}  // namespace green::patcher
