// SPDX-License-Identifier: MIT
#include "tools/greenify/solve_macros.h"

#include "tools/greenify/edits.h"

namespace greenify {

macro_edits::macro_edits(const facts& program) : program_(program) {
  for (const auto& [key, m] : program.macros) {
    by_place_[m.at.file][m.at.offset] = key;
  }
}

const std::string* macro_edits::macro_at(const std::string& file,
                                         unsigned offset) const {
  const auto in_file = by_place_.find(file);
  if (in_file == by_place_.end()) return nullptr;
  auto behind = in_file->second.upper_bound(offset);
  if (behind == in_file->second.begin()) return nullptr;
  const std::string& key = (--behind)->second;
  return offset <= program_.macros.at(key).end ? &key : nullptr;
}

bool macro_edits::take(const edit& e, users of) {
  const std::string* key = macro_at(e.file, e.offset);
  if (key == nullptr) return false;
  if (of != users::others) bodies_[*key].for_tasks.insert(e);
  if (of != users::tasks) bodies_[*key].for_others.insert(e);
  return true;
}

// Whether tasks and other functions need different texts.
bool macro_edits::wants_twin(const std::string& key, const plan& made) const {
  const body& edits = bodies_.at(key);
  if (edits.has_twin || edits.for_tasks == edits.for_others) return false;
  bool tasks = false, others = false;
  for (const expansion& x : program_.expansions) {
    if (x.macro != key) continue;
    (made.tasks.contains(x.caller) ? tasks : others) = true;
  }
  return tasks && others;
}

// The tasks name the twin. Where they do so in the body of another macro, that
// body has an edit for tasks, too.
void macro_edits::use_twin(const std::string& key, const plan& made,
                           std::set<edit>& elsewhere) {
  const macro& m = program_.macros.at(key);
  bodies_[key].has_twin = true;
  for (const expansion& x : program_.expansions) {
    if (x.macro != key || !made.tasks.contains(x.caller)) continue;
    const edit name = {x.at.file, x.at.offset, unsigned(m.word.size()),
                       "CO_" + m.word};
    if (!take(name, users::tasks)) elsewhere.insert(name);
  }
}

void macro_edits::write_twin(const macro& of, const body& edits,
                             plan& made) const {
  std::vector<edit> within = {
      {of.at.file, of.name.offset, unsigned(of.word.size()), "CO_" + of.word}};
  within.insert(within.end(), edits.for_tasks.begin(), edits.for_tasks.end());
  for (edit& e : within) e.offset -= of.at.offset;
  made.edits[of.at.file].push_back(
      {of.at.file, of.end, 0,
       "\n" + edited(of.text, settle(of.text, std::move(within)))});
  made.findings.insert({of.name, level::note,
                        of.word + " has a twin, CO_" + of.word +
                            ", for the functions that are tasks"});
}

void macro_edits::finish(plan& made) {
  std::set<edit> elsewhere;
  for (bool changed = true; changed;) {
    changed = false;
    for (const auto& [key, m] : program_.macros) {
      if (!bodies_.contains(key) || !wants_twin(key, made)) continue;
      use_twin(key, made, elsewhere);
      changed = true;
    }
  }
  for (const auto& [key, edits] : bodies_) {
    const macro& m = program_.macros.at(key);
    std::set<edit> here = edits.for_others;
    if (edits.has_twin) {
      write_twin(m, edits, made);
    } else {
      here.insert(edits.for_tasks.begin(), edits.for_tasks.end());
    }
    elsewhere.insert(here.begin(), here.end());
  }
  for (const edit& e : elsewhere) made.edits[e.file].push_back(e);
}

}  // namespace greenify
