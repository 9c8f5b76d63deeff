// SPDX-License-Identifier: MIT
// Of the POSIX mirrors, what concerns files and processes.
#include <doctest/doctest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstdio>
#include <string>

#include "green/fcntl.h"
#include "green/stdio.h"
#include "green/stdlib.h"
#include "green/sys/file.h"
#include "green/sys/mman.h"
#include "green/sys/sendfile.h"
#include "green/sys/stat.h"
#include "green/sys/statfs.h"
#include "green/sys/statvfs.h"
#include "green/sys/uio.h"
#include "green/sys/xattr.h"
#include "green/termios.h"
#include "green/unistd.h"
#include "green/utime.h"
#include "tests/support/awaits.h"
#include "tests/support/files.h"
#include "tests/support/sockets.h"

using tests::fair;

namespace {
constexpr const char* nowhere = "/nowhere/at/all";

void names_that_lead_nowhere() {
  char text[20] = "";
  struct statx facts{};
  struct statfs space{};
  struct statvfs room{};
  fair("access", [] { return green::access(nowhere, F_OK); });
  fair("eaccess", [] { return green::eaccess(nowhere, F_OK); });
  fair("euidaccess", [] { return green::euidaccess(nowhere, F_OK); });
  fair("faccessat", [] { return green::faccessat(-1, nowhere, F_OK, 0); });
  fair("chdir", [] { return green::chdir(nowhere); });
  fair("chown", [] { return green::chown(nowhere, 0, 0); });
  fair("lchown", [] { return green::lchown(nowhere, 0, 0); });
  fair("fchownat", [] { return green::fchownat(-1, nowhere, 0, 0, 0); });
  fair("chmod", [] { return green::chmod(nowhere, 0); });
  fair("lchmod", [] { return green::lchmod(nowhere, 0); });
  fair("fchmodat", [] { return green::fchmodat(-1, nowhere, 0, 0); });
  fair("link", [] { return green::link(nowhere, nowhere); });
  fair("linkat", [] { return green::linkat(-1, nowhere, -1, nowhere, 0); });
  fair("symlink", [] { return green::symlink(nowhere, nowhere); });
  fair("symlinkat", [] { return green::symlinkat(nowhere, -1, nowhere); });
  fair("readlink", [&] { return green::readlink(nowhere, text, 9); });
  fair("readlinkat", [&] { return green::readlinkat(-1, nowhere, text, 9); });
  fair("rmdir", [] { return green::rmdir(nowhere); });
  fair("unlinkat", [] { return green::unlinkat(-1, nowhere, 0); });
  fair("truncate", [] { return green::truncate(nowhere, 0); });
  fair("fstatat", [] { return green::fstatat(-1, nowhere, nullptr, 0); });
  fair("statx", [&] { return green::statx(-1, nowhere, 0, 0, &facts); });
  fair("mkdirat", [] { return green::mkdirat(-1, nowhere, 0700); });
  fair("mkfifo", [] { return green::mkfifo(nowhere, 0700); });
  fair("mkfifoat", [] { return green::mkfifoat(-1, nowhere, 0700); });
  fair("mknod", [] { return green::mknod(nowhere, 0700, 0); });
  fair("mknodat", [] { return green::mknodat(-1, nowhere, 0700, 0); });
  fair("utimensat", [] { return green::utimensat(-1, nowhere, nullptr, 0); });
  fair("utime", [] { return green::utime(nowhere, nullptr); });
  fair("statfs", [&] { return green::statfs(nowhere, &space); });
  fair("fstatfs", [&] { return green::fstatfs(-1, &space); });
  fair("statvfs", [&] { return green::statvfs(nowhere, &room); });
  fair("fstatvfs", [&] { return green::fstatvfs(-1, &room); });
  fair("realpath", [] { return green::realpath(nowhere, nullptr); });
  fair("canonicalize_file_name",
       [] { return green::canonicalize_file_name(nowhere); });
  fair("mkstemp", [&] { return green::mkstemp(text); });
  fair("mkostemp", [&] { return green::mkostemp(text, 0); });
  fair("mkstemps", [&] { return green::mkstemps(text, 0); });
  fair("mkostemps", [&] { return green::mkostemps(text, 0, 0); });
  fair("mkdtemp", [&] { return green::mkdtemp(text); });
}

void attributes() {
  char text[20] = "";
  fair("setxattr", [] { return green::setxattr(nowhere, "a", "", 0, 0); });
  fair("lsetxattr", [] { return green::lsetxattr(nowhere, "a", "", 0, 0); });
  fair("fsetxattr", [] { return green::fsetxattr(-1, "a", "", 0, 0); });
  fair("getxattr", [&] { return green::getxattr(nowhere, "a", text, 9); });
  fair("lgetxattr", [&] { return green::lgetxattr(nowhere, "a", text, 9); });
  fair("fgetxattr", [&] { return green::fgetxattr(-1, "a", text, 9); });
  fair("listxattr", [&] { return green::listxattr(nowhere, text, 9); });
  fair("llistxattr", [&] { return green::llistxattr(nowhere, text, 9); });
  fair("flistxattr", [&] { return green::flistxattr(-1, text, 9); });
  fair("removexattr", [] { return green::removexattr(nowhere, "a"); });
  fair("lremovexattr", [] { return green::lremovexattr(nowhere, "a"); });
  fair("fremovexattr", [] { return green::fremovexattr(-1, "a"); });
}

void open_files() {
  char byte = 0;
  const iovec part{&byte, 1};
  file_handle handle{};
  fair("fchown", [] { return green::fchown(-1, 0, 0); });
  fair("fchmod", [] { return green::fchmod(-1, 0); });
  fair("futimens", [] { return green::futimens(-1, nullptr); });
  fair("sync", [] { return green::sync(); });
  fair("syncfs", [] { return green::syncfs(-1); });
  fair("fallocate", [] { return green::fallocate(-1, 0, 0, 1); });
  fair("posix_fadvise", [] { return green::posix_fadvise(-1, 0, 0, 0); });
  fair("readahead", [] { return green::readahead(-1, 0, 1); });
  fair("sync_file_range", [] { return green::sync_file_range(-1, 0, 1, 0); });
  fair("name_to_handle_at", [&] {
    return green::name_to_handle_at(-1, nowhere, &handle, nullptr, 0);
  });
  fair("open_by_handle_at",
       [&] { return green::open_by_handle_at(-1, &handle, 0); });
  fair("vmsplice", [&] { return green::vmsplice(-1, &part, 1, 0); });
  fair("preadv2", [&] { return green::preadv2(-1, &part, 1, 0, 0); });
  fair("pwritev2", [&] { return green::pwritev2(-1, &part, 1, 0, 0); });
  fair("process_vm_readv",
       [&] { return green::process_vm_readv(0, &part, 1, &part, 1, 0); });
  fair("process_vm_writev",
       [&] { return green::process_vm_writev(0, &part, 1, &part, 1, 0); });
  tests::exempt("getlogin", "the name service may be slow");
  tests::exempt("getlogin_r", "the name service may be slow");
  tests::exempt("gethostid", "the name service may be slow");
}
}  // namespace

TEST_CASE("paths that lead nowhere") {
  struct stat found{};
  fair("stat", [&] { return green::stat(nowhere, &found); });
  fair("lstat", [&] { return green::lstat(nowhere, &found); });
  fair("fstat", [&] { return green::fstat(-1, &found); });
  fair("mkdir", [] { return green::mkdir(nowhere, 0700); });
  fair("rename", [] { return green::rename(nowhere, nowhere); });
  fair("unlink", [] { return green::unlink(nowhere); });
  names_that_lead_nowhere();
  fair("open", [] { return green::open(nowhere, O_RDONLY); });
  fair("openat", [] { return green::openat(AT_FDCWD, nowhere, O_RDONLY); });
  fair("creat", [] { return green::creat(nowhere, 0600); });
}

TEST_CASE("files") {
  const tests::descriptor file(::memfd_create("awaits", MFD_CLOEXEC));
  const int fd = file;
  char byte = 0;
  iovec part{&byte, 1};
  fair("pread", [&] { return green::pread(fd, &byte, 1, 0); });
  fair("pwrite", [&] { return green::pwrite(fd, &byte, 1, 0); });
  fair("preadv", [&] { return green::preadv(fd, &part, 1, -1); });
  fair("pwritev", [&] { return green::pwritev(fd, &part, 1, -1); });
  open_files();
  attributes();
  fair("fsync", [] { return green::fsync(-1); });
  fair("fdatasync", [] { return green::fdatasync(-1); });
  fair("ftruncate", [&] { return green::ftruncate(fd, 0); });
  fair("copy_file_range",
       [&] { return green::copy_file_range(fd, nullptr, fd, nullptr, 0, 0); });
  fair("posix_fallocate", [] { return green::posix_fallocate(-1, 0, 1); });
  fair("msync", [] { return green::msync(nullptr, 0, MS_SYNC); });
  fair("splice", [] { return green::splice(-1, nullptr, -1, nullptr, 0, 0); });
  fair("tee", [] { return green::tee(-1, -1, 0, 0); });
  fair("sendfile", [&] { return green::sendfile(fd, fd, nullptr, 0); });
  fair("tcdrain", [] { return green::tcdrain(-1); });
}

TEST_CASE("locks of files") {
  const tests::descriptor file(::memfd_create("awaits", MFD_CLOEXEC));
  const int fd = file;
  struct ::flock whole{};
  whole.l_type = F_WRLCK;
  fair("fcntl", [&] { return green::fcntl(fd, F_GETFL); });
  fair("fcntl", [&] { return green::fcntl(fd, F_SETLKW, &whole); });
  fair("lockf", [&] { return green::lockf(fd, F_TEST, 0); });
  fair("lockf", [&] { return green::lockf(fd, F_LOCK, 0); });
  fair("flock", [&] { return green::flock(fd, LOCK_EX); });
}

TEST_CASE("commands that are none") {
  fair("system", [] { return green::system(nullptr); });
  fair("popen", [] { return green::popen("true", "no mode"); });
  FILE* const own = std::tmpfile();
  REQUIRE(own != nullptr);
  fair("pclose", [&] { return green::pclose(own); });
  std::fclose(own);
}
