// SPDX-License-Identifier: MIT
// echo: sends every byte back; `nc 127.0.0.1 7000` talks to it
#include "green/green.h"
#include "green/server.h"
#include "green/stdio.h"
#include "green/sys/socket.h"

green::task<> echo(green::unique_fd client, green::endpoint) {
  char data[4096];
  for (ssize_t n; (n = co_await green::recv(client.get(), data, 4096, 0)) > 0;)
    co_await green::send(client.get(), data, size_t(n), MSG_NOSIGNAL);
}

green::task<> serve(const char* address) {
  green::stream_server server(address, echo);
  server.start();
  co_await green::puts(server.address().to_string().c_str());
  co_await server.serve_forever();
}

int main(int argc, char** argv) {
  green::run(serve, argc > 1 ? argv[1] : "127.0.0.1:7000");
}
