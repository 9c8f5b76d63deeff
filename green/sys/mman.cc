// SPDX-License-Identifier: MIT
#include "green/sys/mman.h"

#include "green/hub/call_on_helper.h"
#include "green/posix/helper_call.h"

namespace green {

task<int> msync(void* address, size_t length, int flags) {
  if ((flags & MS_SYNC) == 0) co_return ::msync(address, length, flags);
  const auto call = [=] { return ::msync(address, length, flags); };
  co_return co_await helper_call(hub::file_helpers(), "msync", call);
}

hub::operation<int> shm_open(const char* name, int flags, mode_t mode) {
  return hub::call_on_helper<&::shm_open, "shm_open">(name, flags, mode);
}

hub::operation<int> shm_unlink(const char* name) {
  return hub::call_on_helper<&::shm_unlink, "shm_unlink">(name);
}

}  // namespace green
