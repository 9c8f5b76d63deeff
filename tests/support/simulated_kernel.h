// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "green/hub/attempt.h"
#include "green/hub/backend.h"

namespace tests {

/// Chances drawn from a seed (splitmix64): the same everywhere.
class chances {
 public:
  explicit chances(std::uint64_t seed) noexcept : state_(seed) {}
  std::uint64_t next() noexcept {
    std::uint64_t z = state_ += 0x9e3779b97f4a7c15;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
  }
  std::size_t below(std::size_t bound) noexcept { return next() % bound; }
  bool one_in(std::size_t n) noexcept { return below(n) == 0; }

 private:
  std::uint64_t state_;
};

/// What a simulation was asked to do to its programs, and what it did.
struct simulation {
  std::uint64_t seed = 0;
  bool errors = false;      // ENOBUFS, ECONNRESET ... now and then
  std::uint64_t trace = 0;  // of every completion; the same for the same seed
  std::uint64_t completions = 0;
  std::string wrong = {};  // what the hub did that a kernel must not be asked
};

/// A kernel that does what entries say in an order and at moments drawn from a
/// seed: late, in parts, interrupted, with cancels that win, lose or find
/// nothing, a queue that is full, completions in any order; and that writes
/// into buffers that are lent to it whenever it likes. It has the habits of
/// Linux's rings: of a send of a datagram that waits it uses the bytes up, it
/// makes several receives of one with MSG_WAITALL, and it moves a file's
/// position without the position's lock. Sockets, pipes and files are real, so
/// that nobody else may use them, and no other thread.
class simulated_kernel final : public green::hub::backend {
 public:
  explicit simulated_kernel(simulation& plan);
  ~simulated_kernel() override;

  bool push(const green::hub::entry& what,
            std::uint64_t user_data) noexcept override;
  void flush() noexcept override;
  void wait(std::int64_t timeout) noexcept override;
  bool pending() const noexcept override { return true; }
  bool has_waitid() const noexcept override { return false; }
  void leave_to_parent() noexcept override {}
  unsigned reap(std::span<green::hub::completion> into) noexcept override;

 private:
  struct flight {
    flight(const green::hub::entry& e, std::uint64_t data, std::uint64_t n)
        : work(e), user_data(data), number(n) {}
    green::hub::attempt work;
    std::uint64_t user_data;
    std::uint64_t number;        // of submission
    bool doomed = false;         // a cancel has found it at work
    std::int32_t received = 0;   // by the parts of one with MSG_WAITALL
    bool spent = false;          // a send has used its bytes up, in vain
    std::int64_t position = -1;  // of the file, when it was begun
  };

  void take_queue();
  void go_on(std::size_t picks);
  void watch_progress();
  bool try_one(std::size_t index);
  bool try_cancel(std::size_t index);
  std::int32_t failure(flight& f);
  bool fail(flight& f);
  green::hub::step try_work(flight& f);
  green::hub::step try_alike(flight& f);
  static green::hub::step try_send(flight& f);
  static green::hub::step try_receive_all(flight& f);
  green::hub::step try_at_position(flight& f);
  void scribble(flight& f);
  void complete(std::size_t index, std::int32_t result);
  std::size_t find(std::uint64_t user_data) const;
  bool has(std::uint64_t user_data) const;
  void show_completions();

  simulation& plan_;
  chances luck_;
  std::size_t room_;
  const std::size_t capacity_;
  const std::size_t completion_capacity_;
  std::uint64_t submitted_ = 0;
  unsigned futile_ = 0;  // calls since something ended
  std::vector<std::unique_ptr<flight>> queue_;
  std::vector<std::unique_ptr<flight>> flights_;
  std::vector<green::hub::completion> done_;  // for which there was no room
  std::vector<green::hub::completion> shown_;
};

}  // namespace tests
