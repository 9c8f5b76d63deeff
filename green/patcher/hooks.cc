// SPDX-License-Identifier: MIT
#include <vector>

#include "green/hub/socket_timeout.h"
#include "green/patcher/hook.h"
#include "green/patcher/object.h"
#include "green/patcher/replacement.h"

namespace green::patcher {

namespace {

std::vector<hook> all_there_are() {
  std::vector<hook> all;
  add_socket_hooks(all);
  add_file_hooks(all);
  add_stream_hooks(all);
  add_stream_lock_hooks(all);
  add_select_hooks(all);
  add_time_hooks(all);
  add_name_hooks(all);
  add_process_hooks(all);
  add_signal_hooks(all);
  add_mutex_hooks(all);
  add_condition_hooks(all);
  add_thread_hooks(all);
  add_ssl_hooks(all);
  // In the default order, a sanitizer's interceptor comes before the C library.
  std::erase_if(all, [](const hook& h) {
    *h.original = function_address(h.name);
    return *h.original == nullptr;
  });
  // A library may have set the time limits of its sockets before it is patched.
  hub::socket_timeouts_in_use.store(true, std::memory_order_relaxed);
  return all;
}

}  // namespace

std::span<const hook> hooks() {
  static const std::vector<hook>& all = *new std::vector(all_there_are());
  return all;
}

}  // namespace green::patcher
