// SPDX-License-Identifier: MIT
// Chooses the backend of a hub.
#include <fmt/format.h>

#include <cstdlib>
#include <memory>
#include <stdexcept>
#include <string_view>
#include <system_error>
#include <utility>

#include "green/hub/backend.h"
#include "green/hub/mended.h"
#include "green/hub/poller.h"

namespace green::hub {

namespace {
thread_local backend_maker maker_in_use;
}

void set_backend_maker(backend_maker maker) { maker_in_use = std::move(maker); }

std::unique_ptr<backend> make_backend() {
  if (maker_in_use) return maker_in_use();
  const char* const chosen = std::getenv("GREEN_BACKEND");
  const std::string_view name = chosen == nullptr ? "" : chosen;
  if (name == "io_uring") return make_mended_ring();
  if (name == "epoll") return std::make_unique<poller>();
  if (!name.empty()) {
    throw std::runtime_error(fmt::format(
        "green: GREEN_BACKEND is '{}'; it can be io_uring or epoll", name));
  }
  try {
    return make_mended_ring();
  } catch (const std::system_error&) {
    return std::make_unique<poller>();
  }
}

}  // namespace green::hub
