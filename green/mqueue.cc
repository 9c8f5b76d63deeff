// SPDX-License-Identifier: MIT
#include "green/mqueue.h"

#include <cerrno>
#include <type_traits>

#include "green/core/signal_scope.h"
#include "green/hub/call_on_helper.h"
#include "green/posix/kept_errno.h"
#include "green/posix/poll_until.h"
#include "green/posix/timespecs.h"

namespace green {

namespace {

// A deadline long past makes the timed calls answer at once.
constexpr timespec at_once{0, 0};

// Tries until the queue is neither empty nor full, or the time has come. A
// queue is a descriptor, so poll(2) can wait for it.
template <class Try>
task<std::invoke_result_t<Try>> until_done(mqd_t queue, short event,
                                           const timespec* until, Try attempt) {
  const int error = error_of_timeout(until);
  if (error != 0) {
    errno = error;
    co_return -1;
  }
  const kept_errno at_start;
  const core::signal_scope call(core::by_signal::unless_restarted);
  for (;;) {
    const auto result = attempt();
    if (result >= 0 || errno != ETIMEDOUT) co_return at_start(result);
    pollfd itself{queue, event, 0};
    const int ready = co_await poll_until(&itself, 1, deadline_at(until));
    if (ready <= 0) {
      errno = call.ended() ? EINTR : ETIMEDOUT;
      co_return -1;
    }
  }
}

}  // namespace

task<ssize_t> mq_receive(mqd_t queue, char* message, size_t length,
                         unsigned* priority) {
  return green::mq_timedreceive(queue, message, length, priority, nullptr);
}

task<ssize_t> mq_timedreceive(mqd_t queue, char* message, size_t length,
                              unsigned* priority, const timespec* until) {
  return until_done(queue, POLLIN, until, [=] {
    return ::mq_timedreceive(queue, message, length, priority, &at_once);
  });
}

task<int> mq_send(mqd_t queue, const char* message, size_t length,
                  unsigned priority) {
  return green::mq_timedsend(queue, message, length, priority, nullptr);
}

task<int> mq_timedsend(mqd_t queue, const char* message, size_t length,
                       unsigned priority, const timespec* until) {
  return until_done(queue, POLLOUT, until, [=] {
    return ::mq_timedsend(queue, message, length, priority, &at_once);
  });
}

namespace {

mqd_t open_named(const char* name, int flags, mode_t mode,
                 mq_attr* attributes) {
  return ::mq_open(name, flags, mode, attributes);
}

}  // namespace

hub::operation<mqd_t> mq_open(const char* name, int flags, mode_t mode,
                              mq_attr* attributes) {
  return hub::call_on_helper<&open_named, "mq_open">(name, flags, mode,
                                                     attributes);
}

hub::operation<mqd_t> mq_open(const char* name, int flags) {
  return green::mq_open(name, flags, 0, nullptr);
}

hub::operation<int> mq_unlink(const char* name) {
  return hub::call_on_helper<&::mq_unlink, "mq_unlink">(name);
}

}  // namespace green
