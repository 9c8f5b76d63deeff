// SPDX-License-Identifier: MIT
#include "green/streams/turns.h"

#include <atomic>
#include <cstdint>
#include <map>
#include <mutex>

#include "green/core/fork_mutex.h"
#include "green/core/made_once.h"
#include "green/hub/wiped_on_fork.h"

namespace green {

namespace {

struct place {
  core::permits turn{1};
  unsigned users = 0;
};

using places = std::map<const FILE*, place>;

// Users of all streams, and of those whose addresses are alike. A call on a
// stream without users so finds none in the time of one look.
struct user_counts {
  unsigned all;
  unsigned alike[512];
};
static_assert(sizeof(user_counts) <= 4096, "wiped_on_fork has one page");

// The streams with calls of several steps. A child of fork has none of these
// green threads. There the counts are 0, and the places are left as they are.
struct used_streams {
  std::atomic_ref<unsigned> users() noexcept {
    return std::atomic_ref<unsigned>((*counts).all);
  }
  std::atomic_ref<unsigned> users_alike(const FILE* stream) noexcept {
    const auto address = reinterpret_cast<std::uintptr_t>(stream);
    return std::atomic_ref<unsigned>((*counts).alike[address / 16 % 512]);
  }

  core::fork_mutex mutex;
  places* now = new places;
  hub::wiped_on_fork<user_counts> counts{{}};
};

used_streams& all() {
  static constinit core::made_once<used_streams> streams;
  return streams.get();
}

core::permits& join(const FILE* stream) {
  used_streams& used = all();
  const std::lock_guard guard(used.mutex);
  if (used.users().load() == 0 && !used.now->empty()) used.now = new places;
  place& found = (*used.now)[stream];
  ++found.users;
  ++used.users();
  ++used.users_alike(stream);
  return found.turn;
}

void leave(const FILE* stream) noexcept {
  used_streams& used = all();
  const std::lock_guard guard(used.mutex);
  const auto found = used.now->find(stream);
  if (--found->second.users == 0) used.now->erase(found);
  --used.users();
  --used.users_alike(stream);
}

}  // namespace

bool stream_turn::taken(const FILE* stream) noexcept {
  used_streams& used = all();
  if (used.users_alike(stream).load(std::memory_order_relaxed) == 0) [[likely]]
    return false;
  const std::lock_guard guard(used.mutex);
  return used.users().load() != 0 && used.now->contains(stream);
}

stream_turn::stream_turn(FILE* stream) : stream_(stream), turn_(join(stream)) {}

stream_turn::~stream_turn() {
  if (mine_) turn_.give();
  leave(stream_);
}

stream_turn::turn_wait::turn_wait(stream_turn& owner) noexcept
    : queue_wait(owner.turn_.queue()), owner_(owner) {}

bool stream_turn::turn_wait::try_now() {
  return owner_.turn_.try_take_locked();
}

void stream_turn::turn_wait::await_resume() {
  finish_wait();
  owner_.mine_ = true;
}

void stream_turn::turn_wait::describe(std::string& out) const {
  out += "a stream's other users";
}

}  // namespace green
