// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "green/core/list.h"

namespace green::hub {

/// Waits for a descriptor to become ready.
struct watcher : core::list_hook {
  int fd = -1;
  std::uint32_t events = 0;  // as poll(2) and epoll(7) name them
};

/// An epoll set that tells each watcher once. What is registered of a
/// descriptor is set anew for each wait, so that a number which was closed and
/// came back for another file does no harm.
class readiness {
 public:
  readiness();
  readiness(const readiness&) = delete;
  readiness& operator=(const readiness&) = delete;
  ~readiness() { close(); }
  void close() noexcept;
  int descriptor() const noexcept { return epoll_; }

  /// 0, or why it cannot be watched: EPERM for what is always ready.
  int add(watcher& w) noexcept;
  /// The same for a drained one, if the descriptor is still of the file that
  /// was watched before; else false.
  bool add_again(watcher& w) noexcept;
  /// Was its file last seen without anything to read?
  bool drained(int fd) const noexcept;
  void set_drained(int fd, bool value) noexcept;
  // What was asked of the kernel for it may still come, and is then ignored.
  void remove(watcher& w) noexcept { w.unlink(); }

  /// Tells of `fd` as long as it is readable, until the set goes.
  void add_bell(int fd);

  /// Waits up to `timeout` ns for the first; the ready watchers are moved to
  /// `into`. True when the bell was heard.
  bool wait(std::int64_t timeout, core::list<watcher>& into) noexcept;

 private:
  struct slot {
    core::list<watcher> watchers;
    bool known = false;    // to the kernel, most likely
    bool drained = false;  // the file that is known
  };

  slot* slot_of(int fd) noexcept;
  int arm(int fd, slot& s) noexcept;
  void deliver(int fd, std::uint32_t events,
               core::list<watcher>& into) noexcept;

  int epoll_;
  std::vector<std::unique_ptr<slot>> slots_;
};

}  // namespace green::hub
