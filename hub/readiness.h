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
/// came back for another file does no harm. Only of a TCP connection that is
/// read again and again it lasts; then each wait that goes on is looked after
/// by and by.
class readiness {
 public:
  enum class waits { alone, in_another_set };  // in which nothing lasts

  explicit readiness(waits how = waits::alone);
  readiness(const readiness&) = delete;
  readiness& operator=(const readiness&) = delete;
  ~readiness() { close(); }
  void close() noexcept;
  int descriptor() const noexcept { return epoll_; }

  /// 0, or why it cannot be watched: EPERM for what is always ready.
  int add(watcher& w) noexcept;
  /// The same for who wants to read a drained one, if the descriptor is still
  /// of the file that was watched before; else false.
  bool add_again(watcher& w) noexcept;
  /// Was its file last seen without anything to read?
  bool drained(int fd) const noexcept;
  /// After a read of less, or not less, than was wanted.
  void set_drained(int fd, bool value) noexcept;
  /// The number was closed, or is of another file.
  void forget(int fd) noexcept;
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
    std::uint64_t round = 0;  // in which the last one came
    bool known = false;       // to the kernel, most likely
    bool drained = false;     // the file that is known
    bool lasting = false;     // it tells of whatever comes to be read
    bool ends = false;        // and told of an end, or of urgent data
    bool unsure = false;      // in unsure_
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
  // Those that wait without a call to the kernel since they were last checked.
  std::vector<int> unsure_;
  std::uint64_t round_ = 0;
  std::int64_t round_end_ = 0;
};

}  // namespace green::hub
