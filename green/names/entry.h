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

  void text(char*& pointer) const noexcept {
    if (inside(pointer)) pointer = to_ + (pointer - from_);
  }
  /// Of an array of pointers, whose end is a null pointer.
  void list(char**& pointer) const noexcept {
    char* place = reinterpret_cast<char*>(pointer);
    if (!inside(place)) return;
    text(place);
    pointer = reinterpret_cast<char**>(place);
    for (char** each = pointer; *each != nullptr; ++each) text(*each);
  }

 private:
  bool inside(const char* pointer) const noexcept {
    return std::less_equal<>()(from_, pointer) &&
           std::less<>()(pointer, from_ + size_);
  }

  const char* from_;
  std::size_t size_;
  char* to_;
};

inline void follow(const moved_memory& memory, passwd& entry) noexcept {
  memory.text(entry.pw_name);
  memory.text(entry.pw_passwd);
  memory.text(entry.pw_gecos);
  memory.text(entry.pw_dir);
  memory.text(entry.pw_shell);
}

inline void follow(const moved_memory& memory, ::group& entry) noexcept {
  memory.text(entry.gr_name);
  memory.text(entry.gr_passwd);
  memory.list(entry.gr_mem);
}

inline void follow(const moved_memory& memory, hostent& entry) noexcept {
  memory.text(entry.h_name);
  memory.list(entry.h_aliases);
  memory.list(entry.h_addr_list);
}

inline void follow(const moved_memory& memory, netent& entry) noexcept {
  memory.text(entry.n_name);
  memory.list(entry.n_aliases);
}

inline void follow(const moved_memory& memory, protoent& entry) noexcept {
  memory.text(entry.p_name);
  memory.list(entry.p_aliases);
}

inline void follow(const moved_memory& memory, servent& entry) noexcept {
  memory.text(entry.s_name);
  memory.list(entry.s_aliases);
  memory.text(entry.s_proto);
}

inline void follow(const moved_memory& memory, rpcent& entry) noexcept {
  memory.text(entry.r_name);
  memory.list(entry.r_aliases);
}

inline void follow(const moved_memory& memory, netgroup_entry& entry) noexcept {
  memory.text(entry.host);
  memory.text(entry.user);
  memory.text(entry.domain);
}

}  // namespace green
