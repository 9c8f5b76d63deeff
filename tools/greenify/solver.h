// SPDX-License-Identifier: MIT
//
// The fixpoint behind solve.h.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "tools/greenify/facts.h"
#include "tools/greenify/options.h"

namespace greenify {

/// "server.cc:41"
std::string at_line(const place& at);

class solver {
 public:
  solver(const facts& program, const options& wanted);

  /// Makes tasks until nothing changes. A task whose waits all end by
  /// themselves becomes plain again if a place that cannot wait calls it.
  void run();

  const std::map<std::string, std::string>& tasks() const { return tasks_; }
  bool waits(const site& s) const;
  /// Whether no co_await may stand at the site.
  bool refused(const site& s) const;
  /// Why a handler around the site cannot move; empty if each can.
  std::string stuck_handler(const site& s) const;
  const std::string* waiting_callee(const site& s) const;
  /// A callee that was a task, and is plain again.
  const std::string* plain_callee(const site& s) const;
  std::string name_of(const std::string& key) const;

 private:
  bool can_wait(const std::string& key) const;
  bool awaited(const site& s) const;
  bool make_task(const std::string& key, const std::string& why);
  bool spread();
  bool soft(const std::string& key, std::set<std::string>& seen) const;
  bool demote_if_soft(const std::string& key);
  bool demote();

  const facts& program_;
  const options& wanted_;
  std::map<std::string, std::vector<const site*>> sites_of_;
  std::map<std::string, std::vector<const link*>> links_of_;
  std::map<std::string, std::string> tasks_;  // and why
  std::set<std::string> plain_;               // demoted
};

}  // namespace greenify
