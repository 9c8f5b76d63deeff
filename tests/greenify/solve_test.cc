// SPDX-License-Identifier: MIT
// The decisions of greenify: which functions become tasks.
#include "tools/greenify/solve.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>

namespace {

using greenify::facts;
using greenify::finding;
using greenify::level;
using greenify::node;
using greenify::plan;
using greenify::site;
using std::string;

// A program in the making: functions on lines of their own, in one file.
class program {
 public:
  program& function(const string& key, const string& cannot = "") {
    node n;
    n.key = n.name = key;
    n.at = {"f", line_ * 100, line_};
    n.cannot = cannot;
    n.defined = true;
    n.if_task.edits.insert({"f", line_++ * 100, 0, "task " + key});
    found.add(n);
    return *this;
  }
  /// A call of a name that waits, or of a function.
  site& call(const string& caller, const string& callee, bool awaited = false) {
    site s;
    s.at = {"f", line_ * 100, line_};
    s.end = line_++ * 100 + 10;
    s.kind = "call";
    s.name = callee;
    s.caller = caller;
    if (awaited) s.awaited = callee;
    if (!awaited) s.callees = {callee};
    s.may_block = awaited;
    s.if_waits.edits.insert({"f", s.at.offset, 0, "co_await "});
    s.by_hand.insert({"f", s.at.offset, 0, "greenify_by_hand("});
    return found.add(s);
  }
  site& waits(const string& caller, const string& name = "recv") {
    return call(caller, name, true);
  }
  plan solved() const { return greenify::solve(found, wanted); }
  bool is_task(const string& key) const { return solved().tasks.contains(key); }

  facts found;
  greenify::options wanted;

 private:
  unsigned line_ = 1;
};

bool says(const plan& made, level how, const string& text) {
  return std::ranges::any_of(made.findings, [&](const finding& f) {
    return f.how == how && f.text.find(text) != string::npos;
  });
}

bool writes(const plan& made, const string& text) {
  const auto edits = made.edits.find("f");
  return edits != made.edits.end() &&
         std::ranges::any_of(edits->second, [&](const greenify::edit& e) {
           return e.text == text;
         });
}

}  // namespace

TEST_CASE("a function that waits is a task, and so are its callers") {
  program p;
  p.function("main").function("serve").function("idle");
  p.waits("serve");
  p.call("main", "serve");
  p.call("main", "idle");
  const plan made = p.solved();
  CHECK(made.tasks.contains("serve"));
  CHECK(made.tasks.contains("main"));
  CHECK_FALSE(made.tasks.contains("idle"));
  CHECK(made.functions == 2);
  CHECK(made.awaits.size() == 2);
  CHECK(writes(made, "task serve"));
  CHECK_FALSE(writes(made, "task idle"));
}

TEST_CASE("all callees of a place that waits become tasks") {
  program p;
  p.function("apply").function("waiting").function("plain");
  p.waits("waiting");
  p.call("apply", "waiting").callees.insert("plain");
  CHECK(p.is_task("plain"));
}

TEST_CASE("a kept name does not wait") {
  program p;
  p.function("log");
  p.waits("log", "printf");
  CHECK(p.is_task("log"));
  p.wanted.keep = {"printf"};
  CHECK_FALSE(p.is_task("log"));
}

TEST_CASE("what must agree is a task together") {
  program p;
  p.function("base").function("derived").function("stuck", "it is stuck");
  p.waits("derived");
  p.found.links.insert({"base", "derived", {"f", 1, 1}, "is overridden by"});
  CHECK(p.is_task("base"));
  p.found.links.insert({"base", "stuck", {"f", 2, 2}, "is overridden by"});
  const plan made = p.solved();
  CHECK_FALSE(made.tasks.contains("stuck"));
  CHECK(says(made, level::error, "it is stuck"));
}

TEST_CASE("functions of one text are tasks together") {
  program p;
  p.function("first").function("second").function("third", "it cannot");
  site shared = p.call("first", "plain");
  shared.caller = "second";
  shared.callees.clear();
  shared.awaited = "recv";
  p.found.add(shared);
  CHECK(p.is_task("first"));
  CHECK(p.is_task("second"));
  CHECK(p.solved().findings.empty());

  shared.caller = "third";
  p.found.add(shared);
  CHECK(p.is_task("first"));
  CHECK(says(p.solved(), level::error, "waits and has the text of third"));
}

TEST_CASE("a call that cannot be awaited does not compile") {
  program p;
  p.function("constructor", "a constructor cannot wait").function("serve");
  p.waits("serve");
  p.call("constructor", "serve");
  const plan made = p.solved();
  CHECK(says(made, level::error, "a constructor cannot wait"));
  CHECK(writes(made, "greenify_by_hand("));
}

TEST_CASE("a mirrored name stays the blocking one where nothing can wait") {
  program p;
  p.function("constructor", "a constructor cannot wait");
  p.waits("constructor");
  const plan made = p.solved();
  CHECK(made.blocking == 1);
  CHECK(says(made, level::warning, "holds the hub"));
  CHECK_FALSE(writes(made, "greenify_by_hand("));
}

TEST_CASE("a task is plain again if its waits end by themselves") {
  program p;
  p.function("constructor", "a constructor cannot wait").function("give_up");
  p.waits("give_up", "close").soft = true;
  p.call("constructor", "give_up");
  CHECK_FALSE(p.is_task("give_up"));
  CHECK_FALSE(says(p.solved(), level::error, ""));

  SUBCASE("but not if one of them does not") {
    p.waits("give_up", "recv");
    CHECK(p.is_task("give_up"));
    CHECK(says(p.solved(), level::error, "give_up waits"));
  }
  SUBCASE("nor if it calls a task whose waits do not") {
    p.function("deep");
    p.waits("deep", "recv");
    p.call("give_up", "deep");
    CHECK(p.is_task("give_up"));
  }
}

TEST_CASE("a destructor that only closes stays a destructor") {
  program p;
  p.function("~C");
  p.found.nodes["~C"].is = node::kind::destructor;
  p.waits("~C", "close").soft = true;
  CHECK_FALSE(p.is_task("~C"));
  p.waits("~C", "pthread_join");
  CHECK(p.is_task("~C"));
}

TEST_CASE("a callable that waits is refused where nobody awaits it") {
  program p;
  p.function("compare");
  p.waits("compare");
  p.found.uses.insert({{"f", 1, 1}, "compare", "std::sort does not wait"});
  CHECK(says(p.solved(), level::error, "compare waits, but std::sort"));
  CHECK(writes(p.solved(), "greenify_by_hand("));
}

TEST_CASE("one mark stands around a place that many callables come to") {
  program p;
  p.function("less").function("more");
  for (const char* one : {"less", "more"}) {
    p.waits(one);
    p.found.uses.insert({{"f", 1, 1}, one, "std::sort does not wait"});
  }
  CHECK(says(p.solved(), level::error, "less waits, but std::sort"));
  CHECK(says(p.solved(), level::error, "more waits, but std::sort"));
  CHECK(std::ranges::count(p.solved().edits["f"], "greenify_by_hand(",
                           &greenify::edit::text) == 1);
}

TEST_CASE("a place that reaches tasks and a plain callable is refused") {
  program p;
  p.function("run").function("waits").function("quick");
  p.waits("waits");
  p.call("run", "waits").callees.insert("quick");
  CHECK(p.is_task("quick"));
  p.found.uses.insert({{"f", 1, 1}, "quick", "std::sort does not wait"});
  CHECK_FALSE(p.is_task("quick"));
  CHECK(says(p.solved(), level::error, "quick, which it may call, too"));
}

TEST_CASE("a task without a co_await of its own gets a co_return") {
  program p;
  p.function("base").function("derived");
  p.found.nodes["base"].if_empty.insert({"f", 7, 0, "co_return; "});
  p.found.nodes["derived"].if_empty.insert({"f", 8, 0, "co_return;  "});
  p.waits("derived");
  p.found.links.insert({"base", "derived", {"f", 1, 1}, ""});
  const plan made = p.solved();
  CHECK(writes(made, "co_return; "));
  CHECK_FALSE(writes(made, "co_return;  "));
}

TEST_CASE("a main with one wait runs it in place") {
  program p;
  p.function("main").function("serve");
  p.found.nodes["main"].is = node::kind::main;
  p.waits("serve");
  p.call("main", "serve").in_main.edits.insert({"f", 9, 0, "green::run("});
  CHECK(writes(p.solved(), "green::run("));
  CHECK_FALSE(p.is_task("main"));

  SUBCASE("but not with two") {
    p.waits("main", "sleep");
    CHECK(p.is_task("main"));
    CHECK_FALSE(writes(p.solved(), "green::run("));
  }
  SUBCASE("nor with an object of green's own") {
    p.found.nodes["main"].owns = true;
    CHECK(p.is_task("main"));
  }
}

TEST_CASE("types that instantiations deduce must agree") {
  program p;
  p.function("f");
  p.waits("f");
  p.found.nodes["f"].if_task.edits.insert(
      {"f", 5, 0, string("task<") + greenify::deduced + ">"});
  p.found.nodes["f"].results = {"int"};
  CHECK(writes(p.solved(), "task<int>"));
  p.found.nodes["f"].results = {"int", "long"};
  CHECK(says(p.solved(), level::error, "write its type"));
}

TEST_CASE("a handler moves when something in it waits") {
  program p;
  p.function("f");
  p.waits("f").handlers = {"h"};
  p.found.handlers["h"].if_waits.edits.insert({"f", 3, 0, "caught"});
  CHECK(writes(p.solved(), "caught"));
  p.wanted.keep = {"recv"};
  CHECK_FALSE(writes(p.solved(), "caught"));
}

TEST_CASE("a macro of tasks and of others gets a twin") {
  program p;
  p.function("task").function("plain");
  p.waits("task");
  greenify::macro m;
  m.at = {"f", 5000, 50};
  m.name = {"f", 5008, 50};
  m.word = "M";
  m.text = "#define M return";
  m.end = 5016;
  p.found.macros["m"] = m;
  p.found.nodes["task"].if_task.edits.insert({"f", 5010, 6, "co_return"});
  p.found.expansions.insert({"m", {"f", 150, 1}, "task"});
  CHECK(writes(p.solved(), "co_return"));
  CHECK_FALSE(writes(p.solved(), "CO_M"));
  p.found.expansions.insert({"m", {"f", 250, 2}, "plain"});
  CHECK(writes(p.solved(), "\n#define CO_M co_return"));
  CHECK(writes(p.solved(), "CO_M"));
  CHECK_FALSE(writes(p.solved(), "co_return"));
}

TEST_CASE("a wait under a spin lock is refused, unless the lock waits") {
  program p;
  p.function("f").function("lock");
  const site waiting = p.waits("f");
  greenify::region held;
  held.at = {"f", waiting.at.offset - 1, 1};
  held.end = waiting.end + 1;
  held.caller = "f";
  held.lock = "lock";
  held.text = "a spin lock is held";
  p.found.regions.insert(held);
  CHECK(says(p.solved(), level::error, "recv waits, but a spin lock"));
  p.waits("lock");
  CHECK_FALSE(says(p.solved(), level::error, "a spin lock"));
}

TEST_CASE("a skipped branch is told unless another unit saw it") {
  program p;
  p.function("f");
  greenify::region skipped;
  skipped.at = {"f", 9000, 90};
  skipped.end = 9100;
  skipped.is = greenify::region::kind::skipped;
  skipped.text = "not looked at";
  p.found.regions.insert(skipped);
  CHECK(says(p.solved(), level::note, "not looked at"));
  site seen = p.waits("f");
  seen.at.offset = 9050;
  p.found.add(seen);
  CHECK_FALSE(says(p.solved(), level::note, "not looked at"));
}

TEST_CASE("facts that are deleted never add a co_await") {
  program p;
  p.function("a").function("b").function("c");
  p.waits("c");
  p.call("b", "c");
  p.call("a", "b");
  const std::size_t all = p.solved().awaits.size();
  const facts whole = p.found;
  for (const auto& [key, deleted] : whole.sites) {
    p.found = whole;
    p.found.sites.erase(key);
    CHECK(p.solved().awaits.size() < all);
  }
}

TEST_CASE("explain follows the chain of waits") {
  program p;
  p.function("main").function("serve");
  p.waits("serve");
  p.call("main", "serve");
  const string text = greenify::explain(p.found, p.solved(), "f",
                                        p.found.nodes["main"].at.line);
  CHECK(text.find("main (f:1) waits: serve at f:4") != string::npos);
  CHECK(text.find("serve (f:2) waits: recv at f:3") != string::npos);
}
