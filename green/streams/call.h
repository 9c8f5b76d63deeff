// SPDX-License-Identifier: MIT
#pragma once

#include "green/posix/call_in_steps.h"

namespace green {

/// A call on a stream.
using stream_request = request_in_steps;
/// The same as an awaitable that gives an R.
template <class R, class Request>
using stream_call = call_in_steps<R, Request>;

}  // namespace green
