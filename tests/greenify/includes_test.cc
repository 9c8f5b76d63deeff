// SPDX-License-Identifier: MIT
// The includes of a converted file: which are replaced, and where new ones go.
#include "tools/greenify/includes.h"

#include <doctest/doctest.h>

#include <set>
#include <string>

#include "tools/greenify/edits.h"

namespace {

using std::string;

// The text with one edit at its end, and the includes that this makes.
string with_includes(const string& text, const std::set<string>& needed) {
  greenify::facts program;
  program.files["f"] = greenify::scan_includes(text);
  for (greenify::source::include& i : program.files["f"].includes) {
    if (i.name == "mutex") i.green = "green/mutex";
  }
  greenify::plan made;
  made.edits["f"].push_back({"f", unsigned(text.size()), 0, "!"});
  greenify::add_includes(program, {{"f", needed}}, made);
  return greenify::edited(text, greenify::settle(text, made.edits["f"]));
}

}  // namespace

TEST_CASE("an include of a mirrored header is replaced in place") {
  CHECK(with_includes("#include <mutex>\n#include <vector>\n", {}) ==
        "#include \"green/mutex\"\n#include <vector>\n!");
}

TEST_CASE("a header that is there, or comes, is not added") {
  CHECK(with_includes("#include <mutex>\n", {"green/mutex", "<mutex>"}) ==
        "#include \"green/mutex\"\n!");
}

TEST_CASE("an include is added behind the last one without a condition") {
  CHECK(with_includes("#include <a>\n#ifdef X\n#include <b>\n#endif\nint i;\n",
                      {"green/unistd.h", "<memory>"}) ==
        "#include <a>\n#include <memory>\n#include \"green/unistd.h\"\n"
        "#ifdef X\n#include <b>\n#endif\nint i;\n!");
}

TEST_CASE("an include guard is no condition") {
  CHECK(with_includes("// text\n#ifndef A_H\n#define A_H\n#include <a>\n"
                      "int i;\n#endif\n",
                      {"green/green.h"}) ==
        "// text\n#ifndef A_H\n#define A_H\n#include <a>\n"
        "#include \"green/green.h\"\nint i;\n#endif\n!");
}

TEST_CASE("without any include it goes behind the guard, or the comment") {
  CHECK(with_includes("#pragma once\nint i;\n", {"green/green.h"}) ==
        "#pragma once\n#include \"green/green.h\"\nint i;\n!");
  CHECK(with_includes("#ifndef A\n#define A\nint i;\n#endif\n",
                      {"green/green.h"}) ==
        "#ifndef A\n#define A\n#include \"green/green.h\"\nint i;\n#endif\n!");
  CHECK(with_includes("/* a\n b */\nint i;\n", {"green/green.h"}) ==
        "/* a\n b */\n#include \"green/green.h\"\nint i;\n!");
}

TEST_CASE("an include in an extern \"C\" block stays") {
  CHECK(with_includes("#include <a>\nextern \"C\" {\n#include <mutex>\n"
                      "int f();  // }\nstruct s { char c = '}'; };\n"
                      "#include <mutex>\n}\n#include <b>\n",
                      {"green/mutex"}) ==
        "#include <a>\nextern \"C\" {\n#include <mutex>\n"
        "int f();  // }\nstruct s { char c = '}'; };\n"
        "#include <mutex>\n}\n#include <b>\n#include \"green/mutex\"\n!");
  CHECK(with_includes("#pragma once\n#ifdef __cplusplus\nextern \"C\" {\n"
                      "#endif\n#include <mutex>\n",
                      {"green/mutex"}) ==
        "#pragma once\n#include \"green/mutex\"\n#ifdef __cplusplus\n"
        "extern \"C\" {\n#endif\n#include <mutex>\n!");
}

TEST_CASE("an include in a comment is none") {
  const auto read = greenify::scan_includes(
      "// #include <a>\n/* #include <b>\n#include <c>\n*/ #include <d>\n"
      "const char* s = \"/*\";\n#  include \"e.h\"\n");
  REQUIRE(read.includes.size() == 2);
  CHECK(read.includes[0].name == "d");
  CHECK(read.includes[1].name == "e.h");
}
