// SPDX-License-Identifier: MIT
// ./run green-run, as a user types it.
#include <doctest/doctest.h>

#include <string>

#include "tests/support/files.h"
#include "tests/support/shell.h"

using tests::shell;

namespace {

const std::string tool = "tools/green-run/green-run ";
const std::string programs = "tests/green-run/programs/";

std::string words_of(const std::string& command, int status) {
  const auto [text, ended] = shell(command);
  CAPTURE(command);
  CHECK(ended == status);
  return text;
}

// A line, of green-run alone.
void refuses(const std::string& command, int status, const std::string& why) {
  const std::string text = words_of(command, status);
  CAPTURE(text);
  CHECK(text.starts_with("green-run: "));
  CHECK(text.find('\n') == text.size() - 1);
  CHECK(text.find(why) != text.npos);
}

}  // namespace

TEST_CASE("a program of threads runs on one thread, and says the same") {
  const std::string program = programs + "threads";
  const std::string quiet = " 2>/dev/null";
  const std::string plain = words_of(program + quiet, 0);
  CHECK(plain ==
        "arguments 1\nsum 5450 mine 5\nslept 190\nrounds 26\n"
        "preloaded nothing\nthe last thread\n");
  CHECK(words_of(tool + program + quiet, 0) == plain);
  CHECK(words_of(tool + program + " exit" + quiet, 7)
            .starts_with("arguments "
                         "2"));
  const std::string count = " 2>&1 >/dev/null";
  CHECK(words_of(program + count, 0) == "system threads 101\n");
  CHECK(words_of(tool + program + count, 0) == "system threads 1\n");
}

TEST_CASE("a pattern leaves threads real, and a group alone") {
  const std::string program = programs + "threads";
  const std::string count = " 2>&1 >/dev/null";
  for (const char* option :
       {"--threads-for 'libstdc++*' ", "--without=create "}) {
    CAPTURE(option);
    CHECK(words_of(tool + option + program + count, 0) ==
          "system threads 101\n");
  }
}

TEST_CASE("threads go round the hubs, and say the same") {
  const std::string program = programs + "spread";
  const std::string plain = words_of(program + " 2>/dev/null", 0);
  CHECK(plain == "sum 9000\nthreads of children 9\ncancelled 8\n");
  for (const char* hubs : {"1", "2", "3"}) {
    const std::string run = tool + "--hubs " + hubs + " " + program;
    CAPTURE(run);
    CHECK(words_of(run + " 2>/dev/null", 0) == plain);
    CHECK(words_of(run + " 2>&1 >/dev/null", 0) ==
          std::string("threads ran on ") + hubs + "\n");
  }
}

TEST_CASE("threads go to the hub with the fewest, if told so") {
  const std::string program = programs + "loads";
  CHECK(words_of(program, 0) == "beside 0\n");
  const std::string run = tool + "--hubs 3 ";
  CHECK(words_of(run + program, 0) == "beside 4\n");
  CHECK(words_of(run + "--spread turns " + program, 0) == "beside 4\n");
  CHECK(words_of(run + "--spread=load " + program, 0) == "beside 0\n");
}

TEST_CASE("threads that a thread makes go round all hubs") {
  const std::string program = programs + "nested";
  const std::string run = tool + "--hubs 3 ";
  CHECK(words_of(run + program, 0) == "threads ran on 3\n");
  // Their maker is one, and so its hub has more.
  CHECK(words_of(run + "--spread load " + program, 0) == "threads ran on 2\n");
}

TEST_CASE("the thread-locals of a module are shared, if told so") {
  const std::string program = programs + "locals";
  CHECK(words_of(program, 0) == "found 2\n");
  CHECK(words_of(tool + program, 0) == "found 1\n");
  CHECK(words_of(tool + "--share-thread-locals main " + program, 0) ==
        "found 2\n");
}

TEST_CASE("GLib's contexts belong to a thread, without a warning") {
  const std::string program = programs + "glib 2>&1";
  const std::string plain = words_of(program, 0);
  CHECK((plain == "20 have their own\n" || plain == "no GLib\n"));
  CHECK(words_of(tool + program, 0) == plain);
  CHECK(words_of(tool + "--hubs 2 " + program, 0) == plain);
}

TEST_CASE("a function that computes gets a real thread the next time") {
  const std::string run = tool + "--max-blocking 20ms ";
  const std::string program = programs + "computes";
  CHECK(words_of(run + program, 0) ==
        "first on main's: yes\nsecond on main's: yes\n"
        "another on main's: yes\n");
  CHECK(words_of(run + "--move-computing " + program, 0) ==
        "first on main's: yes\nsecond on main's: no\n"
        "another on main's: yes\n");
}

TEST_CASE("the patched calls are told by name") {
  const std::string text =
      words_of(tool + "--verbose " + programs + "threads 2>&1", 0);
  const auto patched = [&text](const std::string& module,
                               const std::string& function) {
    const std::size_t begin = text.find("green-run: in " + module + ":");
    if (begin == text.npos) return false;
    const std::string line = text.substr(begin, text.find('\n', begin) - begin);
    return (line + " ").find(" " + function + " ") != line.npos;
  };
  CHECK(text.find("modules are patched\n") != text.npos);
  CHECK(patched("main", "pipe") == false);
  CHECK(patched("main", "read"));
  CHECK(patched("main", "pthread_create"));
  CHECK(patched("libstdc++.so.6", "pthread_create"));
}

TEST_CASE("wrong use is told in a line") {
  refuses(tool, 2, "no program");
  refuses(tool + "--nonsense", 2, "--nonsense");
  refuses(tool + "--nonsense=1 true", 2, "--nonsense");
  refuses(tool + "--stack 12Q true", 2, "12Q");
  refuses(tool + "--stack 0 true", 2, "--stack 0");
  refuses(tool + "--hubs 0 true", 2, "--hubs 0");
  refuses(tool + "--hubs 2x true", 2, "--hubs 2x");
  refuses(tool + "--hubs 1025 true", 2, "--hubs 1025");
  refuses(tool + "--spread wide true", 2, "--spread wide");
  refuses(tool + "--max-blocking soon true", 2, "--max-blocking soon");
  refuses(tool + "--only no-such-module.so true", 2, "no-such-module.so");
  refuses(tool + "--move-computing true", 2, "--max-blocking 100ms");
  refuses(tool + "--without nothing true", 2, "os select socket");
  refuses(tool + "--dump-signal NONE true", 2, "NONE");
  refuses("LD_PRELOAD=libm.so.6 " + tool + "true", 2, "LD_PRELOAD=libm.so.6");
  const std::string help = words_of(tool + "--help", 0);
  CHECK(help.starts_with("usage: green-run"));
}

TEST_CASE("a program that cannot be run is told in a line") {
  const tests::temporary_folder folder;
  const std::string at = folder.path() + "/";
  refuses(tool + at + "missing", 127, "No such file");
  refuses(tool + "no-such-program-anywhere", 127, "no such program in PATH");
  refuses(tool + at, 126, "is a directory");
  folder.file("script", "echo hello\n");
  folder.file("lost", "#!/no/such/one\n");
  folder.file("cut", "\177ELF");
  folder.file("plain");
  shell("chmod +x " + at + "script " + at + "lost " + at + "cut");
  shell("mkfifo -m 777 " + at + "fifo");
  refuses(tool + at + "fifo", 126, "is no regular file");
  refuses(tool + at + "script", 126, "#!INTERPRETER");
  refuses(tool + at + "lost", 127, "its interpreter /no/such/one is missing");
  refuses(tool + at + "cut", 126, "is cut off");
  refuses(tool + at + "plain", 126, "Permission denied");
  refuses(tool + programs + "static", 126, "linked statically");
}

TEST_CASE("a script runs by its interpreter") {
  const tests::temporary_folder folder;
  const std::string script =
      folder.file("script", "#!/bin/sh\necho hello $1\nexit 3\n");
  shell("chmod +x " + script);
  CHECK(words_of(tool + script + " you", 3) == "hello you\n");
}
