// SPDX-License-Identifier: MIT
//
// Stage 0: a program in C becomes one in C++, with the least edits.
#pragma once

#include <string>
#include <vector>

#include "tools/greenify/collect.h"
#include "tools/greenify/options.h"
#include "tools/greenify/result.h"

namespace greenify {

/// Is the unit C, by the name of its file or by its flags?
bool is_c(const unit& u);

/// The edits that make a C unit one in C++, the files that it reads below the
/// root, and what the C compiler says against it.
facts find_casts(const unit& parsed, const options& wanted, paths_read& read);

/// Makes the edits that were found in all C units. Gives the program's files
/// as C++, by their paths: x.c becomes x.cc, and headers keep their names. The
/// units become C++ units.
result to_cpp(std::vector<unit>& units, const facts& found);

}  // namespace greenify
