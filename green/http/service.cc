// SPDX-License-Identifier: MIT
#include "green/http/service.h"

#include <sys/socket.h>

#include <chrono>
#include <utility>

#include "green/endpoint.h"
#include "green/fileobject.h"
#include "green/http/connection.h"
#include "green/sys/socket.h"
#include "green/task.h"
#include "green/timeout.h"
#include "green/unique_fd.h"

namespace green::http {

namespace {

// A close with bytes that nobody has read makes the kernel throw away the
// answer (RFC 9112, 9.6). So they are read, for a while.
task<> read_until_closed(int fd) {
  ::shutdown(fd, SHUT_WR);
  const timeout limit(std::chrono::seconds(2));
  char rest[4096];
  try {
    while (co_await recv(fd, rest, sizeof rest, 0) > 0) continue;
  } catch (const timed_out& late) {
    if (!late.from(limit)) throw;
  }
}

}  // namespace

task<> service::serve(shared all, unique_fd client, endpoint from) {
  connection one(client.get(), client.get(), std::move(from), all->bounds);
  co_await one.serve(all->answer);
  if (!one.client_ended()) co_await read_until_closed(client.get());
}

}  // namespace green::http
