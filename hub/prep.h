// SPDX-License-Identifier: MIT
#pragma once

// The io_uring_prep_* functions for the .cc files of the mirrors. No other
// header includes liburing.

#include <liburing.h>
