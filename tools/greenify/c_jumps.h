// SPDX-License-Identifier: MIT
//
// C may jump past an initialiser, by goto or to a case. C++ refuses that.
#pragma once

#include <clang/AST/ASTContext.h>

#include <set>

#include "tools/greenify/facts.h"
#include "tools/greenify/places.h"

namespace greenify {

/// Makes an assignment of each initialiser that a jump passes: `int n = 1;`
/// becomes `int n; n = 1;`.
void split_jumped(clang::ASTContext& context, const places& where,
                  std::set<edit>& edits);

}  // namespace greenify
