// SPDX-License-Identifier: MIT
//
// Mirrors <dirent.h>. A kill or timeout is thrown (docs/contract.md).
//
// Awaited: opendir fdopendir readdir closedir rewinddir seekdir scandir
//   scandirat getdents64 getdirentries
// Own: DIR dirfd telldir
// Same: all else is the original: alphasort dirent DT_BLK DT_CHR DT_DIR
//   DT_FIFO DT_LNK DT_REG DT_SOCK DT_UNKNOWN DT_WHT ino_t off_t size_t
//   ssize_t versionsort
// Differs: DIR is green's own type, which holds 32 KiB of entries. An entry of
//   these is given without a wait. Another piece of them is read by a helper
//   thread, which also notices the end. This reading, once begun, ends before a
//   kill or timeout is looked at, and no entry is lost. A kill or timeout does
//   not keep closedir from closing, and is thrown at the next await. It waits
//   as close does (unistd.h). The functions of scandir are plain, and run on
//   the hub's thread. Others run while scandir reads and sorts. If one of its
//   functions throws, or a kill or timeout comes, scandir gives its memory
//   back.
// Missing: readdir_r, which is deprecated: readdir is safe in threads that do
//   not share a DIR. The names in 64 (readdir64): off_t has 64 bits.
#pragma once

#include <dirent.h>  // the original

#include "green/core/attributes.h"
#include "green/directories/stream.h"
#include "green/hub/operation.h"
#include "green/task.h"

namespace green {

using ::alphasort;
using ::dirent;
using ::DT_BLK;
using ::DT_CHR;
using ::DT_DIR;
using ::DT_FIFO;
using ::DT_LNK;
using ::DT_REG;
using ::DT_SOCK;
using ::DT_UNKNOWN;
using ::DT_WHT;
using ::ino_t;
using ::off_t;
using ::size_t;
using ::ssize_t;
using ::versionsort;

/// opendir(3)
task<DIR*> opendir(const char* path GREEN_KEPT);
/// fdopendir(3)
task<DIR*> fdopendir(int fd);
/// readdir(3)
readdir_wait readdir(DIR* directory GREEN_KEPT);
/// closedir(3): see Differs.
closedir_wait closedir(DIR* directory GREEN_KEPT);
/// rewinddir(3). Waits while another reads.
task<> rewinddir(DIR* directory GREEN_KEPT);
/// seekdir(3). Waits while another reads.
task<> seekdir(DIR* directory GREEN_KEPT, long position);
/// telldir(3)
long telldir(DIR* directory);
/// dirfd(3)
int dirfd(DIR* directory);

/// scandir(3): see Differs.
task<int> scandir(const char* path GREEN_KEPT, dirent*** names GREEN_KEPT,
                  int (*filter)(const dirent*),
                  int (*compare)(const dirent**, const dirent**));
/// scandirat(3): see Differs.
task<int> scandirat(int directory, const char* path GREEN_KEPT,
                    dirent*** names GREEN_KEPT, int (*filter)(const dirent*),
                    int (*compare)(const dirent**, const dirent**));

/// getdents64(2)
hub::operation<ssize_t> getdents64(int fd, void* entries GREEN_KEPT,
                                   size_t size);
/// getdirentries(3)
hub::operation<ssize_t> getdirentries(int fd, char* entries GREEN_KEPT,
                                      size_t size, off_t* base GREEN_KEPT);

}  // namespace green
