// SPDX-License-Identifier: MIT
// What greenify keeps of its runs.
#include "tools/greenify/cache.h"

#include <doctest/doctest.h>

#include <chrono>
#include <filesystem>
#include <string>

#include "tests/support/files.h"

namespace {

namespace fs = std::filesystem;
using greenify::cache;
using greenify::paths_read;
using tests::temporary_folder;

const auto later = std::chrono::system_clock::now() + std::chrono::hours(1);

// Keeps "answer" for "question".
void keep(const temporary_folder& folder, const paths_read& read,
          const greenify::texts& given = {}) {
  cache(folder.at("cache")).keep("question", read, given, later, "answer");
}

std::string found(const temporary_folder& folder,
                  const std::string& question = "question",
                  const greenify::texts& given = {}) {
  return cache(folder.at("cache")).find(question, given).value_or("none");
}

}  // namespace

TEST_CASE("a digest is FNV-1a's") {
  CHECK(greenify::digest("") == "6c62272e07bb014262b821756295c58d");
  CHECK(greenify::digest("a") == "d228cb696f1a8caf78912b704e4a8964");
  CHECK(greenify::digest("foobar") == "343e1662793c64bf6f0d3597ba446f18");
}

TEST_CASE("an answer is found for its question alone") {
  const temporary_folder folder;
  CHECK(found(folder) == "none");
  keep(folder, {});
  CHECK(found(folder) == "answer");
  CHECK(found(folder, "another question") == "none");
}

TEST_CASE("an answer is found while its paths are what they were") {
  const temporary_folder folder;
  const std::string file = folder.file("a", "1"),
                    list = folder.path() + "/sub/";
  fs::create_directory(list);
  fs::create_symlink(file, folder.at("link"));
  folder.file("b", "1");
  keep(folder, {file, folder.at("missing"), folder.at("link"), list});
  REQUIRE(found(folder) == "answer");
  SUBCASE("a file has other bytes") { folder.file("a", "2"); }
  SUBCASE("a file is gone") { fs::remove(file); }
  SUBCASE("a file is there") { folder.file("missing"); }
  SUBCASE("a listed folder has a file") { folder.file("sub/new"); }
  SUBCASE("a link leads to another file of the same bytes") {
    fs::remove(folder.at("link"));
    fs::create_symlink(folder.at("b"), folder.at("link"));
  }
  CHECK(found(folder) == "none");
}

TEST_CASE("a given text stands for the file") {
  const temporary_folder folder;
  const std::string file = folder.file("a", "1");
  keep(folder, {file}, {{file, "text"}});
  CHECK(found(folder) == "none");
  CHECK(found(folder, "question", {{file, "other"}}) == "none");
  CHECK(found(folder, "question", {{file, "text"}}) == "answer");
  folder.file("a", "2");
  CHECK(found(folder, "question", {{file, "text"}}) == "answer");
}

TEST_CASE("work that read a file which is newer is not kept") {
  const temporary_folder folder;
  const std::string file = folder.file("a", "1");
  const auto before = std::chrono::system_clock::now() - std::chrono::hours(1);
  cache(folder.at("cache")).keep("question", {file}, {}, before, "answer");
  CHECK(found(folder) == "none");
}

TEST_CASE("no other file is an entry") {
  const temporary_folder folder;
  keep(folder, {});
  const fs::path entry = fs::directory_iterator(folder.at("cache"))->path();
  const std::string bytes = tests::contents(entry.string());
  const std::string name = "cache/" + entry.filename().string();
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    folder.file(name, bytes.substr(0, size));
    CHECK(found(folder) == "none");
    std::string other = bytes;
    other[size] = char(other[size] ^ 0x10);
    folder.file(name, other);
    CHECK(found(folder) == "none");
  }
  folder.file(name, bytes + "x");
  CHECK(found(folder) == "none");
  folder.file(name, bytes);
  CHECK(found(folder) == "answer");
}

TEST_CASE("the entries that were not used for longest go") {
  const temporary_folder folder;
  cache kept(folder.at("cache"));
  for (int i = 0; i < 4; ++i) {
    const std::string name = std::to_string(i);
    kept.keep(name, {}, {}, later, std::string(1000, 'x'));
    // Those that were kept before are an hour older.
    for (const auto& one : fs::directory_iterator(folder.at("cache"))) {
      fs::last_write_time(one, one.last_write_time() - std::chrono::hours(1));
    }
  }
  CHECK(kept.find("0", {}).has_value());  // it is used now
  folder.file("cache/of_the_user", std::string(9000, 'x'));
  kept.trim(3000);
  CHECK(kept.find("0", {}).has_value());
  CHECK(!kept.find("1", {}).has_value());
  CHECK(!kept.find("2", {}).has_value());
  CHECK(kept.find("3", {}).has_value());
  CHECK(fs::exists(folder.at("cache/of_the_user")));
}

TEST_CASE("without a folder nothing is kept") {
  cache none("");
  none.keep("question", {}, {}, later, "answer");
  none.trim(0);
  CHECK(!none.find("question", {}).has_value());
}
