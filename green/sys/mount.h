// SPDX-License-Identifier: MIT
//
// Mirrors <sys/mount.h>. Made by tests/plain_mirrors_test.cc.
//
// Awaited: (nothing)
// Same: all else is the original: FSCONFIG_CMD_CREATE FSCONFIG_CMD_RECONFIGURE
//   FSCONFIG_SET_BINARY FSCONFIG_SET_FD FSCONFIG_SET_FLAG FSCONFIG_SET_PATH
//   FSCONFIG_SET_PATH_EMPTY FSCONFIG_SET_STRING MNT_DETACH MNT_EXPIRE MNT_FORCE
//   MS_ACTIVE MS_BIND MS_DIRSYNC MS_I_VERSION MS_KERNMOUNT MS_LAZYTIME
//   MS_MANDLOCK MS_MOVE MS_NOATIME MS_NODEV MS_NODIRATIME MS_NOEXEC MS_NOSUID
//   MS_NOSYMFOLLOW MS_NOUSER MS_POSIXACL MS_PRIVATE MS_RDONLY MS_REC
//   MS_RELATIME MS_REMOUNT MS_SHARED MS_SILENT MS_SLAVE MS_STRICTATIME
//   MS_SYNCHRONOUS MS_UNBINDABLE UMOUNT_NOFOLLOW fsconfig_command max_align_t
//   mount_attr ptrdiff_t and all macros
// Differs: nothing.
// Missing: mount umount umount2 fsopen fsmount fsconfig fspick move_mount
//   open_tree mount_setattr: a disk or a server has to answer. Await
//   green::threadpool::apply of "green/threadpool.h" with the original.
#pragma once

#include <sys/mount.h>  // the original

#include "green/fcntl.h"
#include "green/stdint.h"
#include "green/sys/ioctl.h"

namespace green {

using ::FSCONFIG_CMD_CREATE;
using ::FSCONFIG_CMD_RECONFIGURE;
using ::fsconfig_command;
using ::FSCONFIG_SET_BINARY;
using ::FSCONFIG_SET_FD;
using ::FSCONFIG_SET_FLAG;
using ::FSCONFIG_SET_PATH;
using ::FSCONFIG_SET_PATH_EMPTY;
using ::FSCONFIG_SET_STRING;
using ::max_align_t;
using ::MNT_DETACH;
using ::MNT_EXPIRE;
using ::MNT_FORCE;
using ::mount_attr;
using ::MS_ACTIVE;
using ::MS_BIND;
using ::MS_DIRSYNC;
using ::MS_I_VERSION;
using ::MS_KERNMOUNT;
using ::MS_LAZYTIME;
using ::MS_MANDLOCK;
using ::MS_MOVE;
using ::MS_NOATIME;
using ::MS_NODEV;
using ::MS_NODIRATIME;
using ::MS_NOEXEC;
using ::MS_NOSUID;
using ::MS_NOSYMFOLLOW;
using ::MS_NOUSER;
using ::MS_POSIXACL;
using ::MS_PRIVATE;
using ::MS_RDONLY;
using ::MS_REC;
using ::MS_RELATIME;
using ::MS_REMOUNT;
using ::MS_SHARED;
using ::MS_SILENT;
using ::MS_SLAVE;
using ::MS_STRICTATIME;
using ::MS_SYNCHRONOUS;
using ::MS_UNBINDABLE;
using ::ptrdiff_t;
using ::UMOUNT_NOFOLLOW;

}  // namespace green
