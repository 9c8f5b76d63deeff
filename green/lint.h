// SPDX-License-Identifier: MIT
//
// Marks the originals that wait, so that any compiler lists what is left to
// port:
//
//   g++ -std=c++20 -Igreen's-folder -include green/lint.h -fsyntax-only FILE
//
// A warning names the place and the name to write: "holds the hub: co_await
// green::recv". The header changes no program. Under -Werror add
// -Wno-error=deprecated-declarations.
//
// It marks functions of the C library, functions of std, and std's classes with
// members that wait. Members have no marks of their own, so these stay silent:
// the wait of an atomic, a directory_entry, iostreams, and locks of a class of
// the program. So do calls through a pointer that was made elsewhere. err, errx
// and their like may hold the hub, but they end the process.
//
// It is for C++ with glibc and libstdc++. Force it in before all other headers.
// Then green's own headers are silent. C has no decltype. So let g++ read a
// file in C as C++, by -x c++ -fpermissive before its name.
//
// Made by tests/greenify/lint_test.cc.
#pragma once

#pragma GCC system_header
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"

#include "green/lints/filesystem.h"
#include "green/lints/filesystem_questions.h"
#include "green/lints/std.h"
// The C library's.
#include "green/lints/aio.h"
#include "green/lints/aliases.h"
#include "green/lints/argp.h"
#include "green/lints/dirent.h"
#include "green/lints/dlfcn.h"
#include "green/lints/err.h"
#include "green/lints/error.h"
#include "green/lints/execinfo.h"
#include "green/lints/fcntl.h"
#include "green/lints/fmtmsg.h"
#include "green/lints/fstab.h"
#include "green/lints/fts.h"
#include "green/lints/ftw.h"
#include "green/lints/glob.h"
#include "green/lints/grp.h"
#include "green/lints/gshadow.h"
#include "green/lints/malloc.h"
#include "green/lints/mntent.h"
#include "green/lints/mqueue.h"
#include "green/lints/netdb.h"
#include "green/lints/netinet/ether.h"
#include "green/lints/poll.h"
#include "green/lints/pthread.h"
#include "green/lints/pty.h"
#include "green/lints/pwd.h"
#include "green/lints/resolv.h"
#include "green/lints/sched.h"
#include "green/lints/semaphore.h"
#include "green/lints/shadow.h"
#include "green/lints/signal.h"
#include "green/lints/stdio.h"
#include "green/lints/stdio_ext.h"
#include "green/lints/stdlib.h"
#include "green/lints/sys/epoll.h"
#include "green/lints/sys/eventfd.h"
#include "green/lints/sys/file.h"
#include "green/lints/sys/ioctl.h"
#include "green/lints/sys/klog.h"
#include "green/lints/sys/mman.h"
#include "green/lints/sys/mount.h"
#include "green/lints/sys/msg.h"
#include "green/lints/sys/quota.h"
#include "green/lints/sys/select.h"
#include "green/lints/sys/sem.h"
#include "green/lints/sys/sendfile.h"
#include "green/lints/sys/socket.h"
#include "green/lints/sys/stat.h"
#include "green/lints/sys/statfs.h"
#include "green/lints/sys/statvfs.h"
#include "green/lints/sys/swap.h"
#include "green/lints/sys/time.h"
#include "green/lints/sys/uio.h"
#include "green/lints/sys/wait.h"
#include "green/lints/sys/xattr.h"
#include "green/lints/syslog.h"
#include "green/lints/termios.h"
#include "green/lints/threads.h"
#include "green/lints/time.h"
#include "green/lints/ttyent.h"
#include "green/lints/unistd.h"
#include "green/lints/utime.h"
#include "green/lints/utmp.h"
#include "green/lints/utmpx.h"
#include "green/lints/wchar.h"
#include "green/lints/wordexp.h"

#pragma GCC diagnostic pop
