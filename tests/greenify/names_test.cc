// SPDX-License-Identifier: MIT
#include "tools/greenify/names.h"

#include <doctest/doctest.h>

#include <map>
#include <stdexcept>
#include <string>

#include "tests/support/files.h"

using greenify::list;
using greenify::name;
using greenify::names;
using std::string;

namespace {

const std::map<string, string> headers = {
    {"sys/socket.h",
     "// SPDX-License-Identifier: MIT\n"
     "//\n"
     "// Mirrors <sys/socket.h>. A kill is thrown.\n"
     "//\n"
     "// Awaited: accept recv\n"
     "//   send\n"
     "// Own: setsockopt\n"
     "// Same: all else is the original: bind\n"
     "// Differs: recvmsg is a word of prose here.\n"
     "// Missing: isfdtype sockatmark, which nobody calls: use bind. Others\n"
     "//   (accept9) are not known.\n"
     "#pragma once\n"
     "\n"
     "using ::bind;\n"
     "using ::ntohs, ::ntohl;\n"},
    {"mutex",
     "// green/mutex -*- C++ -*-\n"
     "// Mirrors <mutex>.\n"
     "//\n"
     "// Awaited: mutex::lock, unique_lock::lock, lock\n"
     "// Own: mutex, unique_lock, once_flag\n"
     "// Same: defer_lock\n"
     "// Differs: nothing.\n"
     "// Missing: native_handle: there is none.\n"
     "\n"
     "using std::defer_lock;\n"},
    {"filesystem",
     "// Mirrors <filesystem>.\n"
     "// Awaited: exists\n"
     "namespace green::filesystem {\n"},
    {"unistd.h",
     "// Mirrors <unistd.h>.\n"
     "// Awaited: (nothing)\n"
     "// Missing: accept of another header, and packed: see there.\n"},
    {"future", "// Mirrors <future>.\n// Awaited: packaged_task::operator()\n"},
    {"algorithm",
     "// Mirrors <algorithm>.\n"
     "// Missing: the overload of remove with an execution policy; sort.\n"},
    {"event.h", "// Awaited: this header mirrors nothing\n"},
};

string green_of(const name* found) { return found ? found->green : "none"; }

}  // namespace

TEST_CASE("the lists of a header become names") {
  const names all = names::parse(headers);
  CHECK(all.mirrors().size() == 6);
  CHECK(green_of(all.awaited("recv")) == "green::recv");
  CHECK(green_of(all.awaited("send")) == "green::send");
  CHECK(all.find("recvmsg") == nullptr);
  REQUIRE(all.find("setsockopt") != nullptr);
  CHECK(all.find("setsockopt")->in == list::own);
  CHECK(all.awaited("setsockopt") == nullptr);
  CHECK(green_of(all.prefixed("setsockopt")) == "green::setsockopt");
  CHECK(all.include_of(*all.find("recv")) == "green/sys/socket.h");
}

TEST_CASE("names that a header takes over are the same") {
  const names all = names::parse(headers);
  for (const char* one : {"bind", "ntohs", "ntohl", "std::defer_lock"}) {
    CAPTURE(one);
    REQUIRE(all.find(one) != nullptr);
    CHECK(all.find(one)->in == list::same);
    CHECK(all.prefixed(one) == nullptr);
  }
}

TEST_CASE("names of std are qualified") {
  const names all = names::parse(headers);
  CHECK(green_of(all.awaited("std::mutex::lock")) == "green::mutex::lock");
  CHECK(green_of(all.awaited("std::lock")) == "green::lock");
  CHECK(all.find("lock") == nullptr);
  CHECK(green_of(all.awaited("std::filesystem::exists")) ==
        "green::filesystem::exists");
  CHECK(all.awaited("std::packaged_task::operator()") != nullptr);
}

TEST_CASE("members of a class take no prefix") {
  const names all = names::parse(headers);
  CHECK(green_of(all.prefixed("std::mutex")) == "green::mutex");
  CHECK(green_of(all.prefixed("std::lock")) == "green::lock");
  CHECK(all.prefixed("std::mutex::lock") == nullptr);
  CHECK(green_of(all.prefixed("std::filesystem::exists")) ==
        "green::filesystem::exists");
}

TEST_CASE("missing names come with their advice") {
  const names all = names::parse(headers);
  const name* lacking = all.find("sockatmark");
  REQUIRE(lacking != nullptr);
  CHECK(lacking->in == list::missing);
  CHECK(lacking->green.empty());
  CHECK(lacking->advice == "isfdtype sockatmark, which nobody calls: use bind");
  REQUIRE(all.find("accept9") != nullptr);
  CHECK(all.find("accept9")->advice == "Others (accept9) are not known");
}

TEST_CASE("a name that lacks an overload is not missing") {
  const names all = names::parse(headers);
  CHECK(all.find("std::remove") == nullptr);
  REQUIRE(all.find("std::sort") != nullptr);
  CHECK(all.find("std::sort")->in == list::missing);
}

TEST_CASE("a name that another list has is not missing") {
  const names all = names::parse(headers);
  CHECK(all.find("bind")->in == list::same);
  CHECK(all.find("accept")->in == list::awaited);
  CHECK(all.find("packed")->in == list::missing);
}

TEST_CASE("a class of green's lacks a member") {
  const names all = names::parse(headers);
  const name* lacking = all.find("std::mutex::native_handle");
  REQUIRE(lacking != nullptr);
  CHECK(lacking->in == list::missing);
  CHECK(lacking->advice == "native_handle: there is none");
  CHECK(all.find("std::mutex::unlock") == nullptr);
  CHECK(all.find("std::other::native_handle") == nullptr);
}

TEST_CASE("a header is found by its include") {
  const names all = names::parse(headers);
  REQUIRE(all.mirror_of("sys/socket.h") != nullptr);
  CHECK(all.mirror_of("sys/socket.h")->scope.empty());
  CHECK(all.mirror_of("mutex")->scope == "std::");
  CHECK(all.mirror_of("filesystem")->scope == "std::filesystem::");
  CHECK(all.mirror_of("event.h") == nullptr);
  CHECK(all.mirror_of("cstdio") == nullptr);
}

TEST_CASE("prose in a list of names is refused") {
  CHECK_THROWS_WITH_AS(
      names::parse({{"a.h", "// Mirrors <a.h>.\n// Own: f g() and h\n"}}),
      "green/a.h: the list Own: holds names alone, and 'g()' is no name",
      std::runtime_error);
}

TEST_CASE("green's headers are read from their folder") {
  const names all = names::read("green");
  CHECK(green_of(all.awaited("recv")) == "green::recv");
  CHECK(green_of(all.awaited("std::this_thread::sleep_for")) ==
        "green::this_thread::sleep_for");
  CHECK(all.find("bind")->in == list::same);
  CHECK(all.include_of(*all.find("SSL_read")) == "green/openssl/ssl.h");
}

TEST_CASE("a folder without green's headers is told of") {
  const tests::temporary_folder folder;
  const string path = folder.at("");
  CHECK_THROWS_WITH_AS(
      names::read(path),
      (path + " holds no headers of green: green.h is missing").c_str(),
      std::runtime_error);
}

TEST_CASE("a choice leaves names, headers, and all of a header of std") {
  names all = names::parse(headers);
  CHECK(all.choose({"recv", "std::mutex", "filesystem"}).empty());
  CHECK(green_of(all.awaited("recv")) == "green::recv");
  CHECK(all.find("send") == nullptr);
  CHECK(all.find("setsockopt") == nullptr);
  CHECK(green_of(all.awaited("std::mutex::lock")) == "green::mutex::lock");
  CHECK(all.find("std::unique_lock") != nullptr);
  CHECK(all.mirror_of("sys/socket.h")->has_names);
  CHECK(all.mirror_of("filesystem")->has_names);
  CHECK(!all.mirror_of("future")->has_names);
  CHECK(names::parse(headers).choose({"recv", "rec"}) == "rec");
  CHECK(names::parse(headers).choose({"bind"}) == "bind");  // it never waits
}
