// SPDX-License-Identifier: MIT
//
// Mirrors <sys/socket.h>. A kill or timeout is thrown (docs/contract.md).
//
// Awaited: accept accept4 connect recv recvfrom recvmsg recvmmsg send sendto
//   sendmsg sendmmsg
// Own: setsockopt
// Same: all else is the original: bind cmsghdr getpeername getsockname
//   getsockopt iovec isfdtype linger listen mmsghdr msghdr osockaddr
//   sa_family_t shutdown size_t sockaddr sockaddr_storage sockatmark socket
//   socketpair socklen_t ssize_t timespec ucred
// Differs: a send to a closed peer gives EPIPE and never raises SIGPIPE.
//   SO_RCVTIMEO, SO_SNDTIMEO and SO_RCVLOWAT count once setsockopt(2), by
//   whatever name, has set one of them on any socket of the process. Before
//   that, one that a socket brings from another process does not count.
//   MSG_WAITALL gives bytes of several writers of a Unix stream together, even
//   with SO_PASSCRED. recvmmsg forgets an error that follows its first message.
//   close in another green thread of the hub ends a wait with EBADF. A signal
//   ends only a wait of run's main green thread, and only by a handler of
//   "green/signal.h". If a kill or timeout comes after a part of a transfer,
//   the call returns the part, and the next await throws. Without io_uring, a
//   hub that ends in accept may connect to its own blocking listener once.
//   Another acceptor then gets a connection that ends at once. There a connect
//   sets O_NONBLOCK for a moment. So does an accept, if the process has bound
//   the listener and has not called fork(3) since.
// Missing: nothing.
#pragma once

#include <sys/socket.h>  // the original

#include "green/core/attributes.h"
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

/// setsockopt(2). Does not wait, and is for any thread.
int setsockopt(int fd, int level, int option, const void* value,
               socklen_t length) noexcept;

/// accept(2)
hub::operation<int> accept(int fd, sockaddr* address GREEN_KEPT,
                           socklen_t* length GREEN_KEPT);
/// accept4(2)
hub::operation<int> accept4(int fd, sockaddr* address GREEN_KEPT,
                            socklen_t* length GREEN_KEPT, int flags);
/// connect(2). After a kill or timeout the socket may still be connecting. So
/// close it.
hub::operation<int> connect(int fd, const sockaddr* address GREEN_KEPT,
                            socklen_t length);

/// recv(2)
hub::operation<ssize_t> recv(int fd, void* data GREEN_KEPT, size_t length,
                             int flags);
/// recvfrom(2)
task<ssize_t> recvfrom(int fd, void* data GREEN_KEPT, size_t length, int flags,
                       sockaddr* address GREEN_KEPT,
                       socklen_t* address_length GREEN_KEPT);
/// recvmsg(2)
hub::operation<ssize_t> recvmsg(int fd, msghdr* message GREEN_KEPT, int flags);
/// recvmmsg(2)
task<int> recvmmsg(int fd, mmsghdr* messages GREEN_KEPT, unsigned count,
                   int flags, timespec* timeout GREEN_KEPT);

/// send(2). Waits until everything is sent, as the original does.
hub::operation<ssize_t> send(int fd, const void* data GREEN_KEPT, size_t length,
                             int flags);
/// sendto(2)
task<ssize_t> sendto(int fd, const void* data GREEN_KEPT, size_t length,
                     int flags, const sockaddr* address GREEN_KEPT,
                     socklen_t address_length);
/// sendmsg(2)
hub::operation<ssize_t> sendmsg(int fd, const msghdr* message GREEN_KEPT,
                                int flags);
/// sendmmsg(2)
task<int> sendmmsg(int fd, mmsghdr* messages GREEN_KEPT, unsigned count,
                   int flags);

}  // namespace green
