// SPDX-License-Identifier: MIT
#include "tools/greenify/places.h"

#include <clang/Lex/Lexer.h>

#include <algorithm>
#include <cctype>
#include <filesystem>

namespace greenify {

namespace {

bool is_word(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

bool is_space(char c) {
  return std::isspace(static_cast<unsigned char>(c)) != 0;
}

}  // namespace

places::places(const clang::ASTContext& context, std::string root)
    : sources_(context.getSourceManager()),
      language_(context.getLangOpts()),
      root_(std::move(root)) {
  if (!root_.ends_with('/')) root_ += '/';
}

const std::string& places::path_of(clang::FileID id) const {
  const auto [it, fresh] = paths_.try_emplace(id);
  if (!fresh) return it->second;
  const auto file = sources_.getFileEntryRefForID(id);
  if (!file) return it->second;
  const auto real = file->getFileEntry().tryGetRealPathName();
  std::error_code failed;
  auto path = std::filesystem::weakly_canonical(
      real.empty() ? file->getName().str() : real.str(), failed);
  it->second = path.string();
  if (it->second.starts_with(root_) &&
      !sources_.isInSystemHeader(sources_.getLocForStartOfFile(id))) {
    files_.try_emplace(it->second, id);
  }
  return it->second;
}

bool places::in_program(clang::SourceLocation at) const {
  if (at.isInvalid()) return false;
  // A pragma may call a header of the program a system's: its start tells.
  const clang::FileID id = sources_.getFileID(sources_.getExpansionLoc(at));
  return !sources_.isInSystemHeader(sources_.getLocForStartOfFile(id)) &&
         path_of(id).starts_with(root_);
}

void places::find_files() const {
  for (auto it = sources_.fileinfo_begin(); it != sources_.fileinfo_end();
       ++it) {
    const clang::FileID id = sources_.translateFile(it->first);
    if (id.isValid()) path_of(id);
  }
}

int places::depth(clang::SourceLocation at) const {
  int levels = 0;
  for (; at.isMacroID(); ++levels) {
    at = sources_.getImmediateExpansionRange(at).getBegin();
  }
  return levels;
}

std::optional<span> places::anywhere(clang::SourceRange tokens) const {
  clang::SourceLocation begin = tokens.getBegin(), end = tokens.getEnd();
  if (begin.isInvalid() || end.isInvalid()) return {};
  bool in_macro = false;
  while (begin.isMacroID() || end.isMacroID()) {
    if (begin.isMacroID() && end.isMacroID() &&
        sources_.getFileID(begin) == sources_.getFileID(end)) {
      in_macro |= sources_.isMacroBodyExpansion(begin);
      begin = sources_.getImmediateSpellingLoc(begin);
      end = sources_.getImmediateSpellingLoc(end);
    } else if (depth(begin) >= depth(end)) {
      begin = sources_.getImmediateExpansionRange(begin).getBegin();
    } else {
      end = sources_.getImmediateExpansionRange(end).getEnd();
    }
  }
  const clang::FileID file = sources_.getFileID(begin);
  if (file != sources_.getFileID(end)) return {};
  const std::string& path = path_of(file);
  if (path.empty()) return {};
  const unsigned offset = sources_.getFileOffset(begin);
  const unsigned last =
      sources_.getFileOffset(end) +
      clang::Lexer::MeasureTokenLength(end, sources_, language_);
  if (last < offset) return {};
  return span{
      {path, offset, sources_.getLineNumber(file, offset)}, last, in_macro};
}

std::optional<span> places::of(clang::SourceRange tokens) const {
  auto found = anywhere(tokens);
  if (!found || !files_.contains(found->at.file)) return {};
  return found;
}

std::string_view places::file_text(const std::string& file) const {
  const auto id = files_.find(file);
  if (id == files_.end()) return {};
  const auto buffer = sources_.getBufferData(id->second);
  return {buffer.data(), buffer.size()};
}

std::string_view places::text(const span& tokens) const {
  const std::string_view all = file_text(tokens.at.file);
  return all.substr(std::min<std::size_t>(tokens.at.offset, all.size()),
                    tokens.length());
}

span places::with_words_before(
    span tokens, const std::vector<std::string_view>& words) const {
  const std::string_view all = file_text(tokens.at.file);
  for (;;) {
    std::size_t end = tokens.at.offset;
    while (end > 0 && is_space(all[end - 1])) --end;
    std::size_t begin = end;
    while (begin > 0 && is_word(all[begin - 1])) --begin;
    const std::string_view word = all.substr(begin, end - begin);
    if (std::ranges::find(words, word) == words.end()) return tokens;
    tokens.at.line -= unsigned(
        std::ranges::count(all.substr(begin, tokens.at.offset - begin), '\n'));
    tokens.at.offset = unsigned(begin);
  }
}

unsigned places::after(const std::string& file, unsigned offset,
                       std::string_view token) const {
  const std::string_view all = file_text(file);
  std::size_t at = offset;
  while (at < all.size() && is_space(all[at])) ++at;
  if (!all.substr(std::min(at, all.size())).starts_with(token)) return 0;
  at += token.size();
  if (is_word(token.back()) && at < all.size() && is_word(all[at])) return 0;
  return unsigned(at);
}

}  // namespace greenify
