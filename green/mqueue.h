// SPDX-License-Identifier: MIT
//
// Mirrors <mqueue.h>. A kill or timeout is thrown (docs/contract.md).
//
// Awaited: mq_receive mq_send mq_timedreceive mq_timedsend
// Same: all else is the original: mq_attr mq_close mq_getattr mq_notify mq_open
//   mq_setattr mq_unlink mqd_t size_t ssize_t timespec
// Differs: a step of CLOCK_REALTIME does not move the end of a timed wait. A
//   signal ends only a wait of run's main green thread, and only by a handler
//   of "green/signal.h".
// Missing: nothing.
#pragma once

#include <mqueue.h>  // the original

#include "green/task.h"

namespace green {

using ::mq_attr;
using ::mq_close;
using ::mq_getattr;
using ::mq_notify;
using ::mq_open;
using ::mq_setattr;
using ::mq_unlink;
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

}  // namespace green
