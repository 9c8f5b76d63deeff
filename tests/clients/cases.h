// SPDX-License-Identifier: MIT
//
// What every unmodified client does in green::patched():
//
//   TEST_CASE("hiredis waits on fibers") {
//     tests::check_client<tests::redis>();
//   }
#pragma once

#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <optional>
#include <string>
#include <thread>

#include "green/greenlet.h"
#include "green/hub/offloaded.h"
#include "green/patched.h"
#include "green/timeout.h"
#include "tests/clients/client.h"
#include "tests/support/gather.h"
#include "tests/support/hubs.h"
#include "tests/support/shared_object.h"

namespace tests {

/// One task's calls; how many were answered right.
template <client Client>
int exchange(Client& server, int n) {
  typename Client::session s(server);
  int right = 0;
  for (int i = 0; i < calls; ++i) {
    const std::string text = std::to_string(n) + "-" + std::to_string(i);
    right += s.echo(text) == text ? 1 : 0;
  }
  return right;
}

/// Waits for ever, and keeps what the library said when that was over, and to
/// the next call.
template <client Client>
struct waiting_task {
  green::task<> run() {
    auto wait = [this] {
      error = session.wait_for_ever(tag);
      next = session.echo("a word");
    };
    co_await green::patched(wait);
  }

  typename Client::session session;
  std::string tag, error, next;
};

inline bool says(const std::string& text, const std::string& part) {
  return !text.empty() && text.find(part) != std::string::npos;
}

/// The threads of this process without those that names are looked up on.
inline int own_threads() {
  return threads() - static_cast<int>(green::hub::name_helpers().size());
}

template <client Client>
green::task<> check_gather(Client& server) {
  const int before = own_threads();
  int most = 0;
  const auto work = [&](int n) {
    const int right = exchange(server, n);
    most = std::max(most, own_threads());
    return right;
  };
  CHECK(co_await gather(work) == tasks * calls);
  // A sanitizer begins a thread of its own with the first helper.
  CHECK(most <= before + (has_sanitizer() ? 1 : 0));
}

template <client Client>
green::task<> check_kill(Client& server) {
  waiting_task<Client> w{typename Client::session(server), "kill", "", ""};
  auto task = green::spawn([&] { return w.run(); });
  co_await until_waiting(server, w.tag, 1);
  co_await task.kill();
  CHECK(task.was_killed());
  CHECK(says(w.error, Client::when_killed));
  CHECK(w.next != "a word");
}

template <client Client>
green::task<> check_timeout(Client& server) {
  waiting_task<Client> w{typename Client::session(server), "late", "", ""};
  bool late = false;
  try {
    co_await green::with_timeout(std::chrono::milliseconds(20),
                                 [&] { return w.run(); });
  } catch (const green::timed_out&) {
    late = true;
  }
  CHECK(late);
  CHECK(says(w.error, Client::when_late));
  CHECK(w.next != "a word");
  // All is well for those who come later.
  const auto again = [&](int n) { return exchange(server, n); };
  CHECK(co_await gather(again, 1) == calls);
}

template <client Client>
green::task<> check_own_timeout(Client& server) {
  typename Client::session s(server);
  auto work = [&] { return s.outwait(); };
  const std::string error = co_await green::patched(work);
  INFO(error);
  CHECK(says(error, Client::own_timeout));
}

template <client Client>
green::task<> check_server_killed() {
  Client server;
  int ended = 0;
  const auto work = [&](int) {
    typename Client::session s(server);
    const std::string error = s.wait_for_ever("gone");
    ended += !error.empty() && s.echo("a word") != "a word" ? 1 : 0;
    return 1;
  };
  auto killer = green::spawn([&]() -> green::task<> {
    co_await until_waiting(server, "gone", 10);
    server.kill();
  });
  CHECK(co_await gather(work, 10) == 10);
  CHECK(ended == 10);
  co_await killer.join();
}

template <client Client>
void check_two_hubs(Client& server) {
  std::atomic<int> right = 0;
  run_hubs(2, [&](int hub) -> green::task<> {
    const auto work = [&](int n) { return exchange(server, 100 * hub + n); };
    right += co_await gather(work, 25);
  });
  CHECK(right == 2 * 25 * calls);
}

template <client Client>
void check_patched_under_load(Client& server) {
  // Something stays patched, so that patched() is content.
  const shared_object other("lazy");
  green::patcher::import_patched(other.path().c_str());
  std::atomic<bool> end = false;
  std::thread patcher([&end] {
    while (!end) {
      green::patcher::unpatch(Client::module);
      green::patcher::import_patched(Client::module);
    }
  });
  std::atomic<int> right = 0;
  run_hubs(2, [&](int hub) -> green::task<> {
    const auto work = [&](int n) { return exchange(server, 100 * hub + n); };
    right += co_await gather(work, 20);
  });
  end = true;
  patcher.join();
  CHECK(right == 2 * 20 * calls);
}

/// Has a subcase for each of these.
template <client Client>
void check_client() {
  // One server for all of them: some take a while to start.
  static Client server;
  const patched_client<Client> patched;
  CAPTURE(std::string(Client::name));
  SUBCASE("50 tasks make 20 calls on one thread") {
    green::run([] { return check_gather(server); });
  }
  SUBCASE("a kill ends a call") {
    green::run([] { return check_kill(server); });
  }
  SUBCASE("a timeout ends a call, and the handle fails from then on") {
    green::run([] { return check_timeout(server); });
  }
  SUBCASE("the library's own timeout ends a call") {
    green::run([] { return check_own_timeout(server); });
  }
  SUBCASE("a server that is killed ends all calls") {
    green::run(check_server_killed<Client>);
  }
  SUBCASE("two hubs at once") { check_two_hubs(server); }
  SUBCASE("it is patched and unpatched under load") {
    check_patched_under_load(server);
  }
}

}  // namespace tests
