// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <system_error>

#include "green/core/attributes.h"
#include "green/task.h"

namespace green::filesystem {

using std::filesystem::file_status;
using std::filesystem::path;

/// [fs.op.status]
task<file_status> status(const path& p);
task<file_status> status(const path& p, std::error_code& error GREEN_KEPT);
/// [fs.op.symlink.status]
task<file_status> symlink_status(const path& p);
task<file_status> symlink_status(const path& p,
                                 std::error_code& error GREEN_KEPT);

/// [fs.op.exists]
inline bool exists(file_status s) noexcept {
  return std::filesystem::exists(s);
}
task<bool> exists(const path& p);
task<bool> exists(const path& p, std::error_code& error GREEN_KEPT);
/// [fs.op.is.block.file]
inline bool is_block_file(file_status s) noexcept {
  return std::filesystem::is_block_file(s);
}
task<bool> is_block_file(const path& p);
task<bool> is_block_file(const path& p, std::error_code& error GREEN_KEPT);
/// [fs.op.is.character.file]
inline bool is_character_file(file_status s) noexcept {
  return std::filesystem::is_character_file(s);
}
task<bool> is_character_file(const path& p);
task<bool> is_character_file(const path& p, std::error_code& error GREEN_KEPT);
/// [fs.op.is.directory]
inline bool is_directory(file_status s) noexcept {
  return std::filesystem::is_directory(s);
}
task<bool> is_directory(const path& p);
task<bool> is_directory(const path& p, std::error_code& error GREEN_KEPT);
/// [fs.op.is.fifo]
inline bool is_fifo(file_status s) noexcept {
  return std::filesystem::is_fifo(s);
}
task<bool> is_fifo(const path& p);
task<bool> is_fifo(const path& p, std::error_code& error GREEN_KEPT);
/// [fs.op.is.other]
inline bool is_other(file_status s) noexcept {
  return std::filesystem::is_other(s);
}
task<bool> is_other(const path& p);
task<bool> is_other(const path& p, std::error_code& error GREEN_KEPT);
/// [fs.op.is.regular.file]
inline bool is_regular_file(file_status s) noexcept {
  return std::filesystem::is_regular_file(s);
}
task<bool> is_regular_file(const path& p);
task<bool> is_regular_file(const path& p, std::error_code& error GREEN_KEPT);
/// [fs.op.is.socket]
inline bool is_socket(file_status s) noexcept {
  return std::filesystem::is_socket(s);
}
task<bool> is_socket(const path& p);
task<bool> is_socket(const path& p, std::error_code& error GREEN_KEPT);
/// [fs.op.is.symlink]
inline bool is_symlink(file_status s) noexcept {
  return std::filesystem::is_symlink(s);
}
task<bool> is_symlink(const path& p);
task<bool> is_symlink(const path& p, std::error_code& error GREEN_KEPT);

}  // namespace green::filesystem
