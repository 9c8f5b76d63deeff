// SPDX-License-Identifier: MIT
//
// A file system of a few pages, to be full soon. It is mounted nowhere: files
// are opened below its descriptor.
//
//   const tests::small_disk disk;
//   if (!disk.allowed()) return;
//   const int fd = ::openat(disk.fd(), "a", O_CREAT | O_RDWR, 0600);
#pragma once

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/mount.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>

#include "tests/support/descriptors.h"

namespace tests {

class small_disk {
 public:
  static constexpr long size = 65536;

  small_disk() {
    const unique_fd making(::fsopen("tmpfs", FSOPEN_CLOEXEC));
    const bool made =
        making.get() >= 0 && set(making.get(), "size", std::to_string(size)) &&
        set(making.get(), "nr_inodes", "4") &&
        ::fsconfig(making.get(), FSCONFIG_CMD_CREATE, nullptr, nullptr, 0) == 0;
    if (made) {
      root_ = unique_fd(::fsmount(making.get(), FSMOUNT_CLOEXEC, 0));
    }
    if (root_.get() < 0) MESSAGE("no tmpfs: ", std::strerror(errno));
  }

  /// May this process make one?
  bool allowed() const noexcept { return root_.get() >= 0; }
  int fd() const noexcept { return root_.get(); }
  /// A path for this process.
  std::string at(const std::string& name) const {
    return "/proc/self/fd/" + std::to_string(root_.get()) + "/" + name;
  }

 private:
  static bool set(int making, const char* key, const std::string& value) {
    return ::fsconfig(making, FSCONFIG_SET_STRING, key, value.c_str(), 0) == 0;
  }

  unique_fd root_;
};

}  // namespace tests
