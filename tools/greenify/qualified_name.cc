// SPDX-License-Identifier: MIT
#include "tools/greenify/qualified_name.h"

namespace greenify {

std::string qualified_name(const clang::NamedDecl* decl) {
  std::string result = decl->getNameAsString();
  for (const clang::DeclContext* in = decl->getDeclContext();
       in != nullptr && !in->isTranslationUnit(); in = in->getParent()) {
    if (in->isTransparentContext()) continue;
    const auto* space = clang::dyn_cast<clang::NamespaceDecl>(in);
    if (space != nullptr && space->isInline()) continue;
    const auto* around = clang::dyn_cast<clang::NamedDecl>(in);
    if (around == nullptr) return "";
    result = around->getNameAsString() + "::" + result;
  }
  return result;
}

}  // namespace greenify
