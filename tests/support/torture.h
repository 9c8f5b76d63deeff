// SPDX-License-Identifier: MIT
//
// What the torture test plays with: locks and the like that many green threads
// of several hubs use at random, and what must hold of them meanwhile and at
// the end.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <vector>

#include "green/condition_variable"
#include "green/greenlet.h"
#include "green/mutex"
#include "green/semaphore"
#include "green/shared_mutex"

namespace tests::torture {

/// What a green thread does next.
struct choice {
  unsigned action, which, other, kind;
  std::chrono::microseconds nap, limit;
  bool guarded;   // by a timeout around it all
  bool stubborn;  // goes on when it is killed
  bool operator==(const choice&) const = default;
};

/// Draws choices: which, depends only on the seed and on whose they are.
class chooser {
 public:
  chooser(std::uint64_t seed, unsigned hub, unsigned slot, unsigned generation)
      : state_(seed ^ (std::uint64_t{hub} << 48 | std::uint64_t{slot} << 32 |
                       generation)) {}

  choice next();

 private:
  unsigned below(unsigned bound);

  std::uint64_t state_;
};

class world {
 public:
  static constexpr unsigned hubs = 3, slots = 12;

  explicit world(std::uint64_t seed) : seed_(seed), all_(hubs * slots) {}

  /// The main green thread of a hub: keeps its slots filled until stop().
  green::task<> hub_main(unsigned hub);
  /// What a thread of the system does meanwhile; until stop().
  void outsider();
  /// From now on everybody finishes; nobody is left waiting for more.
  void stop();
  /// What must hold when all have ended.
  void check() const;

  std::uint64_t steps() const { return steps_; }

 private:
  struct place {
    green::timed_mutex mutex;
    int inside = 0;
  };
  struct hall {
    green::shared_timed_mutex mutex;
    int writers = 0;
    std::atomic<int> readers = 0;
  };
  using action = green::task<> (world::*)(choice);

  green::task<> live(unsigned hub, unsigned slot, unsigned generation);
  green::task<> step(choice c);

  green::task<> lock(choice c);
  green::task<> lock_again(choice c);
  green::task<> lock_two(choice c);
  green::task<> write(choice c);
  green::task<> read(choice c);
  green::task<> acquire(choice c);
  green::task<> produce(choice c);
  green::task<> consume(choice c);
  green::task<> kill_one(choice c);
  green::task<> join_one(choice c);
  green::task<> have_child(choice c);

  green::any_greenlet one(unsigned which);
  void enter(unsigned which, green::any_greenlet g);

  static constexpr int permits = 3;
  static const action actions[];

  const std::uint64_t seed_;
  std::atomic<bool> stopped_ = false;
  std::atomic<std::uint64_t> steps_ = 0;
  std::atomic<int> alive_ = 0;

  mutable std::array<place, 4> places_;
  mutable green::recursive_timed_mutex recursive_;
  int depth_ = 0;
  mutable std::array<hall, 2> halls_;
  mutable green::counting_semaphore<permits> semaphore_{permits};
  std::atomic<int> acquired_ = 0;

  green::mutex store_;  // guards the tokens
  green::condition_variable_any filled_;
  long tokens_ = 0, produced_ = 0, consumed_ = 0;

  std::mutex register_;
  std::vector<green::any_greenlet> all_;
};

}  // namespace tests::torture
