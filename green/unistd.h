// SPDX-License-Identifier: MIT
//
// Mirrors <unistd.h>. A kill or timeout is thrown (docs/contract.md).
//
// Awaited: read write pread pwrite close fsync fdatasync sleep usleep lockf
//   unlink ftruncate copy_file_range pause access eaccess euidaccess
//   faccessat chdir chown lchown fchown fchownat link linkat readlink
//   readlinkat rmdir symlink symlinkat sync syncfs truncate unlinkat
//   getlogin getlogin_r gethostid
// Own: daemon fork
// Same: all else is the original: _exit _Fork acct alarm brk chroot
//   close_range closefrom confstr crypt dup dup2 dup3 endusershell environ
//   execl execle execlp execv execve execveat execvp execvpe fchdir fexecve
//   fpathconf get_current_dir_name getcwd getdomainname getdtablesize
//   getegid getentropy geteuid getgid getgroups gethostname getopt
//   getpagesize getpgid getpgrp getpid getppid getresgid getresuid getsid
//   gettid getuid getusershell getwd gid_t group_member intptr_t isatty
//   lseek nice off_t optarg opterr optind optopt pathconf pid_t pipe pipe2
//   profil sbrk setdomainname setegid seteuid setgid sethostid sethostname
//   setlogin setpgid setpgrp setregid setresgid setresuid setreuid setsid
//   setuid setusershell size_t socklen_t ssize_t swab syscall sysconf
//   tcgetpgrp tcsetpgrp ttyname ttyname_r ttyslot ualarm uid_t useconds_t
//   vfork vhangup
// Differs: close ends the waits of other green threads of its hub on the
//   descriptor, with EBADF. It closes when the kernel has left their buffers.
//   Waits of other hubs go on. A kill or timeout does not keep close from
//   closing, and is thrown at the next await. A socket that lingers
//   (SO_LINGER), or a file on a network, holds the hub. A signal ends only a
//   wait of run's main green thread, and only by a handler of "green/signal.h".
//   pause ends by any handler. If a kill or timeout comes after a part of a
//   transfer, the call returns the part, and the next await throws. Each 16 MiB
//   of copy_file_range end before one is looked at. So does a call on a path or
//   a disk that has begun. getlogin keeps its name for each OS thread. lockf
//   waits as F_SETLKW does (fcntl.h), and pause as sigsuspend (signal.h). A
//   child of fork has a hub of its own, with the calling green thread alone.
//   The others are as if killed there: no code of theirs runs, nor do links,
//   and their frames stay. Armed timeouts of the caller stay. Green threads of
//   other hubs stay in the queues of locks. If the caller is run's main green
//   thread, run returns in the child too. Otherwise the child ends with the
//   caller: as by exit(0), or by exit(1) after an unhandled exception. Without
//   memory for a ring the child terminates. A callback of the hub must not
//   fork: green::fork gives ENOTSUP there. fork(3) and daemon(3), called by any
//   name, do the same. But in a callback of the hub they do fork. Such a child
//   aborts, with a message, when it awaits. So does one of _Fork or clone(2). A
//   child of vfork lives in its parent's memory and must not await. daemon is
//   made of fork: the caller goes on in the child. Of the originals that stay,
//   chroot, acct and vhangup need privileges and are called once. lseek,
//   getcwd, pathconf, fpathconf and getentropy ask the kernel's memory.
//   close_range and closefrom close at once, as close does without a wait. They
//   end no wait of green threads.
// Missing: the names in 64 (lseek64): off_t has 64 bits. getpass, which is
//   obsolete: open /dev/tty, clear ECHO by tcsetattr, and read. revoke,
//   which Linux lacks.
#pragma once

#include <unistd.h>  // the original

#include "green/core/attributes.h"
#include "green/hub/operation.h"
#include "green/task.h"

namespace green {

using ::_exit;
using ::_Fork;
using ::acct;
using ::alarm;
using ::brk;
using ::chroot;
using ::close_range;
using ::closefrom;
using ::confstr;
using ::crypt;
using ::dup;
using ::dup2;
using ::dup3;
using ::endusershell;
using ::environ;
using ::execl;
using ::execle;
using ::execlp;
using ::execv;
using ::execve;
using ::execveat;
using ::execvp;
using ::execvpe;
using ::fchdir;
using ::fexecve;
using ::fpathconf;
using ::get_current_dir_name;
using ::getcwd;
using ::getdomainname;
using ::getdtablesize;
using ::getegid;
using ::getentropy;
using ::geteuid;
using ::getgid;
using ::getgroups;
using ::gethostname;
using ::getopt;
using ::getpagesize;
using ::getpgid;
using ::getpgrp;
using ::getpid;
using ::getppid;
using ::getresgid;
using ::getresuid;
using ::getsid;
using ::gettid;
using ::getuid;
using ::getusershell;
using ::getwd;
using ::gid_t;
using ::group_member;
using ::intptr_t;
using ::isatty;
using ::lseek;
using ::nice;
using ::off_t;
using ::optarg;
using ::opterr;
using ::optind;
using ::optopt;
using ::pathconf;
using ::pid_t;
using ::pipe;
using ::pipe2;
using ::profil;
using ::sbrk;
using ::setdomainname;
using ::setegid;
using ::seteuid;
using ::setgid;
using ::sethostid;
using ::sethostname;
using ::setlogin;
using ::setpgid;
using ::setpgrp;
using ::setregid;
using ::setresgid;
using ::setresuid;
using ::setreuid;
using ::setsid;
using ::setuid;
using ::setusershell;
using ::size_t;
using ::socklen_t;
using ::ssize_t;
using ::swab;
using ::syscall;
using ::sysconf;
using ::tcgetpgrp;
using ::tcsetpgrp;
using ::ttyname;
using ::ttyname_r;
using ::ttyslot;
using ::ualarm;
using ::uid_t;
using ::useconds_t;
using ::vfork;
using ::vhangup;

/// read(2)
hub::operation<ssize_t> read(int fd, void* data GREEN_KEPT, size_t length);
/// pread(2)
task<ssize_t> pread(int fd, void* data GREEN_KEPT, size_t length, off_t offset);
/// write(2). Waits until everything is written, as the original does.
hub::operation<ssize_t> write(int fd, const void* data GREEN_KEPT,
                              size_t length);
/// pwrite(2)
task<ssize_t> pwrite(int fd, const void* data GREEN_KEPT, size_t length,
                     off_t offset);
/// close(2): see Differs.
hub::close_wait close(int fd);
/// fsync(2)
hub::operation<int> fsync(int fd);
/// fdatasync(2)
hub::operation<int> fdatasync(int fd);

/// unlink(2)
hub::operation<int> unlink(const char* path GREEN_KEPT);
/// unlinkat(2)
hub::operation<int> unlinkat(int directory, const char* path GREEN_KEPT,
                             int flags);
/// rmdir(2)
hub::operation<int> rmdir(const char* path GREEN_KEPT);
/// link(2)
hub::operation<int> link(const char* from GREEN_KEPT,
                         const char* to GREEN_KEPT);
/// linkat(2)
hub::operation<int> linkat(int from_directory, const char* from GREEN_KEPT,
                           int to_directory, const char* to GREEN_KEPT,
                           int flags);
/// symlink(2)
hub::operation<int> symlink(const char* target GREEN_KEPT,
                            const char* path GREEN_KEPT);
/// symlinkat(2)
hub::operation<int> symlinkat(const char* target GREEN_KEPT, int directory,
                              const char* path GREEN_KEPT);
/// readlink(2)
hub::operation<ssize_t> readlink(const char* path GREEN_KEPT,
                                 char* into GREEN_KEPT, size_t size);
/// readlinkat(2)
hub::operation<ssize_t> readlinkat(int directory, const char* path GREEN_KEPT,
                                   char* into GREEN_KEPT, size_t size);
/// access(2)
hub::operation<int> access(const char* path GREEN_KEPT, int mode);
/// eaccess(3)
hub::operation<int> eaccess(const char* path GREEN_KEPT, int mode);
/// euidaccess(3)
hub::operation<int> euidaccess(const char* path GREEN_KEPT, int mode);
/// faccessat(2)
hub::operation<int> faccessat(int directory, const char* path GREEN_KEPT,
                              int mode, int flags);
/// chdir(2): of the whole process, as the original.
hub::operation<int> chdir(const char* path GREEN_KEPT);
/// chown(2)
hub::operation<int> chown(const char* path GREEN_KEPT, uid_t owner,
                          gid_t group);
/// lchown(2)
hub::operation<int> lchown(const char* path GREEN_KEPT, uid_t owner,
                           gid_t group);
/// fchown(2)
hub::operation<int> fchown(int fd, uid_t owner, gid_t group);
/// fchownat(2)
hub::operation<int> fchownat(int directory, const char* path GREEN_KEPT,
                             uid_t owner, gid_t group, int flags);
/// sync(2)
hub::operation<void> sync();
/// syncfs(2)
hub::operation<int> syncfs(int fd);

/// truncate(2)
hub::operation<int> truncate(const char* path GREEN_KEPT, off_t length);
/// ftruncate(2)
hub::operation<int> ftruncate(int fd, off_t length);
/// copy_file_range(2)
task<ssize_t> copy_file_range(int from, off_t* from_offset GREEN_KEPT, int to,
                              off_t* to_offset GREEN_KEPT, size_t length,
                              unsigned flags);
/// lockf(3)
task<int> lockf(int fd, int command, off_t length);

/// getlogin(3): see Differs.
task<char*> getlogin();
/// getlogin_r(3)
task<int> getlogin_r(char* name GREEN_KEPT, size_t size);
/// gethostid(3)
task<long> gethostid();

/// sleep(3)
task<unsigned> sleep(unsigned seconds);
/// usleep(3)
task<int> usleep(useconds_t microseconds);
/// pause(2): see Differs.
task<int> pause();

/// fork(2): see Differs. Does not wait.
pid_t fork();
/// daemon(3), by fork: see Differs. Does not wait.
int daemon(int nochdir, int noclose);

}  // namespace green
