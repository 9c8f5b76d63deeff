// SPDX-License-Identifier: MIT
#include "green/sys/select.h"

#include <fcntl.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <vector>

#include "green/core/signal_scope.h"
#include "green/hub/user_memory.h"
#include "green/posix/poll_until.h"
#include "green/posix/timespecs.h"

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

// The events of a poll that select was asked for. An open descriptor that
// cannot be polled, as with O_PATH, is ready for everything.
short wanted(const pollfd& fd) {
  const int asked = ((fd.events & POLLIN) != 0 ? can_read : 0) |
                    ((fd.events & POLLOUT) != 0 ? can_write : 0) |
                    ((fd.events & POLLPRI) != 0 ? exceptional_state : 0);
  const bool nothing_to_poll = (fd.revents & POLLNVAL) != 0;
  return static_cast<short>(nothing_to_poll ? asked : fd.revents & asked);
}

// Waits until an event comes that was asked for. poll also reports others, such
// as the end of a descriptor that is watched for POLLPRI alone. Such a
// descriptor is left out of the next poll. Clears the unwanted events.
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
      const bool odd = (left[i].revents & POLLNVAL) != 0;
      if (odd && ::fcntl(left[i].fd, F_GETFD) < 0) co_return -1;
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
  const core::signal_scope call(core::by_signal::always);
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

// Are the sets readable memory? The kernel reads whole words of them. The C
// library reads the timeout.
bool readable(int count, const fd_set* reading, const fd_set* writing,
              const fd_set* exceptional) {
  const auto words = static_cast<std::size_t>(count + NFDBITS - 1) / NFDBITS;
  const std::size_t size = words * sizeof(fd_mask);
  for (const fd_set* set : {reading, writing, exceptional}) {
    if (size != 0 && set != nullptr && !hub::is_readable(set, size)) {
      return false;
    }
  }
  return true;
}

}  // namespace

task<int> select(int count, fd_set* reading, fd_set* writing,
                 fd_set* exceptional, timeval* timeout) {
  if (timeout != nullptr && (timeout->tv_sec < 0 || timeout->tv_usec < 0)) {
    return failed(EINVAL);
  }
  if (count < 0 || count > FD_SETSIZE) return failed(EINVAL);
  if (!readable(count, reading, writing, exceptional)) return failed(EFAULT);
  if (timeout == nullptr) {
    return select_until(count, reading, writing, exceptional,
                        core::deadline::never(), nullptr);
  }
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
  if (timeout != nullptr && !valid_timeout(*timeout)) return failed(EINVAL);
  if (count < 0 || count > FD_SETSIZE) return failed(EINVAL);
  if (!readable(count, reading, writing, exceptional)) return failed(EFAULT);
  return select_until(count, reading, writing, exceptional,
                      deadline_of(timeout), mask);
}

}  // namespace green
