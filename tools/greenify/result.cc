// SPDX-License-Identifier: MIT
#include "tools/greenify/result.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include "tools/greenify/edits.h"

namespace greenify {

namespace {

namespace fs = std::filesystem;

// Of each line after, from 1, its line before.
std::vector<unsigned> origins(const converted& file) {
  std::vector<unsigned> lines = {0, 1};
  unsigned line = 1;
  std::size_t at = 0;
  const auto skip_to = [&](std::size_t end, bool kept) {
    for (; at < end; ++at) {
      if (file.before[at] != '\n') continue;
      ++line;
      if (kept) lines.push_back(line);
    }
  };
  for (const edit& e : file.edits) {
    skip_to(e.offset, true);
    for (const char c : e.text) {
      if (c == '\n') lines.push_back(line);
    }
    skip_to(e.offset + e.length, false);
  }
  skip_to(file.before.size(), true);
  return lines;
}

// Makes a task that nobody awaits an error. The flag -w would take the error
// back, so that other warnings are turned off by another flag.
void refuse_dropped(std::vector<std::string>& command,
                    const std::string& green) {
  std::erase(command, "-w");
  command.insert(command.begin() + 1, "-I" + green);
  command.insert(std::ranges::find(command, "--"),
                 {"-Wno-everything", "-Werror=unused-result"});
}

// New lines end as those of the file.
void end_lines_alike(converted& file) {
  const std::size_t end = file.before.find('\n');
  if (end == 0 || end == file.before.npos || file.before[end - 1] != '\r') {
    return;
  }
  for (edit& e : file.edits) {
    for (std::size_t at = 0; (at = e.text.find('\n', at)) != e.text.npos;
         ++at) {
      if (at == 0 || e.text[at - 1] != '\r') e.text.insert(at++, "\r");
    }
  }
}

bool is_reported(const plan& made, const place& at) {
  return std::ranges::any_of(made.findings, [&](const finding& f) {
    return f.how == level::error && f.at.file == at.file &&
           f.at.line == at.line;
  });
}

std::string beside(const std::string& path) { return path + ".greenify"; }

// Writes a file that will take the place of another.
bool write_beside(const std::string& path, const std::string& text) {
  std::ofstream file(beside(path), std::ios::binary);
  file << text;
  file.close();
  std::error_code failed;
  const auto rights = fs::status(path, failed).permissions();
  if (!failed && fs::exists(path, failed)) {
    fs::permissions(beside(path), rights, failed);
  }
  return bool(file) && !fs::is_directory(path, failed);
}

// All of them or none: no file changes until each is written beside its place.
void write_all(const texts& files) {
  std::error_code failed;
  for (const auto& [path, text] : files) {
    if (write_beside(path, text)) continue;
    for (const auto& [one, unused] : files) fs::remove(beside(one), failed);
    throw std::runtime_error("cannot write '" + path + "'; nothing is written");
  }
  for (const auto& [path, text] : files) {
    fs::rename(beside(path), path, failed);
    if (failed) throw std::runtime_error("cannot write '" + path + "'");
  }
}

}  // namespace

std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::stringstream text;
  text << file.rdbuf();
  if (!file) throw std::runtime_error("cannot read '" + path + "'");
  return text.str();
}

std::string patch(const result& files, const std::string& root) {
  const auto shown = [&](const std::string& path) {
    return fs::path(path).lexically_relative(root).string();
  };
  std::string all;
  for (const auto& [path, file] : files) {
    const std::string from = shown(file.from), to = shown(path);
    std::string one = diff(from, file.before, file.edits);
    if (from != to) {
      // Git's words for a new name.
      const std::size_t second = one.find("+++ b/" + from);
      if (second != one.npos) one.replace(second + 6, from.size(), to);
      one = "diff --git a/" + from + " b/" + to + "\n" +
            (one.empty() ? "similarity index 100%\n" : "") + "rename from " +
            from + "\nrename to " + to + "\n" + one;
    }
    all += one;
  }
  return all;
}

result convert(const plan& made, const texts& given) {
  result files;
  for (const auto& [path, edits] : made.edits) {
    converted file;
    const auto text = given.find(path);
    file.from = path;
    file.before = text == given.end() ? read_file(path) : text->second;
    file.edits = settle(file.before, edits);
    end_lines_alike(file);
    file.after = edited(file.before, file.edits);
    files.emplace(path, std::move(file));
  }
  return files;
}

std::set<finding> verify(std::vector<unit> units, const plan& made,
                         const result& files, const std::string& green,
                         texts given, const compiler_of& compiles) {
  std::map<std::string, std::vector<unsigned>> lines;
  for (const auto& [path, file] : files) {
    given[path] = file.after;
    lines.emplace(path, origins(file));
  }
  for (unit& u : units) refuse_dropped(u.command, green);
  std::set<finding> unexpected;
  for (finding error : compiles(units, given)) {
    const auto before = lines.find(error.at.file);
    if (before != lines.end() && error.at.line < before->second.size()) {
      error.at.line = before->second[error.at.line];
    }
    if (!is_reported(made, error.at)) unexpected.insert(error);
  }
  return unexpected;
}

void write_in_place(const texts& files) { write_all(files); }

void write_out(const facts& program, const texts& changed,
               const std::string& root, const std::string& folder) {
  texts files;
  for (const auto& [path, read] : program.files) {
    const fs::path to =
        fs::path(folder) / fs::path(path).lexically_relative(root);
    std::error_code failed;
    fs::create_directories(to.parent_path(), failed);
    const auto text = changed.find(path);
    files[to.string()] = text == changed.end() ? read_file(path) : text->second;
  }
  write_all(files);
}

}  // namespace greenify
