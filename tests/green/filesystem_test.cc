// SPDX-License-Identifier: MIT
#include "green/filesystem"

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <functional>
#include <string>
#include <system_error>
#include <vector>

#include "green/greenlet.h"
#include "tests/support/death.h"
#include "tests/support/files.h"
#include "tests/support/filesystems.h"
#include "tests/support/mirror.h"
#include "tests/support/oracle.h"

using std::error_code;
using std::uintmax_t;
using std::filesystem::copy_options;
using std::filesystem::directory_options;
using std::filesystem::file_status;
using std::filesystem::file_time_type;
using std::filesystem::filesystem_error;
using std::filesystem::path;
using std::filesystem::perm_options;
using std::filesystem::perms;
using std::filesystem::space_info;
using tests::task_of;
using tests::temporary_folder;
using original = tests::system_filesystem;
using mirror = tests::green_filesystem;

namespace {

// The overload of each function that has these parameters, and the one that has
// an error beside them.
template <class R, class... P>
struct alike {
  static consteval bool throwing(green::task<R> (*)(P...), R (*)(P...)) {
    return true;
  }
  static consteval bool telling(green::task<R> (*)(P..., error_code&),
                                R (*)(P..., error_code&)) {
    return true;
  }
};

}  // namespace

static_assert(alike<file_status, const path&>::throwing(
    green::filesystem::status, std::filesystem::status));
static_assert(alike<file_status, const path&>::telling(
    green::filesystem::status, std::filesystem::status));
static_assert(alike<file_status, const path&>::throwing(
    green::filesystem::symlink_status, std::filesystem::symlink_status));
static_assert(alike<file_status, const path&>::telling(
    green::filesystem::symlink_status, std::filesystem::symlink_status));
static_assert(alike<bool, const path&>::throwing(green::filesystem::exists,
                                                 std::filesystem::exists));
static_assert(alike<bool, const path&>::telling(green::filesystem::exists,
                                                std::filesystem::exists));
static_assert(alike<bool, const path&>::throwing(
    green::filesystem::is_block_file, std::filesystem::is_block_file));
static_assert(alike<bool, const path&>::telling(
    green::filesystem::is_block_file, std::filesystem::is_block_file));
static_assert(alike<bool, const path&>::throwing(
    green::filesystem::is_character_file, std::filesystem::is_character_file));
static_assert(alike<bool, const path&>::telling(
    green::filesystem::is_character_file, std::filesystem::is_character_file));
static_assert(alike<bool, const path&>::throwing(
    green::filesystem::is_directory, std::filesystem::is_directory));
static_assert(alike<bool, const path&>::telling(green::filesystem::is_directory,
                                                std::filesystem::is_directory));
static_assert(alike<bool, const path&>::throwing(green::filesystem::is_fifo,
                                                 std::filesystem::is_fifo));
static_assert(alike<bool, const path&>::telling(green::filesystem::is_fifo,
                                                std::filesystem::is_fifo));
static_assert(alike<bool, const path&>::throwing(green::filesystem::is_other,
                                                 std::filesystem::is_other));
static_assert(alike<bool, const path&>::telling(green::filesystem::is_other,
                                                std::filesystem::is_other));
static_assert(alike<bool, const path&>::throwing(
    green::filesystem::is_regular_file, std::filesystem::is_regular_file));
static_assert(alike<bool, const path&>::telling(
    green::filesystem::is_regular_file, std::filesystem::is_regular_file));
static_assert(alike<bool, const path&>::throwing(green::filesystem::is_socket,
                                                 std::filesystem::is_socket));
static_assert(alike<bool, const path&>::telling(green::filesystem::is_socket,
                                                std::filesystem::is_socket));
static_assert(alike<bool, const path&>::throwing(green::filesystem::is_symlink,
                                                 std::filesystem::is_symlink));
static_assert(alike<bool, const path&>::telling(green::filesystem::is_symlink,
                                                std::filesystem::is_symlink));
static_assert(alike<path, const path&>::throwing(green::filesystem::canonical,
                                                 std::filesystem::canonical));
static_assert(alike<path, const path&>::telling(green::filesystem::canonical,
                                                std::filesystem::canonical));
static_assert(alike<void, const path&, const path&>::throwing(
    green::filesystem::copy, std::filesystem::copy));
static_assert(alike<void, const path&, const path&>::telling(
    green::filesystem::copy, std::filesystem::copy));
static_assert(alike<void, const path&, const path&, copy_options>::throwing(
    green::filesystem::copy, std::filesystem::copy));
static_assert(alike<void, const path&, const path&, copy_options>::telling(
    green::filesystem::copy, std::filesystem::copy));
static_assert(alike<bool, const path&, const path&>::throwing(
    green::filesystem::copy_file, std::filesystem::copy_file));
static_assert(alike<bool, const path&, const path&>::telling(
    green::filesystem::copy_file, std::filesystem::copy_file));
static_assert(alike<bool, const path&, const path&, copy_options>::throwing(
    green::filesystem::copy_file, std::filesystem::copy_file));
static_assert(alike<bool, const path&, const path&, copy_options>::telling(
    green::filesystem::copy_file, std::filesystem::copy_file));
static_assert(alike<void, const path&, const path&>::throwing(
    green::filesystem::copy_symlink, std::filesystem::copy_symlink));
static_assert(alike<void, const path&, const path&>::telling(
    green::filesystem::copy_symlink, std::filesystem::copy_symlink));
static_assert(
    alike<bool, const path&>::throwing(green::filesystem::create_directories,
                                       std::filesystem::create_directories));
static_assert(
    alike<bool, const path&>::telling(green::filesystem::create_directories,
                                      std::filesystem::create_directories));
static_assert(alike<bool, const path&>::throwing(
    green::filesystem::create_directory, std::filesystem::create_directory));
static_assert(alike<bool, const path&>::telling(
    green::filesystem::create_directory, std::filesystem::create_directory));
static_assert(alike<bool, const path&, const path&>::throwing(
    green::filesystem::create_directory, std::filesystem::create_directory));
static_assert(alike<bool, const path&, const path&>::telling(
    green::filesystem::create_directory, std::filesystem::create_directory));
static_assert(alike<void, const path&, const path&>::throwing(
    green::filesystem::create_directory_symlink,
    std::filesystem::create_directory_symlink));
static_assert(alike<void, const path&, const path&>::telling(
    green::filesystem::create_directory_symlink,
    std::filesystem::create_directory_symlink));
static_assert(alike<void, const path&, const path&>::throwing(
    green::filesystem::create_hard_link, std::filesystem::create_hard_link));
static_assert(alike<void, const path&, const path&>::telling(
    green::filesystem::create_hard_link, std::filesystem::create_hard_link));
static_assert(alike<void, const path&, const path&>::throwing(
    green::filesystem::create_symlink, std::filesystem::create_symlink));
static_assert(alike<void, const path&, const path&>::telling(
    green::filesystem::create_symlink, std::filesystem::create_symlink));
static_assert(alike<void, const path&, const path&>::throwing(
    green::filesystem::rename, std::filesystem::rename));
static_assert(alike<void, const path&, const path&>::telling(
    green::filesystem::rename, std::filesystem::rename));
static_assert(alike<void, const path&>::throwing(
    green::filesystem::current_path, std::filesystem::current_path));
static_assert(alike<void, const path&>::telling(green::filesystem::current_path,
                                                std::filesystem::current_path));
static_assert(alike<bool, const path&, const path&>::throwing(
    green::filesystem::equivalent, std::filesystem::equivalent));
static_assert(alike<bool, const path&, const path&>::telling(
    green::filesystem::equivalent, std::filesystem::equivalent));
static_assert(alike<uintmax_t, const path&>::throwing(
    green::filesystem::file_size, std::filesystem::file_size));
static_assert(alike<uintmax_t, const path&>::telling(
    green::filesystem::file_size, std::filesystem::file_size));
static_assert(alike<uintmax_t, const path&>::throwing(
    green::filesystem::hard_link_count, std::filesystem::hard_link_count));
static_assert(alike<uintmax_t, const path&>::telling(
    green::filesystem::hard_link_count, std::filesystem::hard_link_count));
static_assert(alike<bool, const path&>::throwing(green::filesystem::is_empty,
                                                 std::filesystem::is_empty));
static_assert(alike<bool, const path&>::telling(green::filesystem::is_empty,
                                                std::filesystem::is_empty));
static_assert(alike<file_time_type, const path&>::throwing(
    green::filesystem::last_write_time, std::filesystem::last_write_time));
static_assert(alike<file_time_type, const path&>::telling(
    green::filesystem::last_write_time, std::filesystem::last_write_time));
static_assert(alike<void, const path&, file_time_type>::throwing(
    green::filesystem::last_write_time, std::filesystem::last_write_time));
static_assert(alike<void, const path&, file_time_type>::telling(
    green::filesystem::last_write_time, std::filesystem::last_write_time));
static_assert(alike<void, const path&, perms, perm_options>::throwing(
    green::filesystem::permissions, std::filesystem::permissions));
static_assert(alike<void, const path&, perms, perm_options>::telling(
    green::filesystem::permissions, std::filesystem::permissions));
static_assert(alike<path, const path&, const path&>::throwing(
    green::filesystem::proximate, std::filesystem::proximate));
static_assert(alike<path, const path&, const path&>::telling(
    green::filesystem::proximate, std::filesystem::proximate));
static_assert(alike<path, const path&, const path&>::throwing(
    green::filesystem::relative, std::filesystem::relative));
static_assert(alike<path, const path&, const path&>::telling(
    green::filesystem::relative, std::filesystem::relative));
static_assert(alike<path, const path&>::throwing(
    green::filesystem::read_symlink, std::filesystem::read_symlink));
static_assert(alike<path, const path&>::telling(green::filesystem::read_symlink,
                                                std::filesystem::read_symlink));
static_assert(alike<bool, const path&>::throwing(green::filesystem::remove,
                                                 std::filesystem::remove));
static_assert(alike<bool, const path&>::telling(green::filesystem::remove,
                                                std::filesystem::remove));
static_assert(alike<uintmax_t, const path&>::throwing(
    green::filesystem::remove_all, std::filesystem::remove_all));
static_assert(alike<uintmax_t, const path&>::telling(
    green::filesystem::remove_all, std::filesystem::remove_all));
static_assert(alike<void, const path&, uintmax_t>::throwing(
    green::filesystem::resize_file, std::filesystem::resize_file));
static_assert(alike<void, const path&, uintmax_t>::telling(
    green::filesystem::resize_file, std::filesystem::resize_file));
static_assert(alike<space_info, const path&>::throwing(green::filesystem::space,
                                                       std::filesystem::space));
static_assert(alike<space_info, const path&>::telling(green::filesystem::space,
                                                      std::filesystem::space));
static_assert(alike<path>::throwing(green::filesystem::temp_directory_path,
                                    std::filesystem::temp_directory_path));
static_assert(alike<path>::telling(green::filesystem::temp_directory_path,
                                   std::filesystem::temp_directory_path));
static_assert(alike<path, const path&>::throwing(
    green::filesystem::weakly_canonical, std::filesystem::weakly_canonical));
static_assert(alike<path, const path&>::telling(
    green::filesystem::weakly_canonical, std::filesystem::weakly_canonical));

using entry = green::filesystem::directory_entry;
static_assert(tests::gives<decltype(entry().exists()), bool>);
static_assert(tests::gives<decltype(entry().is_block_file()), bool>);
static_assert(tests::gives<decltype(entry().is_character_file()), bool>);
static_assert(tests::gives<decltype(entry().is_directory()), bool>);
static_assert(tests::gives<decltype(entry().is_fifo()), bool>);
static_assert(tests::gives<decltype(entry().is_other()), bool>);
static_assert(tests::gives<decltype(entry().is_regular_file()), bool>);
static_assert(tests::gives<decltype(entry().is_socket()), bool>);
static_assert(tests::gives<decltype(entry().is_symlink()), bool>);
static_assert(tests::gives<decltype(entry().file_size()), uintmax_t>);
static_assert(tests::gives<decltype(entry().hard_link_count()), uintmax_t>);
static_assert(
    tests::gives<decltype(entry().last_write_time()), file_time_type>);
static_assert(tests::gives<decltype(entry().status()), file_status>);
static_assert(tests::gives<decltype(entry().symlink_status()), file_status>);
static_assert(tests::gives<decltype(entry().refresh()), void>);
static_assert(tests::gives<decltype(entry().assign("")), void>);
static_assert(tests::gives<decltype(entry().replace_filename("")), void>);
using list_iterator = green::filesystem::directory_iterator;
using tree_iterator = green::filesystem::recursive_directory_iterator;
template <class T>
T& of();
static_assert(
    tests::gives<decltype(of<list_iterator>().increment(of<error_code>())),
                 list_iterator&>);
static_assert(
    tests::gives<decltype(of<tree_iterator>().increment(of<error_code>())),
                 tree_iterator&>);
static_assert(tests::gives<decltype(++of<list_iterator>()), list_iterator&>);
static_assert(tests::gives<decltype(++of<tree_iterator>()), tree_iterator&>);
static_assert(tests::gives<decltype(of<tree_iterator>().pop()), void>);
static_assert(std::same_as<list_iterator::value_type,
                           green::filesystem::directory_entry>);
static_assert(tests::gives<green::filesystem::directory_iterator,
                           green::filesystem::directory_iterator>);
static_assert(tests::gives<green::filesystem::recursive_directory_iterator,
                           green::filesystem::recursive_directory_iterator>);

namespace {

void make_tree(const path& root, int files) {
  std::filesystem::create_directories(root / "a" / "b");
  std::filesystem::create_directories(root / "empty");
  std::filesystem::create_symlink("a", root / "link");
  for (int i = 0; i < files; ++i) {
    std::ofstream(root / std::to_string(i)) << i;
    std::ofstream(root / "a" / "b" / std::to_string(i)) << i;
  }
}

// All entries, with the depth and the kind of each.
template <class S>
task_of<S> go_down(std::vector<std::string>& out, path root,
                   directory_options options) {
  using down = typename S::recursive_iterator;
  down it = co_await S::template open<down>(root, options);
  while (it != down()) {
    const bool folder =
        co_await S::ask(*it, [](auto& e) { return e.is_directory(); });
    const bool link =
        co_await S::ask(*it, [](auto& e) { return e.is_symlink(); });
    out.push_back(it->path().lexically_relative(root).string() + " " +
                  std::to_string(it.depth()) + (folder ? " folder" : "") +
                  (link ? " link" : "") +
                  (it.recursion_pending() ? " pending" : ""));
    if (it->path().filename() == "b" && options == directory_options::none)
      it.disable_recursion_pending();
    co_await S::next(it);
  }
}

template <class S>
task_of<S> list(std::vector<std::string>& out, path root) {
  using iterator = typename S::iterator;
  auto it = co_await S::template open<iterator>(root);
  while (it != end(it)) {
    out.push_back((*it).path().filename().string());
    co_await S::next(it);
  }
}

}  // namespace

TEST_CASE("directory_iterator gives the original's entries") {
  const temporary_folder folder;
  make_tree(folder.path(), 600);
  std::vector<std::string> by_green, by_original;
  mirror::run(list<mirror>, std::ref(by_green), path(folder.path()));
  original::run(list<original>, std::ref(by_original), path(folder.path()));
  CHECK(by_green.size() == 603);
  CHECK((by_green == by_original));
}

TEST_CASE("recursive_directory_iterator goes where the original goes") {
  const temporary_folder folder;
  make_tree(folder.path(), 5);
  for (const directory_options options :
       {directory_options::none, directory_options::follow_directory_symlink,
        directory_options::skip_permission_denied}) {
    std::vector<std::string> by_green, by_original;
    const path root = folder.path();
    mirror::run(go_down<mirror>, std::ref(by_green), root, options);
    original::run(go_down<original>, std::ref(by_original), root, options);
    CHECK((by_green == by_original));
    CHECK(by_green.size() > 8);
  }
}

TEST_CASE_TEMPLATE("pop leaves a directory", S, original, mirror) {
  S::run([]() -> task_of<S> {
    const temporary_folder folder;
    make_tree(folder.path(), 0);
    using down = typename S::recursive_iterator;
    auto it = co_await S::template open<down>(path(folder.path()) / "a");
    CHECK(it->path().filename() == "b");
    CHECK(it.depth() == 0);
    error_code error = std::make_error_code(std::errc::not_supported);
    co_await S::ask(it, [&error](auto& i) { return i.pop(error); });
    CHECK(!error);
    CHECK((it == down()));
    co_await S::ask(it, [&error](auto& i) { return i.pop(error); });
    CHECK(error == std::errc::invalid_argument);
    bool thrown = false;
    try {
      co_await S::ask(it, [](auto& i) { return i.pop(); });
    } catch (const filesystem_error& e) {
      thrown = e.code() == std::errc::invalid_argument;
    }
    CHECK(thrown);
  });
}

TEST_CASE_TEMPLATE("iterators fail as the originals do", S, original, mirror) {
  S::run([]() -> task_of<S> {
    const temporary_folder folder;
    const path file = folder.file("file");
    for (const path& p : {path("/no/such"), file, path()}) {
      error_code error, other;
      auto it = co_await S::template open<typename S::iterator>(p, error);
      CHECK((it == typename S::iterator()));
      CHECK(error.value() == (p == file ? ENOTDIR : ENOENT));
      using down = typename S::recursive_iterator;
      auto below = co_await S::template open<down>(p, other);
      CHECK((below == down()));
      CHECK(other == error);
      bool thrown = false;
      try {
        it = co_await S::template open<typename S::iterator>(p);
      } catch (const filesystem_error& e) {
        thrown = e.code() == error && e.path1() == p;
      }
      CHECK(thrown);
      error.clear();
      co_await S::next(it, error);
      CHECK(error == std::errc::invalid_argument);
    }
    const path empty = folder.at("empty");
    std::filesystem::create_directory(empty);
    const auto none = co_await S::template open<typename S::iterator>(empty);
    CHECK((none == typename S::iterator()));
  });
}

TEST_CASE("loops over directories") {
  const temporary_folder folder;
  make_tree(folder.path(), 3);
  green::run([&]() -> green::task<> {
    int all = 0, folders = 0;
    for (auto it = co_await list_iterator(folder.path()); it != list_iterator();
         co_await ++it) {
      ++all;
    }
    CHECK(all == 6);
    for (auto it = co_await tree_iterator(folder.path()); it != end(it);
         co_await ++it) {
      const bool folder_here = co_await it->is_directory();
      if (folder_here) ++folders;
    }
    CHECK(folders == 4);  // one by a symbolic link
  });
}

TEST_CASE("an iterator that was not awaited says so") {
  const auto use = [](auto iterator) {
    return tests::dying_words([&] { (void)iterator->path(); });
  };
  const char* const told = "an iterator was used without a co_await";
  CHECK(use(list_iterator("/")).find(told) != std::string::npos);
  CHECK(use(tree_iterator("/")).find(told) != std::string::npos);
}

TEST_CASE("a kill in an increment loses no entry") {
  const temporary_folder folder;
  make_tree(folder.path(), 1500);
  std::vector<std::string> all;
  for (auto& e : std::filesystem::recursive_directory_iterator(folder.path()))
    all.push_back(e.path().string());
  green::run([&]() -> green::task<> {
    using down = green::filesystem::recursive_directory_iterator;
    down it = co_await down(folder.path());
    std::vector<std::string> seen{it->path().string()};
    const auto goes_on = [&]() -> green::task<> {
      for (;;) {
        co_await ++it;
        if (it == down()) co_return;
        seen.push_back(it->path().string());
        if (seen.size() % 64 == 0) co_await green::sleep();
      }
    };
    for (int round = 0; round < 300 && it != down(); ++round) {
      const auto walker = green::spawn(goes_on);
      for (int i = 0; i < round % 7; ++i) co_await green::sleep();
      co_await walker.kill();
    }
    // On a busy machine, each kill may come before the helper thread begins.
    if (it != down()) co_await goes_on();
    CHECK((seen == all));
  });
}
