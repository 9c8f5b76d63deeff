// SPDX-License-Identifier: MIT
// A server of pages that take their time, by HTTP or, with a certificate, by
// HTTPS; for clients that block.
//
//   page_server PORT [CERTIFICATE KEY]
//
//   /echo/TEXT    TEXT
//   /wait/MS      an empty page, later
//   /never/TAG    nothing, ever
//   /waiting/TAG  how many wait for that
#include <err.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>

#include <chrono>
#include <cstdio>
#include <exception>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include "green/green.h"
#include "green/greenlet.h"
#include "green/openssl/ssl.h"
#include "green/server.h"
#include "green/sys/socket.h"

namespace {

using std::string;

struct deleter {
  void operator()(SSL_CTX* c) const { ::SSL_CTX_free(c); }
  void operator()(SSL* s) const { ::SSL_free(s); }
};
template <class T>
using owned = std::unique_ptr<T, deleter>;

owned<SSL_CTX> context;            // null without a certificate
std::map<string, int> never_done;  // how many wait, by their tag

struct connection {
  int fd;
  owned<SSL> ssl;

  green::task<bool> open() {
    const int on = 1;
    ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (!context) co_return true;
    ssl.reset(::SSL_new(context.get()));
    ::SSL_set_fd(ssl.get(), fd);
    co_return co_await green::SSL_accept(ssl.get()) == 1;
  }
  green::task<ssize_t> recv(char* into, int size) {
    if (ssl) co_return co_await green::SSL_read(ssl.get(), into, size);
    co_return co_await green::recv(fd, into, static_cast<size_t>(size), 0);
  }
  green::task<bool> send(const string& text) {
    const int size = static_cast<int>(text.size());
    if (ssl) {
      co_return co_await green::SSL_write(ssl.get(), text.data(), size) == size;
    }
    co_return co_await green::send(fd, text.data(), text.size(),
                                   MSG_NOSIGNAL) == size;
  }
};

// Until the client is gone.
green::task<> never(connection& c, const string& tag) {
  ++never_done[tag];
  char ignored[16];
  while (co_await c.recv(ignored, sizeof ignored) > 0) {
  }
  --never_done[tag];
}

green::task<string> page(const string& what, const string& of) {
  if (what == "echo") co_return of;
  if (what == "waiting") co_return std::to_string(never_done[of]);
  if (what == "wait") {
    co_await green::sleep(std::chrono::milliseconds(std::stoi(of)));
  }
  co_return "";
}

green::task<> serve(green::unique_fd fd, green::endpoint) {
  connection c{fd.get(), nullptr};
  const bool opened = co_await c.open();
  if (!opened) co_return;
  string asked;
  char part[4096];
  for (;;) {
    while (asked.find("\r\n\r\n") == string::npos) {
      const ssize_t n = co_await c.recv(part, sizeof part);
      if (n <= 0) co_return;
      asked.append(part, static_cast<size_t>(n));
    }
    // GET /what/of HTTP/1.1
    const size_t what = asked.find('/') + 1, of = asked.find('/', what) + 1;
    const string name = asked.substr(what, of - what - 1);
    const string rest = asked.substr(of, asked.find(' ', of) - of);
    asked.erase(0, asked.find("\r\n\r\n") + 4);
    if (name == "never") {
      co_await never(c, rest);
      co_return;
    }
    const string body = co_await page(name, rest);
    const string answer =
        "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) +
        "\r\n\r\n" + body;
    const bool sent = co_await c.send(answer);
    if (!sent) co_return;
  }
}

green::task<> serve_at(string address) {
  green::stream_server server(address, serve);
  server.start();
  std::puts("listening");
  std::fflush(stdout);
  co_await server.serve_forever();
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2 && argc != 4) errx(2, "usage: PORT [CERTIFICATE KEY]");
  if (argc == 4) {
    context.reset(::SSL_CTX_new(::TLS_server_method()));
    if (::SSL_CTX_use_certificate_file(context.get(), argv[2],
                                       SSL_FILETYPE_PEM) != 1 ||
        ::SSL_CTX_use_PrivateKey_file(context.get(), argv[3],
                                      SSL_FILETYPE_PEM) != 1) {
      errx(1, "not a certificate and its key: %s %s", argv[2], argv[3]);
    }
  }
  try {
    green::run(serve_at, string("127.0.0.1:") + argv[1]);
  } catch (const std::exception& e) {
    errx(1, "%s", e.what());
  }
}
