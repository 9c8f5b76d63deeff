// What holds a callable: virtual functions, pointers, std::function.
#include "green/unistd.h"

#include <functional>
#include <utility>
#include <vector>
#include "green/green.h"

struct stream {
  virtual ~stream() = default;
  virtual green::task<long> get(char* to, int most) = 0;
  virtual void flush() {}
};

struct descriptor : stream {
  int fd = 0;
  green::task<long> get(char* to, int most) override { co_return co_await green::read(fd, to, size_t(most)); }
};

struct zeros : stream {
  green::task<long> get(char*, int most) override { co_return most; }
  void flush() override {}
};

typedef green::task<int> (*handler)(int fd);

green::task<int> serve(int fd) {
  char c;
  co_return int(co_await green::read(fd, &c, 1));
}
green::task<int> refuse(int) { co_return -1; }

struct route {
  const char* name;
  handler handle;
};

const route routes[] = {{"serve", serve}, {"refuse", &refuse}};

class jobs {
 public:
  void add(std::function<green::task<>()> job) { jobs_.push_back(std::move(job)); }
  green::task<> run() {
    for (auto& job : jobs_) co_await job();
  }

 private:
  std::vector<std::function<green::task<>()>> jobs_;
};

green::task<int> each(green::task<int> (*visit)(int), int n) { co_return co_await visit(n); }
green::task<int> naps(int n) { co_return int(co_await green::sleep(unsigned(n))); }
int plain_each(int (*visit)(long), int n) { return visit(n); }

green::task<int> green_main() {
  descriptor d;
  zeros z;
  stream* streams[] = {&d, &z};
  char buffer[4];
  long sum = 0;
  for (stream* s : streams) sum += co_await s->get(buffer, 4);
  z.flush();
  for (const route& r : routes) sum += co_await r.handle(0);
  handler chosen = sum > 3 ? serve : refuse;
  auto same = chosen;
  sum += co_await same(0);
  jobs all;
  all.add([] () -> green::task<> { co_await green::usleep(1); });
  all.add([] () -> green::task<> { co_return; });
  int counted = 0;
  all.add([&counted] () -> green::task<> { ++counted; co_return; });
  co_await all.run();
  sum += co_await each(naps, 0);
  sum += plain_each([](long n) { return int(n); }, 1);
  co_return int(sum);
}

int main() {
  return green::run(green_main);
}
