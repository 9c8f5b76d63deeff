// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <vector>

#include "green/hub/loop.h"

namespace green::hub {

/// A question to each hub of the process. Each answers on its own thread, in
/// its next turn. From any thread.
class survey {
 public:
  /// Called with a hub, and its place in the list of hubs. It must own all that
  /// it uses, and must not throw.
  using answer = std::function<void(loop& hub, std::size_t place)>;

  struct asked_hub {
    int os_thread;
    bool answered;
  };

  /// Waits until all have answered, but not so long for one that does not come
  /// to it. Such a hub never answers later. The calling thread's own hub
  /// answers at once. Throws std::bad_alloc.
  static std::vector<asked_hub> ask(answer f,
                                    std::chrono::nanoseconds patience);

 private:
  struct state;
  struct letter;
};

}  // namespace green::hub
