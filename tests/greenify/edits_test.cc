// SPDX-License-Identifier: MIT
// Edits of greenify: their order, what a replacement drops, moves, diffs.
#include "tools/greenify/edits.h"

#include <doctest/doctest.h>

#include <stdexcept>
#include <string>
#include <vector>

#include "tests/support/files.h"
#include "tests/support/shell.h"

namespace {

using greenify::closing;
using greenify::edit;
using greenify::opening;
using std::string;

string made(const string& text, std::vector<edit> edits) {
  return greenify::edited(text, greenify::settle(text, std::move(edits)));
}

}  // namespace

TEST_CASE("an insertion and a replacement at one offset both happen") {
  CHECK(made("abc", {{"f", 1, 1, "X"}, {"f", 1, 0, "<", -1}}) == "a<Xc");
}

TEST_CASE("an insertion that belongs to a word goes with the word") {
  CHECK(made("abc", {{"f", 1, 1, "X"}, {"f", 1, 0, "green::"}}) == "aXc");
}

TEST_CASE("equal edits are one") {
  CHECK(made("ab", {{"f", 1, 0, "-"}, {"f", 1, 0, "-"}}) == "a-b");
}

TEST_CASE("the longer expression opens first, the inner one closes first") {
  // co_await (co_await f()).get()
  const string text = "f().get()";
  CHECK(made(text, {{"f", 0, 0, "(co_await ", opening(3)},
                    {"f", 3, 0, ")", closing(0)},
                    {"f", 0, 0, "co_await ", opening(9)},
                    {"f", 0, 0, "green::"}}) ==
        "co_await (co_await green::f()).get()");
  CHECK(made("a", {{"f", 1, 0, ">", closing(0)},
                   {"f", 1, 0, ")", closing(1)}}) == "a)>");
}

TEST_CASE("edits inside a replaced text go, those at its ends stay") {
  CHECK(made("abcdef", {{"f", 1, 3, "X"},
                        {"f", 2, 1, "c"},
                        {"f", 2, 0, "gone"},
                        {"f", 1, 0, "<", -1},
                        {"f", 4, 0, ">"}}) == "a<X>ef");
}

TEST_CASE("two replacements of one text are a contradiction") {
  CHECK_THROWS_AS(made("abc", {{"f", 1, 1, "X"}, {"f", 1, 1, "Y"}}),
                  std::logic_error);
  CHECK_THROWS_AS(made("abcd", {{"f", 0, 2, "X"}, {"f", 1, 2, "Y"}}),
                  std::logic_error);
}

TEST_CASE("a text moves with the edits inside it") {
  // The text between the brackets goes to the end.
  CHECK(made("a[bc]d",
             {{"f", 2, 2, "<", 0, 6}, {"f", 3, 0, "-"}, {"f", 6, 0, ">", 1}}) ==
        "a[]d<b-c>");
}

TEST_CASE("a move that two places ask for is made once") {
  const edit move = {"f", 1, 2, "<", 0, 4};
  CHECK(made("abcd", {move, {"f", 2, 1, "X"}, move}) == "ad<bX");
}

TEST_CASE("a text moves out of a text that moves itself") {
  // y moves behind z, and then all of it to the end.
  CHECK(made("(x[y]z)!", {{"f", 1, 5, "", 0, 8}, {"f", 3, 1, "", 0, 6}}) ==
        "()!x[]zy");
}

TEST_CASE("patch(1) makes a diff's edits") {
  if (!tests::installed("patch")) return;
  string text;
  for (int i = 0; i < 40; ++i) text += "line " + std::to_string(i) + "\n";
  text += "no new line";
  const std::vector<edit> edits =
      greenify::settle(text, {{"f", 0, 0, "first\n"},
                              {"f", 12, 1, "\n\n"},
                              {"f", 150, 20, ""},
                              {"f", unsigned(text.size()), 0, " at the end"}});
  const tests::temporary_folder folder;
  folder.file("f", text);
  folder.file("diff", greenify::diff("f", text, edits));
  const auto patched =
      tests::shell("cd " + folder.path() + " && patch -p1 --fuzz=0 < diff");
  REQUIRE_MESSAGE(patched.status == 0, patched.text);
  CHECK(tests::contents(folder.at("f")) == greenify::edited(text, edits));
}

TEST_CASE("without edits there is no diff") {
  CHECK(greenify::diff("f", "a\n", {}).empty());
}
