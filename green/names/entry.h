// SPDX-License-Identifier: MIT
#pragma once

#include <grp.h>
#include <netdb.h>
#include <pwd.h>

#include <cstddef>
#include <functional>

namespace green {

/// What getnetgrent(3) tells of a member of a group.
struct netgroup_entry {
  char* host;
  char* user;
  char* domain;
};

/// Memory that was copied to another place. The pointers of an entry follow it.
class moved_memory {
 public:
  moved_memory(const char* from, std::size_t size, char* to) noexcept
      : from_(from), size_(size), to_(to) {}

  /// Moves the pointers to texts and to lists of an entry.
  template <class... Pointers>
  void move(Pointers&... pointers) const noexcept {
    (move_one(pointers), ...);
  }

 private:
  void move_one(char*& text) const noexcept {
    if (inside(text)) text = to_ + (text - from_);
  }
  // An array of pointers, whose end is a null pointer.
  void move_one(char**& list) const noexcept {
    char* place = reinterpret_cast<char*>(list);
    if (!inside(place)) return;
    move_one(place);
    list = reinterpret_cast<char**>(place);
    for (char** each = list; *each != nullptr; ++each) move_one(*each);
  }
  bool inside(const char* pointer) const noexcept {
    return std::less_equal<>()(from_, pointer) &&
           std::less<>()(pointer, from_ + size_);
  }

  const char* from_;
  std::size_t size_;
  char* to_;
};

inline void follow(const moved_memory& memory, passwd& entry) noexcept {
  memory.move(entry.pw_name, entry.pw_passwd, entry.pw_gecos, entry.pw_dir,
              entry.pw_shell);
}

inline void follow(const moved_memory& memory, ::group& entry) noexcept {
  memory.move(entry.gr_name, entry.gr_passwd, entry.gr_mem);
}

inline void follow(const moved_memory& memory, hostent& entry) noexcept {
  memory.move(entry.h_name, entry.h_aliases, entry.h_addr_list);
}

inline void follow(const moved_memory& memory, netent& entry) noexcept {
  memory.move(entry.n_name, entry.n_aliases);
}

inline void follow(const moved_memory& memory, protoent& entry) noexcept {
  memory.move(entry.p_name, entry.p_aliases);
}

inline void follow(const moved_memory& memory, servent& entry) noexcept {
  memory.move(entry.s_name, entry.s_aliases, entry.s_proto);
}

inline void follow(const moved_memory& memory, rpcent& entry) noexcept {
  memory.move(entry.r_name, entry.r_aliases);
}

inline void follow(const moved_memory& memory, netgroup_entry& entry) noexcept {
  memory.move(entry.host, entry.user, entry.domain);
}

}  // namespace green
