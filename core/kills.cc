// SPDX-License-Identifier: MIT
// How kills reach a green thread, from its hub's thread and from others.
#include <cassert>
#include <exception>
#include <memory>
#include <mutex>
#include <utility>

#include "green/core/counted.h"
#include "green/core/green_thread.h"
#include "green/core/interrupts.h"
#include "green/core/probe.h"
#include "green/core/scheduler.h"

namespace green::core {

namespace {

bool is_kill(const std::exception_ptr& error) noexcept {
  try {
    if (error != nullptr) std::rethrow_exception(error);
    return true;
  } catch (const killed&) {
    return true;
  } catch (...) {
    return false;
  }
}

}  // namespace

void green_thread::kill() noexcept {
  if (finished()) return;
  GREEN_PROBE(kill, id_, name_, spawned_at_);
  if (scheduler::here() == home_) {
    kill_here();
  } else {
    // The hub may be gone once this one has ended. The end needs the lock.
    const std::lock_guard guard(joiners_);
    if (finished() || next_killed_.load() != nullptr) return;
    ref();
    home_->post_kill(*this);
  }
}

// The first of a chain brings the message, which takes all that came since.
void scheduler::post_kill(green_thread& thread) noexcept {
  green_thread* last = kill_post_.last.load();
  do {
    thread.next_killed_.store(last == nullptr ? &thread : last);
  } while (!kill_post_.last.compare_exchange_weak(last, &thread));
  if (last == nullptr) post(kill_post_);
}

// They are killed in the order of the calls.
void scheduler::kill_message::deliver(runnable& r) {
  green_thread* first = nullptr;
  green_thread* last = static_cast<kill_message&>(r).last.exchange(nullptr);
  for (bool more = last != nullptr; more;) {
    green_thread* const before = last->next_killed_.load();
    last->next_killed_.store(first == nullptr ? last : first);
    first = last;
    more = before != last;
    last = before;
  }
  for (bool more = first != nullptr; more;) {
    green_thread& thread = *first;
    first = thread.next_killed_.exchange(nullptr);
    more = first != &thread;
    if (!thread.finished()) thread.kill_here();
    thread.unref();
  }
}

void green_thread::kill_here() noexcept {
  if (kill_claimed()) return;
  if (started_) {
    assert(home_->on_own_thread());
    if (add_kill()) end_wait();
    return;
  }
  claim_kill();  // a destructor of its arguments may kill it once more
  if (!list_hook::linked()) enlist();  // it has not arrived yet
  end(false);
}

// An error on its way to the await where it is thrown.
struct green_thread::thrown_error final : runnable, interrupt {
  explicit thrown_error(std::exception_ptr e) noexcept
      : runnable(&thrown_error::deliver), error(std::move(e)) {}

  static void deliver(runnable& r) {
    thrown_error& self = static_cast<thrown_error&>(r);
    const counted_ptr<green_thread> target = std::move(self.target);
    self.throw_at(*target);
  }
  void throw_at(green_thread& thread) noexcept {
    if (!thread.finished() && thread.started_) {
      thread.interrupt_with(*this);
      return;
    }
    const std::unique_ptr<thrown_error> me(this);
    if (thread.finished() || thread.kill_claimed()) return;
    thread.claim_kill();
    thread.end_with(std::move(error));
  }

  std::exception_ptr exception() noexcept override {
    const std::unique_ptr<thrown_error> me(this);
    return std::move(error);
  }
  void dropped() noexcept override { delete this; }

  counted_ptr<green_thread> target;  // while it is posted
  std::exception_ptr error;
};

void green_thread::kill_with(std::exception_ptr error) {
  if (finished()) return;
  if (is_kill(error)) return kill();
  GREEN_PROBE(kill, id_, name_, spawned_at_);
  auto sent = std::make_unique<thrown_error>(std::move(error));
  if (scheduler::here() == home_) return sent.release()->throw_at(*this);
  const std::lock_guard guard(joiners_);
  if (finished()) return;
  sent->target = counted_ptr<green_thread>(*this);
  home_->post(*sent.release());
}

}  // namespace green::core
