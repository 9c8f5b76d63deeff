// SPDX-License-Identifier: MIT
// Calls that hold the hub, directly and through other functions.
#include <sched.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <future>
#include <iostream>
#include <mutex>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "green/green.h"
#include "green/greenlet.h"
#include "green/sys/socket.h"
#include "green/threadpool.h"
#include "green/unistd.h"

std::mutex m;

void put(const char* text) { std::fprintf(stderr, "%s\n", text); }
void log(const char* text) { put(text); }
int pure(int a) { return a + 1; }

struct session {
  int fd = -1;
  session() = default;
  explicit session(int number) : fd(number) { ::read(fd, nullptr, 0); }
  void end() { ::close(fd); }
};

green::task<int> serve(int fd) {
  char c;
  recv(fd, &c, 1, 0);                                    // finds: holds
  ::usleep(10);                                          // finds: holds
  log("served");                                         // finds: holds
  std::this_thread::sleep_for(std::chrono::seconds(1));  // finds: holds
  std::lock_guard<std::mutex> lock(m);                   // finds: holds
  std::ifstream file("/etc/passwd");                     // finds: holds
  std::string line;
  std::getline(std::cin, line);        // finds: holds
  std::cin >> line;                    // finds: holds
  (void)std::filesystem::exists("/");  // finds: holds
  co_return pure(c);
}

green::task<> more(int fd, std::future<int> later) {
  session one(fd);          // finds: holds
  one.end();                // finds: holds
  later.wait();             // finds: holds
  [fd] { ::fsync(fd); }();  // finds: holds
  std::vector<int> fds = {fd};
  std::for_each(fds.begin(), fds.end(),
                [](int each) { ::fsync(each); });  // finds: holds
  co_await green::close(fd);
}

struct journal {
  ~journal() { ::fsync(1); }
};
struct store {
  journal of;
};
struct counter {
  ~counter() { ++ended; }
  static inline int ended = 0;
};

green::task<> ends() {
  journal direct;  // finds: holds
  store member;    // finds: holds
  counter harmless;
  std::cout << 1 << "\n";  // finds: holds
  std::ostringstream text;
  text << 1;
  co_return;
}

green::task<> lacking() {
  ::sched_yield();  // finds: holds
  co_return;
}

green::task<> right(int fd) {
  char c;
  co_await green::recv(fd, &c, 1, 0);
  std::istringstream words("a b");
  std::string word;
  words >> word;
  std::getline(words, word);
  std::unique_lock<std::mutex> later(m, std::defer_lock);
  green::threadpool helpers(1);
  co_await helpers.apply([fd] { return ::fsync(fd); });
  // greenify: allow(fsync) the test says so
  ::fsync(fd);
  ::close(fd);  // greenify: allow(holds) the test says so
}

void on_a_hub() { ::sleep(1); }  // finds: holds
void on_a_thread() { ::sleep(1); }

int main() {
  ::usleep(1);
  std::thread(on_a_thread).join();
  green::run([]() -> green::task<> {
    green::spawn(on_a_hub);
    co_return;
  });
}
