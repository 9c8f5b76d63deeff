// SPDX-License-Identifier: MIT
//
// The lists that open each mirror header, and all the names in them.
#pragma once

#include <string>
#include <vector>

#include "tests/style/source.h"

namespace style {

/// Does its opening say that it mirrors a header?
bool says_mirror(const source& header);
/// Is it one for the users: flat in green/, or a mirror?
bool is_for_users(const source& header);
/// Does nothing wait in it, and is it therefore made by a test?
bool is_plain_mirror(const source& header);

/// The text of the list with this label: its first line, and the lines that go
/// on with it.
std::string list_of(const std::vector<std::string>& comment,
                    const std::string& label);

/// How green has a name: "awaited", "green's own", "the original", "missing".
struct mirrored_name {
  std::string name;
  std::string header;  // "green/poll.h"
  std::string how;

  auto operator<=>(const mirrored_name&) const = default;
};

/// The names of the mirrors in which something waits, and each name that is
/// missing somewhere because it may wait, in the order of the alphabet.
std::vector<mirrored_name> mirrored_names();

}  // namespace style
