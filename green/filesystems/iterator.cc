// SPDX-License-Identifier: MIT
#include "green/filesystems/iterator.h"

#include <dirent.h>
#include <fcntl.h>

#include <cerrno>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "green/core/assert.h"
#include "green/directories/stream.h"
#include "green/filesystems/kinds.h"
#include "green/posix/kept_errno.h"

namespace green::filesystem {

using std::error_code;

namespace {

file_type type_of(const struct ::dirent& entry) {
  switch (entry.d_type) {
    case DT_BLK:
      return file_type::block;
    case DT_CHR:
      return file_type::character;
    case DT_DIR:
      return file_type::directory;
    case DT_FIFO:
      return file_type::fifo;
    case DT_LNK:
      return file_type::symlink;
    case DT_REG:
      return file_type::regular;
    case DT_SOCK:
      return file_type::socket;
    default:
      return file_type::none;
  }
}

bool has(directory_options all, directory_options one) {
  return (all & one) != directory_options::none;
}

// What the caller's error becomes, or what is thrown.
void report(const char* action, const path& where, const error_code& found,
            error_code* error) {
  if (error != nullptr) {
    *error = found;
  } else if (found) {
    throw std::filesystem::filesystem_error(action, where, found);
  }
}

error_code error_of(int number) { return {number, std::generic_category()}; }

// An open directory and the path of its entries.
struct level {
  path of;
  own_directory directory;
};

// Gives the next entry. At the end, and after an error, it gives none.
task<bool> next_of(level& from, directory_options options,
                   directory_entry& into, error_code& error) {
  const kept_errno at_start;
  error.clear();
  for (;;) {
    errno = 0;
    const struct ::dirent* const entry =
        co_await readdir_wait(from.directory.get());
    const int number = errno;
    at_start.put_back();
    if (entry == nullptr) {
      const bool skipped =
          number == EACCES &&
          has(options, directory_options::skip_permission_denied);
      if (!skipped) error = error_of(number);
      co_return false;
    }
    const std::string_view name = entry->d_name;
    if (name == "." || name == "..") continue;
    into = directory_entry(from.of / name, type_of(*entry));
    co_return true;
  }
}

// Null without an error: the directory is to be skipped.
task<own_directory> open_level(const path& p, directory_options options,
                               error_code& error) {
  const kept_errno at_start;
  error.clear();
  own_directory opened(co_await open_directory(AT_FDCWD, p.c_str()));
  if (opened == nullptr) {
    const bool skipped =
        errno == EACCES &&
        has(options, directory_options::skip_permission_denied);
    if (!skipped) error = error_of(errno);
    at_start.put_back();
  }
  co_return opened;
}

constexpr const char* no_await = "an iterator was used without a co_await";

}  // namespace

/// A directory, from the constructor of its iterator on.
class listing {
 public:
  listing(const path& p, directory_options how, error_code* error)
      : at{p, nullptr}, options(how), first_error(error) {}

  level at;
  const directory_options options;
  error_code* const first_error;
  directory_entry entry;
};

directory_iterator::directory_iterator(const path& p, directory_options options)
    : list_(std::make_shared<listing>(p, options, nullptr)) {}

directory_iterator::directory_iterator(const path& p, directory_options options,
                                       error_code& error)
    : list_(std::make_shared<listing>(p, options, &error)) {}

task<directory_iterator>::awaiter directory_iterator::operator co_await()
    const {
  return opened().operator co_await();
}

task<directory_iterator> directory_iterator::opened() const {
  directory_iterator it = *this;
  if (list_ == nullptr || list_->at.directory != nullptr) co_return it;
  listing& list = *list_;
  error_code found;
  list.at.directory = co_await open_level(list.at.of, list.options, found);
  const bool there = list.at.directory != nullptr &&
                     co_await next_of(list.at, list.options, list.entry, found);
  if (!there) it.list_ = nullptr;
  report("directory iterator cannot open directory", list.at.of, found,
         list.first_error);
  co_return it;
}

const directory_entry& directory_iterator::operator*() const noexcept {
  GREEN_ASSERT(list_ != nullptr, "an iterator was used at its end");
  GREEN_ASSERT(list_->at.directory != nullptr, no_await);
  return list_->entry;
}

task<directory_iterator&> directory_iterator::advance(error_code* error) {
  const std::shared_ptr<listing> list = list_;
  if (list == nullptr) {
    report("cannot advance non-dereferenceable directory iterator", path(),
           error_of(EINVAL), error);
    co_return *this;
  }
  GREEN_ASSERT(list->at.directory != nullptr, no_await);
  error_code found;
  const bool more =
      co_await next_of(list->at, list->options, list->entry, found);
  if (!more) list_ = nullptr;
  report("directory iterator cannot advance", list->at.of, found, error);
  co_return *this;
}

task<directory_iterator&> directory_iterator::operator++() {
  return advance(nullptr);
}

task<directory_iterator&> directory_iterator::increment(error_code& error) {
  return advance(&error);
}

/// The directories from the root down to that of the entry.
class descent {
 public:
  descent(const path& p, directory_options how, error_code* error)
      : root(p), options(how), first_error(error) {}

  /// Opens a directory and makes it the lowest. False when it was not.
  task<bool> go_down(const path& p, error_code& error) {
    own_directory directory = co_await open_level(p, options, error);
    const bool there = directory != nullptr;
    if (there) levels.push_back({p, std::move(directory)});
    co_return there;
  }

  /// Is the entry a directory to go down to?
  task<bool> leads_down() {
    error_code none;
    const bool link = co_await entry.is_symlink(none);
    if (link && !has(options, directory_options::follow_directory_symlink)) {
      co_return false;
    }
    co_return co_await entry.is_directory(none);
  }

  /// Goes to the next entry of the lowest directory, or above of it. False when
  /// there is none.
  task<bool> go_on(error_code& error) {
    while (!levels.empty()) {
      const bool more = co_await next_of(levels.back(), options, entry, error);
      if (more) pending = true;
      if (more || error) co_return more;
      levels.pop_back();
    }
    co_return false;
  }

  /// The entry after this one. Interrupted, it may be called once more.
  task<bool> next(error_code& error) {
    const bool deeper = pending && co_await leads_down();
    if (deeper) {
      co_await go_down(entry.path(), error);
      if (error) co_return false;
    }
    pending = false;
    co_return co_await go_on(error);
  }

  const path root;
  const directory_options options;
  error_code* const first_error;
  std::vector<level> levels;
  directory_entry entry;
  bool pending = true;
  bool opened = false;
};

recursive_directory_iterator::recursive_directory_iterator(
    const path& p, directory_options options)
    : down_(std::make_shared<descent>(p, options, nullptr)) {}

recursive_directory_iterator::recursive_directory_iterator(
    const path& p, directory_options options, error_code& error)
    : down_(std::make_shared<descent>(p, options, &error)) {}

task<recursive_directory_iterator>::awaiter
    recursive_directory_iterator::operator co_await() const {
  return opened().operator co_await();
}

task<recursive_directory_iterator> recursive_directory_iterator::opened()
    const {
  recursive_directory_iterator it = *this;
  if (down_ == nullptr || down_->opened) co_return it;
  descent& down = *down_;
  error_code found;
  bool there = co_await down.go_down(down.root, found);
  if (there) there = co_await down.go_on(found);
  down.opened = there;
  if (!there) it.down_ = nullptr;
  report("recursive directory iterator cannot open directory", down.root, found,
         down.first_error);
  co_return it;
}

directory_options recursive_directory_iterator::options() const noexcept {
  GREEN_ASSERT(down_ != nullptr, "an iterator was used at its end");
  return down_->options;
}

int recursive_directory_iterator::depth() const noexcept {
  GREEN_ASSERT(down_ != nullptr, "an iterator was used at its end");
  return static_cast<int>(down_->levels.size()) - 1;
}

bool recursive_directory_iterator::recursion_pending() const noexcept {
  GREEN_ASSERT(down_ != nullptr, "an iterator was used at its end");
  return down_->pending;
}

void recursive_directory_iterator::disable_recursion_pending() noexcept {
  GREEN_ASSERT(down_ != nullptr, "an iterator was used at its end");
  down_->pending = false;
}

const directory_entry& recursive_directory_iterator::operator*()
    const noexcept {
  GREEN_ASSERT(down_ != nullptr, "an iterator was used at its end");
  GREEN_ASSERT(down_->opened, no_await);
  return down_->entry;
}

task<recursive_directory_iterator&> recursive_directory_iterator::advance(
    error_code* error) {
  const std::shared_ptr<descent> down = down_;
  if (down == nullptr) {
    report("cannot increment recursive directory iterator", path(),
           error_of(EINVAL), error);
    co_return *this;
  }
  GREEN_ASSERT(down->opened, no_await);
  error_code found;
  const bool more = co_await down->next(found);
  if (!more) down_ = nullptr;
  report("cannot increment recursive directory iterator", down->entry.path(),
         found, error);
  co_return *this;
}

task<recursive_directory_iterator&> recursive_directory_iterator::operator++() {
  return advance(nullptr);
}

task<recursive_directory_iterator&> recursive_directory_iterator::increment(
    error_code& error) {
  return advance(&error);
}

task<> recursive_directory_iterator::leave(error_code* error) {
  const std::shared_ptr<descent> down = down_;
  error_code found = error_of(EINVAL);
  if (down != nullptr) {
    found.clear();
    down->levels.pop_back();
    down->pending = false;
    const bool more = co_await down->go_on(found);
    if (!more) down_ = nullptr;
  }
  report("recursive directory iterator cannot pop", path(), found, error);
}

task<> recursive_directory_iterator::pop() { return leave(nullptr); }

task<> recursive_directory_iterator::pop(error_code& error) {
  return leave(&error);
}

}  // namespace green::filesystem
