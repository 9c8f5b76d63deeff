// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

namespace green::core {

/// Is this the id of a green thread that lives or has lived?
bool is_thread_id(std::uint64_t id) noexcept;

}  // namespace green::core
