// SPDX-License-Identifier: MIT
#include "green/stops/interruption.h"

#include <cstdio>
#include <exception>
#include <utility>

#include "green/core/made_once.h"

namespace green {

namespace {

std::terminate_handler next_handler = nullptr;

// The runtime prints the words of a std::exception alone.
void tell_and_terminate() {
  try {
    if (const auto error = std::current_exception()) {
      std::rethrow_exception(error);
    }
  } catch (const interruption& late) {
    std::fprintf(stderr, "green: uncaught %s: %s\n", late.type(), late.what());
  } catch (...) {
    // The next handler tells it.
  }
  next_handler();
}

}  // namespace

interruption::interruption(const char* type, std::string what)
    : type_(type), what_(std::move(what)) {
  static constinit core::made_once<bool> handled;
  handled.get([] {
    next_handler = std::set_terminate(tell_and_terminate);
    return true;
  });
}

}  // namespace green
