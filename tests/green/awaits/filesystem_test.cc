// SPDX-License-Identifier: MIT
// Of <filesystem>.
#include <doctest/doctest.h>

#include <system_error>

#include "green/filesystem"
#include "tests/support/awaits.h"

namespace fs = green::filesystem;
using tests::fair;

namespace {
const fs::path nowhere = "/nowhere/at/all";
}

TEST_CASE("operations on paths") {
  fair("status", [] { return fs::status(nowhere); });
  fair("symlink_status", [] { return fs::symlink_status(nowhere); });
  fair("exists", [] { return fs::exists(nowhere); });
  fair("is_block_file", [] { return fs::is_block_file(nowhere); });
  fair("is_character_file", [] { return fs::is_character_file(nowhere); });
  fair("is_directory", [] { return fs::is_directory(nowhere); });
  fair("is_fifo", [] { return fs::is_fifo(nowhere); });
  fair("is_other", [] { return fs::is_other(nowhere); });
  fair("is_regular_file", [] { return fs::is_regular_file(nowhere); });
  fair("is_socket", [] { return fs::is_socket(nowhere); });
  fair("is_symlink", [] { return fs::is_symlink(nowhere); });
  fair("canonical", [] { return fs::canonical(nowhere); });
  fair("copy", [] { return fs::copy(nowhere, nowhere); });
  fair("copy_file", [] { return fs::copy_file(nowhere, nowhere); });
  fair("copy_symlink", [] { return fs::copy_symlink(nowhere, nowhere); });
  fair("create_directories",
       [] { return fs::create_directories("/proc/a/b"); });
  fair("create_directory", [] { return fs::create_directory(nowhere); });
  fair("create_directory_symlink",
       [] { return fs::create_directory_symlink(nowhere, nowhere); });
  fair("create_hard_link",
       [] { return fs::create_hard_link(nowhere, nowhere); });
  fair("create_symlink", [] { return fs::create_symlink(nowhere, nowhere); });
  fair("current_path", [] { return fs::current_path(nowhere); });
  fair("equivalent", [] { return fs::equivalent(nowhere, nowhere); });
  fair("file_size", [] { return fs::file_size(nowhere); });
  fair("hard_link_count", [] { return fs::hard_link_count(nowhere); });
  fair("is_empty", [] { return fs::is_empty(nowhere); });
  fair("last_write_time", [] { return fs::last_write_time(nowhere); });
  fair("permissions", [] { return fs::permissions(nowhere, fs::perms::all); });
  fair("proximate", [] { return fs::proximate(nowhere, nowhere); });
  fair("read_symlink", [] { return fs::read_symlink(nowhere); });
  fair("relative", [] { return fs::relative(nowhere, nowhere); });
  fair("remove", [] { return fs::remove(nowhere); });
  fair("remove_all", [] { return fs::remove_all(nowhere); });
  fair("rename", [] { return fs::rename(nowhere, nowhere); });
  fair("resize_file", [] { return fs::resize_file(nowhere, 1); });
  fair("space", [] { return fs::space(nowhere); });
  fair("temp_directory_path", [] { return fs::temp_directory_path(); });
  fair("weakly_canonical", [] { return fs::weakly_canonical(nowhere); });
}

TEST_CASE("entries of directories") {
  fs::directory_entry entry(nowhere);
  fair("directory_entry::assign", [&] { return entry.assign(nowhere); });
  fair("directory_entry::replace_filename",
       [&] { return entry.replace_filename(nowhere); });
  fair("directory_entry::refresh", [&] { return entry.refresh(); });
  fair("directory_entry::exists", [&] { return entry.exists(); });
  fair("directory_entry::is_block_file", [&] { return entry.is_block_file(); });
  fair("directory_entry::is_character_file",
       [&] { return entry.is_character_file(); });
  fair("directory_entry::is_directory", [&] { return entry.is_directory(); });
  fair("directory_entry::is_fifo", [&] { return entry.is_fifo(); });
  fair("directory_entry::is_other", [&] { return entry.is_other(); });
  fair("directory_entry::is_regular_file",
       [&] { return entry.is_regular_file(); });
  fair("directory_entry::is_socket", [&] { return entry.is_socket(); });
  fair("directory_entry::is_symlink", [&] { return entry.is_symlink(); });
  fair("directory_entry::file_size", [&] { return entry.file_size(); });
  fair("directory_entry::hard_link_count",
       [&] { return entry.hard_link_count(); });
  fair("directory_entry::last_write_time",
       [&] { return entry.last_write_time(); });
  fair("directory_entry::status", [&] { return entry.status(); });
  fair("directory_entry::symlink_status",
       [&] { return entry.symlink_status(); });
}

TEST_CASE("iterators over directories") {
  std::error_code error;
  fs::directory_iterator it;
  fs::recursive_directory_iterator down;
  fair("directory_iterator", [] { return fs::directory_iterator(nowhere); });
  fair("recursive_directory_iterator",
       [] { return fs::recursive_directory_iterator(nowhere); });
  fair("directory_iterator::increment", [&] { return it.increment(error); });
  fair("recursive_directory_iterator::increment",
       [&] { return down.increment(error); });
  fair("recursive_directory_iterator::pop", [&] { return down.pop(error); });
}
