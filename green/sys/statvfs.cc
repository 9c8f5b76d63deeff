// SPDX-License-Identifier: MIT
#include "green/sys/statvfs.h"

#include "green/hub/call_on_helper.h"

namespace green {

using hub::call_on_helper;

hub::operation<int> statvfs(const char* path, struct ::statvfs* into) {
  return call_on_helper<static_cast<int (*)(const char*, struct ::statvfs*)>(
                            &::statvfs),
                        "statvfs">(path, into);
}

hub::operation<int> fstatvfs(int fd, struct ::statvfs* into) {
  return call_on_helper<&::fstatvfs, "fstatvfs">(fd, into);
}

}  // namespace green
