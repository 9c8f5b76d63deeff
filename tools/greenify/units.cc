// SPDX-License-Identifier: MIT
#include "tools/greenify/units.h"

#include <clang/Tooling/ArgumentsAdjusters.h>
#include <clang/Tooling/JSONCompilationDatabase.h>

#include <algorithm>
#include <filesystem>

#include "tools/greenify/c_stage.h"

namespace greenify {

namespace {

namespace fs = std::filesystem;

std::string real_path(const std::string& path) {
  std::error_code failed;
  const fs::path found = fs::canonical(path, failed);
  if (failed) throw wrong_use("no such file: '" + path + "'");
  return found.string();
}

std::unique_ptr<clang::tooling::CompilationDatabase> open_database(
    const std::string& build) {
  const std::string path =
      fs::is_directory(build) ? build + "/compile_commands.json" : build;
  std::string why;
  auto found = clang::tooling::JSONCompilationDatabase::loadFromFile(
      path, why, clang::tooling::JSONCommandLineSyntax::AutoDetect);
  if (found == nullptr) {
    throw wrong_use("cannot read the compile database '" + path + "'");
  }
  return found;
}

unit unit_of(const clang::tooling::CompileCommand& command) {
  unit u;
  u.folder = command.Directory;
  fs::path file = command.Filename;
  if (file.is_relative()) file = fs::path(u.folder) / file;
  u.file = real_path(file.string());
  if (!fs::is_directory(u.folder)) {
    throw wrong_use("the compile database names a folder that is not here: '" +
                    u.folder + "'");
  }
  using namespace clang::tooling;
  const auto adjust =
      combineAdjusters(combineAdjusters(getClangStripOutputAdjuster(),
                                        getClangStripDependencyFileAdjuster()),
                       getClangSyntaxOnlyAdjuster());
  u.command = adjust(command.CommandLine, u.file);
  u.command.front() = is_c(u) ? c_compiler : compiler;
  return u;
}

unit unit_of(const std::string& file, const settings& given) {
  unit u;
  u.file = real_path(file);
  if (fs::is_directory(u.file)) {
    throw wrong_use("'" + file + "' is a folder; name its sources, or give -p");
  }
  u.folder = fs::current_path().string();
  const bool c = u.file.ends_with(".c");
  u.command = {c ? c_compiler : compiler, "-fsyntax-only"};
  const bool has_standard = std::ranges::any_of(
      given.flags,
      [](const std::string& flag) { return flag.starts_with("-std="); });
  if (!has_standard) {
    u.command.emplace_back(c ? "-std=gnu17" : "-std=c++20");
  }
  u.command.insert(u.command.end(), given.flags.begin(), given.flags.end());
  // Behind all folders of the program's own: it may use green already.
  u.command.push_back("-idirafter" + given.wanted.green);
  u.command.push_back(u.file);
  return u;
}

bool is_below(const std::string& file, const std::string& folder) {
  return folder == "/" || file.starts_with(folder + "/");
}

std::string common_folder(const std::vector<unit>& units) {
  fs::path common = fs::path(units.front().file).parent_path();
  for (const unit& u : units) {
    while (!is_below(u.file, common.string())) {
      common = common.parent_path();
    }
  }
  return common.string();
}

}  // namespace

std::vector<unit> find_units(settings& given) {
  std::vector<unit> units;
  if (!given.wanted.root.empty()) {
    given.wanted.root = real_path(given.wanted.root);
  }
  if (given.build.empty()) {
    for (const std::string& file : given.files) {
      units.push_back(unit_of(file, given));
    }
  } else {
    const auto database = open_database(given.build);
    std::set<std::string> asked;
    for (const std::string& file : given.files) asked.insert(real_path(file));
    for (const auto& command : database->getAllCompileCommands()) {
      const unit u = unit_of(command);
      if (asked.empty() || asked.contains(u.file)) units.push_back(u);
    }
  }
  if (units.empty()) throw wrong_use("no source was given; see --help");
  std::ranges::sort(units, {}, &unit::file);
  const auto same = std::ranges::unique(units, {}, &unit::file);
  units.erase(same.begin(), same.end());
  if (given.wanted.root.empty()) given.wanted.root = common_folder(units);
  std::erase_if(units, [&](const unit& u) {
    const bool below = is_below(u.file, given.wanted.root);
    if (!below && !given.files.empty()) {
      throw wrong_use("'" + u.file + "' is outside of the program's folder '" +
                      given.wanted.root + "'");
    }
    return !below;
  });
  if (units.empty()) throw wrong_use("no source is below --root");
  for (unit& u : units) u.root = given.wanted.root;
  return units;
}

}  // namespace greenify
