// SPDX-License-Identifier: MIT
// libcurl's easy calls, unmodified, by HTTP and HTTPS.
#include <curl/curl.h>
#include <doctest/doctest.h>
#include <sys/socket.h>

#include <algorithm>
#include <chrono>
#include <string>
#include <thread>

#include "green/event.h"
#include "green/greenlet.h"
#include "green/patcher.h"
#include "green/poll.h"
#include "green/timeout.h"
#include "green/unistd.h"
#include "tests/support/gather.h"
#include "tests/support/server_programs.h"
#include "tests/support/sockets.h"
#include "tests/support/streams.h"

using namespace std::chrono_literals;
using std::string;

namespace {

// Answers each request with its path, but for /never.
class http_server {
 public:
  http_server()
      : listener_(tests::tcp_listener()),
        port_(tests::local_address(listener_).port()),
        thread_([this] { green::run([this] { return accept_all(); }); }) {}
  ~http_server() {
    ::shutdown(listener_, SHUT_RDWR);
    thread_.join();
  }
  string url(const string& path) const {
    return "http://127.0.0.1:" + std::to_string(port_) + "/" + path;
  }
  /// Set when somebody waits for ever.
  green::event waited_for;

 private:
  // No thread helps to accept, as on the hub without io_uring.
  green::task<> accept_all() {
    for (;;) {
      pollfd ready{listener_, POLLIN, 0};
      co_await green::poll(&ready, 1, -1);
      const int fd = ::accept(listener_, nullptr, nullptr);
      if (fd < 0) co_return;
      green::spawn([this](int client) { return serve(client); }, fd);
    }
  }

  green::task<> serve(int fd) {
    const green::unique_fd owned(fd);
    string asked(4096, 0);
    for (;;) {
      const ssize_t n = co_await green::recv(fd, asked.data(), asked.size(), 0);
      if (n <= 0) co_return;
      const string path = asked.substr(5, asked.find(' ', 5) - 5);
      if (path == "never") {
        waited_for.set();
        continue;
      }
      const string answer =
          "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(path.size()) +
          "\r\n\r\n" + path;
      co_await green::send(fd, answer.data(), answer.size(), MSG_NOSIGNAL);
    }
  }

  tests::descriptor listener_;
  unsigned short port_;
  std::thread thread_;
};

class easy {
 public:
  easy() : handle_(curl_easy_init()) {
    curl_easy_setopt(handle_, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(handle_, CURLOPT_WRITEDATA, &body_);
    curl_easy_setopt(handle_, CURLOPT_WRITEFUNCTION, append);
  }
  easy(const easy&) = delete;
  easy& operator=(const easy&) = delete;
  ~easy() { curl_easy_cleanup(handle_); }

  CURLcode get(const string& url, const string& authorities = "") {
    body_.clear();
    curl_easy_setopt(handle_, CURLOPT_URL, url.c_str());
    if (!authorities.empty()) {
      curl_easy_setopt(handle_, CURLOPT_CAINFO, authorities.c_str());
    }
    return curl_easy_perform(handle_);
  }
  CURL* handle() const noexcept { return handle_; }
  const string& body() const noexcept { return body_; }

 private:
  static size_t append(char* part, size_t, size_t size, void* to) {
    static_cast<string*>(to)->append(part, size);
    return size;
  }
  CURL* handle_;
  string body_;
};

struct patched {
  patched() {
    static const CURLcode once = curl_global_init(CURL_GLOBAL_DEFAULT);
    CHECK(once == CURLE_OK);
    green::patcher::import_patched("libcurl.so.4");
  }
  ~patched() { green::patcher::unpatch(); }
};

}  // namespace

TEST_CASE("50 tasks get 20 pages by libcurl on one thread") {
  http_server server;
  const patched all;
  green::run([&]() -> green::task<> {
    const int before = tests::threads();
    int most = 0;
    const auto work = [&](int n) {
      easy curl;
      int right = 0;
      for (int i = 0; i < tests::calls; ++i) {
        const string path = std::to_string(n) + "/" + std::to_string(i);
        const CURLcode error = curl.get(server.url(path));
        right += error == CURLE_OK && curl.body() == path ? 1 : 0;
        most = std::max(most, tests::threads());
      }
      return right;
    };
    CHECK(co_await tests::gather(work) == tests::tasks * tests::calls);
    CHECK(most == before);
  });
}

TEST_CASE("50 tasks get pages by HTTPS on one thread") {
  tests::https_server server;
  const patched all;
  green::run([&]() -> green::task<> {
    const int before = tests::threads();
    int most = 0;
    const auto work = [&](int) {
      easy curl;
      const CURLcode error = curl.get(server.url("page"), server.authorities());
      most = std::max(most, tests::threads());
      return error == CURLE_OK && curl.body() == "a page by TLS" ? 1 : 0;
    };
    for (int round = 0; round < 4; ++round) {
      CHECK(co_await tests::gather(work) == tests::tasks);
    }
    CHECK(most == before);
  });
}

TEST_CASE("a certificate that nobody knows is refused in a task, too") {
  tests::https_server server;
  const patched all;
  green::run([&]() -> green::task<> {
    auto work = [&] { return easy().get(server.url("page")); };
    CHECK(co_await green::patched(work) == CURLE_PEER_FAILED_VERIFICATION);
  });
}

TEST_CASE("a kill ends a call of libcurl") {
  http_server server;
  const patched all;
  green::run([&]() -> green::task<> {
    CURLcode error = CURLE_OK;
    auto task = green::spawn([&]() -> green::task<> {
      auto work = [&] { error = easy().get(server.url("never")); };
      co_await green::patched(work);
    });
    co_await server.waited_for.wait();
    co_await task.kill();
    CHECK(task.dead());
    CHECK(error != CURLE_OK);
  });
}

TEST_CASE("a timeout ends a call of libcurl, and so does its own") {
  http_server server;
  const patched all;
  green::run([&]() -> green::task<> {
    CURLcode error = CURLE_OK;
    bool late = false;
    auto waiting = [&]() -> green::task<> {
      auto work = [&] { error = easy().get(server.url("never")); };
      co_await green::patched(work);
    };
    try {
      co_await green::with_timeout(20ms, waiting);
    } catch (const green::timed_out&) {
      late = true;
    }
    CHECK(late);
    CHECK(error != CURLE_OK);
    auto own = [&] {
      easy curl;
      curl_easy_setopt(curl.handle(), CURLOPT_TIMEOUT_MS, 20L);
      return curl.get(server.url("never"));
    };
    CHECK(co_await green::patched(own) == CURLE_OPERATION_TIMEDOUT);
  });
}
