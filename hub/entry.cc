// SPDX-License-Identifier: MIT
#include "green/hub/entry.h"

#include <liburing.h>

namespace green::hub {

static_assert(sizeof(entry) == sizeof(io_uring_sqe));
static_assert(alignof(entry) == alignof(io_uring_sqe));
static_assert(entry::marks == offsetof(io_uring_sqe, user_data));
static_assert(sizeof io_uring_sqe::user_data == 8);
static_assert(completion::more_to_come == IORING_CQE_F_MORE);

}  // namespace green::hub
