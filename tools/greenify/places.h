// SPDX-License-Identifier: MIT
//
// Where clang's locations are in the files that a user edits.
#pragma once

#include <clang/AST/ASTContext.h>
#include <clang/Basic/SourceManager.h>

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "tools/greenify/facts.h"

namespace greenify {

/// Tokens as they are spelled in a file.
struct span {
  place at;
  unsigned end = 0;
  /// The tokens stand in a #define.
  bool in_macro = false;
  unsigned length() const { return end - at.offset; }
};

class places {
 public:
  places(const clang::ASTContext& context, std::string root);

  /// Tokens of the program. Nothing if they are spelled elsewhere, as in a
  /// macro of the system or by ##, or if no text holds exactly these tokens.
  std::optional<span> of(clang::SourceRange tokens) const;
  std::optional<span> of(clang::SourceLocation token) const {
    return of({token, token});
  }
  /// The same, wherever the file is.
  std::optional<span> anywhere(clang::SourceRange tokens) const;

  /// Learns all files of the program that the unit has read.
  void find_files() const;
  bool in_program(clang::SourceLocation at) const;
  /// A part of a file's text.
  std::string_view text(const span& tokens) const;
  std::string_view file_text(const std::string& file) const;
  const std::map<std::string, clang::FileID>& files() const { return files_; }

  /// The span that begins with those of the words that stand before it.
  span with_words_before(span tokens,
                         const std::vector<std::string_view>& words) const;
  /// The offset behind the next token, if that is `token`, or 0.
  unsigned after(const std::string& file, unsigned offset,
                 std::string_view token) const;

 private:
  const std::string& path_of(clang::FileID id) const;
  int depth(clang::SourceLocation at) const;

  const clang::SourceManager& sources_;
  const clang::LangOptions& language_;
  std::string root_;
  mutable std::map<clang::FileID, std::string> paths_;
  mutable std::map<std::string, clang::FileID> files_;
};

}  // namespace greenify
