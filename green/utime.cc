// SPDX-License-Identifier: MIT
#include "green/utime.h"

#include "green/hub/call_on_helper.h"

namespace green {

hub::operation<int> utime(const char* path, const utimbuf* times) {
  return hub::call_on_helper<&::utime, "utime">(path, times);
}

}  // namespace green
