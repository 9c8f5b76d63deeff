// SPDX-License-Identifier: MIT
//
// An overlay of two folders. It is mounted nowhere, so that nothing is left of
// it.
#pragma once

#include <doctest/doctest.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <string>

#include "tests/support/descriptors.h"
#include "tests/support/files.h"

namespace tests {

class overlay {
 public:
  overlay() {
    for (const char* layer : {"lower", "upper", "work"})
      ::mkdir(folder_.at(layer).c_str(), 0755);
    const unique_fd making(::fsopen("overlay", FSOPEN_CLOEXEC));
    const bool made =
        making.get() >= 0 && set(making.get(), "lowerdir", "lower") &&
        set(making.get(), "upperdir", "upper") &&
        set(making.get(), "workdir", "work") &&
        ::fsconfig(making.get(), FSCONFIG_CMD_CREATE, nullptr, nullptr, 0) == 0;
    if (made) root_ = unique_fd(::fsmount(making.get(), FSMOUNT_CLOEXEC, 0));
    const std::string reason = std::strerror(errno);
    if (root_.get() < 0) MESSAGE("skipped, no overlay: " << reason);
  }

  /// A path for this process. There is none if the process may make no overlay.
  std::string path() const {
    if (root_.get() < 0) return "/nonexistent";
    return "/proc/self/fd/" + std::to_string(root_.get());
  }

 private:
  bool set(int making, const char* key, const char* layer) const {
    return ::fsconfig(making, FSCONFIG_SET_STRING, key,
                      folder_.at(layer).c_str(), 0) == 0;
  }

  temporary_folder folder_;
  unique_fd root_;
};

}  // namespace tests
