// SPDX-License-Identifier: MIT
#pragma once

#include <netdb.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <utility>
#include <vector>

#include "green/names/entry.h"

namespace green {

/// How much memory a look-up may use for its entry, and where that begins:
/// behind a multiple of 16, as far as the caller's own memory does.
struct entry_room {
  std::size_t most = std::numeric_limits<std::size_t>::max() / 4;
  std::size_t offset = 0;
};

/// What a look-up on a helper thread gave, with the memory that the entry
/// points into.
template <class Entry>
struct answer {
  Entry entry{};
  std::vector<char> memory;
  std::size_t offset = 0;
  bool found = false;
  int result = 0;      // of the C library's function
  int error = 0;       // errno
  int host_error = 0;  // h_errno

  std::size_t size() const noexcept { return memory.size() - offset; }

  /// Copies the memory to another place, and gives the entry that points there.
  Entry copy_to(char* place) const noexcept {
    Entry copy = entry;
    std::memcpy(place, memory.data() + offset, size());
    follow(moved_memory(memory.data() + offset, size(), place), copy);
    return copy;
  }

  /// Lets the memory begin at another offset.
  void move_to(std::size_t other) {
    if (other == offset) return;
    std::vector<char> fresh(other + size());
    entry = copy_to(fresh.data() + other);
    memory = std::move(fresh);
    offset = other;
  }
};

/// Calls a function of the C library with memory that is large enough, if that
/// is allowed: call(entry, memory, size, found, host_error).
template <class Entry, class Call>
answer<Entry> ask(const entry_room& room, const Call& call) {
  constexpr std::size_t first_size = 1024;
  answer<Entry> a;
  a.offset = room.offset;
  a.memory.reserve(first_size);  // so the address is never null
  for (std::size_t size = std::min(room.most, first_size);;
       size = std::min(room.most, 2 * size)) {
    a.memory.resize(a.offset + size);
    Entry* found = nullptr;
    errno = 0;
    a.result =
        call(&a.entry, a.memory.data() + a.offset, size, &found, &a.host_error);
    a.error = errno;
    a.found = a.result == 0 && found != nullptr;
    if (a.result != ERANGE || size == room.most) return a;
  }
}

/// The caller's own memory for an entry, as getpwnam_r(3) and its like take it.
template <class Entry>
struct entry_place {
  Entry* entry;
  char* memory;
  std::size_t size;
  Entry** result;
  int* host_error = nullptr;

  entry_room room() const noexcept {
    constexpr entry_room all;
    const auto address = reinterpret_cast<std::uintptr_t>(memory);
    return {std::min(size, all.most), address % 16};
  }

  /// Gives what the original would give.
  int put(const answer<Entry>& a) const noexcept {
    if (host_error != nullptr) *host_error = a.host_error;
    *result = a.found ? entry : nullptr;
    if (a.found) *entry = a.copy_to(memory);
    if (!a.found) errno = a.error;
    return a.result;
  }
};

}  // namespace green
