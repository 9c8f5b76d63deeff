// SPDX-License-Identifier: MIT
//
// Statements that must compile, or must not, in one program, under each
// compiler that is installed. A statement that does not compile says what to
// write. `#` in a statement is its number: a template is refused once for each
// of its arguments, so that each statement needs a type of its own.
#pragma once

#include <doctest/doctest.h>

#include <cstddef>
#include <fstream>
#include <string>
#include <vector>

#include "tests/support/files.h"
#include "tests/support/shell.h"

namespace tests {

struct statement {
  const char* code;
  const char* said;  // in the compiler's words or green's; null: it is right
};

inline std::string numbered(std::string code, std::size_t number) {
  for (std::size_t at; (at = code.find('#')) != std::string::npos;) {
    code.replace(at, 1, std::to_string(number));
  }
  return code;
}

inline std::size_t count_of(const std::string& text, const std::string& part) {
  std::size_t count = 0;
  for (std::size_t at = text.find(part); at != std::string::npos;
       at = text.find(part, at + part.size())) {
    ++count;
  }
  return count;
}

/// The program: its head, and then a function on a line of its own for each
/// statement.
class statements {
 public:
  statements(const std::string& head, std::vector<statement> all)
      : head_(head), all_(std::move(all)) {}

  /// Compiles them by each compiler, and compares what it says.
  void check(const std::string& options = "") const {
    const temporary_folder folder;
    write(folder.at("statements.cc"));
    std::size_t compilers = 0;
    for (const char* compiler : {"clang++-19 -ferror-limit=0", "g++"}) {
      const std::string words = compiler;
      if (!installed(words.substr(0, words.find(' ')))) continue;
      ++compilers;
      INFO(words);
      const auto compiled =
          shell(words + " -std=c++20 -fsyntax-only -Wall -Wextra " + options +
                " -I . " + folder.at("statements.cc"));
      CHECK(compiled.status != 0);
      compare(compiled.text);
    }
    CHECK(compilers > 0);
  }

 private:
  void write(const std::string& path) const {
    std::ofstream out(path);
    out << head_;
    for (std::size_t i = 0; i < all_.size(); ++i) {
      out << "void f" << i << "() { " << numbered(all_[i].code, i) << " }\n";
    }
  }

  void compare(const std::string& text) const {
    const std::size_t first_line = 1 + count_of(head_, "\n");
    for (std::size_t i = 0; i < all_.size(); ++i) {
      const statement& one = all_[i];
      INFO(numbered(one.code, i));
      const std::string place =
          "statements.cc:" + std::to_string(first_line + i) + ":";
      CHECK((text.find(place) != std::string::npos) == (one.said != nullptr));
      if (one.said == nullptr) continue;
      std::size_t wanted = 0;
      for (const statement& other : all_) {
        wanted += other.said != nullptr && std::string(other.said) == one.said;
      }
      INFO(std::string(one.said));
      CHECK(count_of(text, one.said) >= wanted);
    }
  }

  std::string head_;
  std::vector<statement> all_;
};

}  // namespace tests
