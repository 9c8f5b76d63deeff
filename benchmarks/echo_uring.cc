// SPDX-License-Identifier: MIT
// echo_uring: the echo server on raw liburing, a baseline for `echo`

#include <liburing.h>

#include <array>
#include <cstring>

#include "benchmarks/listener.h"

namespace {

// Since Linux 6.0 and 6.1; older ones get a ring without flags.
constexpr unsigned best_flags = IORING_SETUP_SINGLE_ISSUER |
                                IORING_SETUP_DEFER_TASKRUN |
                                IORING_SETUP_SUBMIT_ALL;
constexpr unsigned ring_entries = 256;
constexpr unsigned completion_entries = 1024;

struct connection {
  int fd;
  std::size_t begin;  // what is not sent yet is [begin, end)
  std::size_t end;
  std::array<char, benchmarks::buffer_size> buffer;
};

// One request is in flight for each connection, so a connection is its own
// user_data, and can be freed when that request is done.
class echo_server {
 public:
  explicit echo_server(int listener) : listener_(listener) {
    int error = make_ring(best_flags);
    if (error == -EINVAL) error = make_ring(0);
    if (error < 0) errx(1, "io_uring: %s", std::strerror(-error));
    io_uring_register_ring_fd(&ring_);
  }

  [[noreturn]] void run() {
    accept_next();
    for (;;) {
      const int error = io_uring_submit_and_wait(&ring_, 1);
      if (error < 0 && error != -EINTR && error != -EAGAIN && error != -EBUSY) {
        errx(1, "io_uring_enter: %s", std::strerror(-error));
      }
      unsigned head;
      unsigned count = 0;
      io_uring_cqe* cqe;
      io_uring_for_each_cqe(&ring_, head, cqe) {
        handle(io_uring_cqe_get_data(cqe), cqe->res);
        ++count;
      }
      io_uring_cq_advance(&ring_, count);
    }
  }

 private:
  int make_ring(unsigned flags) {
    io_uring_params params = {};
    params.flags = flags | IORING_SETUP_CQSIZE | IORING_SETUP_CLAMP;
    params.cq_entries = completion_entries;
    return io_uring_queue_init_params(ring_entries, &ring_, &params);
  }

  io_uring_sqe* entry() {
    for (;;) {
      io_uring_sqe* sqe = io_uring_get_sqe(&ring_);
      if (sqe != nullptr) return sqe;
      io_uring_submit(&ring_);
    }
  }

  void handle(void* data, int result) {
    if (data == this) {
      accepted(result);
    } else if (data == &pause_) {
      accept_next();
    } else {
      progress(static_cast<connection*>(data), result);
    }
  }

  void accept_next() {
    io_uring_sqe* sqe = entry();
    io_uring_prep_accept(sqe, listener_, nullptr, nullptr, SOCK_CLOEXEC);
    io_uring_sqe_set_data(sqe, this);
  }

  void accepted(int result) {
    if (result >= 0) {
      // Not value-initialised: an idle connection's buffer stays untouched.
      auto* c = new connection;
      c->fd = result;
      receive(c);
    } else if (result != -ECONNABORTED && result != -EINTR) {
      io_uring_sqe* sqe = entry();
      io_uring_prep_timeout(sqe, &pause_, 0, 0);
      io_uring_sqe_set_data(sqe, &pause_);
      return;
    }
    accept_next();
  }

  void receive(connection* c) {
    c->begin = c->end = 0;
    io_uring_sqe* sqe = entry();
    io_uring_prep_recv(sqe, c->fd, c->buffer.data(), c->buffer.size(), 0);
    io_uring_sqe_set_data(sqe, c);
  }

  void progress(connection* c, int result) {
    if (result <= 0) return finish(c);
    const auto n = static_cast<std::size_t>(result);
    if (c->end == 0) {
      c->end = n;
    } else {
      c->begin += n;
      if (c->begin == c->end) return receive(c);
    }
    io_uring_sqe* sqe = entry();
    io_uring_prep_send(sqe, c->fd, c->buffer.data() + c->begin,
                       c->end - c->begin, MSG_NOSIGNAL);
    io_uring_sqe_set_data(sqe, c);
  }

  static void finish(connection* c) {
    close(c->fd);
    delete c;
  }

  io_uring ring_ = {};
  int listener_;
  __kernel_timespec pause_ = {
      .tv_sec = 0, .tv_nsec = benchmarks::accept_pause_ms * 1'000'000L};
};

}  // namespace

int main(int argc, char** argv) {
  echo_server(benchmarks::listen_on_arguments(argc, argv)).run();
}
