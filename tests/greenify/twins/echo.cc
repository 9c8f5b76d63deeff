// SPDX-License-Identifier: MIT
// echo: a server with a thread for each connection. It ends after as many
// clients as its argument says, and prints the bytes that it sent.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include <functional>
#include <mutex>
#include <thread>
#include <vector>

class counter {
 public:
  void add(long n) {
    std::lock_guard<std::mutex> lock(mutex_);
    sum_ += n;
  }
  long sum() const {
    std::lock_guard<std::mutex> lock(mutex_);
    return sum_;
  }

 private:
  mutable std::mutex mutex_;
  long sum_ = 0;
};

static bool send_all(int fd, const char* bytes, size_t size) {
  while (size > 0) {
    const ssize_t n = send(fd, bytes, size, MSG_NOSIGNAL);
    if (n <= 0) return false;
    bytes += n;
    size -= size_t(n);
  }
  return true;
}

static void serve(int fd, counter& sent) {
  char part[512];
  for (ssize_t n; (n = recv(fd, part, sizeof part, 0)) > 0;) {
    if (!send_all(fd, part, size_t(n))) break;
    sent.add(n);
  }
  close(fd);
}

static int listen_here() {
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* any = reinterpret_cast<sockaddr*>(&address);
  const int fd = socket(AF_INET, SOCK_STREAM, 0);
  if (bind(fd, any, size) != 0 || listen(fd, 128) != 0) exit(1);
  getsockname(fd, any, &size);
  printf("listening on 127.0.0.1:%d\n", ntohs(address.sin_port));
  fflush(stdout);
  return fd;
}

int main(int argc, char** argv) {
  const int clients = argc > 1 ? atoi(argv[1]) : 1;
  const int listener = listen_here();
  counter sent;
  std::vector<std::thread> threads;
  for (int i = 0; i < clients; ++i) {
    const int fd = accept(listener, nullptr, nullptr);
    threads.emplace_back(serve, fd, std::ref(sent));
  }
  for (std::thread& t : threads) t.join();
  printf("sent %ld bytes\n", sent.sum());
  return 0;
}
