// SPDX-License-Identifier: MIT
//
// Mirrors <spawn.h>.
//
// Awaited: (nothing)
// Same: all is the original: mode_t pid_t posix_spawn
//   posix_spawn_file_actions_addchdir_np posix_spawn_file_actions_addclose
//   posix_spawn_file_actions_addclosefrom_np
//   posix_spawn_file_actions_adddup2 posix_spawn_file_actions_addfchdir_np
//   posix_spawn_file_actions_addopen
//   posix_spawn_file_actions_addtcsetpgrp_np
//   posix_spawn_file_actions_destroy posix_spawn_file_actions_init
//   posix_spawn_file_actions_t posix_spawnattr_destroy
//   posix_spawnattr_getflags posix_spawnattr_getpgroup
//   posix_spawnattr_getschedparam posix_spawnattr_getschedpolicy
//   posix_spawnattr_getsigdefault posix_spawnattr_getsigmask
//   posix_spawnattr_init posix_spawnattr_setflags posix_spawnattr_setpgroup
//   posix_spawnattr_setschedparam posix_spawnattr_setschedpolicy
//   posix_spawnattr_setsigdefault posix_spawnattr_setsigmask
//   posix_spawnattr_t posix_spawnp sched_param sigset_t
// Differs: nothing. posix_spawn holds the hub until the child has begun its
//   program, however large the parent's memory is.
// Missing: nothing.
#pragma once

#include <spawn.h>  // the original

namespace green {

using ::mode_t;
using ::pid_t;
using ::posix_spawn;
using ::posix_spawn_file_actions_addchdir_np;
using ::posix_spawn_file_actions_addclose;
using ::posix_spawn_file_actions_addclosefrom_np;
using ::posix_spawn_file_actions_adddup2;
using ::posix_spawn_file_actions_addfchdir_np;
using ::posix_spawn_file_actions_addopen;
using ::posix_spawn_file_actions_addtcsetpgrp_np;
using ::posix_spawn_file_actions_destroy;
using ::posix_spawn_file_actions_init;
using ::posix_spawn_file_actions_t;
using ::posix_spawnattr_destroy;
using ::posix_spawnattr_getflags;
using ::posix_spawnattr_getpgroup;
using ::posix_spawnattr_getschedparam;
using ::posix_spawnattr_getschedpolicy;
using ::posix_spawnattr_getsigdefault;
using ::posix_spawnattr_getsigmask;
using ::posix_spawnattr_init;
using ::posix_spawnattr_setflags;
using ::posix_spawnattr_setpgroup;
using ::posix_spawnattr_setschedparam;
using ::posix_spawnattr_setschedpolicy;
using ::posix_spawnattr_setsigdefault;
using ::posix_spawnattr_setsigmask;
using ::posix_spawnattr_t;
using ::posix_spawnp;
using ::sched_param;
using ::sigset_t;

}  // namespace green
