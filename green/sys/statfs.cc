// SPDX-License-Identifier: MIT
#include "green/sys/statfs.h"

#include "green/hub/call_on_helper.h"

namespace green {

using hub::call_on_helper;

hub::operation<int> statfs(const char* path, struct ::statfs* into) {
  return call_on_helper<
      static_cast<int (*)(const char*, struct ::statfs*)>(&::statfs), "statfs">(
      path, into);
}

hub::operation<int> fstatfs(int fd, struct ::statfs* into) {
  return call_on_helper<&::fstatfs, "fstatfs">(fd, into);
}

}  // namespace green
