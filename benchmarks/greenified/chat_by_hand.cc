// SPDX-License-Identifier: MIT
// chat_by_hand: chat_blocking, ported by hand
#include <cstdio>
#include <map>
#include <memory>
#include <set>
#include <stdexcept>
#include <string>

#include "green/err.h"
#include "green/fileobject.h"
#include "green/green.h"
#include "green/mutex"
#include "green/server.h"
#include "green/sys/socket.h"

using std::string;

constexpr std::size_t longest_line = 4096;

struct room {
  green::mutex order;  // all guests see the lines in one order
  std::set<int> guests;

  green::task<> say(string line) {
    const auto lock = co_await order.scoped_lock();
    for (const int guest : std::set<int>(guests)) {
      co_await green::send(guest, line.data(), line.size(), MSG_NOSIGNAL);
    }
  }
};

std::map<string, std::shared_ptr<room>> rooms;

green::task<> serve(green::unique_fd guest, green::endpoint) {
  const int fd = guest.get();
  green::reader in(fd, 1024);
  const auto name = co_await in.read_line(longest_line);
  if (!name) co_return;
  auto& found = rooms[*name];
  if (!found) found = std::make_shared<room>();
  const auto here = found;
  here->guests.insert(fd);
  try {
    co_await green::send(fd, "welcome\n", 8, MSG_NOSIGNAL);
    while (const auto line = co_await in.read_line(longest_line)) {
      co_await here->say(*line + "\n");
    }
  } catch (const std::runtime_error&) {
    // The line is too long, or the connection broke.
  }
  const auto lock = co_await here->order.scoped_lock();
  here->guests.erase(fd);
}

green::task<> run(string port) {
  green::stream_server server("127.0.0.1:" + port, serve,
                              green::server_options().no_delay());
  server.start();
  std::printf("listening on %s\n", server.address().to_string().c_str());
  std::fflush(stdout);
  co_await server.serve_forever();
}

int main(int argc, char** argv) {
  if (argc != 2) errx(2, "usage: PORT");
  green::run(run, string(argv[1]));
}
