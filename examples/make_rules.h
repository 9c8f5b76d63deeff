// SPDX-License-Identifier: MIT
// The files that make_like reads.
#pragma once

#include <istream>
#include <map>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "green/event.h"

enum class state { waiting, visited, done, failed };

struct target {
  std::vector<std::string> needs;
  std::string command;
  state is = state::waiting;
  green::event ended;
};

using targets = std::map<std::string, target>;

// Each line of the file is `target: need need ... ; command`.
inline targets read_targets(std::istream& from) {
  targets all;
  for (std::string line; std::getline(from, line);) {
    if (line.empty() || line[0] == '#') continue;
    size_t colon = line.find(':'), semicolon = line.find(';', colon);
    if (semicolon == line.npos) throw std::invalid_argument("'" + line + "'");
    target& t = all[line.substr(0, colon)];
    t.command = line.substr(semicolon + 1);
    std::istringstream needs(line.substr(colon + 1, semicolon - colon - 1));
    for (std::string need; needs >> need;) t.needs.push_back(need);
  }
  return all;
}

// A target that needs itself would wait for ever; one that nobody makes, too.
inline void check(targets& all, const std::string& name,
                  const std::string& by) {
  auto found = all.find(name);
  if (found == all.end()) throw std::invalid_argument(by + " needs " + name);
  target& t = found->second;
  if (t.is == state::visited)
    throw std::invalid_argument(name + " needs itself");
  if (t.is == state::done) return;
  t.is = state::visited;
  for (const std::string& need : t.needs) check(all, need, name);
  t.is = state::done;
}
