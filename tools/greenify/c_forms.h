// SPDX-License-Identifier: MIT
//
// Forms of declarations and initialisers that C has and C++ has not.
#pragma once

#include <clang/AST/ASTContext.h>

#include <set>
#include <string_view>

#include "tools/greenify/facts.h"
#include "tools/greenify/places.h"

namespace greenify {

/// How a namespace without a name begins in written text.
inline constexpr std::string_view no_name = "namespace {";

/// The edits that write them as C++ has them. What has none is told in errors.
void convert_forms(clang::ASTContext& context, const places& where,
                   std::set<edit>& edits, std::set<finding>& errors);

}  // namespace greenify
