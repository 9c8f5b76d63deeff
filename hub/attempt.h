// SPDX-License-Identifier: MIT
#pragma once

#include <sys/socket.h>

#include <cstddef>
#include <cstdint>

#include "green/hub/entry.h"
#include "green/hub/transfer.h"

namespace green::hub {

/// The next thing to do for an entry.
struct step {
  enum class kind : unsigned char {
    done,      // it is done: value is the result
    wait,      // wait until attempt::descriptor() has the poll events in value
    help,      // let a helper thread make the system call, which may block
    patience,  // the same, but the call may block for ever
  };

  kind what;
  std::int32_t value = 0;
};
inline step done(std::int32_t result) { return {step::kind::done, result}; }
inline step wait_for(std::int32_t events) { return {step::kind::wait, events}; }

/// An entry that is done in steps, none of which blocks. A hub without io_uring
/// does all entries so. A hub with a ring does those so which the ring would
/// not do as the system call does. The O_NONBLOCK flag of a descriptor stays as
/// it is, because other processes may share it. Only a socket that no other
/// process has a use for gets the flag for a moment: see nonblocking_scope.
class attempt {
 public:
  explicit attempt(const entry& what) noexcept;
  attempt(const attempt&) = delete;
  attempt& operator=(const attempt&) = delete;
  ~attempt() { close_watch(); }

  entry& what() noexcept { return entry_; }

  /// Called first, and again when the events have come that it waited for.
  step next();
  /// Called with the result of a helper's system call.
  step helped(std::int32_t result);
  /// The result if it is ended now: the bytes done so far, or else `reason`.
  std::int32_t ended(std::int32_t reason) const noexcept {
    return total_ == 0 ? reason : total_;
  }

  /// The descriptor that the last step wants to wait for.
  int descriptor() const noexcept;
  /// Called in a child of fork, too: the parent's copy stays open.
  void close_watch() noexcept;

 private:
  step receive();
  step wait_for_more();
  std::int32_t receive_part(bool& ends);
  std::size_t least_wanted() const;
  bool watch_changes();
  step send();
  step wait_for_room();
  bool watch_receiver();
  bool nap();
  step read_or_write();
  step move_nothing();
  step transfer_reopened(bool reads);
  step without_nowait(bool reads, std::uint32_t file_type);
  step read_odd();
  step write_odd();
  step accept();
  std::int32_t without_waiting();
  step connect();
  step connected();
  step open() const;
  step transferred(std::int32_t result, bool to_the_end);
  step wait_on_watch(std::int32_t events);
  bool skip(std::size_t bytes);

  entry entry_;
  std::int32_t total_ = 0;  // bytes that its steps have transferred
  int watch_ = -1;  // an own descriptor, waited for in place of the entry's
  std::size_t least_ = 0;  // a receive goes on until it has so many bytes
  msghdr given_{};         // as the user gave it, if more than one part comes
  msghdr* header_ = nullptr;  // the user's own
  bool begun_ = false;
  bool on_watch_ = false;
  bool ready_ = false;  // it waited, as the file knows no RWF_NOWAIT
  bool connecting_ = false;
  bool in_vain_ = false;  // a send has failed though the socket was writable
  bool naps_ = false;     // watch_ is a timer
  remainder rest_;
};

}  // namespace green::hub
