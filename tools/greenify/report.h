// SPDX-License-Identifier: MIT
//
// The report, as a user reads it.
#pragma once

#include <set>
#include <string>

#include "tools/greenify/facts.h"
#include "tools/greenify/solve.h"

namespace greenify {

/// "file:line: error: text", one line each, by file and line. Paths below
/// `folder` are relative to it.
std::string report_lines(const std::set<finding>& findings,
                         const std::string& folder);

/// "greenify: 2 files, 3 functions wait, ..."
std::string summary(const plan& made, std::size_t edits);

/// The same as one JSON object.
std::string json_report(const plan& made, std::size_t edits,
                        const std::string& folder);

/// The path as it is seen from the folder, if it is below that.
std::string below(const std::string& path, const std::string& folder);

/// The text as JSON writes it, in its quotation marks.
std::string json_string(const std::string& text);

std::size_t count(const std::set<finding>& findings, level how);

}  // namespace greenify
