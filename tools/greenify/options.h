// SPDX-License-Identifier: MIT
//
// What a user may choose, for all parts of greenify.
#pragma once

#include <set>
#include <string>
#include <vector>

namespace greenify {

struct options {
  /// How a declaration of a guard is written: `auto g = co_await
  /// m.scoped_lock();`, or in the two lines that obey the mirror law.
  enum class guards { scoped, law };
  /// Which objects of std::function become ones of tasks together: those that
  /// a callable may reach, or all of one type.
  enum class slots { flow, type };

  /// The folder that holds the folder green/.
  std::string green;
  /// Nothing outside this folder is a part of the program.
  std::string root;
  guards guard = guards::scoped;
  slots functions = slots::flow;
  /// Names that stay the blocking ones, or mirrors, for all of their names.
  std::set<std::string> keep;
  /// If it is not empty: the names, or mirrors, that are converted alone.
  std::set<std::string> only;
};

}  // namespace greenify
