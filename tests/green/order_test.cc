// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

// The order of the includes is what is tested: the mirrors, whose names are
// the system's, come before what has names of its own.
// clang-format off
#include "green/arpa/inet.h"
#include "green/barrier"
#include "green/condition_variable"
#include "green/fcntl.h"
#include "green/future"
#include "green/latch"
#include "green/mqueue.h"
#include "green/mutex"
#include "green/netdb.h"
#include "green/netinet/in.h"
#include "green/netinet/tcp.h"
#include "green/poll.h"
#include "green/semaphore"
#include "green/semaphore.h"
#include "green/shared_mutex"
#include "green/signal.h"
#include "green/spawn.h"
#include "green/stdio.h"
#include "green/stdlib.h"
#include "green/stop_token"
#include "green/sys/epoll.h"
#include "green/sys/eventfd.h"
#include "green/sys/file.h"
#include "green/sys/mman.h"
#include "green/sys/msg.h"
#include "green/sys/select.h"
#include "green/sys/sendfile.h"
#include "green/sys/socket.h"
#include "green/sys/stat.h"
#include "green/sys/uio.h"
#include "green/sys/un.h"
#include "green/sys/wait.h"
#include "green/termios.h"
#include "green/thread"
#include "green/time.h"
#include "green/unistd.h"
#include "green/when.h"
#include "green/timeout.h"
#include "green/threadpool.h"
#include "green/subprocess.h"
#include "green/server.h"
#include "green/queue.h"
#include "green/pool.h"
#include "green/patcher.h"
#include "green/patched.h"
#include "green/local.h"
#include "green/greenlet.h"
#include "green/green.h"
#include "green/event.h"
#include "green/debug.h"
// clang-format on

TEST_CASE("gevent's headers can follow the mirrors") {
  green::pool places(2);
  CHECK(places.empty());
  CHECK(green::group_member(getegid()) == ::group_member(getegid()));
}
