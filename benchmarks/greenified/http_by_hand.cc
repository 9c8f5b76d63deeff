// SPDX-License-Identifier: MIT
// http_by_hand: http_blocking, ported by hand
#include <cstdio>
#include <map>
#include <stdexcept>
#include <string>

#include "green/err.h"
#include "green/fileobject.h"
#include "green/green.h"
#include "green/server.h"
#include "green/sys/socket.h"

using std::string;

struct request {
  string method, path, body;
  std::map<string, string> headers;
};

struct response {
  int status = 200;
  string body;
};

// One hub serves all, and nothing waits between two counts: no lock is needed.
std::map<string, long> hits;

green::task<string> read_line(green::reader& in) {
  auto line = co_await in.read_until("\r\n", 8192);
  if (!line) throw std::runtime_error("the client is gone");
  co_return std::move(*line);
}

green::task<request> read_request(green::reader& in) {
  request r;
  const string line = co_await read_line(in);
  const std::size_t first = line.find(' ');
  const std::size_t second = line.find(' ', first + 1);
  if (second == string::npos) throw std::runtime_error("not a request");
  r.method = line.substr(0, first);
  r.path = line.substr(first + 1, second - first - 1);
  for (;;) {
    const string header = co_await read_line(in);
    if (header.empty()) break;
    const std::size_t colon = header.find(": ");
    if (colon == string::npos) throw std::runtime_error("not a header");
    r.headers[header.substr(0, colon)] = header.substr(colon + 2);
  }
  const auto length = r.headers.find("Content-Length");
  if (length != r.headers.end()) {
    r.body = co_await in.read_exactly(std::stoul(length->second));
  }
  co_return r;
}

response handle(const request& r) {
  ++hits[r.path];
  if (r.path == "/echo" && r.method == "POST") return {200, r.body};
  if (r.path != "/hits") return {404, "nothing is here\n"};
  response all;
  for (const auto& [path, count] : hits) {
    all.body += path + " " + std::to_string(count) + "\n";
  }
  return all;
}

green::task<> serve(green::unique_fd fd, green::endpoint) {
  green::reader in(fd.get(), 4096);
  green::writer out(fd.get(), 0);
  try {
    for (;;) {
      const request r = co_await read_request(in);
      const response answer = handle(r);
      co_await out.write(
          "HTTP/1.1 " + std::to_string(answer.status) +
          (answer.status == 200 ? " OK" : " Not Found") +
          "\r\nContent-Length: " + std::to_string(answer.body.size()) +
          "\r\n\r\n" + answer.body);
      const auto keep = r.headers.find("Connection");
      if (keep != r.headers.end() && keep->second == "close") break;
    }
  } catch (const std::runtime_error&) {
    // The client left, or speaks another language.
  }
}

green::task<> run(string port) {
  green::stream_server server("127.0.0.1:" + port, serve,
                              green::server_options().no_delay());
  server.start();
  std::printf("listening on %s\n", server.address().to_string().c_str());
  std::fflush(stdout);
  co_await server.serve_forever();
}

int main(int argc, char** argv) {
  if (argc != 2) errx(2, "usage: PORT");
  green::run(run, string(argv[1]));
}
