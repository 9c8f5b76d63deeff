// SPDX-License-Identifier: MIT
// http: a page that is served and read, by green::http
#include "green/http.h"

#include "green/green.h"
#include "green/server.h"
#include "green/stdio.h"
#include "green/sys/socket.h"

green::task<green::http::response> page(green::http::request&) {
  co_return green::http::response(200, "text/plain", "http\n");
}

green::task<> program() {
  green::stream_server site("127.0.0.1:0", green::http::service(page));
  site.start();
  auto client = co_await green::connect_to(site.address());
  const char question[] = "GET / HTTP/1.0\r\n\r\n";
  co_await green::send(client.get(), question, sizeof question - 1, 0);
  char answer[4096] = {};
  co_await green::recv(client.get(), answer, sizeof answer - 1, MSG_WAITALL);
  const std::string text = answer;
  co_await green::puts(text.substr(text.rfind("\r\n\r\n") + 4).c_str());
}

int main() { green::run(program); }
