// SPDX-License-Identifier: MIT
#include "green/sys/select.h"

#include <cerrno>
#include <vector>

#include "green/poll_until.h"

namespace green {

namespace {

// select(2)'s own meanings in poll(2)'s words.
constexpr short can_read = POLLIN | POLLRDNORM | POLLRDBAND | POLLHUP | POLLERR;
constexpr short can_write = POLLOUT | POLLWRNORM | POLLWRBAND | POLLERR;
constexpr short exceptional_state = POLLPRI;

bool has(const fd_set* set, int fd) {
  return set != nullptr && FD_ISSET(fd, set);
}

std::vector<pollfd> to_poll(int count, const fd_set* reading,
                            const fd_set* writing, const fd_set* exceptional) {
  std::vector<pollfd> fds;
  for (int fd = 0; fd < count; ++fd) {
    const int events = (has(reading, fd) ? POLLIN | POLLRDNORM : 0) |
                       (has(writing, fd) ? POLLOUT | POLLWRNORM : 0) |
                       (has(exceptional, fd) ? POLLPRI : 0);
    if (events != 0) fds.push_back({fd, static_cast<short>(events), 0});
  }
  return fds;
}

int keep(fd_set* set, const pollfd& fd, short meaning) {
  if (!has(set, fd.fd)) return 0;
  if ((fd.revents & meaning) != 0) return 1;
  FD_CLR(fd.fd, set);
  return 0;
}

task<int> select_until(int count, fd_set* reading, fd_set* writing,
                       fd_set* exceptional, core::deadline until) {
  auto fds = to_poll(count, reading, writing, exceptional);
  const int result = co_await poll_until(fds.data(), fds.size(), until);
  if (result < 0) co_return result;
  for (const pollfd& fd : fds) {
    if ((fd.revents & POLLNVAL) == 0) continue;
    errno = EBADF;
    co_return -1;
  }
  int ready = 0;
  for (const pollfd& fd : fds) {
    ready += keep(reading, fd, can_read) + keep(writing, fd, can_write) +
             keep(exceptional, fd, exceptional_state);
  }
  co_return ready;
}

task<int> failed(int error) {
  errno = error;
  co_return -1;
}

}  // namespace

task<int> select(int count, fd_set* reading, fd_set* writing,
                 fd_set* exceptional, timeval* timeout) {
  if (count < 0 || count > FD_SETSIZE) return failed(EINVAL);
  if (timeout == nullptr) {
    return select_until(count, reading, writing, exceptional,
                        core::deadline::never());
  }
  if (timeout->tv_sec < 0 || timeout->tv_usec < 0) return failed(EINVAL);
  const timespec length{timeout->tv_sec + timeout->tv_usec / 1'000'000,
                        timeout->tv_usec % 1'000'000 * 1000};
  return select_until(count, reading, writing, exceptional,
                      deadline_of(&length));
}

task<int> pselect(int count, fd_set* reading, fd_set* writing,
                  fd_set* exceptional, const timespec* timeout,
                  const sigset_t* mask) {
  if (mask != nullptr) return failed(ENOTSUP);
  if (count < 0 || count > FD_SETSIZE) return failed(EINVAL);
  if (timeout != nullptr && !valid_timeout(*timeout)) return failed(EINVAL);
  return select_until(count, reading, writing, exceptional,
                      deadline_of(timeout));
}

}  // namespace green
