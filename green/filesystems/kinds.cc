// SPDX-License-Identifier: MIT
#include "green/filesystems/kinds.h"

#include "green/filesystems/call.h"

namespace green::filesystem {

using std::error_code;

task<file_status> status(const path& p) {
  return on_disk("status", [p] { return std::filesystem::status(p); });
}

task<file_status> status(const path& p, error_code& error) {
  return on_disk("status", error,
                 [p](error_code& e) { return std::filesystem::status(p, e); });
}

task<file_status> symlink_status(const path& p) {
  return on_disk("symlink_status",
                 [p] { return std::filesystem::symlink_status(p); });
}

task<file_status> symlink_status(const path& p, error_code& error) {
  return on_disk("symlink_status", error, [p](error_code& e) {
    return std::filesystem::symlink_status(p, e);
  });
}

task<bool> exists(const path& p) {
  return on_disk("exists", [p] { return std::filesystem::exists(p); });
}

task<bool> exists(const path& p, error_code& error) {
  return on_disk("exists", error,
                 [p](error_code& e) { return std::filesystem::exists(p, e); });
}

task<bool> is_block_file(const path& p) {
  return on_disk("is_block_file",
                 [p] { return std::filesystem::is_block_file(p); });
}

task<bool> is_block_file(const path& p, error_code& error) {
  return on_disk("is_block_file", error, [p](error_code& e) {
    return std::filesystem::is_block_file(p, e);
  });
}

task<bool> is_character_file(const path& p) {
  return on_disk("is_character_file",
                 [p] { return std::filesystem::is_character_file(p); });
}

task<bool> is_character_file(const path& p, error_code& error) {
  return on_disk("is_character_file", error, [p](error_code& e) {
    return std::filesystem::is_character_file(p, e);
  });
}

task<bool> is_directory(const path& p) {
  return on_disk("is_directory",
                 [p] { return std::filesystem::is_directory(p); });
}

task<bool> is_directory(const path& p, error_code& error) {
  return on_disk("is_directory", error, [p](error_code& e) {
    return std::filesystem::is_directory(p, e);
  });
}

task<bool> is_fifo(const path& p) {
  return on_disk("is_fifo", [p] { return std::filesystem::is_fifo(p); });
}

task<bool> is_fifo(const path& p, error_code& error) {
  return on_disk("is_fifo", error,
                 [p](error_code& e) { return std::filesystem::is_fifo(p, e); });
}

task<bool> is_other(const path& p) {
  return on_disk("is_other", [p] { return std::filesystem::is_other(p); });
}

task<bool> is_other(const path& p, error_code& error) {
  return on_disk("is_other", error, [p](error_code& e) {
    return std::filesystem::is_other(p, e);
  });
}

task<bool> is_regular_file(const path& p) {
  return on_disk("is_regular_file",
                 [p] { return std::filesystem::is_regular_file(p); });
}

task<bool> is_regular_file(const path& p, error_code& error) {
  return on_disk("is_regular_file", error, [p](error_code& e) {
    return std::filesystem::is_regular_file(p, e);
  });
}

task<bool> is_socket(const path& p) {
  return on_disk("is_socket", [p] { return std::filesystem::is_socket(p); });
}

task<bool> is_socket(const path& p, error_code& error) {
  return on_disk("is_socket", error, [p](error_code& e) {
    return std::filesystem::is_socket(p, e);
  });
}

task<bool> is_symlink(const path& p) {
  return on_disk("is_symlink", [p] { return std::filesystem::is_symlink(p); });
}

task<bool> is_symlink(const path& p, error_code& error) {
  return on_disk("is_symlink", error, [p](error_code& e) {
    return std::filesystem::is_symlink(p, e);
  });
}

}  // namespace green::filesystem
