// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>
#include <sys/stat.h>

#include <string>

#include "tests/support/files.h"
#include "tests/support/program.h"

using std::string;
using tests::finished;
using tests::refuses;
using tests::run;

namespace {

const string make_like = "examples/make_like";

finished make(const string& rules, const string& at_once = "2") {
  const tests::temporary_folder folder;
  return run({make_like, "-j", at_once, folder.file("rules", rules)});
}

}  // namespace

TEST_CASE("make_like runs what is needed first") {
  const finished f = make(
      "# a comment\n\n"
      "a: b c; echo making a\n"
      "b: c; echo making b >&2\n"
      "c: ; echo making c\n");
  CHECK(f.status == 0);
  CHECK(f.out == "[c]\nmaking c\n[b]\nmaking b\n[a]\nmaking a\n");
}

TEST_CASE("make_like runs several at once") {
  const tests::temporary_folder folder;
  const string pipe = folder.at("pipe");
  REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
  // Each waits for the other.
  const finished f = make("a: ; echo met >" + pipe + "\nb: ; cat " + pipe);
  CHECK(f.status == 0);
  CHECK(f.out.find("[b]\nmet\n") != string::npos);
}

TEST_CASE("make_like runs one at a time if told so") {
  const tests::temporary_folder folder;
  const string lock = folder.at("lock");
  string rules;
  for (const string name : {"a", "b", "c", "d"}) {
    rules += name + ": ; mkdir " + lock + " && sleep 0.01 && rmdir " + lock;
    rules += "\n";
  }
  CHECK(make(rules, "1").status == 0);
}

TEST_CASE("make_like leaves out what needs something that failed") {
  const finished f = make(
      "bad: ; echo reason; exit 3\n"
      "never: bad; echo never\n"
      "never2: never; echo never\n"
      "good: ; echo fine\n");
  CHECK(f.status == 1);
  CHECK(f.out.find("[bad] failed\nreason\n") != string::npos);
  CHECK(f.out.find("[good]\nfine\n") != string::npos);
  CHECK(f.out.find("never") == string::npos);
}

TEST_CASE("make_like refuses what can't be made") {
  CHECK(refuses(make("a: b; x\nb: a; x\n"), "needs itself"));
  CHECK(refuses(make("a: nobody; x\n"), "a needs nobody"));
  CHECK(refuses(make("no rule\n"), "no rule"));
  CHECK(refuses(make("", "0"), "-j needs a positive number"));
  for (const char* many : {"", "many", "-1", "2x", "99999999999"}) {
    CHECK(refuses(make("", many), "number, not '" + string(many) + "'"));
  }
  CHECK(refuses(run({make_like}), "a file is needed"));
  CHECK(refuses(run({make_like, "--help"}), "no such option: '--help'"));
  CHECK(refuses(run({make_like, "-j"}), "no such option: '-j'"));
  CHECK(run({make_like, "/no/such/file"}).status == 1);
  const finished folder = run({make_like, "/"});
  CHECK(folder.status == 1);
  CHECK(folder.err == "make_like: /: Is a directory\n");
}
