// SPDX-License-Identifier: MIT
//
// Mirrors <pwd.h>. A kill or timeout is thrown (docs/contract.md).
//
// Awaited: getpwnam getpwnam_r getpwuid getpwuid_r getpwent getpwent_r setpwent
//   endpwent
// Same: all else is the original: gid_t passwd size_t uid_t
// Differs: look-ups run on helper threads of their own, with the answers of the
//   C library, which may ask a network. A kill or timeout abandons the look-up.
//   The results of getpwnam, getpwuid and getpwent belong to the green thread,
//   until its next such call. The position of getpwent is the process's, as the
//   original's is. If getpwent is killed while it takes an entry, that entry
//   comes again. A fork during a look-up may leave a lock of the C library's
//   held in the child for ever. Only a timeout or a kill ends a look-up there
//   then.
// Missing: fgetpwent fgetpwent_r putpwent, which wait for a stream: read the
//   lines of the file. getpw, which is unsafe.
#pragma once

#include <pwd.h>  // the original

#include "green/core/attributes.h"
#include "green/task.h"

namespace green {

using ::gid_t;
using ::passwd;
using ::size_t;
using ::uid_t;

/// getpwnam(3)
task<passwd*> getpwnam(const char* name GREEN_KEPT);
/// getpwnam_r(3)
task<int> getpwnam_r(const char* name GREEN_KEPT, passwd* entry GREEN_KEPT,
                     char* memory GREEN_KEPT, size_t size,
                     passwd** result GREEN_KEPT);
/// getpwuid(3)
task<passwd*> getpwuid(uid_t user);
/// getpwuid_r(3)
task<int> getpwuid_r(uid_t user, passwd* entry GREEN_KEPT,
                     char* memory GREEN_KEPT, size_t size,
                     passwd** result GREEN_KEPT);

/// getpwent(3): see Differs.
task<passwd*> getpwent();
/// getpwent_r(3)
task<int> getpwent_r(passwd* entry GREEN_KEPT, char* memory GREEN_KEPT,
                     size_t size, passwd** result GREEN_KEPT);
/// setpwent(3)
task<> setpwent();
/// endpwent(3)
task<> endpwent();

}  // namespace green
