// SPDX-License-Identifier: MIT
//
// What a list of calls gave, in words, so that two sides can be compared:
//
//   answers out;
//   out.add("read", co_await S::read(-1, data, 1));     // "read EBADF"
//   CHECK(differences(of_green, of_the_original) == "");
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "tests/support/oracle.h"

namespace tests {

class answers {
 public:
  void add(const std::string& call, const answer& a) {
    words_.push_back(call + " " +
                     (a.error == 0 ? std::to_string(a.value)
                                   : std::string(::strerrorname_np(a.error))));
  }
  /// Of calls that give an error number.
  void add_number(const std::string& call, int error) {
    add(call, {error == 0 ? 0 : -1, error});
  }

  friend std::string differences(const answers& green,
                                 const answers& original) {
    std::string out;
    for (std::size_t i = 0; i < original.words_.size(); ++i) {
      if (green.words_[i] == original.words_[i]) continue;
      out += green.words_[i] + " instead of " + original.words_[i] + "; ";
    }
    return out;
  }
  bool has(const std::string& words) const {
    for (const std::string& w : words_) {
      if (w == words) return true;
    }
    return false;
  }

 private:
  std::vector<std::string> words_;
};

/// An address that no call may be given.
template <class T>
T* nowhere() {
  return reinterpret_cast<T*>(std::uintptr_t{16});
}

}  // namespace tests
