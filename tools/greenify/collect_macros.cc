// SPDX-License-Identifier: MIT
//
// Macros of the program whose bodies hold calls or returns.
#include <algorithm>
#include <cctype>

#include "tools/greenify/collector.h"

namespace greenify {

// Notes the macros in whose bodies a token is spelled, from the innermost out.
// The result tells the expansions apart.
std::string collector::note_expansions(clang::SourceLocation at) {
  const clang::SourceManager& sources = context_.getSourceManager();
  std::string where;
  while (at.isMacroID()) {
    if (!sources.isMacroBodyExpansion(at)) {
      at = sources.getImmediateSpellingLoc(at);
      continue;
    }
    const auto name = sources.getImmediateExpansionRange(at).getBegin();
    const auto within = places_.of(at), token = places_.of(name);
    const std::string key = within ? note_macro(*within) : "";
    if (key.empty() || !token) break;
    facts_.expansions.insert({key, token->at, caller_here()});
    where += " in " + token->at.file + ":" + std::to_string(token->at.offset);
    at = name;
  }
  return where;
}

// The #define around a token of its body.
std::string collector::note_macro(const span& within) {
  const std::string_view text = places_.file_text(within.at.file);
  const auto continues = [&](std::size_t line_end) {
    while (line_end > 0 && text[line_end - 1] == '\r') --line_end;
    return line_end > 0 && text[line_end - 1] == '\\';
  };
  std::size_t before = text.rfind('\n', within.at.offset);
  while (before != text.npos && continues(before)) {
    before = before == 0 ? text.npos : text.rfind('\n', before - 1);
  }
  std::size_t end = text.find('\n', within.at.offset);
  while (end != text.npos && continues(end)) end = text.find('\n', end + 1);
  if (end == text.npos) end = text.size();
  const auto skip = [&](std::size_t from) {
    return std::min(text.find_first_not_of(" \t\\\r\n", from), end);
  };
  const std::size_t hash = skip(before == text.npos ? 0 : before + 1);
  const std::size_t word = skip(hash + 1);
  if (!text.substr(word).starts_with("define")) return "";
  const std::size_t name = skip(word + 6);
  std::size_t name_end = name;
  while (name_end < end &&
         (std::isalnum(static_cast<unsigned char>(text[name_end])) != 0 ||
          text[name_end] == '_')) {
    ++name_end;
  }
  const auto place_at = [&](std::size_t offset) {
    const auto lines = std::ranges::count(
        text.substr(offset, within.at.offset - offset), '\n');
    return place{within.at.file, unsigned(offset),
                 within.at.line - unsigned(lines)};
  };
  macro found;
  found.at = place_at(hash);
  found.end = unsigned(end);
  found.name = place_at(name);
  found.word = text.substr(name, name_end - name);
  found.text = text.substr(hash, end - hash);
  const std::string key = within.at.file + ":" + std::to_string(hash);
  facts_.macros.emplace(key, std::move(found));
  return key;
}

}  // namespace greenify
