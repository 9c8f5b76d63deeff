// SPDX-License-Identifier: MIT
#pragma once

#include <sys/socket.h>
#include <sys/types.h>

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>

#include "green/core/list.h"
#include "green/hub/entry.h"
#include "green/hub/offload.h"

namespace green::hub {

class offloaded_entry;

/// The entries that helper threads have done, for the poller to take.
class offloaded_results {
 public:
  offloaded_results();
  offloaded_results(const offloaded_results&) = delete;
  offloaded_results& operator=(const offloaded_results&) = delete;
  ~offloaded_results();

  /// An eventfd that is readable when there is an entry to take.
  int bell() const noexcept { return bell_; }
  void close_bell() noexcept;
  void put(offloaded_entry& done) noexcept;
  /// Takes all entries, with the references that `put` has taken.
  void take(core::list<offloaded_entry>& into) noexcept;

 private:
  std::mutex mutex_;
  core::list<offloaded_entry> done_;
  int bell_;
};

/// An entry that a helper thread does, by a system call that may block. The
/// memory that the entry points at must live until the call has returned. Only
/// of an accept may it go earlier: the connection waits here for another one.
class offloaded_entry final : public offload_job, public core::list_hook {
 public:
  /// When it is done, it puts itself into `results`.
  offloaded_entry(const entry& what, std::shared_ptr<offloaded_results> results,
                  void* owner);
  ~offloaded_entry() override;

  /// The submission that waits for it, or null. For the hub's thread alone.
  void* owner;

  /// Keeps it from beginning. False: it has begun.
  bool stop() noexcept;
  /// May the one that waits leave, though the call has begun?
  bool can_be_left() const noexcept;

  /// Has it accepted a connection that nobody has taken?
  bool has_connection() const noexcept;
  /// Does it accept from the listener that has this number now?
  bool accepts_from(int fd) const noexcept;
  const entry& what() const noexcept { return entry_; }
  /// Has its system call begun, and not returned?
  bool at_work() const noexcept {
    return stage_.load() == stage::running && !over_.load();
  }
  /// Ends an accept for nobody, because `listener` is about to be closed and a
  /// waiting accept keeps a listener open. A connection of its own ends it.
  void end_accept(int listener) noexcept;
  /// Was end_accept called? Then its connection is kept for nobody.
  bool ends() const noexcept { return ends_; }

  /// Takes the result, once. The peer's address goes to the memory that the
  /// entry `asked` names, because another accept may have made this one.
  std::int32_t take(const entry& asked) noexcept;

 private:
  enum class stage : unsigned char { queued, running, stopped };

  void work() noexcept override;
  bool accepts() const noexcept;
  std::int32_t accept() noexcept;

  entry entry_;
  std::shared_ptr<offloaded_results> results_;
  std::atomic<stage> stage_ = stage::queued;
  std::atomic<bool> over_ = false;
  bool ends_ = false;  // for the hub's thread alone
  std::int32_t result_ = -1;
  dev_t listener_device_ = 0;
  ino_t listener_ = 0;
  sockaddr_storage peer_{};
  socklen_t peer_size_ = sizeof peer_;
};

}  // namespace green::hub
