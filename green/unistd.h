// SPDX-License-Identifier: MIT
//
// Mirrors <unistd.h>.
//
// Awaited: read write pread pwrite close fsync fdatasync sleep usleep lockf
//   unlink ftruncate copy_file_range pause
// Same: all else is the original: _exit _Fork access acct alarm brk chdir chown
//   chroot close_range closefrom confstr crypt daemon dup dup2 dup3 eaccess
//   endusershell environ euidaccess execl execle execlp execv execve execveat
//   execvp execvpe faccessat fchdir fchown fchownat fexecve fpathconf
//   get_current_dir_name getcwd getdomainname getdtablesize getegid getentropy
//   geteuid getgid getgroups gethostid gethostname getlogin getlogin_r getopt
//   getpagesize getpass getpgid getpgrp getpid getppid getresgid getresuid
//   getsid gettid getuid getusershell getwd gid_t group_member intptr_t isatty
//   lchown link linkat lseek nice off_t optarg opterr optind optopt pathconf
//   pid_t pipe pipe2 profil readlink readlinkat revoke rmdir sbrk setdomainname
//   setegid seteuid setgid sethostid sethostname setlogin setpgid setpgrp
//   setregid setresgid setresuid setreuid setsid setuid setusershell size_t
//   socklen_t ssize_t swab symlink symlinkat sync syncfs syscall sysconf
//   tcgetpgrp tcsetpgrp truncate ttyname ttyname_r ttyslot ualarm uid_t
//   unlinkat useconds_t vfork vhangup
// Differs: close ends the waits that green threads of the same hub have on the
//   descriptor with EBADF, and closes it when the kernel is done with them; it
//   closes even when a kill or timeout is pending, which is thrown at the next
//   await; waits of other hubs go on; a socket that lingers (SO_LINGER) or a
//   file on a network holds the hub. sleep is not ended by signals: it gives 0.
//   A kill or timeout that meets a write in part gives the part, and is thrown
//   at the next await; ftruncate and a piece of copy_file_range are done
//   before. lockf is as fcntl's F_SETLKW, see fcntl.h.
//   pause is as sigsuspend, see signal.h. fork gives the child a hub of its own
//   with the calling green thread alone: the others are as if killed, but their
//   frames stay as they are and nothing of theirs runs, nor do links; armed
//   timeouts of the caller stay. Where the caller is run's main green thread,
//   run returns in the child too; else the child ends as with exit(0), or
//   exit(1) after an unhandled exception, when the caller ends. Green threads
//   of other hubs stay in the queues of locks. Without memory for a ring the
//   child terminates.
// Missing: the names in 64 (lseek64): off_t has 64 bits.
#pragma once

#include <unistd.h>  // the original

#include "green/hub/operation.h"
#include "green/task.h"

namespace green {

using ::_exit;
using ::_Fork;
using ::access;
using ::acct;
using ::alarm;
using ::brk;
using ::chdir;
using ::chown;
using ::chroot;
using ::close_range;
using ::closefrom;
using ::confstr;
using ::crypt;
using ::daemon;
using ::dup;
using ::dup2;
using ::dup3;
using ::eaccess;
using ::endusershell;
using ::environ;
using ::euidaccess;
using ::execl;
using ::execle;
using ::execlp;
using ::execv;
using ::execve;
using ::execveat;
using ::execvp;
using ::execvpe;
using ::faccessat;
using ::fchdir;
using ::fchown;
using ::fchownat;
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
using ::gethostid;
using ::gethostname;
using ::getlogin;
using ::getlogin_r;
using ::getopt;
using ::getpagesize;
using ::getpass;
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
using ::lchown;
using ::link;
using ::linkat;
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
using ::readlink;
using ::readlinkat;
using ::revoke;
using ::rmdir;
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
using ::symlink;
using ::symlinkat;
using ::sync;
using ::syncfs;
using ::syscall;
using ::sysconf;
using ::tcgetpgrp;
using ::tcsetpgrp;
using ::truncate;
using ::ttyname;
using ::ttyname_r;
using ::ttyslot;
using ::ualarm;
using ::uid_t;
using ::unlinkat;
using ::useconds_t;
using ::vfork;
using ::vhangup;

/// read(2)
hub::operation<ssize_t> read(int fd, void* data, size_t length);
/// pread(2)
task<ssize_t> pread(int fd, void* data, size_t length, off_t offset);
/// write(2). Waits until everything is written, as the original does.
hub::operation<ssize_t> write(int fd, const void* data, size_t length);
/// pwrite(2)
task<ssize_t> pwrite(int fd, const void* data, size_t length, off_t offset);
/// close(2): see Differs.
hub::close_wait close(int fd);
/// fsync(2)
hub::operation<int> fsync(int fd);
/// fdatasync(2)
hub::operation<int> fdatasync(int fd);

/// unlink(2)
hub::operation<int> unlink(const char* path);
/// ftruncate(2)
task<int> ftruncate(int fd, off_t length);
/// copy_file_range(2)
task<ssize_t> copy_file_range(int from, off_t* from_offset, int to,
                              off_t* to_offset, size_t length, unsigned flags);
/// lockf(3)
task<int> lockf(int fd, int command, off_t length);

/// sleep(3)
task<unsigned> sleep(unsigned seconds);
/// usleep(3)
task<int> usleep(useconds_t microseconds);
/// pause(2): see Differs.
task<int> pause();

/// fork(2): see Differs. Does not wait.
pid_t fork();

}  // namespace green
