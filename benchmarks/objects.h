// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <string>

namespace benchmarks {

/// The path of a shared object of benchmarks/objects.
inline std::string object_path(const std::string& name) {
  const auto self = std::filesystem::read_symlink("/proc/self/exe");
  return (self.parent_path() / "objects" / name).string();
}

}  // namespace benchmarks
