// SPDX-License-Identifier: MIT
#include "green/filesystems/entry.h"

#include <utility>

#include "green/filesystems/call.h"

namespace green::filesystem {

using std::error_code;

// A symbolic link is known, but not where it leads.
task<file_status> directory_entry::kind(error_code* error) const {
  if (error != nullptr) error->clear();
  if (type_ != file_type::none && type_ != file_type::symlink) {
    co_return file_status(type_);
  }
  if (error != nullptr) co_return co_await status(*error);
  co_return co_await status();
}

task<bool> directory_entry::symlink(error_code* error) const {
  if (error != nullptr) error->clear();
  if (type_ != file_type::none) co_return type_ == file_type::symlink;
  file_status found;
  if (error != nullptr) {
    found = co_await symlink_status(*error);
  } else {
    found = co_await symlink_status();
  }
  co_return found.type() == file_type::symlink;
}

task<> directory_entry::refresh() {
  const file_status found = co_await symlink_status();
  type_ = found.type();
}

task<> directory_entry::refresh(error_code& error) {
  const file_status found = co_await symlink_status(error);
  type_ = found.type();
}

task<> directory_entry::become(std::filesystem::path p) {
  path_ = std::move(p);
  type_ = file_type::none;
  co_await refresh();
}

task<> directory_entry::become(std::filesystem::path p, error_code& error) {
  path_ = std::move(p);
  type_ = file_type::none;
  co_await refresh(error);
}

task<> directory_entry::assign(const std::filesystem::path& p) {
  return become(p);
}

task<> directory_entry::assign(const std::filesystem::path& p,
                               error_code& error) {
  return become(p, error);
}

task<> directory_entry::replace_filename(const std::filesystem::path& p) {
  return become(std::filesystem::path(path_).replace_filename(p));
}

task<> directory_entry::replace_filename(const std::filesystem::path& p,
                                         error_code& error) {
  return become(std::filesystem::path(path_).replace_filename(p), error);
}

task<bool> directory_entry::is_symlink() const { return symlink(nullptr); }

task<bool> directory_entry::is_symlink(error_code& error) const {
  return symlink(&error);
}

task<bool> directory_entry::exists() const {
  co_return std::filesystem::exists(co_await kind(nullptr));
}

task<bool> directory_entry::exists(error_code& error) const {
  co_return std::filesystem::exists(co_await kind(&error));
}

task<bool> directory_entry::is_block_file() const {
  co_return std::filesystem::is_block_file(co_await kind(nullptr));
}

task<bool> directory_entry::is_block_file(error_code& error) const {
  co_return std::filesystem::is_block_file(co_await kind(&error));
}

task<bool> directory_entry::is_character_file() const {
  co_return std::filesystem::is_character_file(co_await kind(nullptr));
}

task<bool> directory_entry::is_character_file(error_code& error) const {
  co_return std::filesystem::is_character_file(co_await kind(&error));
}

task<bool> directory_entry::is_directory() const {
  co_return std::filesystem::is_directory(co_await kind(nullptr));
}

task<bool> directory_entry::is_directory(error_code& error) const {
  co_return std::filesystem::is_directory(co_await kind(&error));
}

task<bool> directory_entry::is_fifo() const {
  co_return std::filesystem::is_fifo(co_await kind(nullptr));
}

task<bool> directory_entry::is_fifo(error_code& error) const {
  co_return std::filesystem::is_fifo(co_await kind(&error));
}

task<bool> directory_entry::is_other() const {
  co_return std::filesystem::is_other(co_await kind(nullptr));
}

task<bool> directory_entry::is_other(error_code& error) const {
  co_return std::filesystem::is_other(co_await kind(&error));
}

task<bool> directory_entry::is_regular_file() const {
  co_return std::filesystem::is_regular_file(co_await kind(nullptr));
}

task<bool> directory_entry::is_regular_file(error_code& error) const {
  co_return std::filesystem::is_regular_file(co_await kind(&error));
}

task<bool> directory_entry::is_socket() const {
  co_return std::filesystem::is_socket(co_await kind(nullptr));
}

task<bool> directory_entry::is_socket(error_code& error) const {
  co_return std::filesystem::is_socket(co_await kind(&error));
}

task<std::uintmax_t> directory_entry::file_size() const {
  return on_disk("file_size",
                 [p = path_] { return std::filesystem::file_size(p); });
}

task<std::uintmax_t> directory_entry::file_size(error_code& error) const {
  return on_disk("file_size", error, [p = path_](error_code& e) {
    return std::filesystem::file_size(p, e);
  });
}

task<std::uintmax_t> directory_entry::hard_link_count() const {
  return on_disk("hard_link_count",
                 [p = path_] { return std::filesystem::hard_link_count(p); });
}

task<std::uintmax_t> directory_entry::hard_link_count(error_code& error) const {
  return on_disk("hard_link_count", error, [p = path_](error_code& e) {
    return std::filesystem::hard_link_count(p, e);
  });
}

task<file_time_type> directory_entry::last_write_time() const {
  return on_disk("last_write_time",
                 [p = path_] { return std::filesystem::last_write_time(p); });
}

task<file_time_type> directory_entry::last_write_time(error_code& error) const {
  return on_disk("last_write_time", error, [p = path_](error_code& e) {
    return std::filesystem::last_write_time(p, e);
  });
}

task<file_status> directory_entry::status() const {
  return on_disk("status", [p = path_] { return std::filesystem::status(p); });
}

task<file_status> directory_entry::status(error_code& error) const {
  return on_disk("status", error, [p = path_](error_code& e) {
    return std::filesystem::status(p, e);
  });
}

task<file_status> directory_entry::symlink_status() const {
  return on_disk("symlink_status",
                 [p = path_] { return std::filesystem::symlink_status(p); });
}

task<file_status> directory_entry::symlink_status(error_code& error) const {
  return on_disk("symlink_status", error, [p = path_](error_code& e) {
    return std::filesystem::symlink_status(p, e);
  });
}

}  // namespace green::filesystem
