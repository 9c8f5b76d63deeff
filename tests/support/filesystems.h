// SPDX-License-Identifier: MIT
//
// The operations of <filesystem> of both sides of the oracle (oracle.h).
#pragma once

#include <filesystem>
#include <type_traits>
#include <utility>

#include "green/filesystem"
#include "tests/support/oracle.h"

namespace tests {

/// The result of f() as one that is awaited. f throws at once.
template <class F>
auto ready_of(F f) {
  using result = std::invoke_result_t<F&>;
  if constexpr (std::is_void_v<result>) {
    f();
    return ready<>();
  } else {
    return ready<std::decay_t<result>>(f());
  }
}

#define FILESYSTEM_OPERATIONS(X) \
  X(status)                      \
  X(symlink_status)              \
  X(exists)                      \
  X(is_block_file)               \
  X(is_character_file)           \
  X(is_directory)                \
  X(is_fifo)                     \
  X(is_other)                    \
  X(is_regular_file)             \
  X(is_socket)                   \
  X(is_symlink)                  \
  X(canonical)                   \
  X(copy)                        \
  X(copy_file)                   \
  X(copy_symlink)                \
  X(create_directories)          \
  X(create_directory)            \
  X(create_directory_symlink)    \
  X(create_hard_link)            \
  X(create_symlink)              \
  X(current_path)                \
  X(equivalent)                  \
  X(file_size)                   \
  X(hard_link_count)             \
  X(is_empty)                    \
  X(last_write_time)             \
  X(permissions)                 \
  X(proximate)                   \
  X(read_symlink)                \
  X(relative)                    \
  X(remove)                      \
  X(remove_all)                  \
  X(rename)                      \
  X(resize_file)                 \
  X(space)                       \
  X(temp_directory_path)         \
  X(weakly_canonical)

struct system_filesystem : system_side {
  using entry = std::filesystem::directory_entry;
  using iterator = std::filesystem::directory_iterator;
  using recursive_iterator = std::filesystem::recursive_directory_iterator;

  template <class Iterator, class... Arguments>
  static ready<Iterator> open(Arguments&&... arguments) {
    return ready(Iterator(std::forward<Arguments>(arguments)...));
  }
  template <class Iterator>
  static ready<> next(Iterator& it) {
    ++it;
    return {};
  }
  template <class Iterator>
  static ready<> next(Iterator& it, std::error_code& error) {
    it.increment(error);
    return {};
  }
  template <class Object, class F>
  static auto ask(Object& object, F member) {
    return ready_of([&] { return member(object); });
  }

#define SYSTEM_OPERATION(name)                                             \
  template <class... Arguments>                                            \
  static auto name(Arguments&&... arguments) {                             \
    return ready_of([&] {                                                  \
      return std::filesystem::name(std::forward<Arguments>(arguments)...); \
    });                                                                    \
  }
  FILESYSTEM_OPERATIONS(SYSTEM_OPERATION)
#undef SYSTEM_OPERATION
};

struct green_filesystem : green_side {
  using entry = green::filesystem::directory_entry;
  using iterator = green::filesystem::directory_iterator;
  using recursive_iterator = green::filesystem::recursive_directory_iterator;

  template <class Iterator, class... Arguments>
  static Iterator open(Arguments&&... arguments) {
    return Iterator(std::forward<Arguments>(arguments)...);
  }
  template <class Iterator>
  static auto next(Iterator& it) {
    return ++it;
  }
  template <class Iterator>
  static auto next(Iterator& it, std::error_code& error) {
    return it.increment(error);
  }
  template <class Object, class F>
  static auto ask(Object& object, F member) {
    return member(object);
  }

#define GREEN_OPERATION(name)                                              \
  template <class... Arguments>                                            \
  static auto name(Arguments&&... arguments) {                             \
    return green::filesystem::name(std::forward<Arguments>(arguments)...); \
  }
  FILESYSTEM_OPERATIONS(GREEN_OPERATION)
#undef GREEN_OPERATION
};

#undef FILESYSTEM_OPERATIONS

}  // namespace tests
