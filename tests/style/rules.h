// SPDX-License-Identifier: MIT
//
// What the style tests' rules are made of.
#pragma once

#include <cstddef>
#include <functional>
#include <regex>
#include <set>
#include <string>

#include "tests/style/source.h"

namespace style {

/// Fails the test case, with what to write instead.
void complain(const source& file, std::size_t line, const std::string& advice);

/// Calls f(file, line number, match) for each line that has the pattern.
void each_match(const char* pattern,
                const std::function<void(const source&, std::size_t,
                                         const std::smatch&)>& f);

/// Calls f for each #include.
void each_include(
    const std::function<void(const source&, std::size_t,
                             const std::string& name, bool quoted)>& f);

/// gevent's names and green's own: headers that mirror nothing, though some
/// system has a header of the same name.
extern const std::set<std::string> own_headers;

/// green/lint.h, which a command includes, and its parts. They mark originals
/// and declare nothing of green's.
bool is_lint(const source& file);

/// Does it mirror a standard header?
bool is_mirror(const source& file);

/// The headers that green mirrors, and that this system has no more.
std::set<std::string> gone_headers();

/// The words behind a label of a mirror header's comment, up to the next label.
std::string header_list(const source& file, const std::string& label);

/// The names in a text.
std::set<std::string> words(const std::string& text);

}  // namespace style
