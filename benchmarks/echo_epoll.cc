// SPDX-License-Identifier: MIT
// echo_epoll: the echo server on raw epoll, a baseline for `echo`

#include <fcntl.h>
#include <sys/epoll.h>

#include <array>
#include <cerrno>
#include <memory>

#include "benchmarks/listener.h"

namespace {

struct connection {
  int fd;
  std::size_t begin;  // what is not sent yet is [begin, end)
  std::size_t end;
  std::array<char, benchmarks::buffer_size> buffer;
};

class echo_server {
 public:
  explicit echo_server(int listener)
      : listener_(listener), epoll_(epoll_create1(EPOLL_CLOEXEC)) {
    if (epoll_ < 0) err(1, "epoll_create1");
    fcntl(listener_, F_SETFL, O_NONBLOCK);
    epoll_event event = {.events = EPOLLIN | EPOLLET, .data = {.ptr = nullptr}};
    if (epoll_ctl(epoll_, EPOLL_CTL_ADD, listener_, &event) != 0) {
      err(1, "epoll_ctl");
    }
  }

  [[noreturn]] void run() {
    std::array<epoll_event, 256> events;
    for (;;) {
      const int timeout = accept_failed_ ? benchmarks::accept_pause_ms : -1;
      const int n = epoll_wait(epoll_, events.data(),
                               static_cast<int>(events.size()), timeout);
      if (accept_failed_) accept_all();
      for (int i = 0; i < n; ++i) {
        const epoll_event& event = events[static_cast<std::size_t>(i)];
        if (event.data.ptr == nullptr) {
          accept_all();
        } else {
          serve(static_cast<connection*>(event.data.ptr), event.events);
        }
      }
    }
  }

 private:
  void accept_all() {
    accept_failed_ = false;
    for (;;) {
      const int fd =
          accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
      if (fd >= 0) {
        add(fd);
      } else if (errno != ECONNABORTED && errno != EINTR) {
        accept_failed_ = errno != EAGAIN;
        return;
      }
    }
  }

  void add(int fd) {
    // Not value-initialised: an idle connection's buffer stays untouched.
    std::unique_ptr<connection> c(new connection);
    c->fd = fd;
    c->begin = c->end = 0;
    // Edge-triggered for both directions: never changed afterwards.
    epoll_event event = {.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET,
                         .data = {.ptr = c.get()}};
    if (epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &event) != 0) {
      close(fd);
      return;
    }
    // It is the epoll set's now, until serve deletes it.
    static_cast<void>(c.release());
  }

  void serve(connection* c, std::uint32_t events) {
    // A short read means that the socket is drained, unless the end of file
    // came with the data: its edge is this one.
    const bool ends = (events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0;
    bool drained = (events & (EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR)) == 0;
    for (;;) {
      if (c->begin < c->end) {
        const ssize_t sent = send(c->fd, c->buffer.data() + c->begin,
                                  c->end - c->begin, MSG_NOSIGNAL);
        if (sent < 0 && errno == EAGAIN) return;
        if (sent < 0) return finish(c);
        c->begin += static_cast<std::size_t>(sent);
        continue;  // only EAGAIN promises an edge when there is room again
      }
      if (drained) return;
      const ssize_t n = recv(c->fd, c->buffer.data(), c->buffer.size(), 0);
      if (n < 0 && errno == EAGAIN) return;
      if (n <= 0) return finish(c);
      c->begin = 0;
      c->end = static_cast<std::size_t>(n);
      drained = c->end < c->buffer.size() && !ends;
    }
  }

  static void finish(connection* c) {
    close(c->fd);
    delete c;
  }

  int listener_;
  int epoll_;
  bool accept_failed_ = false;
};

}  // namespace

int main(int argc, char** argv) {
  echo_server(benchmarks::listen_on_arguments(argc, argv)).run();
}
