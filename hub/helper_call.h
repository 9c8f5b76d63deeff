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

class helper_call;

/// Where helpers put the calls that are done, for a hub without io_uring.
class helper_results {
 public:
  helper_results();
  helper_results(const helper_results&) = delete;
  helper_results& operator=(const helper_results&) = delete;
  ~helper_results();

  /// Readable when there is something to take.
  int bell() const noexcept { return bell_; }
  void close_bell() noexcept;
  void put(helper_call& done) noexcept;
  /// Takes all, with the references that put got.
  void take(core::list<helper_call>& into) noexcept;

 private:
  std::mutex mutex_;
  core::list<helper_call> done_;
  int bell_;
};

/// What an entry says, as a system call that may block on a helper thread.
/// The entry's memory is the kernel's until the call is done; but whoever
/// waits for a connection may leave, and finds it here later.
class helper_call final : public offload_job, public core::list_hook {
 public:
  /// Tells `results` of its end, with a reference.
  helper_call(const entry& what, std::shared_ptr<helper_results> results,
              void* owner);
  ~helper_call() override;

  /// Who waits for it; null when nobody does. For the hub's thread alone.
  void* owner;

  /// Keeps it from beginning. False when it has begun.
  bool stop() noexcept;
  /// Can it be left alone, though it has begun?
  bool can_be_left() const noexcept;

  /// Is it done, with a connection that nobody has taken?
  bool has_connection() const noexcept { return result_ >= 0; }
  /// Does it accept from what `fd` is now?
  bool accepts_from(int fd) const noexcept;
  /// Takes what came of it, once; an address goes to the one who asked for it
  /// in `asked`.
  std::int32_t take(const entry& asked) noexcept;

 private:
  enum class stage : unsigned char { queued, running, stopped };

  void work() noexcept override;
  std::int32_t accept() noexcept;
  std::int32_t connect() noexcept;

  entry entry_;
  std::shared_ptr<helper_results> results_;
  std::atomic<stage> stage_ = stage::queued;
  std::atomic<bool> left_ = false;
  std::int32_t result_ = -1;
  dev_t listener_device_ = 0;
  ino_t listener_ = 0;
  sockaddr_storage peer_{};
  socklen_t peer_size_ = sizeof peer_;
};

}  // namespace green::hub
