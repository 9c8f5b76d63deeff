// SPDX-License-Identifier: MIT
#include "green/hub/survey.h"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <utility>

namespace green::hub {

namespace {
enum class stage : unsigned char { asked, answering, answered, given_up };
}

struct survey::state {
  explicit state(answer f) : tell(std::move(f)) {}

  void be_answered(loop& hub, std::size_t place) {
    {
      const std::lock_guard guard(lock);
      if (stages[place] != stage::asked) return;
      stages[place] = stage::answering;
    }
    tell(hub, place);
    const std::lock_guard guard(lock);
    stages[place] = stage::answered;
    changed.notify_all();
  }

  bool all_are_beyond(stage least) const {
    return std::ranges::all_of(stages, [&](stage s) { return s > least; });
  }

  const answer tell;
  std::mutex lock;
  std::condition_variable changed;
  std::vector<stage> stages;
  std::vector<int> os_threads;
};

struct survey::letter final : core::runnable {
  letter(std::shared_ptr<state> s, loop& h, std::size_t p)
      : runnable(&letter::open), asks(std::move(s)), hub(h), place(p) {}
  static void open(core::runnable& r) {
    const std::unique_ptr<letter> me(static_cast<letter*>(&r));
    me->asks->be_answered(me->hub, me->place);
  }
  const std::shared_ptr<state> asks;
  loop& hub;
  const std::size_t place;
};

std::vector<survey::asked_hub> survey::ask(answer f,
                                           std::chrono::nanoseconds patience) {
  const auto until = std::chrono::steady_clock::now() + patience;
  struct sending {
    std::shared_ptr<state> asks;
    std::size_t own = static_cast<std::size_t>(-1);
  } sent{std::make_shared<state>(std::move(f))};
  loop::for_each_hub(
      [](loop& hub, void* data) {
        sending& s = *static_cast<sending*>(data);
        const std::lock_guard guard(s.asks->lock);
        const std::size_t place = s.asks->stages.size();
        s.asks->stages.push_back(stage::asked);
        s.asks->os_threads.push_back(hub.os_thread());
        if (&hub == core::scheduler::here()) {
          s.own = place;
        } else {
          hub.post(*new letter(s.asks, hub, place));
        }
      },
      &sent);
  state& all = *sent.asks;
  if (sent.own < all.stages.size()) {
    all.be_answered(static_cast<loop&>(*core::scheduler::here()), sent.own);
  }
  std::unique_lock guard(all.lock);
  all.changed.wait_until(guard, until,
                         [&] { return all.all_are_beyond(stage::answering); });
  for (stage& s : all.stages) {
    if (s == stage::asked) s = stage::given_up;
  }
  all.changed.wait(guard, [&] { return all.all_are_beyond(stage::answering); });
  std::vector<asked_hub> hubs;
  for (std::size_t i = 0; i != all.stages.size(); ++i) {
    hubs.push_back({all.os_threads[i], all.stages[i] == stage::answered});
  }
  return hubs;
}

}  // namespace green::hub
