// SPDX-License-Identifier: MIT
#pragma once

#include "green/task.h"

/// One program of threads, written twice. It prints what it has found out into
/// `out`.
namespace twins {

namespace system_side {
void run_program(char* out, unsigned long size);
}  // namespace system_side

namespace green_side {
green::task<void> run_program(char* out, unsigned long size);
}  // namespace green_side

}  // namespace twins
