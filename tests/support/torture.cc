// SPDX-License-Identifier: MIT
#include "tests/support/torture.h"

#include <doctest/doctest.h>

#include <iterator>
#include <thread>
#include <utility>

#include "green/debug.h"
#include "green/timeout.h"

namespace tests::torture {

namespace {

using std::chrono::microseconds;
using namespace std::chrono_literals;

void require(bool holds, const char* what) {
  if (!holds) FAIL_CHECK(what);
}

// Counts who is inside; `count` may be a plain int where only one can be.
template <class Count>
class visit {
 public:
  visit(Count& count, int most) : count_(count) {
    require(++count_ <= most, "more are inside than may be");
  }
  visit(const visit&) = delete;
  visit& operator=(const visit&) = delete;
  ~visit() { --count_; }

 private:
  Count& count_;
};

}  // namespace

const world::action world::actions[] = {
    &world::lock,     &world::lock_again, &world::lock_two,   &world::write,
    &world::read,     &world::acquire,    &world::produce,    &world::consume,
    &world::kill_one, &world::join_one,   &world::have_child,
};

// Steele, Lea and Flood's splitmix64.
unsigned chooser::below(unsigned bound) {
  std::uint64_t z = state_ += 0x9e3779b97f4a7c15;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return static_cast<unsigned>((z ^ (z >> 31)) % bound);
}

choice chooser::next() {
  choice c{};
  c.action = below(1000);
  c.which = below(1000);
  c.other = below(1000);
  c.kind = below(3);
  // Mostly none, sometimes long.
  c.nap = microseconds(below(4) == 0 ? below(500) : 0);
  c.limit = microseconds(below(8) == 0 ? below(2000) : below(100));
  c.guarded = below(6) == 0;
  c.stubborn = below(10) == 0;
  return c;
}

green::task<> world::lock(choice c) {
  place& p = places_[c.which % places_.size()];
  green::unique_lock lk(p.mutex, green::defer_lock);
  if (c.kind == 0) {
    if (!co_await lk.try_lock_for(c.limit)) co_return;
  } else if (c.kind == 1) {
    if (!lk.try_lock()) co_return;
  } else {
    co_await lk.lock();
  }
  const visit inside(p.inside, 1);
  co_await green::sleep(c.nap);
}

green::task<> world::lock_again(choice c) {
  if (c.kind == 0) {
    if (!co_await recursive_.try_lock_for(c.limit)) co_return;
  } else {
    co_await recursive_.lock();
  }
  const green::lock_guard outer(recursive_, green::adopt_lock);
  const visit inside(depth_, 1);
  co_await recursive_.lock();
  const green::lock_guard inner(recursive_, green::adopt_lock);
  co_await green::sleep(c.nap);
}

green::task<> world::lock_two(choice c) {
  place& a = places_[c.which % places_.size()];
  place& b =
      places_[(c.which + 1 + c.other % (places_.size() - 1)) % places_.size()];
  co_await green::lock(a.mutex, b.mutex);
  const green::scoped_lock guard(green::adopt_lock, a.mutex, b.mutex);
  const visit inside_a(a.inside, 1), inside_b(b.inside, 1);
  co_await green::sleep(c.nap);
}

green::task<> world::write(choice c) {
  hall& h = halls_[c.which % halls_.size()];
  green::unique_lock lk(h.mutex, green::defer_lock);
  if (c.kind == 0) {
    if (!co_await lk.try_lock_for(c.limit)) co_return;
  } else {
    co_await lk.lock();
  }
  const visit inside(h.writers, 1);
  require(h.readers == 0, "a reader is inside with a writer");
  co_await green::sleep(c.nap);
}

green::task<> world::read(choice c) {
  hall& h = halls_[c.which % halls_.size()];
  green::shared_lock lk(h.mutex, green::defer_lock);
  if (c.kind == 0) {
    if (!co_await lk.try_lock_for(c.limit)) co_return;
  } else {
    co_await lk.lock();
  }
  const visit inside(h.readers, static_cast<int>(hubs * slots));
  require(h.writers == 0, "a writer is inside with a reader");
  co_await green::sleep(c.nap);
}

green::task<> world::acquire(choice c) {
  if (c.kind == 0) {
    if (!co_await semaphore_.try_acquire_for(c.limit)) co_return;
  } else {
    co_await semaphore_.acquire();
  }
  struct releaser {
    ~releaser() { semaphore.release(); }
    decltype(semaphore_)& semaphore;
  } const release{semaphore_};
  const visit inside(acquired_, permits);
  co_await green::sleep(c.nap);
}

green::task<> world::produce(choice c) {
  const auto lk = co_await store_.scoped_lock();
  ++tokens_;
  ++produced_;
  if (c.kind == 0) {
    filled_.notify_all();
  } else {
    filled_.notify_one();
  }
}

green::task<> world::consume(choice c) {
  auto lk = co_await store_.scoped_lock();
  const auto filled = [this] { return tokens_ > 0; };
  if (c.kind == 0) {
    if (!co_await filled_.wait_for(lk, c.limit, filled)) co_return;
  } else {
    co_await filled_.wait(lk, filled);
  }
  require(lk.owns_lock(), "a wait has ended without the lock");
  --tokens_;
  ++consumed_;
}

green::any_greenlet world::one(unsigned which) {
  const std::lock_guard guard(register_);
  return all_[which % all_.size()];
}

void world::enter(unsigned which, green::any_greenlet g) {
  const std::lock_guard guard(register_);
  all_[which] = std::move(g);
}

green::task<> world::kill_one(choice c) {
  const green::any_greenlet victim = one(c.which);
  if (!victim.valid()) co_return;
  if (c.kind == 0) {
    co_await victim.kill(c.limit);
  } else {
    victim.kill_nowait();
  }
}

green::task<> world::join_one(choice c) {
  const green::any_greenlet other = one(c.which);
  if (!other.valid() || other == green::getcurrent()) co_return;
  co_await other.join(c.limit);
}

green::task<> world::have_child(choice c) {
  const auto grow = [](std::atomic<int>& alive, choice d) -> green::task<int> {
    const visit living(alive, 1'000'000);
    co_await green::sleep(d.nap);
    co_return 42;
  };
  const auto child = green::spawn(grow, std::ref(alive_), c);
  if (c.kind == 0) co_return;  // it lives on alone
  if (c.kind == 1) child.kill_nowait();
  if (co_await child.join(c.limit) && !child.was_killed()) {
    require(co_await child.get() == 42, "a child has another value");
  }
}

green::task<> world::step(choice c) {
  const action act = actions[c.action % std::size(actions)];
  if (c.guarded) {
    const green::timeout limit(c.limit);
    co_await (this->*act)(c);
  } else {
    co_await (this->*act)(c);
  }
}

green::task<> world::live(unsigned hub, unsigned slot, unsigned generation) {
  const visit living(alive_, 1'000'000);
  chooser choose(seed_, hub, slot, generation);
  while (!stopped_) {
    const choice c = choose.next();
    ++steps_;
    try {
      co_await step(c);
    } catch (const green::timed_out&) {
    } catch (const green::killed&) {
      if (!c.stubborn) throw;
    }
  }
}

green::task<> world::hub_main(unsigned hub) {
  std::vector<green::greenlet<>> mine(slots);
  std::vector<unsigned> generations(slots);
  while (!stopped_) {
    for (unsigned slot = 0; slot < slots; ++slot) {
      if (mine[slot].valid() && !mine[slot].ready()) continue;
      mine[slot] =
          green::spawn(&world::live, this, hub, slot, ++generations[slot]);
      enter(hub * slots + slot, mine[slot]);
    }
    co_await green::sleep(300us);
  }
  const auto ended = co_await green::joinall(mine, 20s);
  if (ended.size() == mine.size()) co_return;
  FAIL_CHECK("a wake-up was lost, or somebody waits in a ring");
  green::dump();
}

void world::outsider() {
  chooser choose(seed_, hubs, 0, 0);
  while (!stopped_) {
    const choice c = choose.next();
    place& p = places_[c.which % places_.size()];
    if (p.mutex.try_lock()) {
      {
        const visit inside(p.inside, 1);
      }
      p.mutex.unlock();
    }
    hall& h = halls_[c.other % halls_.size()];
    if (h.mutex.try_lock_shared()) {
      require(h.writers == 0, "a writer is inside with a reader");
      h.mutex.unlock_shared();
    }
    if (semaphore_.try_acquire()) {
      {
        const visit inside(acquired_, permits);
      }
      semaphore_.release();
    }
    if (c.kind == 0) filled_.notify_one();
    if (c.guarded) {
      if (const auto victim = one(c.which); victim.valid()) {
        victim.kill_nowait();
      }
    }
    std::this_thread::sleep_for(c.nap);
  }
}

void world::stop() {
  while (!store_.try_lock()) std::this_thread::yield();
  stopped_ = true;
  tokens_ += 1000;
  produced_ += 1000;
  store_.unlock();
  filled_.notify_all();
}

void world::check() const {
  for (place& p : places_) {
    require(p.inside == 0, "somebody is inside at the end");
    require(p.mutex.try_lock(), "a mutex is locked at the end");
    p.mutex.unlock();
  }
  require(recursive_.try_lock(), "a recursive mutex is locked at the end");
  recursive_.unlock();
  for (hall& h : halls_) {
    require(h.mutex.try_lock(), "a shared mutex is locked at the end");
    h.mutex.unlock();
  }
  for (int i = 0; i < permits; ++i) {
    require(semaphore_.try_acquire(), "a permit was lost");
  }
  require(!semaphore_.try_acquire(), "a permit was made");
  semaphore_.release(permits);
  require(produced_ - consumed_ == tokens_, "tokens were lost or made");
  require(alive_ == 0, "a green thread lives on");
}

}  // namespace tests::torture
