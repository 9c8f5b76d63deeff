// SPDX-License-Identifier: MIT
#pragma once

#include <compare>
#include <cstdint>
#include <filesystem>
#include <ostream>
#include <system_error>
#include <utility>

#include "green/core/attributes.h"
#include "green/task.h"

namespace green::filesystem {

using std::filesystem::file_status;
using std::filesystem::file_time_type;
using std::filesystem::file_type;

/// [fs.class.directory.entry]. The constructor cannot wait: it takes the path,
/// and looks at nothing. What an iterator gives knows the type of its file.
class directory_entry {
 public:
  /// [fs.dir.entry.cons]
  directory_entry() noexcept = default;
  explicit directory_entry(const std::filesystem::path& p) : path_(p) {}
  directory_entry(std::filesystem::path p, file_type type) noexcept
      : path_(std::move(p)), type_(type) {}

  /// [fs.dir.entry.mods]
  task<> assign(const std::filesystem::path& p);
  task<> assign(const std::filesystem::path& p,
                std::error_code& error GREEN_KEPT);
  /// [fs.dir.entry.mods]
  task<> replace_filename(const std::filesystem::path& p);
  task<> replace_filename(const std::filesystem::path& p,
                          std::error_code& error GREEN_KEPT);
  /// [fs.dir.entry.mods]
  task<> refresh();
  task<> refresh(std::error_code& error GREEN_KEPT);

  /// [fs.dir.entry.obs]
  const std::filesystem::path& path() const noexcept { return path_; }
  operator const std::filesystem::path&() const noexcept { return path_; }

  /// [fs.dir.entry.obs]
  task<bool> exists() const;
  task<bool> exists(std::error_code& error GREEN_KEPT) const;
  /// [fs.dir.entry.obs]
  task<bool> is_block_file() const;
  task<bool> is_block_file(std::error_code& error GREEN_KEPT) const;
  /// [fs.dir.entry.obs]
  task<bool> is_character_file() const;
  task<bool> is_character_file(std::error_code& error GREEN_KEPT) const;
  /// [fs.dir.entry.obs]
  task<bool> is_directory() const;
  task<bool> is_directory(std::error_code& error GREEN_KEPT) const;
  /// [fs.dir.entry.obs]
  task<bool> is_fifo() const;
  task<bool> is_fifo(std::error_code& error GREEN_KEPT) const;
  /// [fs.dir.entry.obs]
  task<bool> is_other() const;
  task<bool> is_other(std::error_code& error GREEN_KEPT) const;
  /// [fs.dir.entry.obs]
  task<bool> is_regular_file() const;
  task<bool> is_regular_file(std::error_code& error GREEN_KEPT) const;
  /// [fs.dir.entry.obs]
  task<bool> is_socket() const;
  task<bool> is_socket(std::error_code& error GREEN_KEPT) const;
  /// [fs.dir.entry.obs]
  task<bool> is_symlink() const;
  task<bool> is_symlink(std::error_code& error GREEN_KEPT) const;
  /// [fs.dir.entry.obs]
  task<std::uintmax_t> file_size() const;
  task<std::uintmax_t> file_size(std::error_code& error GREEN_KEPT) const;
  /// [fs.dir.entry.obs]
  task<std::uintmax_t> hard_link_count() const;
  task<std::uintmax_t> hard_link_count(std::error_code& error GREEN_KEPT) const;
  /// [fs.dir.entry.obs]
  task<file_time_type> last_write_time() const;
  task<file_time_type> last_write_time(std::error_code& error GREEN_KEPT) const;
  /// [fs.dir.entry.obs]
  task<file_status> status() const;
  task<file_status> status(std::error_code& error GREEN_KEPT) const;
  /// [fs.dir.entry.obs]
  task<file_status> symlink_status() const;
  task<file_status> symlink_status(std::error_code& error GREEN_KEPT) const;

  /// [fs.dir.entry.obs]. Of the paths.
  bool operator==(const directory_entry& other) const noexcept {
    return path_ == other.path_;
  }
  /// [fs.dir.entry.obs]. Of the paths.
  std::strong_ordering operator<=>(
      const directory_entry& other) const noexcept {
    return path_ <=> other.path_;
  }
  /// [fs.dir.entry.io]
  template <class Char, class Traits>
  friend std::basic_ostream<Char, Traits>& operator<<(
      std::basic_ostream<Char, Traits>& out, const directory_entry& entry) {
    return out << entry.path_;
  }

 private:
  task<file_status> kind(std::error_code* error) const;
  task<bool> symlink(std::error_code* error) const;
  task<> become(std::filesystem::path p);
  task<> become(std::filesystem::path p, std::error_code& error);

  std::filesystem::path path_;
  file_type type_ = file_type::none;  // none: it is not known
};

}  // namespace green::filesystem
