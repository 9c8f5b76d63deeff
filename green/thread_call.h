// SPDX-License-Identifier: MIT
#pragma once

#include <exception>

#include "green/core/spawned.h"

namespace green {

/// The green thread of a green::thread: an exception that leaves it is
/// std::terminate, as [thread.thread.constr] says.
template <class... Call>
class thread_call final : public core::spawned<Call...> {
 public:
  using core::spawned<Call...>::spawned;

 private:
  void begin() override {
    try {
      core::spawned<Call...>::begin();
    } catch (const core::killed&) {
      throw;
    } catch (...) {
      std::terminate();
    }
  }
  void collect() override {
    try {
      core::spawned<Call...>::collect();
    } catch (const core::killed&) {
      throw;
    } catch (...) {
      std::terminate();
    }
  }
};

}  // namespace green
