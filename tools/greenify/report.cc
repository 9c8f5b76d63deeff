// SPDX-License-Identifier: MIT
#include "tools/greenify/report.h"

#include <algorithm>
#include <tuple>

namespace greenify {

namespace {

const char* word_for(level how) {
  if (how == level::error) return "error";
  return how == level::warning ? "warning" : "note";
}

std::string number(std::size_t n, const char* one, const char* more) {
  return std::to_string(n) + " " + (n == 1 ? one : more);
}

}  // namespace

std::string below(const std::string& path, const std::string& folder) {
  return path.starts_with(folder + "/") ? path.substr(folder.size() + 1) : path;
}

std::string json_string(const std::string& text) {
  static const char* digits = "0123456789abcdef";
  std::string result = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      result += '\\';
      result += c;
    } else if (byte < 0x20) {
      result += "\\u00";
      result += digits[byte / 16];
      result += digits[byte % 16];
    } else {
      result += c;
    }
  }
  return result + "\"";
}

std::size_t count(const std::set<finding>& findings, level how) {
  return std::size_t(std::ranges::count_if(
      findings, [&](const finding& f) { return f.how == how; }));
}

std::string report_lines(const std::set<finding>& findings,
                         const std::string& folder) {
  std::vector<finding> sorted(findings.begin(), findings.end());
  std::ranges::sort(sorted, [](const finding& a, const finding& b) {
    return std::tie(a.at.file, a.at.line, a) <
           std::tie(b.at.file, b.at.line, b);
  });
  std::string result;
  for (const finding& f : sorted) {
    const std::string line = below(f.at.file, folder) + ":" +
                             std::to_string(f.at.line) + ": " +
                             word_for(f.how) + ": " + f.text + "\n";
    if (!result.ends_with("\n" + line) && result != line) result += line;
  }
  return result;
}

std::string summary(const plan& made, std::size_t edits) {
  std::string text = "greenify: ";
  text += number(made.edits.size(), "file", "files") + ", ";
  text += number(made.functions, "function waits", "functions wait") + ", ";
  text += number(made.awaits.size(), "co_await", "co_awaits");
  if (made.guards > 0) {
    text += " (" + number(made.guards, "guard", "guards") + ")";
  }
  text += ", " + number(edits, "edit", "edits");
  text += "; " + number(count(made.findings, level::error), "error", "errors");
  text += ", " +
          number(count(made.findings, level::warning), "warning", "warnings");
  if (made.blocking > 0) {
    text += ", " +
            number(made.blocking, "call stays blocking", "calls stay blocking");
  }
  return text + "\n";
}

std::string json_report(const plan& made, std::size_t edits,
                        const std::string& folder) {
  std::string text = "{\"files\": " + std::to_string(made.edits.size());
  text += ", \"functions\": " + std::to_string(made.functions);
  text += ", \"awaits\": " + std::to_string(made.awaits.size());
  text += ", \"guards\": " + std::to_string(made.guards);
  text += ", \"edits\": " + std::to_string(edits);
  text += ", \"blocking\": " + std::to_string(made.blocking);
  text += ", \"findings\": [";
  const char* comma = "";
  for (const finding& f : made.findings) {
    text += comma;
    text += "\n  {\"file\": " + json_string(below(f.at.file, folder)) +
            ", \"line\": " + std::to_string(f.at.line) + ", \"level\": \"" +
            word_for(f.how) + "\", \"text\": " + json_string(f.text) + "}";
    comma = ",";
  }
  return text + "\n]}\n";
}

}  // namespace greenify
