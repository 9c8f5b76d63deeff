// SPDX-License-Identifier: MIT
// The report of --check as text, as JSON and as SARIF 2.1.0.
#include <cctype>
#include <filesystem>

#include "tools/greenify/check.h"
#include "tools/greenify/report.h"

namespace greenify {

using std::string;

namespace {

const std::map<string, string> rules = {
    {"allow", "An allowance without a reason."},
    {"dangles", "A task outlives something that it refers to."},
    {"dropped", "An awaitable that nobody awaits."},
    {"gcc12", "A construct that g++ 12 compiles wrongly."},
    {"held", "A lock that is held while its green thread waits."},
    {"holds", "A call that holds the hub."},
    {"lost", "A call that does not do its work here."},
    {"shared", "Storage of a thread, which green threads share."},
    {"swallowed", "A handler that swallows a kill or a deadline."},
};

// A path as a URI: SARIF asks for one.
string uri(const string& path) {
  string out = path.starts_with("/") ? "file://" : "";
  for (const char c : path) {
    if (std::isalnum(static_cast<unsigned char>(c)) != 0 ||
        string("/._-~").find(c) != string::npos) {
      out += c;
      continue;
    }
    char code[4];
    std::snprintf(code, sizeof code, "%%%02X", static_cast<unsigned char>(c));
    out += code;
  }
  return out;
}

string joined(const std::vector<string>& parts) {
  string all;
  for (const string& part : parts) all += (all.empty() ? "" : ",") + part;
  return all;
}

}  // namespace

bool is_rule(const string& word) { return rules.contains(word); }

string check_text(const std::set<mistake>& found, const string& folder) {
  string text;
  for (const mistake& m : found) {
    text += below(m.at.file, folder) + ":" + std::to_string(m.at.line) +
            ": warning: " + m.text + " [" + m.rule + "]\n";
  }
  return text;
}

string check_json(const std::set<mistake>& found, const string& folder) {
  std::vector<string> all;
  for (const mistake& m : found) {
    all.push_back("\n  {\"file\": " + json_string(below(m.at.file, folder)) +
                  ", \"line\": " + std::to_string(m.at.line) + ", \"rule\": " +
                  json_string(m.rule) + ", \"name\": " + json_string(m.name) +
                  ", \"text\": " + json_string(m.text) + "}");
  }
  return "{\"findings\": [" + joined(all) + "\n]}\n";
}

string check_sarif(const std::set<mistake>& found, const string& folder) {
  std::vector<string> kinds, all;
  for (const auto& [rule, text] : rules) {
    kinds.push_back("\n      {\"id\": " + json_string(rule) +
                    ", \"shortDescription\": {\"text\": " + json_string(text) +
                    "}}");
  }
  for (const mistake& m : found) {
    all.push_back("\n    {\"ruleId\": " + json_string(m.rule) +
                  ", \"level\": \"warning\", \"message\": {\"text\": " +
                  json_string(m.text) +
                  "},\n     \"locations\": [{\"physicalLocation\": {"
                  "\"artifactLocation\": {\"uri\": " +
                  json_string(uri(below(m.at.file, folder))) +
                  "}, \"region\": {\"startLine\": " +
                  std::to_string(m.at.line) + "}}}]}");
  }
  return "{\"$schema\": \"https://json.schemastore.org/sarif-2.1.0.json\",\n"
         "  \"version\": \"2.1.0\",\n  \"runs\": [{\"tool\": {\"driver\": "
         "{\"name\": \"greenify\", \"rules\": [" +
         joined(kinds) + "]}},\n  \"results\": [" + joined(all) + "]}]}\n";
}

}  // namespace greenify
