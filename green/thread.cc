// SPDX-License-Identifier: MIT
#include "green/thread"

#include <exception>
#include <system_error>

namespace green {

thread::~thread() {
  if (joinable()) std::terminate();
}

thread& thread::operator=(thread&& other) noexcept {
  if (joinable()) std::terminate();
  state_ = std::move(other.state_);
  return *this;
}

task<> thread::join() {
  if (!joinable()) {
    throw std::system_error(std::make_error_code(std::errc::invalid_argument),
                            "green::thread::join: the thread is not joinable");
  }
  co_await join_wait<void>(state_);
  state_ = core::thread_ref();
}

void thread::detach() {
  if (!joinable()) {
    throw std::system_error(
        std::make_error_code(std::errc::invalid_argument),
        "green::thread::detach: the thread is not joinable");
  }
  state_ = core::thread_ref();
}

jthread::~jthread() {
  if (!joinable()) return;
  request_stop();
  detach();
}

jthread& jthread::operator=(jthread&& other) noexcept {
  if (joinable()) {
    request_stop();
    detach();
  }
  thread_ = std::move(other.thread_);
  stop_ = std::move(other.stop_);
  return *this;
}

namespace this_thread {

thread::id get_id() noexcept {
  const core::scheduler* const here = core::scheduler::here();
  if (here == nullptr || here->current() == nullptr) return {};
  return thread::id(here->current()->id());
}

}  // namespace this_thread

}  // namespace green
