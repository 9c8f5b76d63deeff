// SPDX-License-Identifier: MIT
//
// Mirrors <sys/socket.h>.
//
// Awaited: accept accept4 connect recv recvfrom recvmsg recvmmsg send sendto
//   sendmsg sendmmsg
// Same: all else is the original: bind cmsghdr getpeername getsockname
//   getsockopt iovec isfdtype linger listen mmsghdr msghdr osockaddr
//   sa_family_t setsockopt shutdown size_t sockaddr sockaddr_storage sockatmark
//   socket socketpair socklen_t ssize_t timespec ucred
// Differs: a send to a closed peer gives EPIPE and never raises SIGPIPE.
//   SO_RCVTIMEO and SO_SNDTIMEO count from the first call of green::setsockopt
//   on that sets one of them, on any socket of the process. close in another
//   green thread of the hub ends a wait with EBADF. A kill or timeout that
//   meets a transfer in part gives the part, and is thrown at the next await.
// Missing: nothing.
#pragma once

#include <sys/socket.h>  // the original

#include "green/hub/operation.h"
#include "green/task.h"

namespace green {

using ::bind;
using ::cmsghdr;
using ::getpeername;
using ::getsockname;
using ::getsockopt;
using ::iovec;
using ::isfdtype;
using ::linger;
using ::listen;
using ::mmsghdr;
using ::msghdr;
using ::osockaddr;
using ::sa_family_t;
using ::shutdown;
using ::size_t;
using ::sockaddr;
using ::sockaddr_storage;
using ::sockatmark;
using ::socket;
using ::socketpair;
using ::socklen_t;
using ::ssize_t;
using ::timespec;
using ::ucred;

/// setsockopt(2)
int setsockopt(int fd, int level, int option, const void* value,
               socklen_t length) noexcept;

/// accept(2)
hub::operation<int> accept(int fd, sockaddr* address, socklen_t* length);
/// accept4(2)
hub::operation<int> accept4(int fd, sockaddr* address, socklen_t* length,
                            int flags);
/// connect(2). After a kill or timeout the socket may be connecting still:
/// close it.
hub::operation<int> connect(int fd, const sockaddr* address, socklen_t length);

/// recv(2)
hub::operation<ssize_t> recv(int fd, void* data, size_t length, int flags);
/// recv(2) with an address.
task<ssize_t> recvfrom(int fd, void* data, size_t length, int flags,
                       sockaddr* address, socklen_t* address_length);
/// recvmsg(2)
hub::operation<ssize_t> recvmsg(int fd, msghdr* message, int flags);
/// recvmmsg(2), its timeout included: it is looked at after each message.
task<int> recvmmsg(int fd, mmsghdr* messages, unsigned count, int flags,
                   timespec* timeout);

/// send(2). Waits until everything is sent, as the original does.
hub::operation<ssize_t> send(int fd, const void* data, size_t length,
                             int flags);
/// sendto(2)
task<ssize_t> sendto(int fd, const void* data, size_t length, int flags,
                     const sockaddr* address, socklen_t address_length);
/// sendmsg(2)
hub::operation<ssize_t> sendmsg(int fd, const msghdr* message, int flags);
/// sendmmsg(2)
task<int> sendmmsg(int fd, mmsghdr* messages, unsigned count, int flags);

}  // namespace green
