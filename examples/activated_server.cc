// SPDX-License-Identifier: MIT
// activated_server: tells the time on a socket of systemd, or on its own

#include <exception>
#include <stdexcept>
#include <string>

#include "green/err.h"
#include "green/green.h"
#include "green/server.h"
#include "green/stdio.h"
#include "green/stdlib.h"
#include "green/sys/socket.h"
#include "green/time.h"
#include "green/unistd.h"

// RFC 867: each connection gets one line.
green::task<> tell_time(green::unique_fd fd, green::endpoint) {
  const time_t now = time(nullptr);
  tm local;
  char line[100];
  localtime_r(&now, &local);
  const size_t length = strftime(line, sizeof line, "%F %T\n", &local);
  co_await green::send(fd.get(), line, length, MSG_NOSIGNAL);
}

// sd_listen_fds(3): descriptor 3 is the first of those that systemd has opened
// for this process. The variables are not for the programs that it starts.
green::unique_fd inherited_listener() {
  const char* const pid = getenv("LISTEN_PID");
  const char* const count = getenv("LISTEN_FDS");
  const bool ours = pid != nullptr && count != nullptr &&
                    std::to_string(getpid()) == pid && atoi(count) > 0;
  unsetenv("LISTEN_PID");
  unsetenv("LISTEN_FDS");
  return green::unique_fd(ours ? 3 : -1);
}

green::task<> serve(std::string address) {
  green::unique_fd listener = inherited_listener();
  if (!listener) listener = co_await green::listen_on(address);
  green::stream_server server(std::move(listener), tell_time);
  server.start();
  co_await green::printf("listening on %s\n",
                         server.address().to_string().c_str());
  co_await green::fflush(stdout);
  co_await server.serve_forever();
}

int main(int argc, char** argv) {
  const char usage[] =
      "usage: activated_server LISTEN, as in activated_server 127.0.0.1:13";
  if (argc != 2) errx(2, "one address is needed\n%s", usage);
  try {
    green::run(serve, std::string(argv[1]));
  } catch (const std::invalid_argument& e) {
    errx(2, "%s\n%s", e.what(), usage);
  } catch (const std::exception& e) {
    errx(1, "%s", e.what());
  }
}
