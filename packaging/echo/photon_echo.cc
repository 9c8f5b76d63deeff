// SPDX-License-Identifier: MIT
// photon_echo: the same server as echo.cc, by Photon's threads
#include <photon/net/socket.h>
#include <photon/photon.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>

int main(int argc, char** argv) {
  photon::init(photon::INIT_EVENT_IOURING, photon::INIT_IO_NONE);
  auto* const server = photon::net::new_tcp_socket_server();
  auto echo = [](photon::net::ISocketStream* client) {
    char data[4096];
    for (ssize_t n; (n = client->recv(data, sizeof data)) > 0;) {
      if (client->write(data, size_t(n)) != n) break;
    }
    return 0;
  };
  server->set_handler(echo);  // which keeps echo's address
  server->bind_v4localhost(uint16_t(argc > 1 ? std::atoi(argv[1]) : 7000));
  server->listen();
  std::printf("127.0.0.1:%d\n", server->getsockname().port);
  std::fflush(stdout);
  server->start_loop(true);
}
