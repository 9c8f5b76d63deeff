// SPDX-License-Identifier: MIT
// Input that nobody expects: greenify converts it right, or says one clear line
// and writes nothing.
#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <string>

#include "tests/greenify/runs.h"

namespace {

namespace fs = std::filesystem;
using std::string;
using tests::awaits_in;
using tests::contents;
using tests::files_in;
using tests::greenify;
using tests::temporary_folder;

}  // namespace

TEST_CASE("texts of every shape are converted") {
  const string body = "#include <unistd.h>\nint main() { return pause(); }\n";
  const std::map<string, string> shapes = {
      {"no last newline",
       "#include <unistd.h>\nint main() { return pause(); }"},
      {"CRLF",
       "#include <unistd.h>\r\nint main() {\r\n  return pause();\r\n}\r\n"},
      {"a BOM", "\xEF\xBB\xBF" + body},
      {"UTF-8 names",
       "#include <unistd.h>\nint größe() { return pause(); }\n"
       "int main() { return größe(); }\n"},
      {"#line",
       "#line 7 \"none.y\"\n#include <unistd.h>\n#line 90 \"none.y\"\n"
       "int main() { return pause(); }\n"},
      {"comments in a call",
       "#include <unistd.h>\nint main() { return pause "
       "/* a */ ( /* b */ ) /* c */; }\n"},
  };
  for (const auto& [name, text] : shapes) {
    CAPTURE(name);
    const temporary_folder folder;
    folder.file("a.cc", text);
    const auto ran = greenify(folder, "--out out a.cc");
    CHECK_MESSAGE(ran.status == 0, ran.text);
    const string made = contents(folder.at("out/a.cc"));
    CHECK(made.find("co_await green::pause") != string::npos);
    const auto ends = std::ranges::count(made, '\n');
    const bool crlf = text.find("\r\n") != string::npos;
    CHECK(std::ranges::count(made, '\r') == (crlf ? ends : 0));
    CHECK(text.starts_with("\xEF\xBB\xBF") == made.starts_with("\xEF\xBB\xBF"));
    CHECK(text.ends_with('\n') == made.ends_with('\n'));
    CHECK(greenify(folder, "--in-place --force a.cc").status == 0);
    CHECK(contents(folder.at("a.cc")) == made);
  }
}

TEST_CASE("a header that is included twice is converted for both") {
  const temporary_folder folder;
  folder.file("twice.h",
              "#ifdef SECOND\n"
              "inline int second(int n) { return usleep(unsigned(n)); }\n"
              "#else\n"
              "inline int first(int n) { return int(sleep(unsigned(n))); }\n"
              "#endif\n");
  folder.file("a.cc",
              "#include <unistd.h>\n#include \"twice.h\"\n#define SECOND\n"
              "#include \"twice.h\"\n"
              "int main() { return first(1) + second(1); }\n");
  const auto ran = greenify(folder, "--out out a.cc");
  CHECK_MESSAGE(ran.status == 0, ran.text);
  CHECK(awaits_in(contents(folder.at("out/twice.h"))) == 2);
}

TEST_CASE("a symlinked folder is the folder") {
  const temporary_folder folder;
  fs::create_directory(folder.at("real"));
  folder.file("real/a.h",
              "#include <unistd.h>\ninline void a() { pause(); }\n");
  folder.file("real/a.cc", "#include \"a.h\"\nint main() { a(); }\n");
  fs::create_directory_symlink("real", folder.at("link"));
  const auto ran = greenify(folder, "--in-place --force link/a.cc");
  CHECK_MESSAGE(ran.status == 0, ran.text);
  CHECK(fs::is_symlink(folder.at("link")));
  CHECK(awaits_in(contents(folder.at("real/a.h"))) == 1);
  CHECK(contents(folder.at("real/a.cc")).find("green::run(a)") != string::npos);
}

TEST_CASE("an empty source is converted to itself") {
  const temporary_folder folder;
  folder.file("a.cc", "");
  const auto ran = greenify(folder, "--out out a.cc");
  CHECK(ran.status == 0);
  CHECK(ran.text ==
        "greenify: 0 files, 0 functions wait, 0 co_awaits, 0 edits; 0 errors, "
        "0 warnings\n");
  CHECK(contents(folder.at("out/a.cc")).empty());
}

TEST_CASE("wrong use is one line and status 2, and nothing is written") {
  const temporary_folder folder;
  fs::create_directories(folder.at("sub/dir.cc"));
  folder.file("bad.cc",
              "#include <unistd.h>\nint main() { sleep(nothing); }\n");
  folder.file("good.cc", "#include <unistd.h>\nint main() { sleep(1); }\n");
  folder.file("sub/inner.cc", "");
  folder.file("empty.json", "");
  folder.file("list.json", "[]");
  folder.file("other.json",
              "[{\"directory\": \"/nowhere/build\", \"file\": "
              "\"/nowhere/a.cc\", \"command\": \"c++ -c /nowhere/a.cc\"}]");
  folder.file("moved.json",
              "[{\"directory\": \"/nowhere/build\", \"file\": \"" +
                  folder.at("good.cc") +
                  "\", \"command\": \"c++ -c good.cc\"}]");
  const auto before = files_in(folder.path());
  for (const char* wrong : {"none.cc",
                            "",
                            "sub",
                            "sub/dir.cc",
                            "--no-such good.cc",
                            "-x good.cc",
                            "-p . good.cc",
                            "-p empty.json",
                            "-p list.json",
                            "-p other.json",
                            "-p moved.json",
                            "--root / -p .",
                            "--root none good.cc",
                            "--in-place good.cc",
                            "--root /usr good.cc",
                            "--root sub good.cc",
                            "--green /usr good.cc",
                            "--green none good.cc",
                            "--jobs x good.cc",
                            "--explain good.cc good.cc",
                            "--explain good.cc:x good.cc",
                            "--out a --diff good.cc",
                            "--out",
                            "--only nothing good.cc",
                            "--out good.cc good.cc",
                            "--out /proc/none good.cc",
                            "--out a --report /nowhere/r good.cc",
                            "--out a --json /nowhere/r good.cc",
                            "--check --holders none good.cc"}) {
    CAPTURE(wrong);
    const auto ran = greenify(folder, wrong);
    CAPTURE(ran.text);
    CHECK(ran.status == 2);
    CHECK(std::ranges::count(ran.text, '\n') == 1);
    CHECK(ran.text.starts_with("greenify: "));
    CHECK(files_in(folder.path()) == before);
  }
}

TEST_CASE("a unit with errors is told, and nothing is written") {
  const temporary_folder folder;
  folder.file("bad.cc",
              "#include <unistd.h>\nint main() { sleep(nothing); }\n");
  folder.file("good.cc", "#include <unistd.h>\nvoid f() { sleep(1); }\n");
  const auto before = files_in(folder.path());
  for (const char* action : {"--in-place --force", "--out out", "--diff", ""}) {
    CAPTURE(action);
    const auto ran = greenify(folder, string(action) + " bad.cc good.cc");
    CHECK(ran.status == 2);
    CHECK(ran.text ==
          "bad.cc:2: error: use of undeclared identifier 'nothing'\n"
          "greenify: the program does not compile; nothing is written\n");
    CHECK(files_in(folder.path()) == before);
  }
}

TEST_CASE("where one file cannot be written, none is") {
  const temporary_folder folder;
  for (const char* name : {"log.cc", "main.cc", "work.cc"}) {
    folder.file(name,
                "#include <unistd.h>\nstatic int f() { return pause(); }\n"
                "int (*g)() = f;\n");
  }
  // A folder stands where greenify would put the new text of one file.
  fs::create_directory(folder.at("work.cc.greenify"));
  const auto before = files_in(folder.path());
  const auto ran =
      greenify(folder, "--in-place --force log.cc work.cc main.cc");
  CHECK(ran.status == 2);
  CHECK(ran.text == "greenify: cannot write '" + folder.at("work.cc") +
                        "'; nothing is written\n");
  CHECK(files_in(folder.path()) == before);
}
