// SPDX-License-Identifier: MIT
// greenify: turns a program that blocks into its twin on green
#include <algorithm>
#include <charconv>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <span>

#include "tools/greenify/c_stage.h"
#include "tools/greenify/cache.h"
#include "tools/greenify/check_run.h"
#include "tools/greenify/collect.h"
#include "tools/greenify/edits.h"
#include "tools/greenify/names.h"
#include "tools/greenify/parse_all.h"
#include "tools/greenify/report.h"
#include "tools/greenify/result.h"
#include "tools/greenify/settings.h"
#include "tools/greenify/units.h"

namespace {

namespace fs = std::filesystem;
using namespace greenify;

std::string here() { return fs::current_path().string(); }

// The folder above the program, or its folder include, that holds green/.
std::string find_green(const std::string& given) {
  if (!given.empty()) return fs::absolute(given).lexically_normal().string();
  std::error_code failed;
  for (fs::path in = fs::read_symlink("/proc/self/exe", failed); in != "/";
       in = in.parent_path()) {
    for (const fs::path& folder : {in, in / "include"}) {
      if (fs::exists(folder / "green/green.h")) return folder.string();
    }
  }
  if (fs::exists("green/green.h")) return here();
  throw wrong_use("no folder green/ was found; see --green");
}

// No more of the user's disk than this.
constexpr std::uintmax_t cache_bytes = 256 << 20;

void save(const std::string& path, const std::string& text) {
  if (path.empty()) return;
  std::ofstream file(path);
  file << text;
  file.close();
  if (!file) throw wrong_use("cannot write '" + path + "'");
}

std::string shell_word(const std::string& text) {
  std::string word = "'";
  for (const char c : text) word += c == '\'' ? "'\\''" : std::string(1, c);
  return word + "'";
}

// git must be able to bring back what --in-place overwrites.
void refuse_unsaved(const texts& files, const std::string& root) {
  std::string command =
      "git -C " + shell_word(root) + " status --porcelain --ignored --";
  for (const auto& [path, text] : files) {
    if (fs::exists(path)) command += " " + shell_word(path);
  }
  command += " 2>&1";
  FILE* const git = popen(command.c_str(), "r");
  std::string said;
  for (int c = 0; git != nullptr && (c = fgetc(git)) != EOF;) said += char(c);
  if (git == nullptr || pclose(git) != 0 || !said.empty()) {
    throw wrong_use(
        "git does not know the files to be unchanged; commit them, or give "
        "--force");
  }
}

texts after(const result& files, texts all = {}) {
  for (const auto& [path, file] : files) all[path] = file.after;
  return all;
}

void write(const settings& given, const facts& program, const result& from_c,
           const result& files) {
  const std::string& root = given.wanted.root;
  const texts all = after(files, after(from_c));
  if (given.done == settings::action::diff) {
    const std::string first = patch(from_c, root);
    if (!first.empty()) std::cout << "From C to C++:\n\n" << first << "\n";
    if (!first.empty()) std::cout << "From C++ to green:\n\n";
    std::cout << patch(files, root);
  } else if (given.done == settings::action::in_place) {
    if (!given.force) refuse_unsaved(all, root);
    write_in_place(all);
  } else if (given.done == settings::action::out) {
    write_out(program, all, root, given.out);
  }
}

int explain_line(const settings& given, const facts& program,
                 const plan& made) {
  const std::size_t colon = given.explain.rfind(':');
  const char* end = given.explain.data() + given.explain.size();
  unsigned line = 0;
  if (colon == std::string::npos ||
      std::from_chars(given.explain.data() + colon + 1, end, line).ptr != end ||
      line == 0) {
    throw wrong_use("--explain takes FILE:LINE, not '" + given.explain + "'");
  }
  std::error_code failed;
  const std::string file =
      fs::weakly_canonical(given.explain.substr(0, colon), failed).string();
  const std::string text = explain(program, made, file, line);
  std::cout << (text.empty() ? "nothing waits there\n" : text);
  return 0;
}

int refuse(const std::set<finding>& errors) {
  std::cerr << report_lines(errors, here())
            << "greenify: the program does not compile; nothing is written\n";
  return 2;
}

// Compiles the result, and gives the status of the run.
int check_result(const settings& given, const std::vector<unit>& units,
                 const plan& made, const result& files, const result& from_c,
                 parser& parses) {
  const auto wrong =
      verify(units, made, files, given.wanted.green, after(from_c),
             [&](const std::vector<unit>& all, const texts& changed) {
               return parses
                   .all("verify", all, changed,
                        [&](const unit& u, paths_read& read) {
                          return compile(u, changed, read);
                        })
                   .errors;
             });
  if (wrong.empty()) return 0;
  std::cerr << report_lines(wrong, here());
  if (!given.wanted.only.empty()) {
    std::cerr << "greenify: the result does not compile there without names "
                 "that --only leaves out\n";
    return 1;
  }
  std::cerr << "greenify: the result does not compile there, and the report "
               "did not say so: this is a fault of greenify\n";
  return 3;
}

int run(settings given) {
  given.wanted.green = find_green(given.wanted.green);
  std::vector<unit> units = find_units(given);
  names green = names::read(given.wanted.green + "/green");
  if (given.done == settings::action::check) {
    return run_check(given, units, green);
  }
  if (!given.wanted.only.empty()) {
    const std::string unknown = green.choose(given.wanted.only);
    if (!unknown.empty()) {
      throw wrong_use("--only: green has no name and no header '" + unknown +
                      "'");
    }
  }
  cache kept(cache_folder(given));
  parser parses(kept, question_of(green, given.wanted), given.jobs);

  std::vector<unit> in_c;
  std::ranges::copy_if(units, std::back_inserter(in_c), is_c);
  const facts casts =
      parses.all("c", in_c, {}, [&](const unit& u, paths_read& read) {
        return find_casts(u, given.wanted, read);
      });
  if (!casts.errors.empty()) return refuse(casts.errors);
  const result from_c = to_cpp(units, casts);
  const texts as_cpp = after(from_c);
  const facts program =
      parses.all("facts", units, as_cpp, [&](const unit& u, paths_read& read) {
        return collect(u, as_cpp, green, given.wanted, read);
      });
  if (!program.errors.empty()) return refuse(program.errors);

  const plan made = solve(program, given.wanted);
  if (given.done == settings::action::explain) {
    return explain_line(given, program, made);
  }
  const result files = convert(made, as_cpp);
  std::size_t edits = 0;
  for (const auto& [path, file] : files) edits += file.edits.size();
  const std::string text =
      report_lines(made.findings, here()) + summary(made, edits);
  save(given.report_file, text);
  save(given.json_file, json_report(made, edits, here()));
  write(given, program, from_c, files);
  (given.done == settings::action::diff ? std::cerr : std::cout) << text;
  int status = 0;
  if (given.verify) {
    status = check_result(given, units, made, files, from_c, parses);
  }
  kept.trim(cache_bytes);
  if (status != 0) return status;
  return count(made.findings, level::error) > 0 ? 1 : 0;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    const settings given = read_command_line(
        std::span<const char* const>(argv, std::size_t(argc)).subspan(1));
    if (given.help) {
      std::cout << usage;
      return 0;
    }
    return run(given);
  } catch (const std::logic_error& e) {
    std::cerr << "greenify: " << e.what() << "; this is a fault of greenify\n";
    return 3;
  } catch (const std::exception& e) {
    std::cerr << "greenify: " << e.what() << "\n";
    return 2;
  }
}
