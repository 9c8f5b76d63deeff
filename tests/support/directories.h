// SPDX-License-Identifier: MIT
//
// The directories of both sides of the oracle (oracle.h), and what is in them.
#pragma once

#include <dirent.h>
#include <stdlib.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <string>
#include <system_error>
#include <vector>

#include "green/dirent.h"
#include "tests/support/files.h"
#include "tests/support/oracle.h"

namespace tests {

struct system_directories : system_side {
  using directory = ::DIR;
  static constexpr blocking_call opendir = &::opendir;
  static constexpr blocking_call fdopendir = &::fdopendir;
  static constexpr blocking_call readdir = &::readdir;
  static constexpr blocking_call closedir = &::closedir;
  static constexpr blocking_call scandir = &::scandir;
  static constexpr blocking_call scandirat = &::scandirat;
  static constexpr blocking_call getdents64 = &::getdents64;
  static constexpr blocking_call getdirentries = &::getdirentries;
  static constexpr auto telldir = &::telldir;
  static constexpr auto dirfd = &::dirfd;
  static ready<> rewinddir(::DIR* d) {
    ::rewinddir(d);
    return {};
  }
  static ready<> seekdir(::DIR* d, long position) {
    ::seekdir(d, position);
    return {};
  }
};

struct green_directories : green_side {
  using directory = green::DIR;
  static constexpr auto opendir = &green::opendir;
  static constexpr auto fdopendir = &green::fdopendir;
  static constexpr auto readdir = &green::readdir;
  static constexpr auto closedir = &green::closedir;
  static constexpr auto scandir = &green::scandir;
  static constexpr auto scandirat = &green::scandirat;
  static constexpr auto getdents64 = &green::getdents64;
  static constexpr auto getdirentries = &green::getdirentries;
  static constexpr auto telldir = &green::telldir;
  static constexpr auto dirfd = &green::dirfd;
  static constexpr auto rewinddir = &green::rewinddir;
  static constexpr auto seekdir = &green::seekdir;
};

/// A folder on the file system of another place, gone at the end of the scope.
class folder_in {
 public:
  explicit folder_in(const std::string& place) {
    std::string name = place + "/green.XXXXXX";
    if (::mkdtemp(name.data()) == nullptr)
      throw std::system_error(errno, std::generic_category(), "mkdtemp");
    path_ = name;
  }
  folder_in(const folder_in&) = delete;
  folder_in& operator=(const folder_in&) = delete;
  ~folder_in() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }

  const std::string& path() const noexcept { return path_; }

 private:
  std::string path_;
};

/// Makes empty files there, with long names: "0...", "1...", and so on.
inline void fill(const std::string& path, int files) {
  for (int i = 0; i < files; ++i) {
    std::ofstream(path + "/" + std::to_string(i) + std::string(60, '-'));
  }
}

/// The names that readdir gives, in its order, and "." and "..".
template <class S>
task_of<S, std::vector<std::string>> names_in(typename S::directory* d) {
  std::vector<std::string> names;
  for (;;) {
    const dirent* const entry = co_await S::readdir(d);
    if (entry == nullptr) co_return names;
    names.emplace_back(entry->d_name);
  }
}

/// The names of a directory, by the original.
inline std::vector<std::string> true_names(const std::string& path) {
  std::vector<std::string> names;
  ::DIR* const d = ::opendir(path.c_str());
  while (const dirent* entry = ::readdir(d)) names.emplace_back(entry->d_name);
  ::closedir(d);
  return names;
}

inline std::vector<std::string> sorted(std::vector<std::string> names) {
  std::ranges::sort(names);
  return names;
}

}  // namespace tests
