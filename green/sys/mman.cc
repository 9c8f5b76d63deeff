// SPDX-License-Identifier: MIT
#include "green/sys/mman.h"

#include "green/posix/helper_call.h"

namespace green {

task<int> msync(void* address, size_t length, int flags) {
  if ((flags & MS_SYNC) == 0) co_return ::msync(address, length, flags);
  const auto call = [=] { return ::msync(address, length, flags); };
  co_return co_await helper_call(hub::file_helpers(), "msync", call);
}

}  // namespace green
