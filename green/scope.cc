// SPDX-License-Identifier: MIT
#include "green/scope.h"

#include <cstdio>

#include "green/error_handler.h"

namespace green {

namespace {

void report_here(const core::green_thread& here,
                 const std::exception_ptr& error) {
  try {
    report_unhandled(
        {here.name(), here.spawned_at(), error, describe_exception(error)});
  } catch (...) {
    // There was no memory for the report.
    std::fputs("green: an unhandled error, and no memory to say which\n",
               stderr);
  }
}

}  // namespace

void supersede(const std::exception_ptr& error) noexcept {
  core::green_thread& here = *core::green_thread::running();
  try {
    std::rethrow_exception(error);
  } catch (const core::killed&) {
    here.kill();
  } catch (...) {
    report_here(here, error);
  }
}

}  // namespace green
