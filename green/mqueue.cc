// SPDX-License-Identifier: MIT
#include "green/mqueue.h"

#include <cerrno>

#include "green/poll_until.h"

namespace green {

namespace {

// A deadline long past makes the timed calls answer at once.
constexpr timespec at_once{0, 0};

// After a call that found the queue empty, or full: waits, by poll(2), as a
// queue is a descriptor. False when the deadline has passed.
task<bool> wait_for(mqd_t queue, short event, core::deadline until) {
  pollfd itself{queue, event, 0};
  co_return co_await poll_until(&itself, 1, until) > 0;
}

task<ssize_t> receive_until(mqd_t queue, char* message, size_t length,
                            unsigned* priority, const timespec* until) {
  if (until != nullptr && !valid_timeout(*until)) {
    errno = EINVAL;
    co_return -1;
  }
  for (;;) {
    const ssize_t received =
        ::mq_timedreceive(queue, message, length, priority, &at_once);
    if (received >= 0 || errno != ETIMEDOUT) co_return received;
    if (!co_await wait_for(queue, POLLIN, deadline_at(until))) {
      errno = ETIMEDOUT;
      co_return -1;
    }
  }
}

task<int> send_until(mqd_t queue, const char* message, size_t length,
                     unsigned priority, const timespec* until) {
  if (until != nullptr && !valid_timeout(*until)) {
    errno = EINVAL;
    co_return -1;
  }
  for (;;) {
    const int sent = ::mq_timedsend(queue, message, length, priority, &at_once);
    if (sent == 0 || errno != ETIMEDOUT) co_return sent;
    if (!co_await wait_for(queue, POLLOUT, deadline_at(until))) {
      errno = ETIMEDOUT;
      co_return -1;
    }
  }
}

}  // namespace

task<ssize_t> mq_receive(mqd_t queue, char* message, size_t length,
                         unsigned* priority) {
  return receive_until(queue, message, length, priority, nullptr);
}

task<ssize_t> mq_timedreceive(mqd_t queue, char* message, size_t length,
                              unsigned* priority, const timespec* until) {
  return receive_until(queue, message, length, priority, until);
}

task<int> mq_send(mqd_t queue, const char* message, size_t length,
                  unsigned priority) {
  return send_until(queue, message, length, priority, nullptr);
}

task<int> mq_timedsend(mqd_t queue, const char* message, size_t length,
                       unsigned priority, const timespec* until) {
  return send_until(queue, message, length, priority, until);
}

}  // namespace green
