// What holds a callable: virtual functions, pointers, std::function.
#include <unistd.h>

#include <functional>
#include <utility>
#include <vector>

struct stream {
  virtual ~stream() = default;
  virtual long get(char* to, int most) = 0;
  virtual void flush() {}
};

struct descriptor : stream {
  int fd = 0;
  long get(char* to, int most) override { return read(fd, to, size_t(most)); }
};

struct zeros : stream {
  long get(char*, int most) override { return most; }
  void flush() override {}
};

typedef int (*handler)(int fd);

int serve(int fd) {
  char c;
  return int(read(fd, &c, 1));
}
int refuse(int) { return -1; }

struct route {
  const char* name;
  handler handle;
};

const route routes[] = {{"serve", serve}, {"refuse", &refuse}};

class jobs {
 public:
  void add(std::function<void()> job) { jobs_.push_back(std::move(job)); }
  void run() {
    for (auto& job : jobs_) job();
  }

 private:
  std::vector<std::function<void()>> jobs_;
};

int each(int (*visit)(int), int n) { return visit(n); }
int naps(int n) { return int(sleep(unsigned(n))); }
int plain_each(int (*visit)(long), int n) { return visit(n); }

int main() {
  descriptor d;
  zeros z;
  stream* streams[] = {&d, &z};
  char buffer[4];
  long sum = 0;
  for (stream* s : streams) sum += s->get(buffer, 4);
  z.flush();
  for (const route& r : routes) sum += r.handle(0);
  handler chosen = sum > 3 ? serve : refuse;
  auto same = chosen;
  sum += same(0);
  jobs all;
  all.add([] { usleep(1); });
  all.add([] {});
  int counted = 0;
  all.add([&counted] { ++counted; });
  all.run();
  sum += each(naps, 0);
  sum += plain_each([](long n) { return int(n); }, 1);
  return int(sum);
}
