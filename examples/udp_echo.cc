// SPDX-License-Identifier: MIT
// udp_echo: sends every datagram back, a green thread for each

#include <stdexcept>
#include <string>
#include <system_error>

#include "green/err.h"
#include "green/green.h"
#include "green/server.h"
#include "green/signal.h"
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

// SIGINT and SIGTERM, which wait from here on until they are asked for.
sigset_t stop_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  return signals;
}

// Waits for the first of them. A second one ends the program at once.
green::task<> wait_for(sigset_t signals) {
  int signal;
  co_await green::sigwait(&signals, &signal);
  pthread_sigmask(SIG_UNBLOCK, &signals, nullptr);
}

green::task<> serve(std::string listen) {
  datagram_server* self = nullptr;
  datagram_server server(listen, [&self](std::string data, endpoint from) {
    return echo(*self, std::move(data), from);
  });
  self = &server;
  sigset_t signals = stop_signals();
  server.start();
  co_await green::printf("listening on %s\n",
                         server.address().to_string().c_str());
  co_await green::fflush(stdout);
  co_await wait_for(signals);
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
