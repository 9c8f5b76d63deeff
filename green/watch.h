// SPDX-License-Identifier: MIT
//
// A value that changes, of which all see the newest.
//
//   green::watch<int> level(0);
//   auto follow = [&]() -> green::task<> {
//     auto seen = level.receiver();
//     while (co_await seen.changed()) std::printf("%d\n", seen.get());
//   };
//   auto follower = green::spawn(follow);
//   level.set(1);        // the follower may never see this one
//   level.set(2);        // but it sees this one
//   level.close();
//   co_await follower.join();
//
// A kill or timeout is thrown in changed (docs/contract.md). Every other
// function may be called from any thread.
#pragma once

#include <concepts>
#include <cstdint>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>

#include "green/core/deadline.h"
#include "green/core/queue_wait.h"

namespace green {

class watch_wait;

/// The part of every watch that does not depend on its type.
class watch_base {
 public:
  watch_base(const watch_base&) = delete;
  watch_base& operator=(const watch_base&) = delete;

  /// There will be no other value: changed gives false from now on.
  void close() noexcept;
  /// Has close been called?
  bool closed() const noexcept;

  /// Waits for the next set: true, even if another follows before the waiter
  /// runs. False when the watch is closed, or the deadline passes first.
  watch_wait changed(core::deadline until = core::deadline::never());

 protected:
  using value_ptr = std::shared_ptr<const void>;
  struct seen_value {
    value_ptr value;
    std::uint64_t version;
  };

  explicit watch_base(value_ptr first) noexcept : value_(std::move(first)) {}
  ~watch_base();

  void put(value_ptr value) noexcept;
  seen_value newest() const noexcept;

 private:
  friend class watch_wait;

  mutable core::wait_queue queue_;  // guards what follows
  value_ptr value_;
  std::uint64_t version_ = 0;
  bool closed_ = false;
};

/// The wait for a value that has not been seen.
class [[nodiscard("co_await it")]] watch_wait final
    : public core::fast_queue_wait<watch_wait> {
 public:
  watch_wait(watch_base& watched, std::uint64_t seen,
             core::deadline until) noexcept
      : fast_queue_wait(watched.queue_, until), watch_(&watched), seen_(seen) {}

  bool await_resume() { return finish_wait() && changed_; }

  bool at_once(core::green_thread&) noexcept;
  void describe(std::string& out) const override;

 private:
  friend class watch_base;
  bool try_now() noexcept override;

  watch_base* watch_;
  std::uint64_t seen_;
  bool changed_ = false;
};

/// One that follows a watch, and knows which value it has seen. The watch has
/// to outlive it. To be used by one green thread at a time.
template <class T>
class watch_receiver;

/// tokio::sync::watch: the newest value of a T. set replaces the value and
/// wakes all that wait, of any hub. Nobody waits for those that are slow.
template <class T>
class watch : public watch_base {
 public:
  using value_type = T;

  /// Begins with T().
  watch()
    requires std::default_initializable<T>
      : watch_base(std::make_shared<const T>()) {}
  explicit watch(T first)
      : watch_base(std::make_shared<const T>(std::move(first))) {}

  /// A receiver that has seen the present value.
  watch_receiver<T> receiver() { return watch_receiver<T>(*this); }

  /// Replaces the value.
  template <class U = T>
    requires std::constructible_from<T, U>
  void set(U&& value) {
    put(std::make_shared<const T>(std::forward<U>(value)));
  }

  /// A copy of the newest value.
  T get() const
    requires std::copy_constructible<T>
  {
    return *share();
  }
  /// The newest value itself, which stays as it is.
  std::shared_ptr<const T> share() const {
    return std::static_pointer_cast<const T>(newest().value);
  }

 private:
  friend class watch_receiver<T>;
};

template <class T>
class watch_receiver {
 public:
  /// Has seen the present value of the watch.
  explicit watch_receiver(watch<T>& watched) noexcept
      : watch_(&watched), seen_(watched.newest().version) {}

  /// Waits for a value that get has not given yet: true at once if there is
  /// one. False when the watch is closed and there will be none, or the
  /// deadline passes first.
  watch_wait changed(core::deadline until = core::deadline::never()) {
    return watch_wait(*watch_, seen_, until);
  }

  /// A copy of the newest value, which is seen from now on.
  T get()
    requires std::copy_constructible<T>
  {
    return *share();
  }
  /// The same without a copy.
  std::shared_ptr<const T> share() {
    auto newest = watch_->newest();
    seen_ = newest.version;
    return std::static_pointer_cast<const T>(std::move(newest.value));
  }

 private:
  watch<T>* watch_;
  std::uint64_t seen_;
};

}  // namespace green
