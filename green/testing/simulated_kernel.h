// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <vector>

#include "green/hub/attempt.h"
#include "green/hub/backend.h"
#include "green/testing/luck.h"
#include "green/testing/world.h"

namespace green::testing {

/// A kernel that does what entries say in an order that is drawn from a seed,
/// with cancels that win, lose or find nothing, and completions in any order.
/// It has the habits of Linux's rings: of a send of a datagram that waits it
/// uses the bytes up, it makes several receives of one with MSG_WAITALL, and it
/// moves a file's position without the position's lock. Sockets, pipes and
/// files are real, so that nobody else may use them, and no other thread. A
/// hostile one is late, too, moves parts, interrupts, has a queue that is full,
/// and writes into buffers that are lent to it whenever it likes.
class simulated_kernel final : public hub::backend {
 public:
  explicit simulated_kernel(world& around);
  ~simulated_kernel() override;

  bool push(const hub::entry& what, std::uint64_t user_data) noexcept override;
  void flush() noexcept override;
  void wait(std::int64_t timeout) noexcept override;
  bool pending() const noexcept override { return true; }
  bool has_waitid() const noexcept override { return false; }
  std::int64_t next_moment() noexcept override;
  bool open_world() const noexcept override { return hostile_; }
  void leave_to_parent() noexcept override {}
  unsigned reap(std::span<hub::completion> into) noexcept override;

 private:
  struct flight {
    flight(const hub::entry& e, std::uint64_t data, std::uint64_t n)
        : work(e), user_data(data), number(n) {}
    hub::attempt work;
    std::uint64_t user_data;
    std::uint64_t number;        // of submission
    std::uint64_t who = 0;       // the green thread that submitted it
    std::int64_t begins = 0;     // in virtual time
    bool judged = false;         // its faults are drawn
    bool doomed = false;         // a cancel has found it at work
    bool spent = false;          // a send has used its bytes up, in vain
    std::uint32_t most = 0;      // bytes that it moves; 0: not drawn
    std::int32_t received = 0;   // by the parts of one with MSG_WAITALL
    std::int64_t position = -1;  // of the file, when it was begun
  };

  void take_queue();
  void go_on(std::size_t picks);
  void try_all();
  std::int64_t moved() const;
  bool something_done() const noexcept {
    return !done_.empty() || !shown_.empty();
  }
  bool children_answer();
  void watch_progress();
  [[noreturn]] void give_up(const char* why);
  bool try_one(std::size_t index);
  bool try_cancel(std::size_t index);
  bool held_up(flight& f);
  bool fail(flight& f);
  hub::step try_work(flight& f);
  hub::step try_part(flight& f, std::uint32_t length);
  hub::step try_alike(flight& f);
  static hub::step try_send(flight& f);
  static hub::step try_receive_all(flight& f);
  hub::step try_at_position(flight& f);
  void scribble(flight& f);
  void complete(std::size_t index, std::int32_t result);
  std::size_t find(std::uint64_t user_data) const;
  bool has(std::uint64_t user_data) const;
  void show_completions();

  world& around_;
  luck luck_;
  const bool hostile_;
  const bool had_children_;  // of another part of the process
  std::size_t room_;
  const std::size_t capacity_;
  const std::size_t completion_capacity_;
  std::uint64_t submitted_ = 0;
  std::uint64_t vain_at_ = 0;  // submissions when no child answered
  unsigned futile_ = 0;        // calls since something ended
  std::map<std::uint64_t, std::uint64_t> askers_;  // by user_data
  std::vector<std::unique_ptr<flight>> queue_;
  std::vector<std::unique_ptr<flight>> flights_;
  std::vector<hub::completion> done_;  // for which there was no room
  std::vector<hub::completion> shown_;
};

}  // namespace green::testing
