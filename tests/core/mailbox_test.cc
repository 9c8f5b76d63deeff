// SPDX-License-Identifier: MIT
#include "green/core/mailbox.h"

#include <doctest/doctest.h>

#include <cstddef>
#include <memory>
#include <thread>
#include <vector>

namespace {

using green::core::mailbox;
using green::core::run_queue;
using green::core::runnable;

struct letter : runnable {
  letter() : runnable(&letter::run) {}
  static void run(runnable&) {}
  std::size_t sender = 0;
  std::size_t number = 0;
};

letter& next(run_queue& queue) { return static_cast<letter&>(queue.pop()); }

}  // namespace

TEST_CASE("a mailbox gives letters in the order of their coming") {
  std::vector<letter> letters(10);
  mailbox box;
  CHECK(box.empty());
  for (std::size_t i = 0; i < letters.size(); ++i) {
    letters[i].number = i;
    box.push(letters[i]);
  }
  CHECK_FALSE(box.empty());
  run_queue queue;
  box.drain(queue);
  CHECK(box.empty());
  for (std::size_t i = 0; i < letters.size(); ++i)
    CHECK(next(queue).number == i);
  CHECK(queue.empty());
}

TEST_CASE("drain appends to what is in the queue") {
  std::vector<letter> letters(3);
  for (std::size_t i = 0; i < letters.size(); ++i) letters[i].number = i;
  run_queue queue;
  queue.push(letters[0]);
  mailbox box;
  box.push(letters[1]);
  box.push(letters[2]);
  box.drain(queue);
  for (std::size_t i = 0; i < letters.size(); ++i)
    CHECK(next(queue).number == i);
}

TEST_CASE("draining an empty mailbox does nothing") {
  mailbox box;
  run_queue queue;
  box.drain(queue);
  CHECK(queue.empty());
}

TEST_CASE("many senders: no letter is lost, each sender's stay in order") {
  constexpr std::size_t senders = 4;
  constexpr std::size_t each = 20'000;
  std::vector<std::unique_ptr<letter[]>> letters;
  for (std::size_t s = 0; s < senders; ++s) {
    letters.push_back(std::make_unique<letter[]>(each));
  }
  mailbox box;
  std::vector<std::thread> threads;
  for (std::size_t s = 0; s < senders; ++s) {
    threads.emplace_back([&box, mine = letters[s].get(), s] {
      for (std::size_t i = 0; i < each; ++i) {
        mine[i].sender = s;
        mine[i].number = i;
        box.push(mine[i]);
      }
    });
  }
  std::vector<std::size_t> expected(senders, 0);
  std::size_t misplaced = 0;
  for (std::size_t received = 0; received < senders * each;) {
    run_queue queue;
    box.drain(queue);
    if (queue.empty()) std::this_thread::yield();
    for (; !queue.empty(); ++received) {
      const letter& l = next(queue);
      if (l.number != expected[l.sender]++) ++misplaced;
    }
  }
  for (std::thread& t : threads) t.join();
  CHECK(misplaced == 0);
  CHECK(expected == std::vector<std::size_t>(senders, each));
  CHECK(box.empty());
}
