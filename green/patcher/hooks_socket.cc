// SPDX-License-Identifier: MIT
#include <sys/socket.h>

#include <iterator>
#include <vector>

#include "green/hub/own_listeners.h"
#include "green/hub/socket_timeout.h"
#include "green/patcher/replacement.h"
#include "green/sys/socket.h"

namespace green::patcher {

namespace {

// A call that does not wait needs no switch.
template <class F>
auto at_once(F call) {
  did_not_wait();
  return call();
}

bool never_waits(int flags) noexcept { return (flags & MSG_DONTWAIT) != 0; }

using recv_type = ssize_t(int, void*, size_t, int);
using recvfrom_type = ssize_t(int, void*, size_t, int, sockaddr*, socklen_t*);
using recvmsg_type = ssize_t(int, msghdr*, int);
using bind_type = int(int, const sockaddr*, socklen_t);
using setsockopt_type = int(int, int, int, const void*, socklen_t);
using send_type = ssize_t(int, const void*, size_t, int);
using recv_chk_type = ssize_t(int, void*, size_t, size_t, int);
using recvfrom_chk_type = ssize_t(int, void*, size_t, size_t, int, sockaddr*,
                                  socklen_t*);

ssize_t recv_on(int fd, void* data, size_t length, int flags) {
  if (never_waits(flags)) {
    return at_once(
        [&] { return original<"recv", recv_type>(fd, data, length, flags); });
  }
  return wait([&] { return green::recv(fd, data, length, flags); });
}

ssize_t recvfrom_on(int fd, void* data, size_t length, int flags,
                    sockaddr* address, socklen_t* address_length) {
  if (never_waits(flags)) {
    return at_once([&] {
      return original<"recvfrom", recvfrom_type>(fd, data, length, flags,
                                                 address, address_length);
    });
  }
  return wait([&] {
    return green::recvfrom(fd, data, length, flags, address, address_length);
  });
}

ssize_t recvmsg_on(int fd, msghdr* message, int flags) {
  if (never_waits(flags)) {
    return at_once(
        [&] { return original<"recvmsg", recvmsg_type>(fd, message, flags); });
  }
  return wait([&] { return green::recvmsg(fd, message, flags); });
}

// A closed peer raises SIGPIPE here, as the flags ask for it.
ssize_t send_on(int fd, const void* data, size_t length, int flags) {
  if (never_waits(flags)) {
    return at_once(
        [&] { return original<"send", send_type>(fd, data, length, flags); });
  }
  return wait([&] { return green::send(fd, data, length, flags); });
}

// Too small a buffer ends the program in the original.
ssize_t recv_chk_on(int fd, void* data, size_t length, size_t room, int flags) {
  if (length > room) {
    return original<"__recv_chk", recv_chk_type>(fd, data, length, room, flags);
  }
  return recv_on(fd, data, length, flags);
}

ssize_t recvfrom_chk_on(int fd, void* data, size_t length, size_t room,
                        int flags, sockaddr* address,
                        socklen_t* address_length) {
  if (length > room) {
    return original<"__recvfrom_chk", recvfrom_chk_type>(
        fd, data, length, room, flags, address, address_length);
  }
  return recvfrom_on(fd, data, length, flags, address, address_length);
}

}  // namespace

void add_socket_hooks(std::vector<hook>& all) {
  const hook mine[] = {
      make_hook<"recv", recv_type, recv_on>("socket"),
      make_hook<"__recv_chk", recv_chk_type, recv_chk_on>("socket"),
      make_hook<"recvfrom", recvfrom_type, recvfrom_on>("socket"),
      make_hook<"__recvfrom_chk", recvfrom_chk_type, recvfrom_chk_on>("socket"),
      make_hook<"recvmsg", recvmsg_type, recvmsg_on>("socket"),
      hook_like<"recvmmsg", awaited<green::recvmmsg>>("socket", ::recvmmsg),
      make_hook<"send", send_type, send_on>("socket"),
      make_hook<"__send", send_type, send_on>("socket"),
      hook_like<"sendto", awaited<green::sendto>>("socket", ::sendto),
      hook_like<"sendmsg", awaited<green::sendmsg>>("socket", ::sendmsg),
      hook_like<"sendmmsg", awaited<green::sendmmsg>>("socket", ::sendmmsg),
      hook_like<"connect", awaited<green::connect>>("socket", ::connect),
      hook_like<"__connect", awaited<green::connect>>("socket", ::connect),
      hook_like<"accept", awaited<green::accept>>("socket", ::accept),
      hook_like<"accept4", awaited<green::accept4>>("socket", ::accept4),
      make_whole_hook<"setsockopt", setsockopt_type, hub::set_socket_option>(
          "socket"),
      make_whole_hook<"bind", bind_type, hub::bind_as_own>("socket"),
  };
  all.insert(all.end(), std::begin(mine), std::end(mine));
}

}  // namespace green::patcher
