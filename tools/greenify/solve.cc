// SPDX-License-Identifier: MIT
#include "tools/greenify/solve.h"

#include <algorithm>
#include <cstddef>

#include "tools/greenify/edits.h"
#include "tools/greenify/includes.h"
#include "tools/greenify/solve_macros.h"
#include "tools/greenify/solver.h"

namespace greenify {

std::string at_line(const place& at) {
  const std::size_t name = at.file.rfind('/');
  return at.file.substr(name == std::string::npos ? 0 : name + 1) + ":" +
         std::to_string(at.line);
}

solver::solver(const facts& program, const options& wanted)
    : program_(program), wanted_(wanted) {
  for (const auto& [key, found] : program.sites) {
    sites_of_[found.caller].push_back(&found);
  }
  for (const link& l : program.links) {
    links_of_[l.a].push_back(&l);
    links_of_[l.b].push_back(&l);
  }
}

void solver::run() {
  do {
    tasks_.clear();
    while (spread()) {
    }
  } while (demote());
}

bool solver::can_wait(const std::string& key) const {
  const auto found = program_.nodes.find(key);
  return found != program_.nodes.end() && found->second.cannot.empty() &&
         !plain_.contains(key);
}

bool solver::awaited(const site& s) const {
  return !s.awaited.empty() && !wanted_.keep.contains(s.awaited);
}

const std::string* solver::waiting_callee(const site& s) const {
  for (const std::string& callee : s.callees) {
    if (tasks_.contains(callee)) return &callee;
  }
  return nullptr;
}

const std::string* solver::plain_callee(const site& s) const {
  for (const std::string& callee : s.callees) {
    if (plain_.contains(callee)) return &callee;
  }
  return nullptr;
}

bool solver::waits(const site& s) const {
  return awaited(s) || waiting_callee(s) != nullptr;
}

bool solver::refused(const site& s) const {
  return !s.blocked.empty() || !can_wait(s.caller) || !stuck_handler(s).empty();
}

std::string solver::stuck_handler(const site& s) const {
  for (const std::string& key : s.handlers) {
    const auto found = program_.handlers.find(key);
    if (found != program_.handlers.end() && !found->second.cannot.empty()) {
      return found->second.cannot;
    }
  }
  return "";
}

std::string solver::name_of(const std::string& key) const {
  const auto found = program_.nodes.find(key);
  return found == program_.nodes.end() ? key : found->second.name;
}

bool solver::make_task(const std::string& key, const std::string& why) {
  return can_wait(key) && tasks_.try_emplace(key, why).second;
}

bool solver::spread() {
  bool changed = false;
  for (const auto& [key, s] : program_.sites) {
    if (!waits(s)) continue;
    if (!refused(s)) {
      changed |= make_task(s.caller, s.name + " at " + at_line(s.at));
    }
    for (const std::string& callee : s.callees) {
      changed |= make_task(
          callee, "the call at " + at_line(s.at) + " reaches tasks, too");
    }
  }
  for (const use& u : program_.uses) {
    if (u.is != use::kind::task) continue;
    changed |= make_task(u.callable, u.text + ", " + at_line(u.at));
  }
  for (const link& l : program_.links) {
    if (tasks_.contains(l.a)) {
      changed |= make_task(
          l.b, "it must agree with " + name_of(l.a) + ", " + at_line(l.at));
    }
    if (tasks_.contains(l.b)) {
      changed |= make_task(
          l.a, "it must agree with " + name_of(l.b) + ", " + at_line(l.at));
    }
  }
  return changed;
}

// Whether all waits below a task end by themselves. `seen` closes circles.
bool solver::soft(const std::string& key, std::set<std::string>& seen) const {
  if (!seen.insert(key).second) return true;
  const auto links = links_of_.find(key);
  if (links != links_of_.end()) {
    for (const link* l : links->second) {
      const std::string& other = l->a == key ? l->b : l->a;
      if (tasks_.contains(other) && !soft(other, seen)) return false;
    }
  }
  const auto sites = sites_of_.find(key);
  if (sites == sites_of_.end()) return true;
  return std::ranges::all_of(sites->second, [&](const site* s) {
    if (awaited(*s) && !s->soft) return false;
    return std::ranges::all_of(s->callees, [&](const std::string& callee) {
      return !tasks_.contains(callee) || soft(callee, seen);
    });
  });
}

bool solver::demote_if_soft(const std::string& key) {
  std::set<std::string> below;
  if (!tasks_.contains(key) || !soft(key, below)) return false;
  for (const std::string& one : below) {
    if (tasks_.contains(one)) plain_.insert(one);
  }
  return true;
}

bool solver::demote() {
  bool changed = false;
  for (const auto& [key, n] : program_.nodes) {
    if (n.is == node::kind::destructor) changed |= demote_if_soft(key);
  }
  for (const auto& [key, s] : program_.sites) {
    if (!waits(s) || !refused(s)) continue;
    for (const std::string& callee : s.callees) {
      changed |= demote_if_soft(callee);
    }
  }
  for (const use& u : program_.uses) {
    if (u.is == use::kind::plain) changed |= demote_if_soft(u.callable);
  }
  for (const link& l : program_.links) {
    if (!can_wait(l.a)) changed |= demote_if_soft(l.b);
    if (!can_wait(l.b)) changed |= demote_if_soft(l.a);
  }
  return changed;
}

namespace {

class planner {
 public:
  planner(const facts& program, const solver& solved, plan& made)
      : program_(program), solved_(solved), made_(made), macros_(program) {}

  void make() {
    apply(program_.always, users::all);
    for (const auto& [key, s] : program_.sites) {
      if (solved_.waits(s)) plan_site(s);
    }
    for (const auto& [key, why] : made_.tasks) {
      const auto found = program_.nodes.find(key);
      if (found != program_.nodes.end()) plan_task(found->second);
    }
    for (const use& u : program_.uses) plan_use(u);
    for (const link& l : program_.links) plan_link(l);
    for (const region& r : program_.regions) plan_region(r);
    macros_.finish(made_);
  }

  // A main that waits in one call, and has nothing of green's in it, may stay
  // what it is: the call becomes green::run(f, ...).
  void keep_main(const node& n) {
    const site* only = nullptr;
    for (const auto& [key, s] : program_.sites) {
      if (s.caller != n.key || !solved_.waits(s)) continue;
      if (only != nullptr) return;
      only = &s;
    }
    if (only == nullptr || only->in_main.edits.empty() || n.owns) return;
    in_main_ = only;
    made_.tasks.erase(n.key);
  }

 private:
  using users = macro_edits::users;

  void write(const edit& e, users of) {
    if (!macros_.take(e, of)) made_.edits[e.file].push_back(e);
  }
  void apply(const change& c, users of = users::tasks) {
    for (const edit& e : c.edits) write(e, of);
    for (const auto& [file, include] : c.headers) {
      headers_[file].insert(include);
    }
    made_.findings.insert(c.findings.begin(), c.findings.end());
  }
  void report(const place& at, level how, const std::string& text) {
    made_.findings.insert({at, how, text});
  }

  void plan_use(const use& u) {
    const bool task = made_.tasks.contains(u.callable);
    const std::string name = solved_.name_of(u.callable);
    if (u.is == use::kind::plain && task) {
      const std::string text = name + " waits, but " + u.text;
      report(u.at, level::error, text);
      // A template may give many callables there.
      if (!wrapped_.insert(u.at).second) return;
      auto& edits = made_.edits[u.at.file];
      edits.push_back(
          {u.at.file, u.at.offset, 0, "greenify_by_hand(", opening(u.end)});
      edits.push_back(
          {u.at.file, u.end, 0, ") /* " + text + " */", closing(u.at.offset)});
    } else if (u.is == use::kind::task && !task) {
      report(u.at, level::error, u.text + ", and " + name + " can be none");
    } else if (u.is == use::kind::started && !task) {
      report(u.at, level::warning,
             name +
                 " never waits: as a green thread it holds the hub until "
                 "it ends; a green::threadpool gives it an OS thread");
    }
  }

  void plan_site(const site& s) {
    if (&s == in_main_) {
      apply(s.in_main);
      made_.awaits.push_back(&s);
    } else if (solved_.refused(s) || solved_.plain_callee(s) != nullptr) {
      plan_refused(s);
    } else {
      apply(s.if_waits);
      made_.awaits.push_back(&s);
      if (s.kind == "guard") ++made_.guards;
      for (const std::string& key : s.handlers) {
        const auto around = program_.handlers.find(key);
        if (around != program_.handlers.end()) apply(around->second.if_waits);
      }
      filled_.insert(s.caller);
    }
  }

  void plan_refused(const site& s) {
    const auto caller = program_.nodes.find(s.caller);
    std::string reason = s.blocked;
    if (reason.empty()) reason = solved_.stuck_handler(s);
    if (const std::string* plain = solved_.plain_callee(s)) {
      reason = solved_.name_of(*plain) +
               ", which it may call, too, stays plain: call that elsewhere";
    }
    if (reason.empty() && caller != program_.nodes.end()) {
      reason = caller->second.cannot;
      if (reason.empty()) {
        reason = caller->second.name + " stays plain, since " +
                 "a place that cannot wait calls it";
      }
    }
    if (reason.empty()) reason = "no function of the program stands around it";
    if (solved_.waiting_callee(s) == nullptr && s.may_block) {
      ++made_.blocking;
      report(s.at, level::warning,
             s.name + " stays the blocking call and holds the hub: " + reason);
      return;
    }
    report(s.at, level::error, s.name + " waits, but " + reason);
    for (edit e : s.by_hand) {
      if (e.text == ")") e.text += " /* " + s.name + ": " + reason + " */";
      write(e, made_.tasks.contains(s.caller) ? users::tasks : users::others);
    }
  }

  void plan_task(const node& n) {
    if (n.is != node::kind::slot) ++made_.functions;
    if (n.results.size() > 1) {
      report(n.at, level::error,
             n.name +
                 " returns different types in its instantiations: write "
                 "its type");
    }
    change c = n.if_task;
    if (!filled_.contains(n.key) && !n.returns) {
      c.edits.insert(n.if_empty.begin(), n.if_empty.end());
    }
    std::set<edit> edits;
    for (edit e : c.edits) {
      const std::size_t hole = e.text.find(deduced);
      if (hole != std::string::npos) {
        e.text.replace(hole, 1, n.results.empty() ? "" : *n.results.begin());
      }
      edits.insert(e);
    }
    c.edits = std::move(edits);
    apply(c);
  }

  // Text in which nothing may wait, and text that nobody has looked at.
  void plan_region(const region& r) {
    const auto inside = [&](const site& s) {
      return s.at.file == r.at.file && s.at.offset >= r.at.offset &&
             s.at.offset < r.end;
    };
    if (r.is == region::kind::skipped) {
      if (std::ranges::none_of(program_.sites, [&](const auto& one) {
            return inside(one.second);
          })) {
        report(r.at, level::note, r.text);
      }
      return;
    }
    if (made_.tasks.contains(r.lock)) return;
    for (const site* s : made_.awaits) {
      if (s->caller != r.caller || !inside(*s)) continue;
      report(s->at, level::error, s->name + " waits, but " + r.text);
      for (const edit& e : s->by_hand) write(e, users::tasks);
    }
  }

  void plan_link(const link& l) {
    const bool a = made_.tasks.contains(l.a), b = made_.tasks.contains(l.b);
    if (a == b) return;
    const std::string& task = a ? l.a : l.b;
    const std::string& other = a ? l.b : l.a;
    const auto found = program_.nodes.find(other);
    const std::string reason =
        found == program_.nodes.end() || found->second.cannot.empty()
            ? solved_.name_of(other) + " cannot"
            : found->second.cannot;
    report(l.at, level::error,
           solved_.name_of(task) + " waits and " + l.text + " " +
               solved_.name_of(other) + ", but " + reason);
  }

 public:
  std::map<std::string, std::set<std::string>> headers_;

 private:
  const facts& program_;
  const solver& solved_;
  plan& made_;
  macro_edits macros_;
  const site* in_main_ = nullptr;
  std::set<std::string> filled_;
  std::set<place> wrapped_;  // uses that greenify_by_hand() stands around
};

}  // namespace

plan solve(const facts& program, const options& wanted) {
  solver solved(program, wanted);
  solved.run();
  plan made;
  made.tasks = solved.tasks();
  planner planned(program, solved, made);
  for (const auto& [key, n] : program.nodes) {
    if (n.is == node::kind::main) planned.keep_main(n);
  }
  planned.make();
  add_includes(program, planned.headers_, made);
  return made;
}

std::string explain(const facts& program, const plan& made,
                    const std::string& file, unsigned line) {
  std::string key, text;
  for (const site* s : made.awaits) {
    if (s->at.file != file || s->at.line != line) continue;
    text += s->name + " is awaited at " + at_line(s->at) + "\n";
    for (const std::string& callee : s->callees) {
      if (made.tasks.contains(callee)) key = callee;
    }
  }
  unsigned nearest = 0;
  for (const auto& [one, n] : program.nodes) {
    if (!text.empty() || n.at.file != file || n.at.line > line) continue;
    if (n.is == node::kind::slot || n.at.line < nearest) continue;
    nearest = n.at.line;
    key = one;
  }
  std::set<std::string> seen;
  while (!key.empty() && seen.insert(key).second) {
    const auto n = program.nodes.find(key);
    const auto why = made.tasks.find(key);
    if (why == made.tasks.end()) {
      return text + (n == program.nodes.end() ? key : n->second.name) +
             " does not wait\n";
    }
    text += n->second.name + " (" + at_line(n->second.at) +
            ") waits: " + why->second + "\n";
    key.clear();
    for (const site* s : made.awaits) {
      if (s->caller != n->first ||
          s->name + " at " + at_line(s->at) != why->second) {
        continue;
      }
      for (const std::string& callee : s->callees) {
        if (made.tasks.contains(callee)) key = callee;
      }
    }
  }
  return text;
}

}  // namespace greenify
