// SPDX-License-Identifier: MIT
//
// The cancellation points of POSIX, and how green gives each of them.
#pragma once

#include <string>
#include <vector>

namespace style {

/// How the lists that open a header speak of a name.
enum class presence { awaited, absent, plain, untold };

struct cancellation_point {
  std::string name;
  std::string header;    // "green/poll.h"
  bool demanded;         // else POSIX allows it
  bool header_is_there;  // else all its names are absent
  presence said;
  std::string why;  // it is not awaited
};

/// All of tests/docs/cancellation_points.txt, in its order.
const std::vector<cancellation_point>& cancellation_points();

/// A table for docs/mirrors.md, of those that are demanded or of the others.
std::string cancellation_table(bool demanded);

}  // namespace style
