// SPDX-License-Identifier: MIT
#include "tools/greenify/check_run.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>
#include <thread>

#include "tools/greenify/check.h"
#include "tools/greenify/checker.h"
#include "tools/greenify/parse.h"
#include "tools/greenify/processes.h"
#include "tools/greenify/report.h"

namespace greenify {

namespace {

std::string text_of(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) throw wrong_use("cannot read '" + path + "'");
  return {std::istreambuf_iterator<char>(in), {}};
}

// "1 file", "2 files"
std::string counted(std::size_t number, const std::string& what) {
  return std::to_string(number) + " " + what + (number == 1 ? "" : "s");
}

void save_check(const std::string& path, const std::string& text) {
  if (path.empty()) return;
  std::ofstream file(path);
  file << text;
  file.close();
  if (!file) throw wrong_use("cannot write '" + path + "'");
}

}  // namespace

int run_check(const settings& given, const std::vector<unit>& units,
              const names& green) {
  std::map<std::string, std::string> holders = known_holders();
  for (const auto& entry : std::filesystem::recursive_directory_iterator(
           given.wanted.green + "/green/lints")) {
    if (entry.is_regular_file())
      holders.merge(holders_of_lint(text_of(entry.path().string())));
  }
  if (!given.holders_file.empty()) {
    for (const auto& one :
         parse_holders(text_of(given.holders_file), given.holders_file)) {
      holders[one.first] = one.second;
    }
  }
  for (const std::string& rule : given.allowed) {
    if (is_rule(rule)) continue;
    throw wrong_use("--allow: there is no rule '" + rule +
                    "'; docs/greenify.md lists them");
  }
  check_facts program;
  const auto look = [&](std::size_t i) {
    check_facts found;
    paths_read read;
    with_context(
        units[i], {}, found.errors, read, [&](clang::ASTContext& context) {
          checker(context, green, holders, given.wanted.root, found).run();
        });
    return pack_check(found);
  };
  const unsigned processors = std::max(1u, std::thread::hardware_concurrency());
  for (const std::string& bytes :
       in_processes(units.size(), given.jobs == 0 ? processors : given.jobs,
                    look, [](std::size_t) {})) {
    program.merge(unpack_check(bytes));
  }
  const std::string here = std::filesystem::current_path().string();
  if (!program.errors.empty()) {
    std::cerr << report_lines(program.errors, here)
              << "greenify: the program does not compile\n";
    return 2;
  }
  texts sources;
  for (const std::string& file : program.files) sources[file] = text_of(file);
  std::set<mistake> left = without_allowed(mistakes_of(program), sources);
  std::erase_if(
      left, [&](const mistake& m) { return given.allowed.contains(m.rule); });
  const std::string text = check_text(left, here) +
                           "greenify: " + counted(left.size(), "finding") +
                           " in " + counted(sources.size(), "file") + "\n";
  std::cout << text;
  save_check(given.report_file, text);
  save_check(given.json_file, check_json(left, here));
  save_check(given.sarif_file, check_sarif(left, here));
  return left.empty() ? 0 : 1;
}

}  // namespace greenify
