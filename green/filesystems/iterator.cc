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
constexpr const char* past_end = "an iterator was used at its end";

}  // namespace

/// A directory, from the constructor of its iterator on.
class listing {
 public:
  static constexpr const char* no_opening =
      "directory iterator cannot open directory";
  static constexpr const char* no_advance = "directory iterator cannot advance";
  static constexpr const char* at_end =
      "cannot advance non-dereferenceable directory iterator";

  listing(const path& p, directory_options how, error_code* error)
      : root(p), options(how), first_error(error), at_{p, nullptr} {}

  /// Opens the directory and goes to its first entry. False: there is none.
  task<bool> open(error_code& error) {
    at_.directory = co_await open_level(root, options, error);
    if (at_.directory == nullptr) co_return false;
    opened = co_await next(error);
    co_return opened;
  }

  task<bool> next(error_code& error) {
    return next_of(at_, options, entry, error);
  }

  const path& place() const noexcept { return root; }

  const path root;
  const directory_options options;
  error_code* const first_error;
  directory_entry entry;
  bool opened = false;

 private:
  level at_;
};

/// The directories from the root down to that of the entry.
class descent {
 public:
  static constexpr const char* no_opening =
      "recursive directory iterator cannot open directory";
  static constexpr const char* no_advance =
      "cannot increment recursive directory iterator";
  static constexpr const char* at_end = no_advance;

  descent(const path& p, directory_options how, error_code* error)
      : root(p), options(how), first_error(error) {}

  task<bool> open(error_code& error) {
    const bool there = co_await go_down(root, error);
    if (there) opened = co_await go_on(error);
    co_return opened;
  }

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

  const path& place() const noexcept { return entry.path(); }

  const path root;
  const directory_options options;
  error_code* const first_error;
  std::vector<level> levels;
  directory_entry entry;
  bool pending = true;
  bool opened = false;
};

template <class Iterator, class State>
directory_walk<Iterator, State>::directory_walk(const path& p,
                                                directory_options options)
    : state_(std::make_shared<State>(p, options, nullptr)) {}

template <class Iterator, class State>
directory_walk<Iterator, State>::directory_walk(const path& p,
                                                directory_options options,
                                                error_code& error)
    : state_(std::make_shared<State>(p, options, &error)) {}

template <class Iterator, class State>
typename task<Iterator>::awaiter
    directory_walk<Iterator, State>::operator co_await() const {
  return opened().operator co_await();
}

template <class Iterator, class State>
task<Iterator> directory_walk<Iterator, State>::opened() const {
  Iterator it = static_cast<const Iterator&>(*this);
  const std::shared_ptr<State> state = state_;
  if (state == nullptr || state->opened) co_return it;
  error_code found;
  const bool there = co_await state->open(found);
  if (!there) it.state_ = nullptr;
  report(State::no_opening, state->root, found, state->first_error);
  co_return it;
}

template <class Iterator, class State>
const directory_entry& directory_walk<Iterator, State>::operator*()
    const noexcept {
  GREEN_ASSERT(state_ != nullptr, past_end);
  GREEN_ASSERT(state_->opened, no_await);
  return state_->entry;
}

template <class Iterator, class State>
task<Iterator&> directory_walk<Iterator, State>::advance(error_code* error) {
  const std::shared_ptr<State> state = state_;
  Iterator& self = static_cast<Iterator&>(*this);
  if (state == nullptr) {
    report(State::at_end, path(), error_of(EINVAL), error);
    co_return self;
  }
  GREEN_ASSERT(state->opened, no_await);
  error_code found;
  const bool more = co_await state->next(found);
  if (!more) state_ = nullptr;
  report(State::no_advance, state->place(), found, error);
  co_return self;
}

template class directory_walk<directory_iterator, listing>;
template class directory_walk<recursive_directory_iterator, descent>;

descent& recursive_directory_iterator::state() const noexcept {
  GREEN_ASSERT(state_ != nullptr, past_end);
  return *state_;
}

directory_options recursive_directory_iterator::options() const noexcept {
  return state().options;
}

int recursive_directory_iterator::depth() const noexcept {
  return static_cast<int>(state().levels.size()) - 1;
}

bool recursive_directory_iterator::recursion_pending() const noexcept {
  return state().pending;
}

void recursive_directory_iterator::disable_recursion_pending() noexcept {
  state().pending = false;
}

task<> recursive_directory_iterator::leave(error_code* error) {
  const std::shared_ptr<descent> down = state_;
  error_code found = error_of(EINVAL);
  if (down != nullptr) {
    found.clear();
    down->levels.pop_back();
    down->pending = false;
    const bool more = co_await down->go_on(found);
    if (!more) state_ = nullptr;
  }
  report("recursive directory iterator cannot pop", path(), found, error);
}

task<> recursive_directory_iterator::pop() { return leave(nullptr); }

task<> recursive_directory_iterator::pop(error_code& error) {
  return leave(&error);
}

}  // namespace green::filesystem
