// SPDX-License-Identifier: MIT
// http_server: serves a directory over HTTP/1.1, with a certificate over HTTPS

#include <llhttp/llhttp.h>

#include <algorithm>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include "examples/http_request.h"
#include "green/err.h"
#include "green/fcntl.h"
#include "green/fileobject.h"
#include "green/green.h"
#include "green/greenlet.h"
#include "green/openssl/ssl.h"
#include "green/server.h"
#include "green/signal.h"
#include "green/signal_handler.h"
#include "green/stdio.h"
#include "green/stdlib.h"
#include "green/string.h"
#include "green/sys/sendfile.h"
#include "green/sys/socket.h"
#include "green/sys/stat.h"
#include "green/timeout.h"
#include "green/unistd.h"

using namespace std::chrono_literals;

namespace {

constexpr auto idle_limit = 15s;      // for a next request, or its rest
constexpr auto write_limit = 60s;     // for an answer that nobody reads
constexpr size_t whole_file = 65536;  // up to this a file is sent in one piece

int root = -1;           // the directory that is served
SSL_CTX* tls = nullptr;  // null without a certificate

// The bytes of a connection, plain or TLS. An error of it is thrown. An answer
// is one piece, so that a green::writer would gather nothing.
struct connection {
  connection(int socket, SSL* over)
      : fd(socket),
        ssl(over),
        in(over ? green::transport_ptr(over) : green::transport_ptr(socket)) {}

  green::task<> send(std::string_view bytes, int flags = 0) {
    const green::timeout limit(write_limit);
    const ssize_t sent =
        ssl == nullptr
            ? co_await green::send(fd, bytes.data(), bytes.size(),
                                   flags | MSG_NOSIGNAL)
            : co_await green::SSL_write(ssl, bytes.data(), int(bytes.size()));
    check(sent == ssize_t(bytes.size()));
  }
  green::task<> send_file(int file, off_t at, size_t length) {
    std::string piece(ssl ? std::min<size_t>(length, 1 << 16) : 0, '\0');
    while (length > 0) {
      const green::timeout limit(write_limit);
      const size_t step = std::min<size_t>(length, ssl ? 1 << 16 : 1 << 20);
      ssize_t sent;
      if (ssl == nullptr) {
        check((sent = co_await green::sendfile(fd, file, &at, step)) > 0);
      } else {
        check((sent = co_await green::pread(file, piece.data(), step, at)) > 0);
        co_await send(std::string_view(piece).substr(0, size_t(sent)));
        at += sent;
      }
      length -= size_t(sent);
    }
  }
  // Ends a connection with which there is nothing more to be done.
  static void check(bool done) {
    if (!done) throw std::runtime_error("the client or the file has gone");
  }

  const int fd;
  SSL* const ssl;  // null without TLS
  green::reader in;
};

const char* type_of(const std::string& path) {
  static constexpr std::pair<const char*, const char*> types[] = {
      {".html", "text/html"},     {".css", "text/css"},
      {".js", "text/javascript"}, {".json", "application/json"},
      {".txt", "text/plain"},     {".png", "image/png"},
      {".svg", "image/svg+xml"},  {".jpg", "image/jpeg"},
  };
  for (const auto& [ending, type] : types) {
    if (path.ends_with(ending)) return type;
  }
  return "application/octet-stream";
}

std::string head(const char* status, const char* type, size_t length,
                 bool keep_alive, const std::string& more = "") {
  return std::string("HTTP/1.1 ") + status + "\r\nServer: green\r\n" +
         "Content-Type: " + type +
         "\r\nContent-Length: " + std::to_string(length) + "\r\n" + more +
         (keep_alive ? "\r\n" : "Connection: close\r\n\r\n");
}

green::task<> answer_error(connection& c, const char* status, bool keep_alive,
                           bool body) {
  const std::string text = std::string(status) + "\n";
  std::string all = head(status, "text/plain", text.size(), keep_alive);
  if (body) all += text;
  co_await c.send(all);
}

green::task<> answer_file(connection& c, const http::request& r, int file,
                          off_t size, const std::string& path, bool keep_alive,
                          bool body) {
  off_t from, to;
  if (!http::in_range(r.range, size, from, to)) {
    co_await answer_error(c, "416 Range Not Satisfiable", keep_alive, body);
    co_return;
  }
  const size_t length = size_t(to - from + 1);
  const bool part = length != size_t(size);
  std::string all =
      head(part ? "206 Partial Content" : "200 OK", type_of(path), length,
           keep_alive,
           part ? "Content-Range: bytes " + std::to_string(from) + "-" +
                      std::to_string(to) + "/" + std::to_string(size) + "\r\n"
                : "Accept-Ranges: bytes\r\n");
  const bool at_once = body && length <= whole_file;
  if (at_once) {
    const size_t start = all.size();
    all.resize(start + length);
    c.check(co_await green::pread(file, all.data() + start, length, from) ==
            ssize_t(length));
  }
  const bool more = body && !at_once;
  co_await c.send(all, more ? MSG_MORE : 0);
  if (more) co_await c.send_file(file, from, length);
}

green::task<> answer(connection& c, const http::request& r, int method,
                     bool keep_alive) {
  const bool body = method != HTTP_HEAD;
  if (method != HTTP_GET && method != HTTP_HEAD) {
    co_return co_await answer_error(c, "405 Method Not Allowed", keep_alive,
                                    true);
  }
  const auto path = http::path_of(r.url);
  if (!path) {
    co_return co_await answer_error(c, "400 Bad Request", keep_alive, body);
  }
  const green::unique_fd file(co_await green::openat(
      root, path->c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  struct stat about;
  // greenify: allow(fstat) of an open file, so that it does not wait
  if (!file || fstat(file.get(), &about) != 0 || !S_ISREG(about.st_mode)) {
    co_return co_await answer_error(c, "404 Not Found", keep_alive, body);
  }
  co_await answer_file(c, r, file.get(), about.st_size, *path, keep_alive,
                       body);
}

green::task<> talk(connection& c) {
  llhttp_t parser;
  http::request current;
  llhttp_init(&parser, HTTP_REQUEST, &http::settings());
  parser.data = &current;
  char buffer[16384];
  for (;;) {
    const char* next = buffer;
    const char* end = buffer;
    {
      const green::timeout limit(idle_limit);
      end += co_await c.in.read_some(buffer, sizeof buffer);
    }
    if (end == buffer) co_return;
    while (next < end) {
      const llhttp_errno_t error =
          llhttp_execute(&parser, next, size_t(end - next));
      if (error == HPE_OK) break;
      if (error != HPE_PAUSED || !current.complete) {
        co_return co_await answer_error(c, "400 Bad Request", false, true);
      }
      next = llhttp_get_error_pos(&parser);
      const bool keep = llhttp_should_keep_alive(&parser) != 0;
      co_await answer(c, current, parser.method, keep);
      if (!keep) co_return;
      current = http::request();
      llhttp_resume(&parser);
    }
  }
}

green::task<> serve(int fd, SSL* ssl) {
  try {
    connection c(fd, ssl);
    co_await talk(c);
  } catch (const green::timed_out&) {
    // A client that is too slow is left alone.
  } catch (const std::exception&) {
    // So is one that has gone, or whose file has changed.
  }
}

green::task<> serve_plain(green::unique_fd fd, green::endpoint) {
  co_await serve(fd.get(), nullptr);
}

green::task<> serve_tls(green::tls_stream stream, green::endpoint) {
  co_await serve(stream.fd(), stream.get());
}

green::stream_server make_server(const std::string& address) {
  const auto how = green::server_options().no_delay();
  if (tls == nullptr) return green::stream_server(address, serve_plain, how);
  return green::stream_server(address, serve_tls,
                              how.tls(tls).handshake_timeout(idle_limit));
}

int choose_protocol(SSL*, const unsigned char** out, unsigned char* length,
                    const unsigned char* offered, unsigned size, void*) {
  static constexpr unsigned char ours[] = "\x08http/1.1";
  const int found =
      SSL_select_next_proto(const_cast<unsigned char**>(out), length, ours,
                            sizeof ours - 1, offered, size);
  return found == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK
                                         : SSL_TLSEXT_ERR_NOACK;
}

void use_certificate(const char* certificate, const char* key) {
  tls = SSL_CTX_new(TLS_server_method());
  if (SSL_CTX_use_certificate_chain_file(tls, certificate) != 1) {
    errx(1, "not a certificate: %s", certificate);
  }
  if (SSL_CTX_use_PrivateKey_file(tls, key, SSL_FILETYPE_PEM) != 1 ||
      SSL_CTX_check_private_key(tls) != 1) {
    errx(1, "not the key of %s: %s", certificate, key);
  }
  SSL_CTX_set_alpn_select_cb(tls, choose_protocol, nullptr);
}

green::task<> serve_until_signal(std::string address) {
  green::stream_server server = make_server(address);
  auto wait = [&server]() -> green::task<> {
    server.start();
    co_await green::printf("listening on %s\n",
                           server.address().to_string().c_str());
    co_await green::fflush(stdout);
    co_await green::sleep(green::deadline::never());
  };
  co_await green::run_until({SIGINT, SIGTERM}, wait);
  co_await server.stop(5s);
}

[[noreturn]] void refuse(const std::string& why) {
  errx(2, "%s\nusage: http_server [--cert FILE --key FILE] HOST:PORT DIRECTORY",
       why.c_str());
}

}  // namespace

int main(int argc, char** argv) {
  const char* certificate = nullptr;
  const char* key = nullptr;
  int i = 1;
  for (; i + 1 < argc && argv[i][0] == '-'; i += 2) {
    if (strcmp(argv[i], "--cert") == 0)
      certificate = argv[i + 1];
    else if (strcmp(argv[i], "--key") == 0)
      key = argv[i + 1];
    else
      refuse(std::string("no such option: '") + argv[i] + "'");
  }
  if (argc - i != 2) refuse("an address and a directory are needed");
  if ((certificate == nullptr) != (key == nullptr)) {
    refuse("a certificate needs its key, and the other way round");
  }
  signal(SIGPIPE, SIG_IGN);  // sendfile(2) to a client that has gone
  root = open(argv[i + 1], O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (root < 0) err(1, "%s", argv[i + 1]);
  if (certificate != nullptr) use_certificate(certificate, key);
  try {
    green::run(serve_until_signal, std::string(argv[i]));
  } catch (const std::invalid_argument& e) {
    refuse(e.what());
  } catch (const std::exception& e) {
    errx(1, "%s", e.what());
  }
}
