// SPDX-License-Identifier: MIT
// tls: a TLS echo by green beside one with a blocking thread a connection

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fmt/core.h>

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <exception>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "benchmarks/arguments.h"
#include "benchmarks/clock.h"
#include "benchmarks/machine.h"
#include "green/green.h"
#include "green/openssl/ssl.h"
#include "green/server.h"

namespace {

constexpr const char* usage =
    "usage: tls [ROUNDS [SECONDS]]  (3 rounds of 1 second for each)\n";
constexpr int message_size = 64;
constexpr unsigned connections[] = {1, 64, 500};

struct deleter {
  void operator()(SSL_CTX* c) const { ::SSL_CTX_free(c); }
  void operator()(SSL* s) const { ::SSL_free(s); }
  void operator()(X509* x) const { ::X509_free(x); }
  void operator()(EVP_PKEY* k) const { ::EVP_PKEY_free(k); }
};
template <class T>
using owned = std::unique_ptr<T, deleter>;

// With a certificate of its own making.
owned<SSL_CTX> server_context() {
  owned<SSL_CTX> context(::SSL_CTX_new(::TLS_server_method()));
  const owned<EVP_PKEY> key(EVP_EC_gen("P-256"));
  const owned<X509> certificate(::X509_new());
  ::X509_gmtime_adj(X509_getm_notBefore(certificate.get()), 0);
  ::X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 3600);
  ::X509_set_pubkey(certificate.get(), key.get());
  ::X509_sign(certificate.get(), key.get(), ::EVP_sha256());
  if (::SSL_CTX_use_certificate(context.get(), certificate.get()) != 1 ||
      ::SSL_CTX_use_PrivateKey(context.get(), key.get()) != 1) {
    throw std::runtime_error("no certificate");
  }
  return context;
}

void no_delay(int fd) {
  const int on = 1;
  ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

owned<SSL> on_socket(SSL_CTX* context, int fd) {
  no_delay(fd);
  owned<SSL> ssl(::SSL_new(context));
  ::SSL_set_fd(ssl.get(), fd);
  return ssl;
}

// The servers: each gives its port to the pipe and serves until it is killed.

void tell(int pipe, std::uint16_t port) {
  if (::write(pipe, &port, sizeof port) != sizeof port) ::_exit(1);
}

void serve_by_green(int pipe) {
  const auto context = server_context();
  const auto echo = [&](green::unique_fd fd, green::endpoint) -> green::task<> {
    const auto ssl = on_socket(context.get(), fd.get());
    if (co_await green::SSL_accept(ssl.get()) != 1) co_return;
    char data[4096];
    int got;
    while ((got = co_await green::SSL_read(ssl.get(), data, sizeof data)) > 0) {
      if (co_await green::SSL_write(ssl.get(), data, got) != got) break;
    }
  };
  green::run([&]() -> green::task<> {
    green::stream_server server("127.0.0.1:0", echo);
    server.start();
    tell(pipe, server.address().port());
    co_await server.serve_forever();
  });
}

void serve_by_threads(int pipe) {
  const auto context = server_context();
  const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in at{};
  at.sin_family = AF_INET;
  at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof at;
  auto* const address = reinterpret_cast<sockaddr*>(&at);
  if (::bind(listener, address, size) != 0 ||
      ::listen(listener, SOMAXCONN) != 0) {
    ::_exit(1);
  }
  ::getsockname(listener, address, &size);
  tell(pipe, ntohs(at.sin_port));
  for (;;) {
    const int fd = ::accept(listener, nullptr, nullptr);
    if (fd < 0) continue;
    std::thread([fd, &context] {
      auto ssl = on_socket(context.get(), fd);
      char data[4096];
      int got = ::SSL_accept(ssl.get());
      while (got > 0 && (got = ::SSL_read(ssl.get(), data, sizeof data)) > 0) {
        got = ::SSL_write(ssl.get(), data, got);
      }
      ssl.reset();
      ::close(fd);
    }).detach();
  }
}

// A server as a process on one CPU; killed with the object.
class server_process {
 public:
  server_process(void (*serve)(int pipe), int cpu) {
    int ends[2];
    if (::pipe(ends) != 0) throw std::runtime_error("pipe");
    pid_ = ::fork();
    if (pid_ == 0) {
      benchmarks::pin_to_cpu(cpu);
      ::signal(SIGPIPE, SIG_IGN);
      serve(ends[1]);
      ::_exit(1);
    }
    ::close(ends[1]);
    const bool told = ::read(ends[0], &port_, sizeof port_) == sizeof port_;
    ::close(ends[0]);
    if (!told) throw std::runtime_error("no server");
  }
  server_process(const server_process&) = delete;
  server_process& operator=(const server_process&) = delete;
  ~server_process() {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }
  std::uint16_t port() const { return port_; }

 private:
  pid_t pid_ = -1;
  std::uint16_t port_ = 0;
};

// The load: ping-pong on all connections from one thread.

struct client {
  int fd = -1;
  owned<SSL> ssl;
  int received = 0;

  client(SSL_CTX* context, std::uint16_t port)
      : fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    to.sin_port = htons(port);
    ssl = on_socket(context, fd);
    if (::connect(fd, reinterpret_cast<sockaddr*>(&to), sizeof to) != 0 ||
        ::SSL_connect(ssl.get()) != 1) {
      throw std::runtime_error("no connection");
    }
    ::fcntl(fd, F_SETFL, O_NONBLOCK);
  }
  client(const client&) = delete;
  client& operator=(const client&) = delete;
  ~client() {
    ssl.reset();
    ::close(fd);
  }

  void send() {
    const char data[message_size] = "ping";
    if (::SSL_write(ssl.get(), data, message_size) != message_size) {
      throw std::runtime_error("a message did not go out");
    }
  }

  // Has the whole message come back?
  bool receive() {
    char data[message_size];
    for (;;) {
      const int got = ::SSL_read(ssl.get(), data, message_size - received);
      if (got <= 0) {
        if (::SSL_get_error(ssl.get(), got) == SSL_ERROR_WANT_READ) {
          return false;
        }
        throw std::runtime_error("the server closed a connection");
      }
      received += got;
      if (received == message_size) break;
    }
    received = 0;
    return true;
  }
};

// Messages a second.
double load(std::uint16_t port, unsigned count, double seconds) {
  const owned<SSL_CTX> context(::SSL_CTX_new(::TLS_client_method()));
  const int epoll = ::epoll_create1(EPOLL_CLOEXEC);
  std::vector<std::unique_ptr<client>> clients;
  for (unsigned i = 0; i < count; ++i) {
    clients.push_back(std::make_unique<client>(context.get(), port));
    epoll_event wanted{};
    wanted.events = EPOLLIN;
    wanted.data.ptr = clients.back().get();
    ::epoll_ctl(epoll, EPOLL_CTL_ADD, clients.back()->fd, &wanted);
  }
  for (const auto& c : clients) c->send();
  const auto window = static_cast<std::int64_t>(seconds * 1e9);
  const std::int64_t start = benchmarks::steady_now() + window / 10;
  std::int64_t now = 0;
  std::uint64_t done = 0;
  epoll_event events[512];
  while ((now = benchmarks::steady_now()) < start + window) {
    const int ready = ::epoll_wait(epoll, events, 512, 5000);
    if (ready <= 0) throw std::runtime_error("the server does not answer");
    for (int i = 0; i < ready; ++i) {
      auto& c = *static_cast<client*>(events[i].data.ptr);
      if (!c.receive()) continue;
      if (now >= start) ++done;
      c.send();
    }
  }
  ::close(epoll);
  return static_cast<double>(done) * 1e9 / static_cast<double>(now - start);
}

double median(std::vector<double> values) {
  std::ranges::sort(values);
  return values[values.size() / 2];
}

void compare(int rounds, double seconds) {
  const auto cpus = benchmarks::allowed_cpus();
  ::signal(SIGPIPE, SIG_IGN);
  benchmarks::raise_descriptor_limit();
  const server_process green(serve_by_green, cpus.front());
  const server_process threads(serve_by_threads, cpus.front());
  benchmarks::pin_to_cpu(cpus.back());
  fmt::print("{:>11} {:>13} {:>15} {:>7} {:>12}\n", "connections",
             "green msg/s", "threads msg/s", "ratio", "min-max");
  for (const unsigned count : connections) {
    std::vector<double> ours, theirs, ratios;
    for (int round = 0; round < rounds; ++round) {
      ours.push_back(load(green.port(), count, seconds));
      theirs.push_back(load(threads.port(), count, seconds));
      ratios.push_back(ours.back() / theirs.back());
    }
    fmt::print("{:>11} {:>13.0f} {:>15.0f} {:>7.2f} {:>12}\n", count,
               median(ours), median(theirs), median(ratios),
               fmt::format("{:.2f}-{:.2f}", std::ranges::min(ratios),
                           std::ranges::max(ratios)));
    std::fflush(stdout);
  }
}

}  // namespace

int main(int argc, char** argv) {
  try {
    benchmarks::arguments given(argc, argv);
    if (given.flag("--help")) return fmt::print("{}", usage), 0;
    const auto rest = given.positional();
    if (rest.size() > 2) throw benchmarks::bad_usage("too many arguments");
    const int rounds =
        rest.empty() ? 3 : benchmarks::parse_number("ROUNDS", rest[0], 1, 1000);
    const double seconds =
        rest.size() < 2
            ? 1
            : benchmarks::parse_number("SECONDS", rest[1], 0.05, 3600.0);
    compare(rounds, seconds);
  } catch (const benchmarks::bad_usage& error) {
    fmt::print(stderr, "tls: {}\n{}", error.what(), usage);
    return 2;
  } catch (const std::exception& error) {
    fmt::print(stderr, "tls: {}\n", error.what());
    return 1;
  }
}
