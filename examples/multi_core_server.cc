// SPDX-License-Identifier: MIT
// multi_core_server: one cache for all clients, served by several processors

#include <charconv>
#include <chrono>
#include <exception>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <unordered_map>

#include "green/err.h"
#include "green/fileobject.h"
#include "green/green.h"
#include "green/greenlet.h"
#include "green/hub.h"
#include "green/server.h"
#include "green/shared_mutex"
#include "green/signal_handler.h"
#include "green/stdio.h"
#include "green/sys/socket.h"

using namespace std::chrono_literals;

constexpr size_t longest_line = 65536;

// The hubs share it, so that it has a lock.
green::shared_mutex cache_lock;
std::unordered_map<std::string, std::string> cache;

// "get KEY" or "set KEY VALUE"
green::task<std::string> reply_to(std::string_view line) {
  const size_t space = line.find(' ');
  const std::string_view verb = line.substr(0, space);
  if (space != line.npos) line.remove_prefix(space + 1);
  if (verb == "get" && space != line.npos) {
    const auto reading = co_await cache_lock.scoped_lock_shared();
    const auto found = cache.find(std::string(line));
    co_return found == cache.end() ? "none\n" : "= " + found->second + "\n";
  }
  const size_t end = line.find(' ');
  if (verb == "set" && end != line.npos) {
    const auto writing = co_await cache_lock.scoped_lock();
    cache[std::string(line.substr(0, end))] = line.substr(end + 1);
    co_return "ok\n";
  }
  co_return "say: get KEY, or: set KEY VALUE\n";
}

green::task<> answer(green::unique_fd fd, green::endpoint) {
  green::reader in(fd.get());
  while (auto line = co_await in.read_line(longest_line)) {
    if (line->ends_with('\r')) line->pop_back();
    const std::string reply = co_await reply_to(*line);
    const ssize_t n = co_await green::send(fd.get(), reply.data(), reply.size(),
                                           MSG_NOSIGNAL);
    if (n < 0) break;
  }
}

// The kernel spreads the connections over all sockets of the same address.
green::server_options shared_port() {
  return green::server_options().reuse_port();
}

green::task<> serve(green::endpoint address) {
  green::stream_server server(address, answer, shared_port());
  co_await server.serve_forever();
}

green::task<> serve_until_signal(std::string address, unsigned hubs) {
  green::stream_server server(address, answer, shared_port());
  auto serve_all = [&server, hubs]() -> green::task<> {
    server.start();
    co_await green::printf("listening on %s\n",
                           server.address().to_string().c_str());
    co_await green::fflush(stdout);
    co_await green::run_on_each(hubs - 1, serve, server.address());
    co_await green::sleep(green::deadline::never());  // the only hub
  };
  co_await green::run_until({SIGINT, SIGTERM}, serve_all);
  co_await server.stop(5s);
}

[[noreturn]] void refuse(const std::string& why) {
  errx(2, "%s\nusage: multi_core_server HOST:PORT HUBS", why.c_str());
}

int main(int argc, char** argv) {
  if (argc != 3) refuse("an address and a number of hubs are needed");
  const std::string_view number = argv[2];
  unsigned hubs = 0;
  const auto read =
      std::from_chars(number.data(), number.data() + number.size(), hubs);
  if (read.ec != std::errc() || *read.ptr != '\0' || hubs < 1 || hubs > 1024) {
    refuse("'" + std::string(number) + "' is no number from 1 to 1024");
  }
  try {
    green::run(serve_until_signal, std::string(argv[1]), hubs);
  } catch (const std::invalid_argument& e) {
    refuse(e.what());
  } catch (const std::exception& e) {
    errx(1, "%s", e.what());
  }
}
