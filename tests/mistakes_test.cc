// SPDX-License-Identifier: MIT
// What must not compile does not, under each compiler that is installed, and
// the message says what to write. A statement of each kind that is right beside
// it compiles without a warning.
#include <doctest/doctest.h>

#include <cstddef>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "tests/support/files.h"
#include "tests/support/shell.h"

namespace {

namespace fs = std::filesystem;
using std::string;

struct statement {
  const char* code;
  const char* said;  // in the compiler's words or green's; null: it is right
};

const std::vector<const char*> headers = {
    "chrono",       "green/future", "green/green.h",
    "green/mutex",  "green/thread", "green/condition_variable",
    "green/latch",  "mutex",        "green/shared_mutex",
    "green/barrier"};

const char* const world = R"(
using namespace std::chrono_literals;
using green::task;
struct plain {
  void lock() {}
  void unlock() {}
  bool try_lock() { return true; }
  bool try_lock_for(const std::chrono::seconds&) { return true; }
};
[[maybe_unused]] std::chrono::steady_clock::time_point then;
[[maybe_unused]] green::timed_mutex m;
[[maybe_unused]] green::shared_timed_mutex s;
[[maybe_unused]] plain p, q;
[[maybe_unused]] green::jthread j;
)";

const std::vector<statement> statements = {
    // A constructor cannot wait.
    {"green::lock_guard g(m);", "green::lock_guard g(m, green::adopt_lock);"},
    {"green::lock_guard g(m, green::adopt_lock);", nullptr},
    {"green::lock_guard g(p);", nullptr},
    {"green::unique_lock lk(m);", "auto lk = co_await m.scoped_lock();"},
    {"green::unique_lock lk(m, 5ms);", "co_await lk.try_lock_for(timeout);"},
    {"green::unique_lock lk(m, then);", "co_await lk.try_lock_until(time);"},
    {"green::unique_lock lk(m, green::defer_lock);", nullptr},
    {"green::unique_lock lk(p);", nullptr},
    {"green::unique_lock lk(p, 5s);", nullptr},
    {"green::shared_lock lk(s);", "auto lk = co_await m.scoped_lock_shared();"},
    {"green::shared_lock lk(s, 5ms);", "co_await lk.try_lock_for(timeout);"},
    {"green::shared_lock lk(s, then);", "co_await lk.try_lock_until(time);"},
    {"green::shared_lock lk(s, green::try_to_lock);", nullptr},
    {"green::scoped_lock g(m, p);",
     "green::scoped_lock g(green::adopt_lock, a, b);"},
    {"green::scoped_lock g(green::adopt_lock, m, p);", nullptr},
    {"green::scoped_lock g(p, q);", nullptr},
    // [thread.jthread.class] What is asked for nothing.
    {"j.joinable();", "nodiscard"},
    {"j.get_id();", "nodiscard"},
    {"j.get_stop_source();", "nodiscard"},
    {"j.get_stop_token();", "nodiscard"},
    {"green::jthread::hardware_concurrency();", "nodiscard"},
    {"j.request_stop();", nullptr},
    {"green::async([] {});", "nodiscard"},
    {"green::barrier<>(1).arrive();", "nodiscard"},
    // A forgotten co_await.
    {"m.lock();", "nodiscard"},
    {"m.try_lock_for(1s);", "nodiscard"},
    {"green::lock(p, q);", "nodiscard"},
    {"j.join();", "nodiscard"},
    {"(void)m.try_lock();", nullptr},
};

// A line of its own for each statement, in a function of its own.
std::size_t first_line = 0;
void write_program(const string& path) {
  string text;
  for (const char* header : headers) {
    const bool own = string(header).starts_with("green/");
    text += string("#include ") + (own ? "\"" : "<") + header +
            (own ? "\"\n" : ">\n");
  }
  text += world;
  first_line = 1;
  for (const char c : text) first_line += c == '\n' ? 1 : 0;
  std::size_t number = 0;
  for (const statement& one : statements) {
    text += "void f" + std::to_string(number++) + "() { " + one.code + " }\n";
  }
  std::ofstream(path) << text;
}

void check_statements(const string& said, const string& file) {
  for (std::size_t i = 0; i < statements.size(); ++i) {
    const statement& one = statements[i];
    INFO(string(one.code));
    const string place = file + ":" + std::to_string(first_line + i) + ":";
    CHECK((said.find(place) != string::npos) == (one.said != nullptr));
    if (one.said != nullptr) CHECK(said.find(one.said) != string::npos);
  }
}

}  // namespace

TEST_CASE("mistakes do not compile, and what is said helps") {
  const tests::temporary_folder folder;
  write_program(folder.at("mistakes.cc"));
  std::size_t compilers = 0;
  for (const char* compiler : {"clang++-19", "g++"}) {
    if (!tests::installed(compiler)) continue;
    ++compilers;
    INFO(string(compiler));
    const auto compiled = tests::shell(
        string(compiler) + " -std=c++20 -fsyntax-only -Wall -Wextra -I . " +
        folder.at("mistakes.cc"));
    CHECK(compiled.status != 0);
    check_statements(compiled.text, "mistakes.cc");
  }
  CHECK(compilers > 0);
}
