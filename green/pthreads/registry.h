// SPDX-License-Identifier: MIT
#pragma once

#include <pthread.h>

#include <array>
#include <cstddef>
#include <memory>
#include <string>

#include "green/core/thread_ref.h"

namespace green::pthreads {

/// The attributes with which a thread was made. They are kept to be given back.
class attributes {
 public:
  /// The attributes of a null pointer are the default ones.
  explicit attributes(const pthread_attr_t* given);

  bool detached() const noexcept {
    return detach_state_ == PTHREAD_CREATE_DETACHED;
  }
  void detach() noexcept { detach_state_ = PTHREAD_CREATE_DETACHED; }
  /// Makes another object that has to be destroyed. An error number, or 0.
  int give(pthread_attr_t* to) const;

 private:
  int detach_state_ = PTHREAD_CREATE_JOINABLE;
  int inherit_ = PTHREAD_INHERIT_SCHED;
  int policy_ = 0;
  int scope_ = PTHREAD_SCOPE_SYSTEM;
  sched_param parameters_{};
  std::size_t guard_size_ = 0;
  std::size_t stack_size_ = 0;
};

/// A green thread that <pthread.h> knows by its number.
struct record {
  explicit record(const pthread_attr_t* given) : kept(given) {}

  core::thread_ref thread;
  attributes kept;
  std::string name;
  void* result = PTHREAD_CANCELED;
  pthread_t joiner = 0;   // who waits for its end
  bool joinable = false;  // it was made by pthread_create
  bool ended = false;     // there is nothing more to come of it
  bool exited = false;    // by pthread_exit, with the result
  bool cancels = true;    // of the thread itself, as the type below
  int cancel_type = PTHREAD_CANCEL_DEFERRED;
};
using record_ref = std::shared_ptr<record>;

/// All records of the process, by number. The lock guards the records, too.
namespace registry {

class lock {
 public:
  lock();
  lock(const lock&) = delete;
  lock& operator=(const lock&) = delete;
  ~lock();
};

// With the lock held:

/// Null when the number is not known.
record_ref find(pthread_t number);
void add(const record_ref& made);
void remove(pthread_t number) noexcept;

// Without it:

/// The record of the calling green thread, made on first use. It is removed at
/// the thread's end, unless that is to be joined. Null where none runs.
record_ref of_caller();
/// The thread of the record ends. The record is removed, unless the thread is
/// to be joined.
void ends(record_ref made) noexcept;

}  // namespace registry
}  // namespace green::pthreads
