// SPDX-License-Identifier: MIT
#pragma once

namespace green::hub {

/// pthread_cancel(3) ends the thread of a hub only where the hub waits, because
/// the code that runs on a hub cannot be unwound from any other call. While one
/// of these lives, the thread is not cancelled. With `in_waits`, it may be
/// cancelled between calls of the two functions below.
class no_cancellation {
 public:
  enum class except : bool { nowhere, in_waits };
  explicit no_cancellation(except where = except::nowhere) noexcept;
  no_cancellation(const no_cancellation&) = delete;
  no_cancellation& operator=(const no_cancellation&) = delete;
  ~no_cancellation();

 private:
  int state_ = 0;
  int type_ = 0;
  bool allowed_;  // before
};

/// Called before and after one system call that sleeps. The thread may be
/// unwound from any instruction in between, so the caller is a function that is
/// not inlined and has nothing to destroy. They do nothing if the program has
/// disabled cancellation.
void allow_cancellation();
void deny_cancellation();

}  // namespace green::hub
