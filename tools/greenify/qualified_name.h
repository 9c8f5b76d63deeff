// SPDX-License-Identifier: MIT
//
// Names as the lists of green's headers have them.
#pragma once

#include <clang/AST/Decl.h>

#include <string>

namespace greenify {

/// The name from the global scope, without inline namespaces: std::mutex::lock.
/// Empty for a name inside of something that has none.
std::string qualified_name(const clang::NamedDecl* decl);

}  // namespace greenify
