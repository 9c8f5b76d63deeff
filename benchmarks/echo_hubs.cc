// SPDX-License-Identifier: MIT
// echo_hubs: the echo server with a hub for each CPU it may use, for cores

#include <cstdio>
#include <cstdlib>
#include <string>

#include "benchmarks/machine.h"
#include "green/green.h"
#include "green/hub.h"
#include "green/server.h"
#include "green/sys/socket.h"

namespace {

green::task<> echo(green::unique_fd fd, green::endpoint) {
  char buffer[1024];
  for (;;) {
    const ssize_t n = co_await green::recv(fd.get(), buffer, sizeof buffer, 0);
    if (n <= 0) break;
    const ssize_t sent =
        co_await green::send(fd.get(), buffer, size_t(n), MSG_NOSIGNAL);
    if (sent != n) break;
  }
}

green::task<> serve(green::endpoint address) {
  green::stream_server server(address, echo,
                              green::server_options().reuse_port());
  co_await server.serve_forever();
}

green::task<> serve_on(std::string address, unsigned hubs) {
  green::stream_server first(address, echo,
                             green::server_options().reuse_port());
  first.start();
  const auto others = green::spawn([&]() -> green::task<> {
    co_await green::run_on_each(hubs - 1, serve, first.address());
  });
  std::printf("listening on %s\n", first.address().to_string().c_str());
  std::fflush(stdout);
  co_await first.serve_forever();
  co_await others.kill();
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2 && argc != 3) {
    std::fputs("usage: echo_hubs [HOST] PORT\n", stderr);
    return 2;
  }
  const std::string host = argc == 3 ? argv[1] : "127.0.0.1";
  const auto hubs = static_cast<unsigned>(benchmarks::allowed_cpus().size());
  green::run(serve_on, host + ":" + argv[argc - 1], hubs);
}
