// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cstring>
#include <iterator>
#include <span>
#include <string_view>
#include <vector>

#include "green/core/made_once.h"
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
  add_join_hooks(all);
  add_create_hooks(all);
  add_event_hooks(all);
  add_key_hooks(all);
  add_result_hooks(all);
  add_c11_hooks(all);
  // In the default order, a sanitizer's interceptor comes before the C library.
  std::erase_if(all, [](const hook& h) {
    *h.original = function_address(h.name);
    return *h.original == nullptr;
  });
  return all;
}

}  // namespace

bool is_in_group(const hook& h, const char* group) noexcept {
  constexpr std::string_view keys[] = {
      "pthread_getspecific", "pthread_setspecific", "pthread_key_create",
      "pthread_key_delete"};
  return std::strcmp(h.group, group) == 0 ||
         (std::strcmp(group, "ssl") == 0 &&
          std::ranges::find(keys, h.name) != std::end(keys));
}

std::span<const hook> hooks() {
  static constinit core::made_once<std::vector<hook>> all;
  return all.get(all_there_are);
}

}  // namespace green::patcher
