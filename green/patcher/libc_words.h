// SPDX-License-Identifier: MIT
#pragma once

namespace green::patcher {

/// The variables that the C library (2.36) has for each thread, and that a call
/// leaves for a later one: h_errno, and the message of dlerror(3). Where the
/// message lies is the library's secret. If it is not found, the fibers of a
/// thread share it.
class libc_words {
 public:
  libc_words() = default;
  libc_words(const libc_words&) = delete;
  libc_words& operator=(const libc_words&) = delete;
  /// Frees the message.
  ~libc_words();

  /// Exchanges them with those of this OS thread.
  void swap() noexcept;

 private:
  // Where the message of this OS thread is; null before the first look.
  // Initial-exec: one load. gold (2.40) loses the place of such a variable if
  // it is of one file alone.
  [[gnu::tls_model(
      "initial-exec")]] static constinit thread_local void** message_here_;

  int name_error_ = 0;
  void* dl_result_ = nullptr;
};

}  // namespace green::patcher
