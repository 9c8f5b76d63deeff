// SPDX-License-Identifier: MIT
//
// Files for tests, in a folder that is gone at the end of the scope:
//
//   tests::temporary_folder folder;
//   const std::string path = folder.file("a", "its bytes");
//   CHECK(tests::contents(path) == "its bytes");
#pragma once

#include <stdlib.h>

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <system_error>

namespace tests {

inline std::string contents(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

class temporary_folder {
 public:
  temporary_folder() {
    std::string name =
        (std::filesystem::temp_directory_path() / "green.XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) {
      throw std::system_error(errno, std::generic_category(), "mkdtemp");
    }
    path_ = name;
  }
  temporary_folder(const temporary_folder&) = delete;
  temporary_folder& operator=(const temporary_folder&) = delete;
  ~temporary_folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }

  const std::string& path() const noexcept { return path_; }
  /// Where a file of that name would be.
  std::string at(const std::string& name) const { return path_ + "/" + name; }
  /// Makes one.
  std::string file(const std::string& name,
                   const std::string& bytes = "") const {
    std::ofstream(at(name), std::ios::binary) << bytes;
    return at(name);
  }

 private:
  std::string path_;
};

}  // namespace tests
