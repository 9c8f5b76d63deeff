// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "green/core/list.h"

namespace green::hub {

/// One wait for a descriptor to become ready.
struct watcher : core::list_hook {
  int fd = -1;
  std::uint32_t events = 0;  // as poll(2) and epoll(7) name them
};

/// An epoll set that tells each watcher once. Usually a registration serves one
/// wait and is armed anew for the next, because the number of a descriptor may
/// have been closed and given to another file meanwhile. Only the registration
/// of a TCP connection that is read again and again lasts. Then a wait that
/// goes on for some milliseconds is checked: it asks the kernel anew.
class readiness {
 public:
  // In another epoll set or a ring, no registration lasts.
  enum class waits { alone, in_another_set };

  explicit readiness(waits how = waits::alone);
  readiness(const readiness&) = delete;
  readiness& operator=(const readiness&) = delete;
  ~readiness() { close(); }
  void close() noexcept;
  int descriptor() const noexcept { return epoll_; }

  /// 0, or the error. EPERM: the file is always ready.
  int add(watcher& w) noexcept;
  /// Does the same without a system call, for a wait to read a drained
  /// descriptor. False: the number may belong to another file by now.
  bool add_again(watcher& w) noexcept;
  /// Was there nothing to read when its file was last read?
  bool drained(int fd) const noexcept;
  /// Called after a read: true if it gave less than was wanted.
  void set_drained(int fd, bool value) noexcept;
  /// Tells that the number was closed, or belongs to another file.
  void forget(int fd) noexcept;
  // The kernel may still tell of its events, which are then ignored.
  void remove(watcher& w) noexcept { w.unlink(); }

  /// Lets `wait` return true whenever `fd` is readable.
  void add_bell(int fd);

  /// Waits up to `timeout` ns for an event. The ready watchers are moved to
  /// `into`. True: the bell is readable.
  bool wait(std::int64_t timeout, core::list<watcher>& into);

 private:
  struct slot {
    core::list<watcher> watchers;
    std::uint64_t round = 0;  // in which the last watcher came
    bool known = false;       // registered in the set, most likely
    bool drained = false;     // the last read found the file empty
    bool lasting = false;     // the registration lasts
    bool ends = false;        // its last event told of an end or urgent data
    bool unsure = false;      // it stands in unsure_
  };

  slot* slot_of(int fd) noexcept;
  slot* known_slot_of(int fd) const noexcept;
  int arm(int fd, slot& s) noexcept;
  bool arm_to_last(int fd, slot& s) noexcept;
  void deliver(int fd, std::uint32_t events,
               core::list<watcher>& into) noexcept;
  static void move_all(slot& s, core::list<watcher>& into) noexcept;
  void make_sure(bool of_all, core::list<watcher>& into) noexcept;

  const waits how_;
  int epoll_;
  std::vector<std::unique_ptr<slot>> slots_;
  // Descriptors whose watchers wait by a lasting registration, unchecked.
  std::vector<int> unsure_;
  std::uint64_t round_ = 0;
  std::int64_t round_end_ = 0;
};

}  // namespace green::hub
