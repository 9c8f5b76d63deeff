// SPDX-License-Identifier: MIT
#include "green/threadpool.h"

#include <algorithm>
#include <thread>

namespace green {

threadpool& default_threadpool() {
  static threadpool* const shared = new threadpool(
      std::min(32u, std::max(std::thread::hardware_concurrency(), 1u) + 4));
  return *shared;
}

}  // namespace green
