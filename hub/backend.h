// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>

#include "green/hub/entry.h"

namespace green::hub {

/// All contact of a hub with the kernel: entries go in, completions come out.
/// io_uring is one, others can take its place. Used by the hub's thread alone.
class backend {
 public:
  virtual ~backend() = default;

  /// Takes an entry; false when there is no room before the next flush.
  virtual bool push(const entry& what, std::uint64_t user_data) noexcept = 0;
  /// Hands over what was pushed and gathers completions, without waiting.
  virtual void flush() noexcept = 0;
  /// The same, but waits up to `timeout` ns for a completion.
  virtual void wait(std::int64_t timeout) noexcept = 0;
  /// Is there something for flush to do?
  virtual bool pending() const noexcept = 0;
  /// Takes out completions; how many.
  virtual unsigned reap(std::span<completion> into) noexcept = 0;
  /// The descriptor was closed, or is of a file that is new.
  virtual void forget(int) noexcept {}
  /// Does it know IORING_OP_WAITID, which came with Linux 6.7?
  virtual bool has_waitid() const noexcept = 0;
  /// In a child of fork: closes its descriptors here and leaves all else to the
  /// parent. It may only be destroyed after that.
  virtual void leave_to_parent() noexcept = 0;
};

/// A ring of this thread. Throws std::system_error that says what refused it
/// and how to allow it.
std::unique_ptr<backend> make_ring();

/// The best there is: a ring, or where it is refused epoll and helper threads.
/// GREEN_BACKEND=io_uring or GREEN_BACKEND=epoll in the environment decides it.
std::unique_ptr<backend> make_backend();

/// What make_backend asks from now on, on this thread; empty: nobody. A test
/// puts a kernel of its own in the place of the real one.
using backend_maker = std::function<std::unique_ptr<backend>()>;
void set_backend_maker(backend_maker maker);

}  // namespace green::hub
