// SPDX-License-Identifier: MIT
// A library with BYTES bytes of thread-locals, and a call that is patched.
#include <time.h>

extern "C" {

__thread char block[BYTES];

int rest(const timespec* time) {
  ++block[BYTES / 2];
  return ::nanosleep(time, nullptr);
}
}
