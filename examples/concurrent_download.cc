// SPDX-License-Identifier: MIT
// concurrent_download: many downloads at once through a pool, with progress

#include <chrono>
#include <exception>
#include <string>
#include <system_error>
#include <vector>

#include "green/err.h"
#include "green/errno.h"
#include "green/green.h"
#include "green/greenlet.h"
#include "green/pool.h"
#include "green/server.h"
#include "green/stdio.h"
#include "green/stdlib.h"
#include "green/sys/socket.h"
#include "green/timeout.h"

using namespace std::chrono_literals;

struct url {
  std::string host, port, path;
};

struct totals {
  size_t wanted = 0, done = 0, failed = 0, bytes = 0;
};

[[noreturn]] void refuse(const std::string& text) {
  errx(2,
       "not an http:// URL: '%s'\n"
       "usage: concurrent_download [http://HOST[:PORT][/PATH] ...]",
       text.c_str());
}

// http://HOST[:PORT][/PATH]
url parse(const std::string& text) {
  const std::string scheme = "http://";
  if (text.compare(0, scheme.size(), scheme) != 0) refuse(text);
  std::string rest = text.substr(scheme.size());
  const size_t slash = rest.find('/');
  url u{rest.substr(0, slash), "80",
        slash == std::string::npos ? "/" : rest.substr(slash)};
  const size_t colon = u.host.rfind(':');
  if (colon != std::string::npos) {
    u.port = u.host.substr(colon + 1);
    u.host.resize(colon);
  }
  if (u.host.empty()) refuse(text);
  return u;
}

[[noreturn]] void fail(const char* what) {
  throw std::system_error(errno, std::generic_category(), what);
}

// The bytes of one answer, headers included.
green::task<size_t> fetch(const url& u) {
  const green::unique_fd fd = co_await green::connect_to(u.host + ":" + u.port);
  const std::string ask = "GET " + u.path + " HTTP/1.0\r\nHost: " + u.host +
                          "\r\nConnection: close\r\n\r\n";
  size_t total = 0;
  char buffer[16384];
  ssize_t n = co_await green::send(fd.get(), ask.data(), ask.size(), 0);
  while (n > 0) {
    n = co_await green::recv(fd.get(), buffer, sizeof buffer, 0);
    if (n > 0) total += size_t(n);
  }
  if (n < 0) fail("recv");
  co_return total;
}

green::task<> complain(const url& u, totals& sum, const char* why) {
  ++sum.failed;
  co_await green::fprintf(stderr, "\n%s%s: %s\n", u.host.c_str(),
                          u.path.c_str(), why);
}

green::task<> download(const url u, totals& sum) {
  std::string why;
  try {
    sum.bytes += co_await green::with_timeout(10s, fetch, u);
    ++sum.done;
  } catch (const green::timed_out& e) {
    why = e.what();
  } catch (const std::exception& e) {
    why = e.what();
  }
  if (!why.empty()) co_await complain(u, sum, why.c_str());
  co_await green::printf("\r%zu of %zu done, %zu failed, %zu bytes", sum.done,
                         sum.wanted, sum.failed, sum.bytes);
  co_await green::fflush(stdout);
}

// What is downloaded when no URL is given: a server that takes its time.
green::task<> answer(green::unique_fd fd, green::endpoint) {
  char request[4096];
  co_await green::recv(fd.get(), request, sizeof request, 0);
  co_await green::sleep(100ms);
  const std::string body(10'000, 'x');
  const std::string reply = "HTTP/1.0 200 OK\r\n\r\n" + body;
  co_await green::send(fd.get(), reply.data(), reply.size(), MSG_NOSIGNAL);
}

green::task<int> download_all(std::vector<url> urls) {
  green::stream_server server("127.0.0.1:0", answer);
  if (urls.empty()) {
    server.start();
    const std::string port = std::to_string(server.address().port());
    urls.assign(50, url{"127.0.0.1", port, "/"});
  }
  totals sum;
  sum.wanted = urls.size();
  green::pool at_once(10);
  for (const url& u : urls) {
    co_await at_once.spawn(download, u, std::ref(sum));
  }
  co_await at_once.join();
  co_await green::printf("\n");
  co_return sum.failed == 0 ? 0 : 1;
}

int main(int argc, char** argv) {
  std::vector<url> urls;
  for (int i = 1; i < argc; ++i) urls.push_back(parse(argv[i]));
  return green::run(download_all, urls);
}
