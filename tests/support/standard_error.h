// SPDX-License-Identifier: MIT
//
// What is written to stderr in a scope, for tests of reports:
//
//   tests::standard_error captured;
//   ...
//   CHECK(captured.text() == "");
#pragma once

#include <sys/mman.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <string>
#include <thread>

namespace tests {

class standard_error {
 public:
  standard_error()
      : file_(::memfd_create("stderr", MFD_CLOEXEC)),
        saved_(::dup(STDERR_FILENO)) {
    ::dup2(file_, STDERR_FILENO);
  }
  standard_error(const standard_error&) = delete;
  standard_error& operator=(const standard_error&) = delete;
  ~standard_error() {
    ::dup2(saved_, STDERR_FILENO);
    ::close(saved_);
    ::close(file_);
  }

  std::string text() const {
    std::string all;
    char part[4096];
    for (ssize_t n; (n = ::pread(file_, part, sizeof part,
                                 static_cast<off_t>(all.size()))) > 0;) {
      all.append(part, static_cast<std::size_t>(n));
    }
    return all;
  }

  /// Blocks the thread until `words` were written; false when they do not come
  /// within ten seconds.
  bool wait_for(const char* words) const {
    for (int i = 0; i < 10'000; ++i) {
      if (text().find(words) != std::string::npos) return true;
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    return false;
  }

 private:
  int file_;
  int saved_;
};

}  // namespace tests
