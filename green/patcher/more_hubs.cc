// SPDX-License-Identifier: MIT
#include "green/patcher/more_hubs.h"

#include <pthread.h>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdio>
#include <exception>
#include <future>
#include <memory>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "green/event.h"
#include "green/green.h"
#include "green/hub/this_hub.h"
#include "green/monitors/watch.h"

namespace green::patcher::more_hubs {

struct load {
  explicit load(core::scheduler& of) noexcept : hub(of) {}

  core::scheduler& hub;
  std::atomic<unsigned> threads = 0;
};

namespace {

using known_load = std::shared_ptr<load>;

std::atomic<unsigned> wanted = 1;
std::atomic<spread> way = spread::turns;
std::atomic<unsigned> turn = 0;

using hub_list = std::vector<known_load>;
std::atomic<bool> asked = false;                 // somebody starts them
std::atomic<const hub_list*> staying = nullptr;  // all, once they are there

// Of this thread's hub; null until somebody asks.
thread_local known_load mine;
// Does this thread's hub stay until the process ends?
constinit thread_local bool stays = false;

const known_load& of_this_hub() {
  if (mine == nullptr) mine = std::make_shared<load>(hub::this_hub());
  return mine;
}

using started = std::promise<known_load>;

// Runs a hub that waits for threads until the process ends. Its thread blocks
// the signals that its maker blocks, because children inherit that. A signal to
// the process goes to its first thread, unless that one blocks the signal.
void serve(started& told, std::chrono::nanoseconds limit) {
  ::pthread_setname_np(::pthread_self(), "green-hub");
  try {
    hub::this_hub().expect_post();  // of threads: an idle hub is no deadlock
    watch_hub(limit);
    stays = true;
    of_this_hub();
  } catch (...) {
    return told.set_exception(std::current_exception());
  }
  event never;
  green::run([&]() -> task<> {
    told.set_value(mine);
    co_await never.wait();
  });
}

known_load start() {
  started told;
  std::future<known_load> made = told.get_future();
  auto body = [told = std::move(told), limit = watch_limit()]() mutable {
    serve(told, limit);
  };
  std::thread(std::move(body)).detach();
  return made.get();
}

// The list is never destroyed, as the hubs work until the process ends.
void start_all(unsigned count) {
  auto& all = *new hub_list;
  if (stays) all.push_back(of_this_hub());
  unsigned made = 0;
  try {
    for (; made < count; ++made) all.push_back(start());
  } catch (const std::system_error& e) {
    std::fprintf(stderr,
                 "green: the threads of patched code have %u hubs, and not "
                 "%u: %s\n",
                 made + 1, count + 1, e.what());
  }
  staying.store(&all, std::memory_order_release);
}

// The one whose turn it is, or the next that has the fewest threads.
const known_load& choose(const hub_list& all) {
  // A hub that does not stay has threads of its own making alone.
  const std::size_t count = all.size() + (stays ? 0 : 1);
  const std::size_t first = turn.fetch_add(1);
  const auto at = [&](std::size_t i) -> const known_load& {
    const std::size_t place = (first + i) % count;
    return place == all.size() ? of_this_hub() : all[place];
  };
  const known_load* best = &at(0);
  if (way == spread::turns) return *best;
  for (std::size_t i = 1; i < count; ++i) {
    const known_load& other = at(i);
    if (other->threads < (*best)->threads) best = &other;
  }
  return *best;
}

}  // namespace

place::place(std::shared_ptr<load> at) noexcept
    : hub_(&at->hub), at_(std::move(at)) {
  ++at_->threads;
}

void place::leave() noexcept {
  if (const known_load left = std::move(at_)) --left->threads;
}

void use(unsigned hubs, spread how) noexcept {
  wanted = hubs;
  way = how;
}

void keep_this_hub() { stays = true; }

place next() {
  const unsigned hubs = wanted.load(std::memory_order_relaxed);
  if (hubs <= 1) [[likely]]
    return place(hub::this_hub());
  if (!asked.exchange(true)) start_all(hubs - 1);
  const hub_list* const all = staying.load(std::memory_order_acquire);
  return place(all == nullptr ? of_this_hub() : choose(*all));
}

void forget() noexcept {
  staying = nullptr;
  asked = false;
  mine.reset();
}

}  // namespace green::patcher::more_hubs
