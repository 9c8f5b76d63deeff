// SPDX-License-Identifier: MIT
#include "tests/support/oracle.h"

#include <exception>
#include <thread>

namespace tests {

void on_own_thread(void (*f)(void*), void* it) {
  std::exception_ptr error;
  std::thread([&] {
    try {
      f(it);
    } catch (...) {
      error = std::current_exception();
    }
  }).join();
  if (error) std::rethrow_exception(error);
}

}  // namespace tests
