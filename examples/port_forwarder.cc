// SPDX-License-Identifier: MIT
// port_forwarder: carries every connection to LISTEN on to TARGET and back

#include <chrono>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>

#include "green/err.h"
#include "green/fileobject.h"
#include "green/green.h"
#include "green/greenlet.h"
#include "green/server.h"
#include "green/signal_handler.h"
#include "green/stdio.h"
#include "green/sys/socket.h"

using green::endpoint;
using green::unique_fd;

constexpr std::chrono::seconds connect_limit(20);

struct connection {
  unique_fd client;
  unique_fd target;
};

// Carries bytes one way until the end of file, and passes that on too. What
// fails one way ends the other.
green::task<> carry(std::shared_ptr<connection>, int from, int to) {
  green::reader in(from);
  green::writer out(to, 0);
  char buffer[16384];
  try {
    while (const size_t got = co_await in.read_some(buffer, sizeof buffer)) {
      co_await out.write(std::string_view(buffer, got));
    }
    green::shutdown(to, SHUT_WR);
  } catch (const std::system_error&) {
    green::shutdown(from, SHUT_RDWR);
    green::shutdown(to, SHUT_RDWR);
  }
}

green::task<> forward(unique_fd client, std::string target) {
  auto both = std::make_shared<connection>();
  both->client = std::move(client);
  try {
    const auto how = green::connect_options().timeout(connect_limit);
    both->target = co_await green::connect_to(target, how);
  } catch (const std::system_error& e) {
    // greenify: allow(warnx) one line for a terminal or a log
    warnx("%s", e.what());
    co_return;
  }
  int here = both->client.get(), there = both->target.get();
  auto back = green::spawn(carry, both, there, here);
  co_await carry(both, here, there);
  co_await back.join();
}

green::task<> serve(std::string listen, std::string target) {
  auto handler = [target](unique_fd client, endpoint) {
    return forward(std::move(client), target);
  };
  // What clients send after the signal is carried too.
  green::stream_server server(listen, handler,
                              green::server_options().end_reads(false));
  auto wait = [&server]() -> green::task<> {
    server.start();
    co_await green::printf("listening on %s\n",
                           server.address().to_string().c_str());
    co_await green::fflush(stdout);
    co_await green::sleep(green::deadline::never());
  };
  co_await green::run_until({SIGINT, SIGTERM}, wait);
  co_await server.stop(green::deadline::never());
}

int main(int argc, char** argv) {
  const char usage[] = "usage: port_forwarder LISTEN TARGET";
  if (argc != 3) errx(2, "two addresses are needed\n%s", usage);
  try {
    endpoint::without_look_up(argv[2]);
    green::run(serve, argv[1], argv[2]);
  } catch (const std::invalid_argument& e) {
    errx(2, "%s\n%s", e.what(), usage);
  } catch (const std::system_error& e) {
    errx(1, "%s", e.what());
  }
}
