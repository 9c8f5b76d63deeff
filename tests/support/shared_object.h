// SPDX-License-Identifier: MIT
//
// A shared object of tests/objects, or a copy of it that is loaded for the
// first time:
//
//   tests::shared_object lazy("lazy");
//   CHECK(lazy.call("call_directly") == ::getppid());
#pragma once

#include <dlfcn.h>

#include <filesystem>
#include <stdexcept>
#include <string>

#include "tests/support/files.h"

namespace tests {

class shared_object {
 public:
  explicit shared_object(const std::string& name, int flags = 0)
      : path_(folder_.at(name + ".so")) {
    std::filesystem::copy_file("tests/objects/" + name + ".so", path_);
    handle_ = ::dlopen(path_.c_str(), RTLD_LAZY | RTLD_LOCAL | flags);
    if (handle_ == nullptr) throw std::runtime_error(::dlerror());
  }

  void* handle() const noexcept { return handle_; }
  const std::string& path() const noexcept { return path_; }
  int call(const char* function) const {
    return reinterpret_cast<int (*)()>(::dlsym(handle_, function))();
  }

 private:
  temporary_folder folder_;
  std::string path_;
  void* handle_;
};

/// Is this program built with a sanitizer? Its runtime bears no RTLD_DEEPBIND.
inline bool has_sanitizer() {
  return ::dlsym(RTLD_DEFAULT, "__asan_init") != nullptr ||
         ::dlsym(RTLD_DEFAULT, "__tsan_init") != nullptr;
}

}  // namespace tests
