// SPDX-License-Identifier: MIT
//
// Mirrors <sys/xattr.h>. A kill or timeout is thrown (docs/contract.md).
//
// Awaited: setxattr lsetxattr fsetxattr getxattr lgetxattr fgetxattr listxattr
//   llistxattr flistxattr removexattr lremovexattr fremovexattr
// Same: all else is the original: size_t ssize_t XATTR_CREATE XATTR_REPLACE
// Differs: a call that has begun ends before a kill or timeout is looked at.
// Missing: nothing.
#pragma once

#include <sys/xattr.h>  // the original

#include "green/core/attributes.h"
#include "green/hub/operation.h"

namespace green {

using ::size_t;
using ::ssize_t;
using ::XATTR_CREATE;
using ::XATTR_REPLACE;

/// setxattr(2)
hub::operation<int> setxattr(const char* path GREEN_KEPT,
                             const char* name GREEN_KEPT,
                             const void* value GREEN_KEPT, size_t size,
                             int flags);
/// lsetxattr(2)
hub::operation<int> lsetxattr(const char* path GREEN_KEPT,
                              const char* name GREEN_KEPT,
                              const void* value GREEN_KEPT, size_t size,
                              int flags);
/// fsetxattr(2)
hub::operation<int> fsetxattr(int fd, const char* name GREEN_KEPT,
                              const void* value GREEN_KEPT, size_t size,
                              int flags);
/// getxattr(2)
hub::operation<ssize_t> getxattr(const char* path GREEN_KEPT,
                                 const char* name GREEN_KEPT,
                                 void* value GREEN_KEPT, size_t size);
/// lgetxattr(2)
hub::operation<ssize_t> lgetxattr(const char* path GREEN_KEPT,
                                  const char* name GREEN_KEPT,
                                  void* value GREEN_KEPT, size_t size);
/// fgetxattr(2)
hub::operation<ssize_t> fgetxattr(int fd, const char* name GREEN_KEPT,
                                  void* value GREEN_KEPT, size_t size);
/// listxattr(2)
hub::operation<ssize_t> listxattr(const char* path GREEN_KEPT,
                                  char* names GREEN_KEPT, size_t size);
/// llistxattr(2)
hub::operation<ssize_t> llistxattr(const char* path GREEN_KEPT,
                                   char* names GREEN_KEPT, size_t size);
/// flistxattr(2)
hub::operation<ssize_t> flistxattr(int fd, char* names GREEN_KEPT, size_t size);
/// removexattr(2)
hub::operation<int> removexattr(const char* path GREEN_KEPT,
                                const char* name GREEN_KEPT);
/// lremovexattr(2)
hub::operation<int> lremovexattr(const char* path GREEN_KEPT,
                                 const char* name GREEN_KEPT);
/// fremovexattr(2)
hub::operation<int> fremovexattr(int fd, const char* name GREEN_KEPT);

}  // namespace green
