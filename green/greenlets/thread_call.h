// SPDX-License-Identifier: MIT
#pragma once

#include <exception>

#include "green/core/spawned.h"

namespace green {

/// Called in the handler of an exception that leaves a green::thread. Reports
/// the exception as spawn's are reported, and calls std::terminate.
[[noreturn]] void end_process(const core::green_thread& thread) noexcept;
/// Called when a joinable green::thread is destroyed or assigned to. Says which
/// thread, and terminates.
[[noreturn]] void end_process_unjoined(const core::green_thread& thread,
                                       const char* how) noexcept;

/// The green thread of a green::thread. An exception that leaves the function
/// ends the process, as [thread.thread.constr] says.
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
      green::end_process(*this);
    }
  }
  core::green_thread::outcome conclude(bool ran) noexcept override {
    return this->conclude_by(ran, [this] {
      try {
        this->collect();
      } catch (const core::killed&) {
        throw;
      } catch (...) {
        green::end_process(*this);
      }
    });
  }
};

}  // namespace green
