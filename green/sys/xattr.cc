// SPDX-License-Identifier: MIT
#include "green/sys/xattr.h"

#include "green/hub/call_on_helper.h"
#include "green/hub/prep.h"
#include "green/hub/transfer.h"

namespace green {

using hub::call_on_helper;
using hub::limited;  // no attribute is nearly as long

hub::operation<int> setxattr(const char* path, const char* name,
                             const void* value, size_t size, int flags) {
  return {io_uring_prep_setxattr,
          name,
          static_cast<const char*>(value),
          path,
          flags,
          limited(size)};
}

hub::operation<int> lsetxattr(const char* path, const char* name,
                              const void* value, size_t size, int flags) {
  return call_on_helper<&::lsetxattr, "lsetxattr">(path, name, value, size,
                                                   flags);
}

hub::operation<int> fsetxattr(int fd, const char* name, const void* value,
                              size_t size, int flags) {
  return {io_uring_prep_fsetxattr,         fd,    name,
          static_cast<const char*>(value), flags, limited(size)};
}

hub::operation<ssize_t> getxattr(const char* path, const char* name,
                                 void* value, size_t size) {
  return {io_uring_prep_getxattr, name, static_cast<char*>(value), path,
          limited(size)};
}

hub::operation<ssize_t> lgetxattr(const char* path, const char* name,
                                  void* value, size_t size) {
  return call_on_helper<&::lgetxattr, "lgetxattr">(path, name, value, size);
}

hub::operation<ssize_t> fgetxattr(int fd, const char* name, void* value,
                                  size_t size) {
  return {io_uring_prep_fgetxattr, fd, name, static_cast<char*>(value),
          limited(size)};
}

hub::operation<ssize_t> listxattr(const char* path, char* names, size_t size) {
  return call_on_helper<&::listxattr, "listxattr">(path, names, size);
}

hub::operation<ssize_t> llistxattr(const char* path, char* names, size_t size) {
  return call_on_helper<&::llistxattr, "llistxattr">(path, names, size);
}

hub::operation<ssize_t> flistxattr(int fd, char* names, size_t size) {
  return call_on_helper<&::flistxattr, "flistxattr">(fd, names, size);
}

hub::operation<int> removexattr(const char* path, const char* name) {
  return call_on_helper<&::removexattr, "removexattr">(path, name);
}

hub::operation<int> lremovexattr(const char* path, const char* name) {
  return call_on_helper<&::lremovexattr, "lremovexattr">(path, name);
}

hub::operation<int> fremovexattr(int fd, const char* name) {
  return call_on_helper<&::fremovexattr, "fremovexattr">(fd, name);
}

}  // namespace green
