// SPDX-License-Identifier: MIT
#pragma once

#include <dirent.h>
#include <sys/types.h>

#include <array>
#include <concepts>
#include <coroutine>
#include <cstddef>
#include <memory>
#include <string>

#include "green/core/suspension.h"
#include "green/hub/operation.h"
#include "green/mutex"
#include "green/task.h"

namespace green {

/// An open directory: its descriptor, and the piece of its entries that was
/// read last. For any hub. As the original, it locks itself.
class DIR {
 public:
  /// Takes the descriptor over, also when there is no memory: then the result
  /// is null, and errno ENOMEM.
  static DIR* make(int fd) noexcept;

  explicit DIR(int fd) noexcept : fd_(fd) {}
  DIR(const DIR&) = delete;
  DIR& operator=(const DIR&) = delete;

  int fd() const noexcept { return fd_; }
  /// Where the entry that was given last ends, in the words of the file system.
  long position() const noexcept { return position_; }
  mutex& lock() noexcept { return lock_; }

  // With the lock held:

  /// The next entry of the piece; null at its end.
  struct ::dirent* take() noexcept;
  /// Reads the next piece. 0: the directory ends.
  task<ssize_t> fill();
  void go_to(long position) noexcept;

  /// Takes an entry if that needs no wait.
  struct ::dirent* take_at_once() noexcept;

 private:
  static constexpr std::size_t piece = 32'768;

  const int fd_;
  std::size_t next_ = 0;
  std::size_t end_ = 0;
  bool last_ = false;  // the piece is the directory's last
  long position_ = 0;
  mutex lock_;  // guards the rest
  alignas(struct ::dirent) std::array<std::byte, piece> entries_;
};

/// Closes a directory without a wait, and keeps errno.
struct directory_closer {
  void operator()(DIR* directory) const noexcept;
};
/// The directory of a mirror that closes it however that ends.
using own_directory = std::unique_ptr<DIR, directory_closer>;

/// The same as opendir(3) with a directory to begin at, and further flags.
task<DIR*> open_directory(int from, const char* path, int flags = 0);

/// The wait of readdir. An entry of the piece is taken without a wait and
/// without memory.
class [[nodiscard("co_await it")]] readdir_wait final
    : public core::suspension {
 public:
  explicit readdir_wait(DIR* from) noexcept : from_(from) {}
  ~readdir_wait() = default;

  template <std::derived_from<core::promise_base> Promise>
  bool await_suspend(std::coroutine_handle<Promise> awaiting,
                     core::site where = core::site::current()) {
    core::promise_base& promise = awaiting.promise();
    core::green_thread& thread = *promise.thread;
    const bool look = thread.must_look();
    if (!look || !thread.interrupted()) found_ = from_->take_at_once();
    if (found_ == nullptr) {
      if (look) thread.look_next();
      return read_on(promise, where);
    }
    thread_ = &thread;
    outcome_ = outcome::done;
    if (!look) return false;
    promise.where = where;
    return thread.gives_way(promise);
  }
  struct ::dirent* await_resume();

  void cancel() noexcept override {}
  void describe(std::string& out) const override;

 private:
  bool start() override { return false; }
  bool read_on(core::promise_base& promise, core::site where);

  DIR* from_;
  struct ::dirent* found_ = nullptr;
  task<struct ::dirent*> reading_{task<struct ::dirent*>::handle()};
};

/// The wait of closedir. It closes as close does, and then the DIR is gone.
class [[nodiscard("co_await it")]] closedir_wait final
    : public hub::close_wait {
 public:
  explicit closedir_wait(DIR* directory) noexcept
      : close_wait(directory == nullptr ? -1 : directory->fd()),
        directory_(directory) {}
  ~closedir_wait();

  int await_resume();

 private:
  DIR* const directory_;
};

}  // namespace green
