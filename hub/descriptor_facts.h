// SPDX-License-Identifier: MIT
// Facts about descriptors, each asked of the kernel by a system call or two.
#pragma once

#include <cstdint>

namespace green::hub {

/// Is O_NONBLOCK set? A ring ignores the flag, so that the hub asks for it.
bool is_nonblocking(int fd) noexcept;

/// Can it be read, or written, at an offset? Where it cannot, a ring ignores
/// the offset, but the original fails. If false, errno says why.
bool has_positions(int fd, bool reads) noexcept;

/// S_IFREG and the like, of the file that is open. 0: it has none of these
/// types, as an eventfd; or it is not open.
std::uint32_t type_of(int fd) noexcept;

/// Do system calls at the file's own position lock the position? They do for a
/// regular file, a folder and a disk.
bool locks_position(std::uint32_t type) noexcept;

/// An option of the level SOL_SOCKET, or -errno.
int socket_option(int fd, int name) noexcept;
bool is_stream(int fd) noexcept;

/// Is it a terminal? The master side of a pseudoterminal is none, because
/// writes to it do not wait.
bool is_terminal(int fd) noexcept;

/// Has it one of these poll events now?
bool ready_now(int fd, short events) noexcept;

}  // namespace green::hub
