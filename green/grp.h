// SPDX-License-Identifier: MIT
//
// Mirrors <grp.h>. A kill or timeout is thrown (docs/contract.md).
//
// Awaited: getgrnam getgrnam_r getgrgid getgrgid_r getgrent getgrent_r setgrent
//   endgrent getgrouplist initgroups
// Same: all else is the original: gid_t setgroups size_t
// Differs: look-ups run on helper threads of their own, with the answers of the
//   C library, which may ask a network. A kill or timeout abandons the look-up.
//   The results of getgrnam, getgrgid and getgrent belong to the green thread,
//   until its next such call. The position of getgrent is the process's, as the
//   original's is. If getgrent is killed while it takes an entry, that entry
//   comes again. initgroups looks up first. So a kill leaves the groups of the
//   process alone. A fork during a look-up may leave a lock of the C library's
//   held in the child for ever. Only a timeout or a kill ends a look-up there
//   then. The type group is not in green, where group (pool.h) has its name:
//   write `struct group`.
// Missing: fgetgrent fgetgrent_r putgrent, which wait for a stream: read the
//   lines of the file.
#pragma once

#include <grp.h>  // the original

#include "green/core/attributes.h"
#include "green/task.h"

namespace green {

using ::gid_t;
using ::setgroups;
using ::size_t;

/// getgrnam(3)
task<::group*> getgrnam(const char* name GREEN_KEPT);
/// getgrnam_r(3)
task<int> getgrnam_r(const char* name GREEN_KEPT, ::group* entry GREEN_KEPT,
                     char* memory GREEN_KEPT, size_t size,
                     ::group** result GREEN_KEPT);
/// getgrgid(3)
task<::group*> getgrgid(gid_t id);
/// getgrgid_r(3)
task<int> getgrgid_r(gid_t id, ::group* entry GREEN_KEPT,
                     char* memory GREEN_KEPT, size_t size,
                     ::group** result GREEN_KEPT);

/// getgrent(3): see Differs.
task<::group*> getgrent();
/// getgrent_r(3)
task<int> getgrent_r(::group* entry GREEN_KEPT, char* memory GREEN_KEPT,
                     size_t size, ::group** result GREEN_KEPT);
/// setgrent(3)
task<> setgrent();
/// endgrent(3)
task<> endgrent();

/// getgrouplist(3)
task<int> getgrouplist(const char* user GREEN_KEPT, gid_t id,
                       gid_t* groups GREEN_KEPT, int* count GREEN_KEPT);
/// initgroups(3): see Differs.
task<int> initgroups(const char* user GREEN_KEPT, gid_t id);

}  // namespace green
