// SPDX-License-Identifier: MIT
//
// The functions of <unistd.h> that wait.
// Made by tests/greenify/lint_test.cc.
#pragma once

#include <unistd.h>

extern "C" {

decltype(::access) access
    [[deprecated("holds the hub: co_await green::access")]];
decltype(::chdir) chdir [[deprecated("holds the hub: co_await green::chdir")]];
decltype(::chown) chown [[deprecated("holds the hub: co_await green::chown")]];
decltype(::close) close [[deprecated("holds the hub: co_await green::close")]];
decltype(::copy_file_range) copy_file_range
    [[deprecated("holds the hub: co_await green::copy_file_range")]];
decltype(::eaccess) eaccess
    [[deprecated("holds the hub: co_await green::eaccess")]];
decltype(::euidaccess) euidaccess
    [[deprecated("holds the hub: co_await green::euidaccess")]];
decltype(::faccessat) faccessat
    [[deprecated("holds the hub: co_await green::faccessat")]];
decltype(::fchown) fchown
    [[deprecated("holds the hub: co_await green::fchown")]];
decltype(::fchownat) fchownat
    [[deprecated("holds the hub: co_await green::fchownat")]];
decltype(::fdatasync) fdatasync
    [[deprecated("holds the hub: co_await green::fdatasync")]];
decltype(::fsync) fsync [[deprecated("holds the hub: co_await green::fsync")]];
decltype(::ftruncate) ftruncate
    [[deprecated("holds the hub: co_await green::ftruncate")]];
decltype(::gethostid) gethostid
    [[deprecated("holds the hub: co_await green::gethostid")]];
decltype(::getlogin) getlogin
    [[deprecated("holds the hub: co_await green::getlogin")]];
decltype(::getlogin_r) getlogin_r
    [[deprecated("holds the hub: co_await green::getlogin_r")]];
decltype(::lchown) lchown
    [[deprecated("holds the hub: co_await green::lchown")]];
decltype(::link) link [[deprecated("holds the hub: co_await green::link")]];
decltype(::linkat) linkat
    [[deprecated("holds the hub: co_await green::linkat")]];
decltype(::lockf) lockf [[deprecated("holds the hub: co_await green::lockf")]];
decltype(::pause) pause [[deprecated("holds the hub: co_await green::pause")]];
decltype(::pread) pread [[deprecated("holds the hub: co_await green::pread")]];
decltype(::pwrite) pwrite
    [[deprecated("holds the hub: co_await green::pwrite")]];
decltype(::read) read [[deprecated("holds the hub: co_await green::read")]];
decltype(::readlink) readlink
    [[deprecated("holds the hub: co_await green::readlink")]];
decltype(::readlinkat) readlinkat
    [[deprecated("holds the hub: co_await green::readlinkat")]];
decltype(::rmdir) rmdir [[deprecated("holds the hub: co_await green::rmdir")]];
decltype(::sleep) sleep [[deprecated("holds the hub: co_await green::sleep")]];
decltype(::symlink) symlink
    [[deprecated("holds the hub: co_await green::symlink")]];
decltype(::symlinkat) symlinkat
    [[deprecated("holds the hub: co_await green::symlinkat")]];
decltype(::sync) sync [[deprecated("holds the hub: co_await green::sync")]];
decltype(::syncfs) syncfs
    [[deprecated("holds the hub: co_await green::syncfs")]];
decltype(::truncate) truncate
    [[deprecated("holds the hub: co_await green::truncate")]];
decltype(::unlink) unlink
    [[deprecated("holds the hub: co_await green::unlink")]];
decltype(::unlinkat) unlinkat
    [[deprecated("holds the hub: co_await green::unlinkat")]];
decltype(::usleep) usleep
    [[deprecated("holds the hub: co_await green::usleep")]];
decltype(::write) write [[deprecated("holds the hub: co_await green::write")]];
decltype(::getpass) getpass
    [[deprecated("holds the hub: see Missing in green/unistd.h")]];
decltype(::revoke) revoke
    [[deprecated("holds the hub: see Missing in green/unistd.h")]];

}  // extern "C"
