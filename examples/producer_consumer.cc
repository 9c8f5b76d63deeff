// SPDX-License-Identifier: MIT
// producer_consumer: producers and consumers that share a bounded queue

#include <functional>
#include <vector>

#include "green/err.h"
#include "green/green.h"
#include "green/greenlet.h"
#include "green/queue.h"
#include "green/stdio.h"
#include "green/stdlib.h"

using queue = green::joinable_queue<int>;

green::task<> produce(queue& items, int from, int count) {
  for (int i = 0; i < count; ++i) co_await items.put(from + i);
}

green::task<> consume(queue& items, int me, long& sum) {
  while (auto item = co_await items.next()) {
    sum += *item;
    co_await green::printf("consumer %d takes %d\n", me, *item);
    items.task_done();
  }
}

green::task<> work(int producers, int consumers, int each) {
  queue items(4);  // who is ahead waits
  std::vector<long> sums(size_t(consumers), 0);
  std::vector<green::greenlet<>> making, taking;
  for (int p = 0; p < producers; ++p) {
    making.push_back(green::spawn(produce, std::ref(items), p * each, each));
  }
  for (int c = 0; c < consumers; ++c) {
    taking.push_back(
        green::spawn(consume, std::ref(items), c, std::ref(sums[size_t(c)])));
  }
  co_await green::joinall(making);
  co_await items.join();  // all that was put is done
  items.close();          // so that the consumers end
  co_await green::joinall(taking);
  long sum = 0;
  for (const long part : sums) sum += part;
  co_await green::printf("%d items, sum %ld\n", producers * each, sum);
}

const char usage[] = "usage: producer_consumer [PRODUCERS CONSUMERS ITEMS]";

int number(const char* text) {
  char* end;
  const long value = strtol(text, &end, 10);
  if (end == text || *end != 0 || value < 1 || value > 1000) {
    errx(2, "not a number from 1 to 1000: '%s'\n%s", text, usage);
  }
  return int(value);
}

int main(int argc, char** argv) {
  if (argc != 1 && argc != 4) errx(2, "three numbers or none\n%s", usage);
  const bool given = argc == 4;
  green::run(work, given ? number(argv[1]) : 3, given ? number(argv[2]) : 2,
             given ? number(argv[3]) : 5);
}
