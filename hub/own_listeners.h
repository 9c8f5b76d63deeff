// SPDX-License-Identifier: MIT
#pragma once

#include <sys/socket.h>

#include <cstdint>
#include <optional>

#include "green/hub/entry.h"

namespace green::hub {

/// bind(2), which also notes that this process has bound the socket. The
/// library defines the original's name, so that the program's own calls come
/// here, too.
int bind_as_own(int fd, const sockaddr* address, socklen_t length) noexcept;

/// Does an accept without waiting, if this process has bound the listener and
/// has not forked since. Who else has the listener sees its O_NONBLOCK for a
/// moment. None: the process may share the listener.
std::optional<std::int32_t> accept_from_own(const entry& what) noexcept;

}  // namespace green::hub
