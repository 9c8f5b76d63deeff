// SPDX-License-Identifier: MIT
//
// Edits in the bodies of macros. A macro that tasks use, and other functions,
// too, gets a twin for the tasks: RETURN_IF and CO_RETURN_IF.
#pragma once

#include <map>
#include <set>
#include <string>

#include "tools/greenify/facts.h"
#include "tools/greenify/solve.h"

namespace greenify {

class macro_edits {
 public:
  /// Whose uses of a macro an edit in its body is for.
  enum class users { tasks, others, all };

  explicit macro_edits(const facts& program);

  /// Keeps an edit in a macro's body; false if it stands elsewhere.
  bool take(const edit& e, users of);
  /// Adds what was kept to the edits of the files, with the twins.
  void finish(plan& made);

 private:
  struct body {
    std::set<edit> for_tasks;
    std::set<edit> for_others;
    bool has_twin = false;
  };
  const std::string* macro_at(const std::string& file, unsigned offset) const;
  bool wants_twin(const std::string& key, const plan& made) const;
  void use_twin(const std::string& key, const plan& made,
                std::set<edit>& elsewhere);
  void write_twin(const macro& of, const body& edits, plan& made) const;

  const facts& program_;
  std::map<std::string, std::map<unsigned, std::string>> by_place_;
  std::map<std::string, body> bodies_;
};

}  // namespace greenify
