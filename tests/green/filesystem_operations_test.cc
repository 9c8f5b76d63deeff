// SPDX-License-Identifier: MIT
// The operations of <filesystem>, with and without an error_code, and those of
// its entries.
#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <string>
#include <system_error>
#include <type_traits>
#include <vector>

#include "green/filesystem"
#include "green/greenlet.h"
#include "tests/support/files.h"
#include "tests/support/filesystems.h"
#include "tests/support/oracle.h"
#include "tests/support/sockets.h"

namespace fs = std::filesystem;
using std::error_code;
using std::string;
using tests::task_of;
using tests::temporary_folder;
using original = tests::system_filesystem;
using mirror = tests::green_filesystem;

namespace {

using words = std::vector<string>;

template <class T>
string in_words(const T& value) {
  if constexpr (std::is_convertible_v<T, string>) {
    return value;
  } else if constexpr (std::is_same_v<T, fs::file_status>) {
    return std::to_string(int(value.type())) + "/" +
           std::to_string(int(value.permissions()));
  } else {
    return std::to_string(value);
  }
}

string in_words(const error_code& error) {
  return error ? ", " + string(::strerrorname_np(error.value())) : "";
}

// What f() gives or throws.
template <class S, class F>
task_of<S> tell(words& out, string what, F f) {
  try {
    using result = green::core::await_result_t<decltype(f())>;
    if constexpr (std::is_void_v<result>) {
      co_await f();
    } else {
      const auto given = co_await f();
      what += ": " + in_words(given);
    }
  } catch (const fs::filesystem_error& e) {
    what += " throws " + e.path1().string() + " " + e.path2().string() +
            in_words(e.code());
  }
  out.push_back(what);
}

// The same of f(error), and of f() without one.
template <class S, class F>
task_of<S> tell_both(words& out, string what, F f) {
  error_code error = std::make_error_code(std::errc::not_supported);
  const auto with_error = [&] { return f(error); };
  co_await tell<S>(out, what, with_error);
  out.back() += in_words(error);
  co_await tell<S>(out, what, [&] { return f(); });
}

// The operation as a function of its first arguments, with more or none behind.
#define ON(name, ...) [&](auto&... e) { return S::name(__VA_ARGS__, e...); }
#define TELL(name, ...) \
  co_await tell_both<S>(out, #name " " #__VA_ARGS__, ON(name, __VA_ARGS__))

constexpr const char* names[] = {
    "file",     "folder", "link", "folder/in", "fifo",           "missing",
    "dangling", "file/x", "loop", "",          "folder/../file", "empty"};

void make_files() {
  std::ofstream("file") << "bytes";
  REQUIRE(::mkdir("folder", 0755) == 0);
  REQUIRE(::mkdir("empty", 0700) == 0);
  std::ofstream("folder/in") << "more";
  REQUIRE(::symlink("file", "link") == 0);
  REQUIRE(::symlink("nothing", "dangling") == 0);
  REQUIRE(::symlink("loop", "loop") == 0);
  REQUIRE(::mkfifo("fifo", 0600) == 0);
}

template <class S>
task_of<S> look(words& out) {
  for (const char* const name : names) {
    const fs::path p = name;
    out.push_back(string("of ") + name);
    TELL(status, p);
    TELL(symlink_status, p);
    TELL(exists, p);
    TELL(is_block_file, p);
    TELL(is_character_file, p);
    TELL(is_directory, p);
    TELL(is_fifo, p);
    TELL(is_other, p);
    TELL(is_regular_file, p);
    TELL(is_socket, p);
    TELL(is_symlink, p);
    if (p != "folder") TELL(file_size, p);
    TELL(hard_link_count, p);
    TELL(is_empty, p);
    TELL(read_symlink, p);
    TELL(equivalent, p, "file");
    TELL(relative, p, "folder");
    TELL(proximate, p, "folder");
  }
}

template <class S>
task_of<S> change(words& out) {
  const fs::path longest = string(5000, 'n');
  for (const fs::path& p :
       {fs::path("new"), fs::path("new/a/b"), fs::path("file"),
        fs::path("file/x"), fs::path(), longest}) {
    TELL(create_directory, p);
    TELL(create_directories, p);
    TELL(create_directory, p, "folder");
  }
  for (const char* const p : {"file", "missing", "folder", "a/b", ""}) {
    TELL(rename, p, "renamed");
    TELL(rename, "renamed", p);
    TELL(create_hard_link, p, "hard");
    TELL(create_symlink, p, "soft");
    TELL(create_directory_symlink, p, "soft2");
    TELL(copy_symlink, p, "copied link");
    TELL(resize_file, p, 3u);
    TELL(permissions, p, fs::perms::owner_all);
    TELL(permissions, p, fs::perms::group_read, fs::perm_options::add);
    TELL(last_write_time, p, fs::file_time_type());
    TELL(copy_file, p, "copied");
    TELL(copy_file, p, "copied", fs::copy_options::overwrite_existing);
    TELL(copy_file, p, "copied", fs::copy_options::skip_existing);
  }
  for (const char* const p : {"soft", "hard", "copied", "fifo", "missing",
                              "folder", "empty", "file/x", ""}) {
    TELL(remove, p);
  }
  TELL(copy_symlink, "link", "copied link");
  TELL(current_path, "missing");
}

// The names below a folder, and what is in the files.
string tree_of(const fs::path& p) {
  std::vector<string> all;
  for (const auto& e : fs::recursive_directory_iterator(p)) {
    string text = e.path().string();
    if (e.is_symlink())
      text += " -> " + fs::read_symlink(e).string();
    else if (e.is_regular_file())
      text += "=" + tests::contents(e.path());
    all.push_back(text);
  }
  std::ranges::sort(all);
  string joined;
  for (const string& text : all) joined += text + "; ";
  return joined;
}

template <class S>
task_of<S> handle_trees(words& out) {
  fs::create_directories("tree/a/b/c");
  fs::create_directories("tree/empty");
  for (const char* file : {"tree/1", "tree/a/2", "tree/a/b/3"})
    std::ofstream(file) << file;
  fs::create_symlink("a", "tree/link");
  fs::create_symlink("nothing", "tree/a/dangling");
  using fs::copy_options;
  int number = 0;
  for (const copy_options options :
       {copy_options::none, copy_options::recursive,
        copy_options::recursive | copy_options::copy_symlinks,
        copy_options::recursive | copy_options::skip_symlinks,
        copy_options::directories_only | copy_options::recursive |
            copy_options::skip_symlinks,
        copy_options::create_symlinks, copy_options::directories_only}) {
    const fs::path to = "to" + std::to_string(number++);
    for (const char* const from :
         {"tree", "tree/1", "tree/link", "missing", "tree/a/dangling", ""}) {
      TELL(copy, from, to, options);
      if (fs::is_directory(to)) out.push_back(tree_of(to));
      TELL(copy, from, to / "below", options);
    }
    out.push_back(tree_of("."));
  }
  TELL(copy, "tree", "plain");
  TELL(copy, "tree", "tree");
  TELL(copy, "tree", "file");
  out.push_back(tree_of("."));
  for (const char* const p : {"missing", "to0/below", "file", "tree/link",
                              "file/x", "", "tree/a/", "to1", "tree", "loop"}) {
    TELL(remove_all, p);
  }
  out.push_back(tree_of("."));
}

// Each side in a folder of its own, and without its name.
template <class S, class F>
words side(F body) {
  const temporary_folder folder;
  const fs::path before = fs::current_path();
  fs::current_path(folder.path());
  make_files();
  words out;
  S::run(body, std::ref(out));
  fs::current_path(before);
  return out;
}

void compare(const words& green, const words& original) {
  REQUIRE(green.size() == original.size());
  for (size_t i = 0; i < green.size(); ++i) CHECK(green[i] == original[i]);
}

bool says(const words& out, const string& part) {
  for (const string& line : out) {
    if (line.find(part) != string::npos) return true;
  }
  return false;
}

}  // namespace

TEST_CASE("files are looked at as by the originals") {
  const words by_green = side<mirror>(look<mirror>);
  compare(by_green, side<original>(look<original>));
  CHECK(says(by_green, "file_size p: 5"));
  CHECK(says(by_green, "ENOTDIR"));
  CHECK(says(by_green, "ELOOP"));
}

TEST_CASE("files are changed as by the originals") {
  const words by_green = side<mirror>(change<mirror>);
  compare(by_green, side<original>(change<original>));
  CHECK(says(by_green, "ENAMETOOLONG"));
  CHECK(says(by_green, "EEXIST"));
}

TEST_CASE("trees are copied and removed as by the originals") {
  const words by_green = side<mirror>(handle_trees<mirror>);
  const words by_original = side<original>(handle_trees<original>);
  compare(by_green, by_original);
  CHECK(says(by_green, "to2/a/b/3=tree/a/b/3"));
}

TEST_CASE_TEMPLATE("places of the process", S, original, mirror) {
  S::run([]() -> task_of<S> {
    const temporary_folder folder;
    const fs::path before = fs::current_path();
    const fs::path there = co_await S::canonical(folder.path());
    co_await S::current_path(there);
    CHECK(fs::current_path() == there);
    const fs::path nothing = co_await S::relative(there);
    CHECK(nothing == ".");
    const fs::path weak = co_await S::weakly_canonical("a/../b");
    CHECK(weak == fs::weakly_canonical("a/../b"));
    co_await S::current_path(before);
    const fs::path temporary = co_await S::temp_directory_path();
    CHECK(temporary == fs::temp_directory_path());
    const auto room = co_await S::space("/");
    CHECK(room.capacity == fs::space("/").capacity);
    const auto time = co_await S::last_write_time(folder.path());
    CHECK((time == fs::last_write_time(folder.path())));
  });
}

TEST_CASE_TEMPLATE("an entry tells of its file", S, original, mirror) {
  S::run([]() -> task_of<S> {
    const temporary_folder folder;
    const fs::path file = folder.file("file", "bytes");
    typename S::entry entry;
    co_await S::ask(entry, [&](auto& e) { return e.assign(file); });
    CHECK(entry.path() == file);
    const bool there =
        co_await S::ask(entry, [](auto& e) { return e.exists(); });
    CHECK(there);
    const auto size =
        co_await S::ask(entry, [](auto& e) { return e.file_size(); });
    CHECK(size == 5);
    const auto links =
        co_await S::ask(entry, [](auto& e) { return e.hard_link_count(); });
    CHECK(links == 1);
    const auto time =
        co_await S::ask(entry, [](auto& e) { return e.last_write_time(); });
    CHECK((time == fs::last_write_time(file)));
    error_code error;
    co_await S::ask(entry,
                    [&](auto& e) { return e.replace_filename("no", error); });
    CHECK(entry.path() == folder.at("no"));
    const auto status =
        co_await S::ask(entry, [&](auto& e) { return e.status(error); });
    CHECK(status.type() == fs::file_type::not_found);
    const bool regular = co_await S::ask(
        entry, [&](auto& e) { return e.is_regular_file(error); });
    CHECK_FALSE(regular);
    fs::create_symlink("file", folder.at("no"));
    co_await S::ask(entry, [](auto& e) { return e.refresh(); });
    const bool link =
        co_await S::ask(entry, [](auto& e) { return e.is_symlink(); });
    CHECK(link);
    const auto own =
        co_await S::ask(entry, [](auto& e) { return e.symlink_status(); });
    CHECK(own.type() == fs::file_type::symlink);
  });
}

TEST_CASE("a kill stops remove_all and copy between two files") {
  green::run([]() -> green::task<> {
    const int open = tests::open_descriptors();
    for (int turns = 0; turns < 60; turns += 3) {
      const temporary_folder folder;
      const fs::path from = folder.at("from"), to = folder.at("to");
      for (int i = 0; i < 30; ++i) {
        fs::create_directories(from / std::to_string(i % 3));
        std::ofstream(from / std::to_string(i % 3) / std::to_string(i)) << i;
      }
      const auto works = [&]() -> green::task<> {
        co_await green::filesystem::copy(from, to, fs::copy_options::recursive);
        co_await green::filesystem::remove_all(from);
      };
      const auto worker = green::spawn(works);
      for (int i = 0; i < turns; ++i) co_await green::sleep();
      co_await worker.kill();
      CHECK(tests::open_descriptors() == open);
      // Whatever is there is whole.
      error_code none;
      for (const auto& e : fs::recursive_directory_iterator(to, none)) {
        if (e.is_regular_file())
          CHECK(tests::contents(e.path()) == e.path().filename().string());
      }
    }
  });
}
