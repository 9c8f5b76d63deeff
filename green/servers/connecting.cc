// SPDX-License-Identifier: MIT
// connect_to of green/server.h.
#include <fmt/format.h>
#include <sys/socket.h>

#include <cerrno>
#include <chrono>
#include <cstddef>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "green/core/green_thread.h"
#include "green/core/shield.h"
#include "green/core/signal_scope.h"
#include "green/event.h"
#include "green/greenlet.h"
#include "green/server.h"
#include "green/sys/socket.h"
#include "green/timeout.h"

namespace green {

namespace {

// "localhost:80 ([::1]:80)", or the address alone if that is the name.
std::string several(const std::string& name, const endpoint& tried) {
  const std::string address = tried.to_string();
  return name == address ? name : fmt::format("{} ({})", name, address);
}

std::system_error failure(int error, const std::string& where) {
  return {error, std::generic_category(), fmt::format("connect to {}", where)};
}

// RFC 8305, section 4: the families take turns, beginning with that of the
// first address. Addresses of one family keep their order.
std::vector<endpoint> take_turns(const std::vector<endpoint>& addresses) {
  std::vector<std::vector<endpoint>> families;
  for (const endpoint& one : addresses) {
    std::size_t i = 0;
    while (i < families.size() && families[i][0].family() != one.family()) ++i;
    if (i == families.size()) families.emplace_back();
    families[i].push_back(one);
  }
  std::vector<endpoint> order;
  for (std::size_t turn = 0; order.size() < addresses.size(); ++turn) {
    for (const std::vector<endpoint>& family : families) {
      if (turn < family.size()) order.push_back(family[turn]);
    }
  }
  return order;
}

// A connected socket; or none, and errno says why.
task<unique_fd> attempt(endpoint to) {
  unique_fd fd(::socket(to.family(), SOCK_STREAM | SOCK_CLOEXEC, 0));
  int result = -1;
  if (fd) {
    result = co_await green::connect(fd.get(), to.sockaddr(), to.length());
  }
  if (result != 0) fd.reset();  // which leaves errno as it is
  co_return fd;
}

// The attempts of one connect_to. Each of them shares it, so that no attempt
// depends on the end of another.
struct race {
  unique_fd winner;
  endpoint failed;  // the last
  int error = EADDRNOTAVAIL;
  std::size_t running = 0;
  event changed;  // an attempt has ended
};

// However it ends.
class ended_at_last {
 public:
  explicit ended_at_last(race& all) noexcept : all_(all) {}
  ended_at_last(const ended_at_last&) = delete;
  ended_at_last& operator=(const ended_at_last&) = delete;
  ~ended_at_last() {
    --all_.running;
    all_.changed.set();
  }

 private:
  race& all_;
};

task<> run_in(std::shared_ptr<race> all, endpoint to) {
  const ended_at_last guard(*all);
  unique_fd fd = co_await attempt(to);
  if (!fd) {
    all->error = errno;
    all->failed = to;
  } else if (!all->winner) {
    all->winner = std::move(fd);
  }
}

// Waits until an attempt has ended, or for so long.
event_wait one_ended(race& all, core::deadline until) {
  all.changed.clear();
  return all.changed.wait(until);
}

task<> run_attempts(std::shared_ptr<race> all, std::vector<endpoint> order,
                    std::chrono::nanoseconds delay,
                    std::vector<greenlet<>>& attempts) {
  attempts.reserve(order.size());
  for (const endpoint& to : order) {
    attempts.push_back(spawn(run_in, all, to));
    ++all->running;
    co_await one_ended(*all, delay);
    if (all->winner) co_return;
  }
  while (!all->winner && all->running != 0) {
    co_await one_ended(*all, core::deadline::never());
  }
}

// The order has at least one address.
task<unique_fd> connect_first(std::string name, std::vector<endpoint> order,
                              std::chrono::nanoseconds delay) {
  const core::signal_scope goes_on(core::by_signal::never);
  if (order.size() == 1) {
    unique_fd fd = co_await attempt(order[0]);
    if (!fd) throw failure(errno, several(name, order[0]));
    co_return fd;
  }
  const auto all = std::make_shared<race>();
  std::vector<greenlet<>> attempts;
  std::exception_ptr thrown;
  try {
    co_await run_attempts(all, std::move(order), delay, attempts);
  } catch (...) {
    thrown = std::current_exception();
  }
  {
    // The sockets of the others are closed when their attempts have ended.
    const core::shield uninterrupted;
    co_await killall(attempts);
  }
  if (thrown != nullptr) std::rethrow_exception(thrown);
  if (!all->winner) throw failure(all->error, several(name, all->failed));
  co_return std::move(all->winner);
}

// No addresses: the name is looked up.
using known_addresses = std::optional<std::vector<endpoint>>;

task<unique_fd> connect_now(std::string name, known_addresses addresses,
                            connect_options how) {
  if (!addresses) addresses = co_await endpoint::from_name(name);
  if (addresses->empty()) throw failure(EADDRNOTAVAIL, name);
  co_return co_await connect_first(std::move(name), take_turns(*addresses),
                                   how.attempt_delay());
}

task<unique_fd> connect_in_time(std::string name, known_addresses addresses,
                                connect_options how) {
  const timeout limit(how.end(), failure(ETIMEDOUT, name));
  co_return co_await connect_now(std::move(name), std::move(addresses), how);
}

task<unique_fd> connect_within(std::string name, known_addresses addresses,
                               connect_options how) {
  const auto connect = how.end().finite() ? connect_in_time : connect_now;
  return connect(std::move(name), std::move(addresses), how);
}

}  // namespace

task<unique_fd> connect_to(std::string address, connect_options how) {
  return connect_within(std::move(address), std::nullopt, how);
}

task<unique_fd> connect_to(endpoint address, connect_options how) {
  return connect_within(address.to_string(), std::vector{address}, how);
}

task<unique_fd> connect_to(std::vector<endpoint> addresses,
                           connect_options how) {
  std::string last =
      addresses.empty() ? "no address" : addresses.back().to_string();
  return connect_within(std::move(last), std::move(addresses), how);
}

}  // namespace green
