// SPDX-License-Identifier: MIT
// chat_blocking: lines reach all in a room, a thread for each guest
#include <err.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

bool send_all(int fd, const std::string& text) {
  for (std::size_t at = 0; at < text.size();) {
    const ssize_t n =
        send(fd, text.data() + at, text.size() - at, MSG_NOSIGNAL);
    if (n <= 0) return false;
    at += static_cast<std::size_t>(n);
  }
  return true;
}

class room {
 public:
  void enter(int guest) {
    std::lock_guard<std::mutex> lock(mutex_);
    guests_.push_back(guest);
  }

  void leave(int guest) {
    std::lock_guard<std::mutex> lock(mutex_);
    guests_.erase(std::remove(guests_.begin(), guests_.end(), guest),
                  guests_.end());
  }

  // All guests see the lines in one order, the speaker too.
  void say(const std::string& line) {
    std::lock_guard<std::mutex> lock(mutex_);
    for (const int guest : guests_) send_all(guest, line);
  }

 private:
  std::mutex mutex_;
  std::vector<int> guests_;
};

class house {
 public:
  std::shared_ptr<room> find(const std::string& name) {
    std::unique_lock<std::mutex> lock(mutex_);
    std::shared_ptr<room>& found = rooms_[name];
    if (!found) found = std::make_shared<room>();
    return found;
  }

 private:
  std::mutex mutex_;
  std::map<std::string, std::shared_ptr<room>> rooms_;
};

house all_rooms;

// Lines of at most 4096 bytes.
class line_reader {
 public:
  explicit line_reader(int fd) : fd_(fd) {}

  // With its line end; false at the end of the stream.
  bool next(std::string& line) {
    std::size_t end;
    while ((end = kept_.find('\n')) == std::string::npos) {
      char buffer[1024];
      const ssize_t n = recv(fd_, buffer, sizeof buffer, 0);
      if (n <= 0 || kept_.size() > 4096) return false;
      kept_.append(buffer, static_cast<std::size_t>(n));
    }
    line = kept_.substr(0, end + 1);
    kept_.erase(0, end + 1);
    return true;
  }

 private:
  int fd_;
  std::string kept_;
};

// The first line names the room.
void serve(int fd) {
  line_reader in(fd);
  std::string line;
  if (in.next(line)) {
    const std::shared_ptr<room> here = all_rooms.find(line);
    here->enter(fd);
    if (send_all(fd, "welcome\n")) {
      while (in.next(line)) here->say(line);
    }
    here->leave(fd);
  }
  close(fd);
}

int listen_on(const char* port) {
  sockaddr_in address = {};
  socklen_t size = sizeof address;
  const int fd = socket(AF_INET, SOCK_STREAM, 0), on = 1;
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<in_port_t>(std::atoi(port)));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (bind(fd, reinterpret_cast<sockaddr*>(&address), size) != 0 ||
      listen(fd, SOMAXCONN) != 0) {
    err(1, "bind: %s", port);
  }
  getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size);
  std::printf("listening on 127.0.0.1:%d\n", ntohs(address.sin_port));
  std::fflush(stdout);
  return fd;
}

int main(int argc, char** argv) {
  if (argc != 2) errx(2, "usage: PORT");
  const int listener = listen_on(argv[1]), on = 1;
  for (;;) {
    const int fd = accept(listener, nullptr, nullptr);
    if (fd < 0) {
      usleep(10'000);
      continue;
    }
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    std::thread(serve, fd).detach();
  }
}
