// SPDX-License-Identifier: MIT
#pragma once

#include "green/core/counted.h"
#include "green/core/green_thread.h"

namespace green::core {

using thread_ref = counted_ptr<green_thread>;

}  // namespace green::core
