// SPDX-License-Identifier: MIT
// connect_to of green/server.h.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <netdb.h>
#include <sys/socket.h>

#include <cerrno>
#include <chrono>
#include <string>
#include <system_error>
#include <vector>

#include "green/endpoint.h"
#include "green/green.h"
#include "green/greenlet.h"
#include "green/server.h"
#include "green/sys/socket.h"
#include "green/timeout.h"
#include "green/unique_fd.h"
#include "tests/support/look_up.h"
#include "tests/support/servers.h"
#include "tests/support/sockets.h"

using green::connect_to;
using green::endpoint;
using green::task;
using green::unique_fd;
using std::string;
using namespace std::chrono_literals;

// The C library's, but "both" has two addresses.
extern "C" int getaddrinfo(const char* node, const char* service,
                           const addrinfo* hints, addrinfo** result) {
  if (!tests::asks_for("both", node, hints)) {
    return tests::next_getaddrinfo(node, service, hints, result);
  }
  const int code = tests::next_getaddrinfo("127.0.0.2", service, hints, result);
  if (code != 0) return code;
  addrinfo* last = *result;
  while (last->ai_next != nullptr) last = last->ai_next;
  return tests::next_getaddrinfo("127.0.0.1", service, hints, &last->ai_next);
}

namespace {

endpoint address_of(int fd) {
  tests::ipv4 own = tests::local_address(fd);
  return {own.get(), own.length};
}

endpoint closed_port() {
  tests::ipv4 free(tests::free_port());
  return {free.get(), free.length};
}

// Listens, and answers no SYN any more: its queue is full.
class black_hole {
 public:
  black_hole() : listener_(tests::tcp_listener(0)) {
    const endpoint to = address();
    for (int i = 0; i < 3; ++i) {
      fillers_.emplace_back(
          ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
      ::connect(fillers_.back().get(), to.sockaddr(), to.length());
    }
  }
  endpoint address() const { return address_of(listener_); }

 private:
  tests::descriptor listener_;
  std::vector<unique_fd> fillers_;
};

// The error of a connect_to, and what it says.
template <class To>
task<std::system_error> failure(To to) {
  try {
    co_await connect_to(to);
  } catch (const std::system_error& e) {
    co_return e;
  }
  co_return std::system_error(0, std::generic_category(), "connected");
}

bool says(const std::system_error& e, const string& part) {
  INFO(e.what());
  return string(e.what()).find(part) != string::npos;
}

}  // namespace

TEST_CASE("unique_fd closes what it owns, once") {
  const int before = tests::open_descriptors();
  {
    unique_fd none;
    CHECK(!none);
    CHECK(none.get() == -1);
    unique_fd a(::dup(0));
    CHECK(a);
    const int number = a.get();
    unique_fd b(std::move(a));
    CHECK(!a);
    CHECK(b.get() == number);
    a = std::move(b);
    CHECK(a.get() == number);
    b.reset(::dup(0));
    b = std::move(a);
    CHECK(tests::open_descriptors() == before + 1);
    swap(a, b);
    CHECK(a.get() == number);
    unique_fd& self = a;
    a = std::move(self);
    CHECK(a.get() == number);
    errno = EAGAIN;
    const int released = a.release();
    CHECK(released == number);
    CHECK(!a);
    CHECK(tests::open_descriptors() == before + 1);
    a.reset(released);
    a.reset();
    CHECK(errno == EAGAIN);
    CHECK(tests::open_descriptors() == before);
    CHECK(unique_fd(-ENOENT).get() == -ENOENT);
  }
  CHECK(tests::open_descriptors() == before);
}

TEST_CASE("connect_to gives a connected, blocking, close-on-exec socket") {
  const tests::descriptor listener = tests::tcp_listener();
  const endpoint to = address_of(listener);
  for (const string& text :
       {to.to_string(), "localhost:" + std::to_string(to.port())}) {
    const unique_fd fd =
        green::run([&]() -> task<unique_fd> { return connect_to(text); });
    CHECK(::fcntl(fd.get(), F_GETFD) == FD_CLOEXEC);
    CHECK((::fcntl(fd.get(), F_GETFL) & O_NONBLOCK) == 0);
    tests::ipv4 peer = tests::peer_address(fd.get());
    CHECK(endpoint(peer.get(), peer.length) == to);
  }
}

TEST_CASE("a refused connection says where") {  // L12
  const int before = tests::descriptors_at_rest();
  green::run([]() -> task<> {
    const endpoint to = closed_port();
    const auto by_text = co_await failure(to.to_string());
    CHECK(by_text.code() == std::errc::connection_refused);
    CHECK(says(by_text, "connect to " + to.to_string() + ": "));
    const auto by_endpoint = co_await failure(to);
    CHECK(by_endpoint.code() == std::errc::connection_refused);
    CHECK(string(by_endpoint.what()) == by_text.what());
    const string name = "localhost:" + std::to_string(to.port());
    const auto by_name = co_await failure(name);
    CHECK(by_name.code() == std::errc::connection_refused);
    CHECK(says(by_name, "connect to " + name + " ("));
  });
  CHECK(tests::open_descriptors() == before);
}

TEST_CASE("a connect that times out closes its socket") {  // L13
  const black_hole hole;
  const int before = tests::descriptors_at_rest();
  green::run([&]() -> task<> {
    bool thrown = false;
    const endpoint to = hole.address();
    const auto call = [&] { return connect_to(to); };
    const auto begin = std::chrono::steady_clock::now();
    try {
      co_await green::with_timeout(100ms, call);
    } catch (const green::timed_out&) {
      thrown = true;
    }
    CHECK(thrown);
    CHECK(std::chrono::steady_clock::now() - begin >= 100ms);
    CHECK(tests::open_descriptors() == before);
  });
}

TEST_CASE("a connect that is killed closes its socket") {  // L14
  const black_hole hole;
  const int before = tests::descriptors_at_rest();
  green::run([&]() -> task<> {
    const endpoint to = hole.address();
    const auto connecting =
        green::spawn([&]() -> task<> { co_await connect_to(to); });
    for (int i = 0; i < 10; ++i) co_await green::sleep();
    CHECK(tests::open_descriptors() == before + 1);
    co_await connecting.kill();
    CHECK(connecting.was_killed());
    CHECK(tests::open_descriptors() == before);
  });
}

TEST_CASE("connect_to tries all addresses") {  // L15
  const int before = tests::descriptors_at_rest();
  green::run([]() -> task<> {
    const tests::descriptor listener = tests::tcp_listener();
    const endpoint good = address_of(listener), bad = closed_port();
    const endpoint ip6("[::1]:" + std::to_string(good.port()));
    std::vector<endpoint> all{ip6, bad, endpoint(), good, bad};
    const unique_fd fd = co_await connect_to(all);
    tests::ipv4 peer = tests::peer_address(fd.get());
    CHECK(endpoint(peer.get(), peer.length) == good);

    all = {ip6, endpoint("unix:/no/such/file")};
    const auto last = co_await failure(all);
    CHECK(last.code() == std::errc::no_such_file_or_directory);
    CHECK(says(last, "unix:/no/such/file"));
    all.clear();
    const auto nothing = co_await failure(all);
    CHECK(nothing.code() == std::errc::address_not_available);
  });
  CHECK(tests::open_descriptors() == before);
}

TEST_CASE("connect_to tries all addresses of a name") {
  green::run([]() -> task<> {
    const tests::descriptor listener = tests::tcp_listener();
    const endpoint good = address_of(listener);
    const string name = "both:" + std::to_string(good.port());
    const unique_fd fd = co_await connect_to(name);
    tests::ipv4 peer = tests::peer_address(fd.get());
    CHECK(endpoint(peer.get(), peer.length) == good);
  });
}

TEST_CASE("connect_to reaches IPv6 and Unix sockets") {
  green::run([]() -> task<> {
    const std::string own = tests::own_address("connect");
    for (const char* const address : {"[::1]:0", own.c_str()}) {
      green::stream_server server(address, tests::pong);
      server.start();
      const unique_fd fd = co_await connect_to(server.address().to_string());
      CHECK(co_await tests::ask(fd) == "PONG");
    }
    const auto missing = co_await failure("unix:@green-nobody");
    CHECK(missing.code() == std::errc::connection_refused);
  });
}

TEST_CASE("connect_to says what is wrong with a name") {
  green::run([]() -> task<> {
    const auto service = co_await failure("localhost:no-such-service");
    CHECK(service.code() ==
          std::error_code(EAI_SERVICE, green::addrinfo_category()));
    CHECK(says(service, "localhost:no-such-service"));
    bool thrown = false;
    try {
      co_await connect_to("localhost");
    } catch (const std::invalid_argument&) {
      thrown = true;
    }
    CHECK(thrown);
  });
}
