// SPDX-License-Identifier: MIT
//
// Mirrors <mqueue.h>. A kill or timeout is thrown (docs/contract.md).
//
// Awaited: mq_receive mq_send mq_timedreceive mq_timedsend mq_open mq_unlink
// Same: all else is the original: mode_t mq_attr mq_close mq_getattr mq_notify
//   mq_setattr mqd_t size_t ssize_t timespec
// Differs: a step of CLOCK_REALTIME does not move the end of a timed wait. A
//   signal ends only a wait of run's main green thread, and only by a handler
//   of "green/signal.h". mq_open and mq_unlink end before a kill or timeout is
//   looked at, once they have begun.
// Missing: nothing.
#pragma once

#include <mqueue.h>  // the original

#include "green/core/attributes.h"
#include "green/hub/operation.h"
#include "green/task.h"

namespace green {

using ::mode_t;
using ::mq_attr;
using ::mq_close;
using ::mq_getattr;
using ::mq_notify;
using ::mq_setattr;
using ::mqd_t;
using ::size_t;
using ::ssize_t;
using ::timespec;

/// mq_receive(3)
task<ssize_t> mq_receive(mqd_t queue, char* message, size_t length,
                         unsigned* priority);
/// mq_send(3)
task<int> mq_send(mqd_t queue, const char* message, size_t length,
                  unsigned priority);
/// mq_timedreceive(3)
task<ssize_t> mq_timedreceive(mqd_t queue, char* message, size_t length,
                              unsigned* priority, const timespec* until);
/// mq_timedsend(3)
task<int> mq_timedsend(mqd_t queue, const char* message, size_t length,
                       unsigned priority, const timespec* until);

/// mq_open(3)
hub::operation<mqd_t> mq_open(const char* name GREEN_KEPT, int flags);
hub::operation<mqd_t> mq_open(const char* name GREEN_KEPT, int flags,
                              mode_t mode, mq_attr* attributes GREEN_KEPT);
/// mq_unlink(3)
hub::operation<int> mq_unlink(const char* name GREEN_KEPT);

}  // namespace green
