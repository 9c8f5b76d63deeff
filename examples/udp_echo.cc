// SPDX-License-Identifier: MIT
// udp_echo: sends every datagram back, a green thread for each

#include <stdexcept>
#include <string>
#include <system_error>

#include "green/err.h"
#include "green/green.h"
#include "green/greenlet.h"
#include "green/server.h"
#include "green/signal_handler.h"
#include "green/stdio.h"

using green::datagram_server;
using green::endpoint;

green::task<> echo(datagram_server& server, std::string data, endpoint from) {
  try {
    co_await server.send_to(std::move(data), from);
  } catch (const std::system_error& e) {
    // greenify: allow(warnx) one line for a terminal or a log
    warnx("%s", e.what());
  }
}

green::task<> serve(std::string listen) {
  datagram_server* self = nullptr;
  datagram_server server(listen, [&self](std::string data, endpoint from) {
    return echo(*self, std::move(data), from);
  });
  self = &server;
  auto wait = [&server]() -> green::task<> {
    server.start();
    co_await green::printf("listening on %s\n",
                           server.address().to_string().c_str());
    co_await green::fflush(stdout);
    co_await green::sleep(green::deadline::never());
  };
  co_await green::run_until({SIGINT, SIGTERM}, wait);
  co_await server.stop();
}

int main(int argc, char** argv) {
  const char usage[] = "usage: udp_echo LISTEN, as in udp_echo 127.0.0.1:7";
  if (argc != 2) errx(2, "one address is needed\n%s", usage);
  try {
    green::run(serve, argv[1]);
  } catch (const std::invalid_argument& e) {
    errx(2, "%s\n%s", e.what(), usage);
  } catch (const std::system_error& e) {
    errx(1, "%s", e.what());
  }
}
