// SPDX-License-Identifier: MIT
#include "green/core/shield.h"

#include <stdexcept>

namespace green::core {

green_thread& shield::caller() {
  if (green_thread* const running = green_thread::running()) return *running;
  throw std::logic_error(
      "green::shield: no green thread runs here: make it in a function that "
      "green::run or spawn runs");
}

}  // namespace green::core
