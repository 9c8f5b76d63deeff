// SPDX-License-Identifier: MIT
//
// The table of mistakes in docs/contract.md. A test makes a column of it anew;
// with GREEN_WRITE_DOCS=docs/contract.md it also writes the column there.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

namespace tests {

/// A mistake's name, and the first and the last line of its code.
struct mistake {
  std::string name;
  std::size_t begin;
  std::size_t end;
};

/// The mistakes in a source: each begins with a line "// mistake: NAME".
std::vector<mistake> mistakes_in(const std::string& path);

/// The sources of all mistakes of the table, and their names, in its order.
extern const std::vector<std::string> mistake_sources;
std::vector<std::string> mistake_names();

/// Cells by the names of their rows.
using column = std::map<std::string, std::string>;

/// Checks one column, "clang", "g++", "a debug build" or "a release build", in
/// the rows that are given.
void check_column(const std::string& title, const column& cells);

/// Checks that the rows are those of mistake_names, and that none is empty.
void check_rows();

/// Does the table have the report of a debug build or of a release build?
bool told_by_a_run(const std::string& name);

/// What a build says, as a cell: names of files, addresses and numbers are the
/// same on every machine.
std::string as_cell(const std::string& said);

}  // namespace tests
