// SPDX-License-Identifier: MIT
#pragma once

// The io_uring_prep_* functions, for the .cc files of the mirrors: the one
// header of the hub that brings liburing.

#include <liburing.h>
