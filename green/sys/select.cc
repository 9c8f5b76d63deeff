// SPDX-License-Identifier: MIT
#include "green/sys/select.h"

#include <algorithm>
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

// What poll has found that select was asked for.
short wanted(const pollfd& fd) {
  const int asked = ((fd.events & POLLIN) != 0 ? can_read : 0) |
                    ((fd.events & POLLOUT) != 0 ? can_write : 0) |
                    ((fd.events & POLLPRI) != 0 ? exceptional_state : 0);
  return static_cast<short>(fd.revents & asked);
}

// Waits until there is something that was asked for: what poll reports besides,
// as the end of a descriptor that is watched for POLLPRI alone, stays as it is
// and is left out. Clears what is not wanted.
task<int> poll_wanted(std::vector<pollfd>& fds, core::deadline until,
                      const sigset_t* mask) {
  std::vector<pollfd> left = fds;
  for (;;) {
    const int result =
        co_await poll_masked(left.data(), left.size(), until, mask);
    if (result < 0) co_return result;
    bool found = false;
    for (std::size_t i = 0; i < left.size(); ++i) {
      fds[i].revents = wanted(left[i]);
      found |= fds[i].revents != 0;
      if ((left[i].revents & POLLNVAL) != 0) {
        errno = EBADF;
        co_return -1;
      }
    }
    if (found || result == 0) co_return 0;
    for (pollfd& fd : left) {
      if (fd.revents != 0) fd.fd = -1;
    }
  }
}

int keep(fd_set* set, const pollfd& fd, short meaning) {
  if (!has(set, fd.fd)) return 0;
  if ((fd.revents & meaning) != 0) return 1;
  FD_CLR(fd.fd, set);
  return 0;
}

task<int> select_until(int count, fd_set* reading, fd_set* writing,
                       fd_set* exceptional, core::deadline until,
                       const sigset_t* mask) {
  auto fds = to_poll(count, reading, writing, exceptional);
  if (co_await poll_wanted(fds, until, mask) < 0) co_return -1;
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
                        core::deadline::never(), nullptr);
  }
  if (timeout->tv_sec < 0 || timeout->tv_usec < 0) return failed(EINVAL);
  constexpr time_t longest = 9'000'000'000;
  const timespec length{
      std::min(timeout->tv_sec, longest) + timeout->tv_usec / 1'000'000,
      timeout->tv_usec % 1'000'000 * 1000};
  return select_until(count, reading, writing, exceptional,
                      deadline_of(&length), nullptr);
}

task<int> pselect(int count, fd_set* reading, fd_set* writing,
                  fd_set* exceptional, const timespec* timeout,
                  const sigset_t* mask) {
  if (count < 0 || count > FD_SETSIZE) return failed(EINVAL);
  if (timeout != nullptr && !valid_timeout(*timeout)) return failed(EINVAL);
  return select_until(count, reading, writing, exceptional,
                      deadline_of(timeout), mask);
}

}  // namespace green
