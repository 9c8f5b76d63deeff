// SPDX-License-Identifier: MIT
#include "green/thread"

#include <fmt/format.h>

#include <cstdio>
#include <exception>
#include <string_view>
#include <system_error>
#include <utility>

#include "green/core/throw_places.h"
#include "green/error_handler.h"

namespace green {

void end_process(const core::green_thread& thread) noexcept {
  const std::exception_ptr error = std::current_exception();
  try {
    report_unhandled({thread.name(), thread.spawned_at(), error,
                      describe_exception(error),
                      core::throw_places::of_last(thread, error)});
  } catch (...) {
    // There was no memory for the report. std::terminate has its own words.
  }
  std::terminate();
}

void end_process_unjoined(const core::green_thread& thread,
                          const char* how) noexcept {
  fmt::print(stderr,
             "green: a joinable green::thread was {}: {}: join or detach it "
             "first\n",
             how, thread.name_and_place());
  std::terminate();
}

namespace {

[[noreturn]] void throw_not_joinable(std::string_view function) {
  throw std::system_error(
      std::make_error_code(std::errc::invalid_argument),
      fmt::format("green::thread::{}: the thread is not joinable", function));
}

}  // namespace

template <class Stop>
thread_join_wait basic_thread<Stop>::join() {
  if (!joinable()) throw_not_joinable("join");
  return thread_join_wait(state_);
}

template <class Stop>
void basic_thread<Stop>::detach() {
  if (!joinable()) throw_not_joinable("detach");
  state_ = core::thread_ref();
}

template <class Stop>
unsigned basic_thread<Stop>::hardware_concurrency() noexcept {
  return std::thread::hardware_concurrency();
}

template class basic_thread<no_stop>;
template class basic_thread<std::stop_source>;

thread::~thread() {
  if (joinable()) end_process_unjoined(*state_, "destroyed");
}

thread& thread::operator=(thread&& other) noexcept {
  if (joinable()) end_process_unjoined(*state_, "assigned to");
  basic_thread::operator=(std::move(other));
  return *this;
}

jthread::~jthread() {
  if (!joinable()) return;
  request_stop();
  detach();
}

jthread& jthread::operator=(jthread&& other) noexcept {
  if (this == &other) return *this;
  if (joinable()) {
    request_stop();
    detach();
  }
  basic_thread::operator=(std::move(other));
  return *this;
}

}  // namespace green
