// SPDX-License-Identifier: MIT
#include <pthread.h>

#include <cerrno>
#include <new>

#include "green/patcher/replacement.h"

namespace green::patcher {

namespace {

// OpenSSL keeps data for each thread, above all its queue of errors. After a
// switch the data would be another fiber's.

void* value_of(pthread_key_t key) {
  const auto& values = this_fiber().values();
  const auto found = values.find(key);
  return found == values.end() ? nullptr : const_cast<void*>(found->second);
}

int set_value(pthread_key_t key, const void* value) {
  const shut_gate shut;
  try {
    shut.owner().values()[key] = value;
    return 0;
  } catch (const std::bad_alloc&) {
    return ENOMEM;
  }
}

}  // namespace

void add_ssl_hooks(std::vector<hook>& all) {
  const hook mine[] = {
      hook_like<"pthread_getspecific", value_of>("ssl", ::pthread_getspecific),
      hook_like<"pthread_setspecific", set_value>("ssl", ::pthread_setspecific),
  };
  all.insert(all.end(), std::begin(mine), std::end(mine));
}

}  // namespace green::patcher
