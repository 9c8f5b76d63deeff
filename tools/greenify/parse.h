// SPDX-License-Identifier: MIT
//
// Runs clang over a translation unit.
#pragma once

#include <clang/AST/ASTContext.h>

#include <functional>
#include <set>
#include <vector>

#include "tools/greenify/collect.h"
#include "tools/greenify/facts.h"

namespace greenify {

/// Calls f with the unit's tree, unless it has errors. These are added to
/// `errors`, and the paths that the compiler asks for to `read`. The branches
/// of #if that are skipped go to `skipped`.
void with_context(const unit& parsed, const texts& given,
                  std::set<finding>& errors, paths_read& read,
                  const std::function<void(clang::ASTContext&)>& f,
                  std::vector<clang::SourceRange>* skipped = nullptr);

}  // namespace greenify
