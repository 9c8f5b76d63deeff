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

/// [fs.class.directory.iterator]. A constructor cannot open the directory:
/// `auto it = co_await directory_iterator(p);` does so.
class [[nodiscard("co_await it")]] directory_iterator
    : public core::needs_co_await<directory_iterator> {
 public:
  using value_type = directory_entry;
  using difference_type = std::ptrdiff_t;
  using pointer = const directory_entry*;
  using reference = const directory_entry&;
  using iterator_category = std::input_iterator_tag;

  /// [fs.dir.itr.members]. The end; it is not awaited.
  directory_iterator() noexcept = default;
  explicit directory_iterator(const path& p)
      : directory_iterator(p, directory_options::none) {}
  directory_iterator(const path& p, directory_options options);
  directory_iterator(const path& p, std::error_code& error GREEN_KEPT)
      : directory_iterator(p, directory_options::none, error) {}
  directory_iterator(const path& p, directory_options options,
                     std::error_code& error GREEN_KEPT);

  task<directory_iterator>::awaiter operator co_await() const;

  /// [fs.dir.itr.members]
  const directory_entry& operator*() const noexcept;
  /// [fs.dir.itr.members]
  const directory_entry* operator->() const noexcept { return &**this; }
  /// [fs.dir.itr.members]
  task<directory_iterator&> operator++();
  /// [fs.dir.itr.members]
  task<directory_iterator&> increment(std::error_code& error GREEN_KEPT);

  /// Are both at the end, or copies of one another?
  friend bool operator==(const directory_iterator& a,
                         const directory_iterator& b) noexcept {
    return a.list_ == b.list_;
  }

 private:
  task<directory_iterator> opened() const;
  task<directory_iterator&> advance(std::error_code* error);

  std::shared_ptr<listing> list_;
};

/// [fs.dir.itr.nonmembers]
inline directory_iterator begin(directory_iterator it) noexcept { return it; }
/// [fs.dir.itr.nonmembers]
inline directory_iterator end(const directory_iterator&) noexcept { return {}; }

/// [fs.class.rec.dir.itr]. It is made and awaited as a directory_iterator is.
class [[nodiscard("co_await it")]] recursive_directory_iterator
    : public core::needs_co_await<recursive_directory_iterator> {
 public:
  using value_type = directory_entry;
  using difference_type = std::ptrdiff_t;
  using pointer = const directory_entry*;
  using reference = const directory_entry&;
  using iterator_category = std::input_iterator_tag;

  /// [fs.rec.dir.itr.members]. The end; it is not awaited.
  recursive_directory_iterator() noexcept = default;
  explicit recursive_directory_iterator(const path& p)
      : recursive_directory_iterator(p, directory_options::none) {}
  recursive_directory_iterator(const path& p, directory_options options);
  recursive_directory_iterator(const path& p, std::error_code& error GREEN_KEPT)
      : recursive_directory_iterator(p, directory_options::none, error) {}
  recursive_directory_iterator(const path& p, directory_options options,
                               std::error_code& error GREEN_KEPT);

  task<recursive_directory_iterator>::awaiter operator co_await() const;

  /// [fs.rec.dir.itr.members]
  directory_options options() const noexcept;
  /// [fs.rec.dir.itr.members]
  int depth() const noexcept;
  /// [fs.rec.dir.itr.members]
  bool recursion_pending() const noexcept;
  /// [fs.rec.dir.itr.members]
  const directory_entry& operator*() const noexcept;
  /// [fs.rec.dir.itr.members]
  const directory_entry* operator->() const noexcept { return &**this; }
  /// [fs.rec.dir.itr.members]
  task<recursive_directory_iterator&> operator++();
  /// [fs.rec.dir.itr.members]
  task<recursive_directory_iterator&> increment(
      std::error_code& error GREEN_KEPT);
  /// [fs.rec.dir.itr.members]
  task<> pop();
  task<> pop(std::error_code& error GREEN_KEPT);
  /// [fs.rec.dir.itr.members]
  void disable_recursion_pending() noexcept;

  /// Are both at the end, or copies of one another?
  friend bool operator==(const recursive_directory_iterator& a,
                         const recursive_directory_iterator& b) noexcept {
    return a.down_ == b.down_;
  }

 private:
  task<recursive_directory_iterator> opened() const;
  task<recursive_directory_iterator&> advance(std::error_code* error);
  task<> leave(std::error_code* error);

  std::shared_ptr<descent> down_;
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
