// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <filesystem>
#include <iterator>
#include <memory>
#include <system_error>

#include "green/core/attributes.h"
#include "green/core/needs_co_await.h"
#include "green/filesystems/entry.h"
#include "green/task.h"

namespace green::filesystem {

using std::filesystem::directory_options;
using std::filesystem::path;

class listing;
class descent;

/// Both iterators: a place in directories, which the state knows. A constructor
/// cannot open a directory: `auto it = co_await directory_iterator(p);` does
/// so.
template <class Iterator, class State>
class directory_walk : public core::needs_co_await<Iterator> {
 public:
  using value_type = directory_entry;
  using difference_type = std::ptrdiff_t;
  using pointer = const directory_entry*;
  using reference = const directory_entry&;
  using iterator_category = std::input_iterator_tag;

  /// [fs.dir.itr.members]. The end; it is not awaited.
  directory_walk() noexcept = default;
  explicit directory_walk(const path& p)
      : directory_walk(p, directory_options::none) {}
  directory_walk(const path& p, directory_options options);
  directory_walk(const path& p, std::error_code& error GREEN_KEPT)
      : directory_walk(p, directory_options::none, error) {}
  directory_walk(const path& p, directory_options options,
                 std::error_code& error GREEN_KEPT);

  typename task<Iterator>::awaiter operator co_await() const;

  /// [fs.dir.itr.members]
  const directory_entry& operator*() const noexcept;
  /// [fs.dir.itr.members]
  const directory_entry* operator->() const noexcept { return &**this; }
  /// [fs.dir.itr.members]
  task<Iterator&> operator++() { return advance(nullptr); }
  /// [fs.dir.itr.members]
  task<Iterator&> increment(std::error_code& error GREEN_KEPT) {
    return advance(&error);
  }

  /// Are both at the end, or copies of one another?
  friend bool operator==(const Iterator& a, const Iterator& b) noexcept {
    return a.state_ == b.state_;
  }

 protected:
  std::shared_ptr<State> state_;

 private:
  task<Iterator> opened() const;
  task<Iterator&> advance(std::error_code* error);
};

/// [fs.class.directory.iterator]
class [[nodiscard("co_await it")]] directory_iterator
    : public directory_walk<directory_iterator, listing> {
 public:
  using directory_walk::directory_walk;
};

/// [fs.dir.itr.nonmembers]
inline directory_iterator begin(directory_iterator it) noexcept { return it; }
/// [fs.dir.itr.nonmembers]
inline directory_iterator end(const directory_iterator&) noexcept { return {}; }

/// [fs.class.rec.dir.itr]
class [[nodiscard("co_await it")]] recursive_directory_iterator
    : public directory_walk<recursive_directory_iterator, descent> {
 public:
  using directory_walk::directory_walk;

  /// [fs.rec.dir.itr.members]
  directory_options options() const noexcept;
  /// [fs.rec.dir.itr.members]
  int depth() const noexcept;
  /// [fs.rec.dir.itr.members]
  bool recursion_pending() const noexcept;
  /// [fs.rec.dir.itr.members]
  task<> pop();
  task<> pop(std::error_code& error GREEN_KEPT);
  /// [fs.rec.dir.itr.members]
  void disable_recursion_pending() noexcept;

 private:
  descent& state() const noexcept;
  task<> leave(std::error_code* error);
};

/// [fs.rec.dir.itr.nonmembers]
inline recursive_directory_iterator begin(
    recursive_directory_iterator it) noexcept {
  return it;
}
/// [fs.rec.dir.itr.nonmembers]
inline recursive_directory_iterator end(
    const recursive_directory_iterator&) noexcept {
  return {};
}

}  // namespace green::filesystem
