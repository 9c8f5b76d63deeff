// SPDX-License-Identifier: MIT
#include "green/hub/own_listeners.h"

#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <mutex>
#include <system_error>
#include <utility>

#include "green/hub/hubs.h"
#include "green/hub/nonblocking_scope.h"
#include "green/hub/opcodes.h"
#include "green/hub/stand_in.h"

namespace green::hub {

namespace {

// The kernel's number of a socket, which no other socket ever gets. 0: it has
// none.
std::uint64_t cookie_of(int fd) noexcept {
  std::uint64_t cookie = 0;
  socklen_t size = sizeof cookie;
  const int known = ::getsockopt(fd, SOL_SOCKET, SO_COOKIE, &cookie, &size);
  return known == 0 ? cookie : 0;
}

// The sockets that were bound or accepted from last, the latest first. Of one
// that was forgotten, a helper thread accepts. nonblocking_mutex guards them.
class own_sockets {
 public:
  bool find(std::uint64_t cookie) noexcept {
    forget_shared();
    const auto found = std::ranges::find(cookies_, cookie);
    if (cookie == 0 || found == cookies_.end()) return false;
    std::rotate(cookies_.begin(), found, found + 1);
    return true;
  }
  void add(std::uint64_t cookie) noexcept {
    if (cookie == 0 || find(cookie)) return;
    std::shift_right(cookies_.begin(), cookies_.end(), 1);
    cookies_.front() = cookie;
  }

 private:
  // A child of fork has all sockets of its parent.
  void forget_shared() noexcept {
    const unsigned now = forks_seen();
    if (std::exchange(forks_, now) != now) cookies_.fill(0);
  }

  std::array<std::uint64_t, 64> cookies_{};
  unsigned forks_ = 0;
};

own_sockets own;

// None: a fork would not be seen, so that no socket counts as the process's
// own.
std::optional<unsigned> forks_so_far() noexcept try {
  watch_forks();
  return forks_seen();
} catch (const std::system_error&) {
  return std::nullopt;
}

void note(int fd, unsigned forks) noexcept {
  const std::uint64_t cookie = cookie_of(fd);
  const std::lock_guard guard(nonblocking_mutex);
  if (forks_seen() == forks) own.add(cookie);
}

}  // namespace

int bind_as_own(int fd, const sockaddr* address, socklen_t length) noexcept {
  const int before = errno;
  const std::optional<unsigned> forks = forks_so_far();
  if (::syscall(SYS_bind, fd, address, length) != 0) return -1;
  if (forks) note(fd, *forks);
  errno = before;
  return 0;
}

// The lock is held during the accept. So neither another hub's accept nor a
// fork comes between its steps.
std::optional<std::int32_t> accept_from_own(const entry& what) noexcept {
  const int fd = what.sqe()->fd;
  const std::lock_guard guard(nonblocking_mutex);
  if (!own.find(cookie_of(fd))) return std::nullopt;
  const nonblocking_scope scope(fd);
  return scope.error() != 0 ? -scope.error() : perform(what);
}

}  // namespace green::hub

// Takes the place of the C library's function, which only makes the system
// call. So a call without green:: is seen, too.
extern "C" [[gnu::visibility("default")]] int bind(int fd,
                                                   const sockaddr* address,
                                                   socklen_t length) noexcept {
  if (auto* const other = green::hub::stand_in::here(); other != nullptr) {
    if (const auto result = other->bind(fd, address, length)) return *result;
  }
  return green::hub::bind_as_own(fd, address, length);
}
