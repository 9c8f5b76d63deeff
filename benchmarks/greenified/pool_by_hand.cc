// SPDX-License-Identifier: MIT
// pool_by_hand: pool_blocking, ported by hand
//
// A green thread is cheap, so that a pool's workers are started when they are
// needed: the server's own limit takes the place of the pool.
#include <cstdio>
#include <stdexcept>
#include <string>

#include "green/err.h"
#include "green/fileobject.h"
#include "green/green.h"
#include "green/server.h"
#include "green/sys/socket.h"

using std::string;

green::task<> serve(green::unique_fd fd, green::endpoint) {
  green::reader in(fd.get(), 1024);
  green::writer out(fd.get(), 0);
  try {
    while (const auto line = co_await in.read_line(4096)) {
      co_await out.write("ok " + *line + "\n");
    }
  } catch (const std::runtime_error&) {
    // The line is too long, or the connection broke.
  }
}

green::task<> run(string port) {
  green::stream_server server("127.0.0.1:" + port, serve,
                              green::server_options().no_delay().limit(1024));
  server.start();
  std::printf("listening on %s\n", server.address().to_string().c_str());
  std::fflush(stdout);
  co_await server.serve_forever();
}

int main(int argc, char** argv) {
  if (argc != 2) errx(2, "usage: PORT");
  green::run(run, string(argv[1]));
}
