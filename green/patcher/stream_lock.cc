// SPDX-License-Identifier: MIT
#include "green/patcher/stream_lock.h"

#include <pthread.h>

#include <atomic>
#include <cerrno>
#include <iterator>
#include <vector>

#include "green/patcher/locks.h"
#include "green/patcher/owners.h"
#include "green/patcher/replacement.h"

namespace green::patcher {

namespace {

using lock_type = void(FILE*);
using trylock_type = int(FILE*);

// A struct of glibc, whose name alone is public.
struct library_lock {
  int word;
  int count;
  void* owner;
};

library_lock& lock_of(FILE* stream) noexcept {
  return *static_cast<library_lock*>(static_cast<void*>(stream->_lock));
}

std::atomic_ref<void*> owner_of(FILE* stream) noexcept {
  return std::atomic_ref(lock_of(stream).owner);
}

void* this_thread() noexcept {
  return reinterpret_cast<void*>(::pthread_self());
}

// The C library lets all fibers of a thread take the lock.
bool is_others(FILE* stream, const fiber& me) noexcept {
  const bool taken = std::atomic_ref(lock_of(stream).word).load() != 0;
  return owners::look(stream, taken, &me) == owners::claim::others;
}

bool try_as(const fiber& me, FILE* stream) noexcept {
  return !is_others(stream, me) &&
         original<"ftrylockfile", trylock_type>(stream) == 0;
}

int trylock_on(FILE* stream) {
  const shut_gate shut;
  if (!try_as(shut.owner(), stream)) return EBUSY;
  owners::locked(stream, shut.owner());
  return 0;
}

void lock_on(FILE* stream) {
  wait_until_free(stream, "flockfile", core::deadline::never(),
                  interruptible::no, [stream] { return trylock_on(stream); });
}

void funlockfile_anywhere(FILE* stream) {
  if (gate_open()) owners::unlocked(stream);
  original<"funlockfile", lock_type>(stream);
  lot::wake(stream);
}

}  // namespace

held_stream::held_stream(FILE* stream, const fiber& me) noexcept
    : stream_(try_as(me, stream) ? stream : nullptr) {}

held_stream::~held_stream() {
  if (stream_ != nullptr) original<"funlockfile", lock_type>(stream_);
}

// A lent lock is no thread's until the helper takes it.
lent_stream::lent_stream(FILE* stream, const fiber& me) noexcept
    : stream_(stream),
      lender_(owner_of(stream) == this_thread() && !is_others(stream, me)
                  ? this_thread()
                  : nullptr) {
  if (lender_ != nullptr) owner_of(stream_) = stream_;
}

lent_stream::~lent_stream() {
  if (lender_ != nullptr) {
    owner_of(stream_) = lender_;
  } else {
    lot::wake(stream_);
  }
}

void lent_stream::lock() noexcept {
  if (lender_ != nullptr) {
    owner_of(stream_) = this_thread();
  } else {
    original<"flockfile", lock_type>(stream_);
  }
}

void lent_stream::unlock() noexcept {
  if (lender_ != nullptr) {
    owner_of(stream_) = stream_;
  } else {
    original<"funlockfile", lock_type>(stream_);
  }
}

void add_stream_lock_hooks(std::vector<hook>& all) {
  const hook mine[] = {
      make_hook<"flockfile", lock_type, lock_on>("os"),
      make_hook<"ftrylockfile", trylock_type, trylock_on>("os"),
      make_whole_hook<"funlockfile", lock_type, funlockfile_anywhere>("os"),
  };
  all.insert(all.end(), std::begin(mine), std::end(mine));
}

}  // namespace green::patcher
