// SPDX-License-Identifier: MIT
//
// The functions of <mqueue.h> that wait.
// Made by tests/greenify/lint_test.cc.
#pragma once

#include <mqueue.h>

extern "C" {

decltype(::mq_open) mq_open
    [[deprecated("holds the hub: co_await green::mq_open")]];
decltype(::mq_receive) mq_receive
    [[deprecated("holds the hub: co_await green::mq_receive")]];
decltype(::mq_send) mq_send
    [[deprecated("holds the hub: co_await green::mq_send")]];
decltype(::mq_timedreceive) mq_timedreceive
    [[deprecated("holds the hub: co_await green::mq_timedreceive")]];
decltype(::mq_timedsend) mq_timedsend
    [[deprecated("holds the hub: co_await green::mq_timedsend")]];
decltype(::mq_unlink) mq_unlink
    [[deprecated("holds the hub: co_await green::mq_unlink")]];

}  // extern "C"
