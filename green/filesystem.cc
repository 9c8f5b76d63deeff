// SPDX-License-Identifier: MIT
#include "green/filesystem"

#include "green/filesystems/call.h"

namespace green::filesystem {

using std::error_code;

task<path> canonical(const path& p) {
  return on_disk("canonical", [p] { return std::filesystem::canonical(p); });
}

task<path> canonical(const path& p, error_code& error) {
  return on_disk("canonical", error, [p](error_code& e) {
    return std::filesystem::canonical(p, e);
  });
}

task<bool> copy_file(const path& from, const path& to) {
  return on_disk("copy_file",
                 [from, to] { return std::filesystem::copy_file(from, to); });
}

task<bool> copy_file(const path& from, const path& to, error_code& error) {
  return on_disk("copy_file", error, [from, to](error_code& e) {
    return std::filesystem::copy_file(from, to, e);
  });
}

task<bool> copy_file(const path& from, const path& to, copy_options options) {
  return on_disk("copy_file", [from, to, options] {
    return std::filesystem::copy_file(from, to, options);
  });
}

task<bool> copy_file(const path& from, const path& to, copy_options options,
                     error_code& error) {
  return on_disk("copy_file", error, [from, to, options](error_code& e) {
    return std::filesystem::copy_file(from, to, options, e);
  });
}

task<> copy_symlink(const path& existing, const path& link) {
  return on_disk("copy_symlink", [existing, link] {
    return std::filesystem::copy_symlink(existing, link);
  });
}

task<> copy_symlink(const path& existing, const path& link, error_code& error) {
  return on_disk("copy_symlink", error, [existing, link](error_code& e) {
    return std::filesystem::copy_symlink(existing, link, e);
  });
}

task<bool> create_directories(const path& p) {
  return on_disk("create_directories",
                 [p] { return std::filesystem::create_directories(p); });
}

task<bool> create_directories(const path& p, error_code& error) {
  return on_disk("create_directories", error, [p](error_code& e) {
    return std::filesystem::create_directories(p, e);
  });
}

task<bool> create_directory(const path& p) {
  return on_disk("create_directory",
                 [p] { return std::filesystem::create_directory(p); });
}

task<bool> create_directory(const path& p, error_code& error) {
  return on_disk("create_directory", error, [p](error_code& e) {
    return std::filesystem::create_directory(p, e);
  });
}

task<bool> create_directory(const path& p, const path& like) {
  return on_disk("create_directory", [p, like] {
    return std::filesystem::create_directory(p, like);
  });
}

task<bool> create_directory(const path& p, const path& like,
                            error_code& error) {
  return on_disk("create_directory", error, [p, like](error_code& e) {
    return std::filesystem::create_directory(p, like, e);
  });
}

task<> create_directory_symlink(const path& to, const path& link) {
  return on_disk("create_directory_symlink", [to, link] {
    return std::filesystem::create_directory_symlink(to, link);
  });
}

task<> create_directory_symlink(const path& to, const path& link,
                                error_code& error) {
  return on_disk("create_directory_symlink", error, [to, link](error_code& e) {
    return std::filesystem::create_directory_symlink(to, link, e);
  });
}

task<> create_hard_link(const path& to, const path& link) {
  return on_disk("create_hard_link", [to, link] {
    return std::filesystem::create_hard_link(to, link);
  });
}

task<> create_hard_link(const path& to, const path& link, error_code& error) {
  return on_disk("create_hard_link", error, [to, link](error_code& e) {
    return std::filesystem::create_hard_link(to, link, e);
  });
}

task<> create_symlink(const path& to, const path& link) {
  return on_disk("create_symlink", [to, link] {
    return std::filesystem::create_symlink(to, link);
  });
}

task<> create_symlink(const path& to, const path& link, error_code& error) {
  return on_disk("create_symlink", error, [to, link](error_code& e) {
    return std::filesystem::create_symlink(to, link, e);
  });
}

task<> current_path(const path& p) {
  return on_disk("current_path",
                 [p] { return std::filesystem::current_path(p); });
}

task<> current_path(const path& p, error_code& error) {
  return on_disk("current_path", error, [p](error_code& e) {
    return std::filesystem::current_path(p, e);
  });
}

task<bool> equivalent(const path& a, const path& b) {
  return on_disk("equivalent",
                 [a, b] { return std::filesystem::equivalent(a, b); });
}

task<bool> equivalent(const path& a, const path& b, error_code& error) {
  return on_disk("equivalent", error, [a, b](error_code& e) {
    return std::filesystem::equivalent(a, b, e);
  });
}

task<std::uintmax_t> file_size(const path& p) {
  return on_disk("file_size", [p] { return std::filesystem::file_size(p); });
}

task<std::uintmax_t> file_size(const path& p, error_code& error) {
  return on_disk("file_size", error, [p](error_code& e) {
    return std::filesystem::file_size(p, e);
  });
}

task<std::uintmax_t> hard_link_count(const path& p) {
  return on_disk("hard_link_count",
                 [p] { return std::filesystem::hard_link_count(p); });
}

task<std::uintmax_t> hard_link_count(const path& p, error_code& error) {
  return on_disk("hard_link_count", error, [p](error_code& e) {
    return std::filesystem::hard_link_count(p, e);
  });
}

task<bool> is_empty(const path& p) {
  return on_disk("is_empty", [p] { return std::filesystem::is_empty(p); });
}

task<bool> is_empty(const path& p, error_code& error) {
  return on_disk("is_empty", error, [p](error_code& e) {
    return std::filesystem::is_empty(p, e);
  });
}

task<file_time_type> last_write_time(const path& p) {
  return on_disk("last_write_time",
                 [p] { return std::filesystem::last_write_time(p); });
}

task<file_time_type> last_write_time(const path& p, error_code& error) {
  return on_disk("last_write_time", error, [p](error_code& e) {
    return std::filesystem::last_write_time(p, e);
  });
}

task<> last_write_time(const path& p, file_time_type time) {
  return on_disk("last_write_time", [p, time] {
    return std::filesystem::last_write_time(p, time);
  });
}

task<> last_write_time(const path& p, file_time_type time, error_code& error) {
  return on_disk("last_write_time", error, [p, time](error_code& e) {
    return std::filesystem::last_write_time(p, time, e);
  });
}

task<> permissions(const path& p, perms to, perm_options how) {
  return on_disk("permissions", [p, to, how] {
    return std::filesystem::permissions(p, to, how);
  });
}

task<> permissions(const path& p, perms to, perm_options how,
                   error_code& error) {
  return on_disk("permissions", error, [p, to, how](error_code& e) {
    return std::filesystem::permissions(p, to, how, e);
  });
}

task<> permissions(const path& p, perms to, error_code& error) {
  return filesystem::permissions(p, to, perm_options::replace, error);
}

task<path> proximate(const path& p, const path& base) {
  return on_disk("proximate",
                 [p, base] { return std::filesystem::proximate(p, base); });
}

task<path> proximate(const path& p, const path& base, error_code& error) {
  return on_disk("proximate", error, [p, base](error_code& e) {
    return std::filesystem::proximate(p, base, e);
  });
}

task<path> proximate(const path& p, error_code& error) {
  return filesystem::proximate(p, filesystem::current_path(), error);
}

task<path> read_symlink(const path& p) {
  return on_disk("read_symlink",
                 [p] { return std::filesystem::read_symlink(p); });
}

task<path> read_symlink(const path& p, error_code& error) {
  return on_disk("read_symlink", error, [p](error_code& e) {
    return std::filesystem::read_symlink(p, e);
  });
}

task<path> relative(const path& p, const path& base) {
  return on_disk("relative",
                 [p, base] { return std::filesystem::relative(p, base); });
}

task<path> relative(const path& p, const path& base, error_code& error) {
  return on_disk("relative", error, [p, base](error_code& e) {
    return std::filesystem::relative(p, base, e);
  });
}

task<path> relative(const path& p, error_code& error) {
  return filesystem::relative(p, filesystem::current_path(), error);
}

task<bool> remove(const path& p) {
  return on_disk("remove", [p] { return std::filesystem::remove(p); });
}

task<bool> remove(const path& p, error_code& error) {
  return on_disk("remove", error,
                 [p](error_code& e) { return std::filesystem::remove(p, e); });
}

task<> rename(const path& from, const path& to) {
  return on_disk("rename",
                 [from, to] { return std::filesystem::rename(from, to); });
}

task<> rename(const path& from, const path& to, error_code& error) {
  return on_disk("rename", error, [from, to](error_code& e) {
    return std::filesystem::rename(from, to, e);
  });
}

task<> resize_file(const path& p, std::uintmax_t size) {
  return on_disk("resize_file",
                 [p, size] { return std::filesystem::resize_file(p, size); });
}

task<> resize_file(const path& p, std::uintmax_t size, error_code& error) {
  return on_disk("resize_file", error, [p, size](error_code& e) {
    return std::filesystem::resize_file(p, size, e);
  });
}

task<space_info> space(const path& p) {
  return on_disk("space", [p] { return std::filesystem::space(p); });
}

task<space_info> space(const path& p, error_code& error) {
  return on_disk("space", error,
                 [p](error_code& e) { return std::filesystem::space(p, e); });
}

task<path> temp_directory_path() {
  return on_disk("temp_directory_path",
                 [] { return std::filesystem::temp_directory_path(); });
}

task<path> temp_directory_path(error_code& error) {
  return on_disk("temp_directory_path", error, [](error_code& e) {
    return std::filesystem::temp_directory_path(e);
  });
}

task<path> weakly_canonical(const path& p) {
  return on_disk("weakly_canonical",
                 [p] { return std::filesystem::weakly_canonical(p); });
}

task<path> weakly_canonical(const path& p, error_code& error) {
  return on_disk("weakly_canonical", error, [p](error_code& e) {
    return std::filesystem::weakly_canonical(p, e);
  });
}

}  // namespace green::filesystem
