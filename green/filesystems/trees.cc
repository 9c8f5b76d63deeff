// SPDX-License-Identifier: MIT
// The operations on whole trees. They go step by step, so that a kill or
// timeout comes through between two steps.
#include <dirent.h>
#include <fcntl.h>

#include <cerrno>
#include <cstdint>
#include <string>
#include <string_view>
#include <system_error>

#include "green/directories/stream.h"
#include "green/filesystem"
#include "green/filesystems/call.h"
#include "green/posix/kept_errno.h"
#include "green/unistd.h"

namespace green::filesystem {

using std::error_code;

namespace {

constexpr auto failure = static_cast<std::uintmax_t>(-1);

// Neither follows a symbolic link, nor looks anything up twice by its path. So
// nobody can lead it to another tree meanwhile. Gives the number of files, or
// -1 and errno.
task<std::uintmax_t> remove_at(int folder, const char* name) {
  const int removed = co_await green::unlinkat(folder, name, 0);
  if (removed == 0) co_return 1;
  if (errno == ENOENT) co_return 0;
  if (errno != EISDIR) co_return failure;
  const own_directory directory(
      co_await open_directory(folder, name, O_NOFOLLOW));
  if (directory == nullptr) co_return failure;
  std::uintmax_t count = 0;
  for (;;) {
    errno = 0;
    const struct ::dirent* const entry = co_await readdir_wait(directory.get());
    if (entry == nullptr && errno != 0) co_return failure;
    if (entry == nullptr) break;
    const std::string_view inside = entry->d_name;
    if (inside == "." || inside == "..") continue;
    const std::uintmax_t more =
        co_await remove_at(directory->fd(), entry->d_name);
    if (more == failure) co_return failure;
    count += more;
  }
  const int emptied = co_await green::unlinkat(folder, name, AT_REMOVEDIR);
  if (emptied == 0) co_return count + 1;
  co_return errno == ENOENT ? count : failure;
}

// The original's checks and its errors, without a look into a directory.
task<bool> copy_but_no_entries(const path& from, const path& to,
                               copy_options options, error_code& error) {
  return on_disk("copy", error, [from, to, options](error_code& e) {
    const bool links =
        (options & (copy_options::skip_symlinks | copy_options::copy_symlinks |
                    copy_options::create_symlinks)) != copy_options::none;
    error_code none;
    const file_status found = links
                                  ? std::filesystem::symlink_status(from, none)
                                  : std::filesystem::status(from, none);
    const bool enters =
        std::filesystem::is_directory(found) &&
        (options == copy_options::none ||
         (options & copy_options::recursive) != copy_options::none);
    if (!enters) {
      std::filesystem::copy(from, to, options, e);
      return false;
    }
    // This option is of no effect on a directory, but keeps it from being
    // entered.
    const copy_options top =
        (options & ~copy_options::recursive) | copy_options::directories_only;
    std::filesystem::copy(from, to, top, e);
    if (!e && !std::filesystem::exists(to, none))
      std::filesystem::create_directory(to, from, e);
    return !e;
  });
}

task<> copy_tree(path from, path to, copy_options options, error_code& error) {
  const bool enters = co_await copy_but_no_entries(from, to, options, error);
  if (!enters) co_return;
  // An option that says nothing keeps directories below from being entered.
  const bool all = (options & copy_options::recursive) != copy_options::none;
  const copy_options below =
      all ? options : options | static_cast<copy_options>(4096);
  directory_iterator it = co_await directory_iterator(from, error);
  while (!error && it != directory_iterator()) {
    const path name = it->path().filename();
    co_await copy_tree(it->path(), to / name, below, error);
    if (error) co_return;
    co_await it.increment(error);
  }
}

task<std::uintmax_t> remove_tree(path p, error_code& error) {
  const kept_errno at_start;
  error.clear();
  const std::uintmax_t count = co_await remove_at(AT_FDCWD, p.c_str());
  if (count == failure) error = {errno, std::generic_category()};
  at_start.put_back();
  co_return count;
}

task<std::uintmax_t> remove_tree(path p) {
  error_code found;
  const std::uintmax_t count = co_await remove_tree(p, found);
  if (found) throw filesystem_error("cannot remove all", p, found);
  co_return count;
}

task<> copy_tree(path from, path to, copy_options options) {
  error_code found;
  co_await copy_tree(from, to, options, found);
  if (found) throw filesystem_error("cannot copy", from, to, found);
}

}  // namespace

task<std::uintmax_t> remove_all(const path& p, error_code& error) {
  return remove_tree(p, error);
}

task<std::uintmax_t> remove_all(const path& p) { return remove_tree(p); }

task<> copy(const path& from, const path& to, copy_options options,
            error_code& error) {
  return copy_tree(from, to, options, error);
}

task<> copy(const path& from, const path& to, error_code& error) {
  return copy_tree(from, to, copy_options::none, error);
}

task<> copy(const path& from, const path& to, copy_options options) {
  return copy_tree(from, to, options);
}

task<> copy(const path& from, const path& to) {
  return copy_tree(from, to, copy_options::none);
}

}  // namespace green::filesystem
