// SPDX-License-Identifier: MIT
#include "green/subprocess/streams.h"

#include "green/core/sleep.h"

namespace green::subprocess {

task<> reader::drain() {
  for (bool more = !closed(); more;) more = co_await in_.fill();
}

// A reader as fast as this writer must not keep others from running.
task<> writer::write(std::string_view bytes) {
  while (!bytes.empty()) {
    bytes.remove_prefix(co_await write_some(bytes));
    if (!bytes.empty()) co_await core::yield_wait();
  }
}

}  // namespace green::subprocess
