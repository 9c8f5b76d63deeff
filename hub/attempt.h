// SPDX-License-Identifier: MIT
#pragma once

#include <sys/socket.h>

#include <cstdint>
#include <vector>

#include "green/hub/entry.h"

struct iovec;

namespace green::hub {

/// What is to be done next for an entry.
struct step {
  enum class kind : unsigned char {
    done,      // value is its result
    wait,      // until its descriptor has the poll events in value
    help,      // by a helper thread, with a system call that may block
    patience,  // the same, but it may block for ever
  };

  kind what;
  std::int32_t value = 0;
};

/// An entry of a hub without io_uring, done in steps none of which blocks; the
/// descriptor's O_NONBLOCK flag, which others may share, is left as it is.
class attempt {
 public:
  explicit attempt(const entry& what) noexcept : entry_(what) {}
  attempt(const attempt&) = delete;
  attempt& operator=(const attempt&) = delete;

  entry& what() noexcept { return entry_; }

  /// To be called first, and when what it asked to wait for has come.
  step next();
  /// What a helper's call gave.
  step helped(std::int32_t result);
  /// What there is when it is ended early, for this reason if there is nothing.
  std::int32_t ended(std::int32_t reason) const noexcept {
    return total_ == 0 ? reason : total_;
  }

 private:
  step receive_or_send();
  step read_or_write();
  step without_nowait(bool reads, std::uint32_t file_type);
  step accept() const;
  step connect();
  step transferred(std::int32_t result, bool to_the_end);
  void skip(std::size_t bytes);

  entry entry_;
  std::int32_t total_ = 0;  // by the steps that are done
  bool ready_ = false;      // it waits, or has, without RWF_NOWAIT
  bool helped_ = false;
  std::vector<iovec> parts_;  // the rest of what the user gave
  msghdr message_{};
};

}  // namespace green::hub
