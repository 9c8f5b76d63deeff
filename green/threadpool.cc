// SPDX-License-Identifier: MIT
#include "green/threadpool.h"

#include <algorithm>
#include <thread>

#include "green/core/made_once.h"

namespace green {

threadpool& default_threadpool() {
  static constinit core::made_once<threadpool> shared;
  return shared.get([] {
    return threadpool(
        std::min(32u, std::max(std::thread::hardware_concurrency(), 1u) + 4));
  });
}

}  // namespace green
