// SPDX-License-Identifier: MIT
// http_blocking: an HTTP/1.1 server with keep-alive, a thread a connection
#include <err.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <map>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>

struct request {
  std::string method, path, body;
  std::map<std::string, std::string> headers;
};

struct response {
  int status = 200;
  std::string body;
};

class connection {
 public:
  explicit connection(int fd) : fd_(fd) {}

  // Without its line end; throws at the end of the stream.
  std::string read_line() {
    std::size_t end;
    while ((end = kept_.find("\r\n")) == std::string::npos) {
      if (kept_.size() > 8192) throw std::runtime_error("a line is too long");
      fill();
    }
    std::string line = kept_.substr(0, end);
    kept_.erase(0, end + 2);
    return line;
  }

  std::string read(std::size_t length) {
    while (kept_.size() < length) fill();
    std::string bytes = kept_.substr(0, length);
    kept_.erase(0, length);
    return bytes;
  }

  void write(const std::string& bytes) {
    for (std::size_t at = 0; at < bytes.size();) {
      const ssize_t n =
          send(fd_, bytes.data() + at, bytes.size() - at, MSG_NOSIGNAL);
      if (n <= 0) throw std::runtime_error("the client does not read");
      at += static_cast<std::size_t>(n);
    }
  }

 private:
  void fill() {
    char buffer[4096];
    const ssize_t n = recv(fd_, buffer, sizeof buffer, 0);
    if (n <= 0) throw std::runtime_error("the client is gone");
    kept_.append(buffer, static_cast<std::size_t>(n));
  }

  int fd_;
  std::string kept_;
};

class counters {
 public:
  void count(const std::string& path) {
    std::lock_guard<std::mutex> lock(mutex_);
    ++hits_[path];
  }

  std::string text() {
    std::lock_guard<std::mutex> lock(mutex_);
    std::string lines;
    for (const auto& [path, hits] : hits_) {
      lines += path + " " + std::to_string(hits) + "\n";
    }
    return lines;
  }

 private:
  std::mutex mutex_;
  std::map<std::string, long> hits_;
};

counters all_hits;

request read_request(connection& from) {
  request r;
  const std::string line = from.read_line();
  const std::size_t first = line.find(' ');
  const std::size_t second = line.find(' ', first + 1);
  if (second == std::string::npos) throw std::runtime_error("not a request");
  r.method = line.substr(0, first);
  r.path = line.substr(first + 1, second - first - 1);
  for (;;) {
    const std::string header = from.read_line();
    if (header.empty()) break;
    const std::size_t colon = header.find(": ");
    if (colon == std::string::npos) throw std::runtime_error("not a header");
    r.headers[header.substr(0, colon)] = header.substr(colon + 2);
  }
  const auto length = r.headers.find("Content-Length");
  if (length != r.headers.end()) {
    r.body = from.read(std::strtoul(length->second.c_str(), nullptr, 10));
  }
  return r;
}

response handle(const request& r) {
  all_hits.count(r.path);
  if (r.path == "/hits") return {200, all_hits.text()};
  if (r.path == "/echo" && r.method == "POST") return {200, r.body};
  return {404, "nothing is here\n"};
}

void serve(int fd) {
  connection client(fd);
  try {
    for (;;) {
      const request r = read_request(client);
      const response answer = handle(r);
      client.write("HTTP/1.1 " + std::to_string(answer.status) +
                   (answer.status == 200 ? " OK" : " Not Found") +
                   "\r\nContent-Length: " + std::to_string(answer.body.size()) +
                   "\r\n\r\n" + answer.body);
      const auto keep = r.headers.find("Connection");
      if (keep != r.headers.end() && keep->second == "close") break;
    }
  } catch (const std::exception&) {
    // The client left, or speaks another language.
  }
  close(fd);
}

int listen_on(const char* port) {
  sockaddr_in address = {};
  socklen_t size = sizeof address;
  const int fd = socket(AF_INET, SOCK_STREAM, 0), on = 1;
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<in_port_t>(std::atoi(port)));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (bind(fd, reinterpret_cast<sockaddr*>(&address), size) != 0 ||
      listen(fd, SOMAXCONN) != 0) {
    err(1, "bind: %s", port);
  }
  getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size);
  std::printf("listening on 127.0.0.1:%d\n", ntohs(address.sin_port));
  std::fflush(stdout);
  return fd;
}

int main(int argc, char** argv) {
  if (argc != 2) errx(2, "usage: PORT");
  const int listener = listen_on(argv[1]), on = 1;
  for (;;) {
    const int fd = accept(listener, nullptr, nullptr);
    if (fd < 0) {
      usleep(10'000);
      continue;
    }
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    std::thread(serve, fd).detach();
  }
}
