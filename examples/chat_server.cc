// SPDX-License-Identifier: MIT
// chat_server: lines typed by one telnet or nc client reach all the others

#include <chrono>
#include <exception>
#include <map>
#include <stdexcept>
#include <string>

#include "green/err.h"
#include "green/fileobject.h"
#include "green/green.h"
#include "green/greenlet.h"
#include "green/queue.h"
#include "green/server.h"
#include "green/signal_handler.h"
#include "green/stdio.h"
#include "green/sys/socket.h"

using namespace std::chrono_literals;

// A guest who does not read is shown the door when this many lines wait.
constexpr size_t patience = 1000;
constexpr size_t longest_line = 4096;

struct guest {
  int fd;
  green::queue<std::string> lines{patience};
};

std::map<std::string, guest*> guests;  // by name

void tell_others(const std::string& from, const std::string& line) {
  for (auto& [name, other] : guests) {
    if (name == from) continue;
    if (other->lines.full()) {
      green::shutdown(other->fd, SHUT_RDWR);  // ends both of its green threads
    } else {
      other->lines.put_nowait(line + "\r\n");
    }
  }
}

green::task<> write_lines(guest& g) {
  while (auto line = co_await g.lines.next()) {
    const ssize_t n =
        co_await green::send(g.fd, line->data(), line->size(), MSG_NOSIGNAL);
    if (n < 0) break;
  }
}

green::task<> read_lines(guest& g, const std::string& name) {
  green::reader in(g.fd);
  while (auto line = co_await in.read_line(longest_line)) {
    if (line->ends_with('\r')) line->pop_back();
    tell_others(name, name + ": " + *line);
  }
}

green::task<> talk(green::unique_fd fd, green::endpoint from) {
  const std::string name = from.to_string();
  guest me{fd.get()};
  me.lines.put_nowait("* you are " + name + "\r\n");
  guests[name] = &me;
  tell_others(name, "* " + name + " joined");
  const auto writer = green::spawn(write_lines, std::ref(me));
  std::exception_ptr end;
  try {
    co_await read_lines(me, name);
  } catch (const std::runtime_error&) {
    // The line is too long, or the connection broke.
  } catch (...) {
    end = std::current_exception();  // as at ctrl-C: the server kills it
  }
  guests.erase(name);
  tell_others(name, "* " + name + " left");
  co_await writer.kill();
  if (end) std::rethrow_exception(end);
}

green::task<> serve_until_signal(std::string address) {
  green::stream_server server(address, talk);
  auto serve = [&server]() -> green::task<> {
    server.start();
    co_await green::printf("listening on %s\n",
                           server.address().to_string().c_str());
    co_await green::fflush(stdout);
    co_await green::sleep(green::deadline::never());
  };
  co_await green::run_until({SIGINT, SIGTERM}, serve);
  co_await server.stop(1s);
}

int main(int argc, char** argv) {
  const char usage[] = "usage: chat_server [HOST] PORT";
  if (argc < 2 || argc > 3) errx(2, "a port is needed\n%s", usage);
  if (argv[argc - 1][0] == '-') {
    errx(2, "not a port: '%s'\n%s", argv[argc - 1], usage);
  }
  const std::string host = argc == 3 ? argv[1] : "127.0.0.1";
  try {
    green::run(serve_until_signal, host + ":" + argv[argc - 1]);
  } catch (const std::invalid_argument& e) {
    errx(2, "%s\n%s", e.what(), usage);
  } catch (const std::exception& e) {
    errx(1, "%s", e.what());
  }
}
