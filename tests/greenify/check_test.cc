// SPDX-License-Identifier: MIT
#include "tools/greenify/check.h"

#include <doctest/doctest.h>

#include <map>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

using greenify::check_facts;
using greenify::mistake;
using greenify::mistakes_of;
using greenify::without_allowed;
using std::string;

namespace {

greenify::place line(unsigned number) { return {"/p/a.cc", 0, number}; }

// serve, a coroutine, calls log, which calls put, which calls fprintf.
check_facts logging() {
  check_facts program;
  program.functions["serve"] = {"serve", true, true, false};
  program.functions["log"] = {"log", false, false, false};
  program.functions["put"] = {"put", false, false, false};
  program.calls.insert({"serve", "log", line(30)});
  program.calls.insert({"log", "put", line(20)});
  program.holds.insert(
      {"put", line(10), "fprintf", "write co_await green::fprintf"});
  return program;
}

std::vector<string> texts(const std::set<mistake>& found) {
  std::vector<string> all;
  for (const mistake& m : found)
    all.push_back(std::to_string(m.at.line) + ": " + m.text);
  return all;
}

const mistake held{line(2), "held", "lock", "the lock is held"};

}  // namespace

TEST_CASE("a call that holds the hub is told of with its chain") {
  CHECK(texts(mistakes_of(logging())) ==
        std::vector<string>{
            "30: log -> put -> fprintf holds the hub: make log a task, and "
            "await it. At a.cc:10: write co_await green::fprintf"});
}

TEST_CASE("a direct call is told of where it stands") {
  check_facts program = logging();
  program.calls.clear();
  program.holds.insert({"serve", line(31), "recv", "write co_await"});
  CHECK(texts(mistakes_of(program)) ==
        std::vector<string>{"31: recv holds the hub: write co_await"});
}

TEST_CASE("functions that no hub calls may block") {
  check_facts program = logging();
  program.functions["serve"] = {"serve", false, false, false};
  CHECK(mistakes_of(program).empty());
}

TEST_CASE("a callee that is a coroutine holds nobody") {
  check_facts program = logging();
  program.functions["log"] = {"log", true, true, false};
  CHECK(texts(mistakes_of(program)) ==
        std::vector<string>{
            "20: put -> fprintf holds the hub: make put a task, and await it. "
            "At a.cc:10: write co_await green::fprintf"});
}

TEST_CASE("a constructor is not to become a task") {
  check_facts program = logging();
  program.functions["log"].plain = true;
  REQUIRE(mistakes_of(program).size() == 1);
  const string text = mistakes_of(program).begin()->text;
  CHECK(text.find("make log") == string::npos);
  CHECK(text.find("wait in a function that is a task") != string::npos);
}

TEST_CASE("functions that call each other end") {
  check_facts program = logging();
  program.calls.insert({"put", "log", line(11)});
  CHECK(mistakes_of(program).size() == 1);
}

TEST_CASE("facts of two units unite") {
  check_facts first = logging(), second;
  first.functions["serve"] = {"serve", false, false, false};
  second.functions["serve"] = {"serve", true, true, false};
  first.merge(second);
  CHECK(mistakes_of(first).size() == 1);
}

TEST_CASE("a comment with a reason allows a mistake") {
  const string before =
      "// greenify: allow(held) one thread alone\nm.lock();\n";
  CHECK(without_allowed({held}, {{"/p/a.cc", before}}).empty());
  const string beside = "\nm.lock();  // greenify: allow(lock) it is short\n";
  CHECK(without_allowed({held}, {{"/p/a.cc", beside}}).empty());
}

TEST_CASE("a comment about something else allows nothing") {
  const string other = "// greenify: allow(holds) why\nm.lock();\n";
  CHECK(without_allowed({held}, {{"/p/a.cc", other}}).size() == 1);
  const string far = "// greenify: allow(held) why\n\n\nm.lock();\n";
  const mistake below{line(4), "held", "lock", "the lock is held"};
  CHECK(without_allowed({below}, {{"/p/a.cc", far}}).size() == 1);
}

TEST_CASE("an allowance without a reason is a mistake") {
  const string bare = "// greenify: allow(held)\nm.lock();\n";
  const auto left = without_allowed({held}, {{"/p/a.cc", bare}});
  CHECK(left.size() == 2);
  CHECK(left.begin()->rule == "allow");
}

TEST_CASE("a comment may allow a rule in its whole file") {
  const string first =
      "// greenify: allow-file(held) one thread alone\n\n\n\nm.lock();\n";
  const mistake below{line(5), "held", "lock", "the lock is held"};
  CHECK(without_allowed({below}, {{"/p/a.cc", first}}).empty());
  const mistake elsewhere{{"/p/b.cc", 0, 5}, "held", "lock", "it is held"};
  const auto left =
      without_allowed({elsewhere}, {{"/p/a.cc", first}, {"/p/b.cc", ""}});
  CHECK(left.size() == 1);
  const string bare = "// greenify: allow-file(held)\n";
  CHECK(without_allowed({below}, {{"/p/a.cc", bare}}).size() == 2);
}

TEST_CASE("facts survive their way between processes") {
  check_facts sent = logging();
  sent.functions["put"].plain = true;
  sent.mistakes.insert(held);
  sent.errors.insert({line(1), greenify::level::error, "unknown type"});
  sent.files.insert("/p/a.cc");
  const string bytes = greenify::pack_check(sent);
  const check_facts got = greenify::unpack_check(bytes);
  CHECK(greenify::pack_check(got) == bytes);
  CHECK(mistakes_of(got) == mistakes_of(sent));
  CHECK(got.errors == sent.errors);
  CHECK(got.files == sent.files);
  CHECK_THROWS_AS(greenify::unpack_check(bytes + "x"), std::runtime_error);
  CHECK_THROWS_AS(greenify::unpack_check(bytes.substr(1)), std::runtime_error);
}

TEST_CASE("a call through a slot is told of with what flows into it") {
  check_facts program = logging();
  program.functions["slot"] = {"at_end", false, false, false};
  program.calls = {{"serve", "slot", line(31)}, {"slot", "put", line(12)}};
  CHECK(texts(mistakes_of(program)) ==
        std::vector<string>{
            "31: at_end -> put -> fprintf holds the hub: make at_end a task, "
            "and await it. At a.cc:10: write co_await green::fprintf"});
}

TEST_CASE("users name functions that hold their thread") {
  const auto known = greenify::parse_holders(
      "# ours\n\ndatabase::query: give it to a green::threadpool\n", "list");
  REQUIRE(known.contains("database::query"));
  CHECK(known.at("database::query") == "give it to a green::threadpool");
  CHECK_THROWS_WITH_AS(greenify::parse_holders("a: b\nquery\n", "list"),
                       "list:2: write NAME: ADVICE", std::runtime_error);
}

TEST_CASE("what green/lint.h marks without a mirror holds its thread") {
  const auto known = greenify::holders_of_lint(
      "decltype(::recv) recv\n"
      "    [[deprecated(\"holds the hub: co_await green::recv\")]];\n"
      "decltype(::utimes) utimes\n    [[deprecated(\"holds the hub: see "
      "Missing in green/sys/time.h\")]];\n");
  REQUIRE(known.size() == 1);
  CHECK(known.at("utimes") == "see Missing in green/sys/time.h");
}

TEST_CASE("the report is text, JSON and SARIF") {
  const std::set<mistake> found = {
      {line(2), "held", "lock", "the \"lock\"\tis held"}};
  CHECK(greenify::check_text(found, "/p") ==
        "a.cc:2: warning: the \"lock\"\tis held [held]\n");
  CHECK(greenify::check_json(found, "/p") ==
        "{\"findings\": [\n  {\"file\": \"a.cc\", \"line\": 2, \"rule\": "
        "\"held\", \"name\": \"lock\", \"text\": \"the "
        "\\\"lock\\\"\\u0009is held\"}\n]}\n");
  const string sarif = greenify::check_sarif(found, "/p");
  CHECK(sarif.find("\"version\": \"2.1.0\"") != string::npos);
  CHECK(sarif.find("\"ruleId\": \"held\"") != string::npos);
  CHECK(sarif.find("\"uri\": \"a.cc\"}, \"region\": {\"startLine\": 2}") !=
        string::npos);
}

TEST_CASE("SARIF names files by URIs") {
  const std::set<mistake> found = {
      {{"/p/my file#1.cc", 0, 2}, "held", "lock", "the lock is held"}};
  CHECK(greenify::check_sarif(found, "/p").find("\"my%20file%231.cc\"") !=
        string::npos);
  CHECK(greenify::check_sarif(found, "/q")
            .find("\"file:///p/my%20file%231.cc\"") != string::npos);
}

TEST_CASE("known holders have advice, and rules have names") {
  const auto& known = greenify::known_holders();
  for (const char* name : {"curl_easy_perform", "PQexec", "mysql_query",
                           "redisCommand", "sqlite3_step", "std::cin"})
    CHECK(!known.at(name).empty());
  CHECK(greenify::is_rule("holds"));
  CHECK(!greenify::is_rule("hold"));
}
