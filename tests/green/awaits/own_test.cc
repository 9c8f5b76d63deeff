// SPDX-License-Identifier: MIT
// Of gevent's names and green's own.
#include <doctest/doctest.h>

#include <chrono>
#include <coroutine>
#include <memory>
#include <optional>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "green/broadcast.h"
#include "green/choose.h"
#include "green/event.h"
#include "green/foreign.h"
#include "green/generator"
#include "green/greenlet.h"
#include "green/hub.h"
#include "green/interval.h"
#include "green/pool.h"
#include "green/pools.h"
#include "green/queue.h"
#include "green/scope.h"
#include "green/server.h"
#include "green/signal_handler.h"
#include "green/stop.h"
#include "green/subprocess.h"
#include "green/threadpool.h"
#include "green/timeout.h"
#include "green/token_bucket.h"
#include "green/watch.h"
#include "green/when.h"
#include "tests/support/awaits.h"

using namespace std::chrono_literals;
using green::task;
using tests::exempt;
using tests::fair;

namespace {

task<int> one() { co_return 1; }
task<int> one_of_group(green::group&) { co_return 1; }

// A greenlet that has ended.
green::greenlet<int> ended() {
  return green::run([]() -> task<green::greenlet<int>> {
    const auto made = green::spawn(one);
    co_await made.join();
    co_return made;
  });
}

// A task that awaits, and ends in a green thread of its own.
template <class Make>
auto within(Make make) {
  return [make]() mutable -> task<> { (void)co_await make(); };
}

}  // namespace

TEST_CASE("tasks") {
  fair("task", one);
  fair("task", within(one));
  fair("timeout.h with_timeout", [] { return green::with_timeout(1h, one); });
  fair("stop.h with_stop", [] { return green::with_stop({}, one); });
  fair("scope.h with_group", [] { return green::with_group(one_of_group); });
  fair("scope.h try_finally", [] { return green::try_finally(one, one); });
}

TEST_CASE("green threads that have ended") {
  const green::greenlet<int> g = ended();
  const std::vector<green::greenlet<int>> all(3, g);
  const std::vector<green::greenlet<int>> none;
  fair("greenlets/handle.h join", [&] { return g.join(); });
  fair("greenlets/handle.h join", [&] { return g.join(0s); });
  fair("greenlets/handle.h get", [&] { return g.get(); });
  fair("greenlets/handle.h kill", [&] { return g.kill(); });
  fair("greenlet.h joinall", [&] { return green::joinall(all); });
  fair("greenlet.h joinall", [&] { return green::joinall(none); });
  fair("greenlet.h killall", [&] { return green::killall(all); });
  fair("greenlet.h sleep", [] { return green::sleep(0s); });
  fair("greenlet.h sleep", [] { return green::sleep(); });
}

TEST_CASE("events that are set") {
  green::event e;
  e.set();
  fair("event.h wait", [&] { return e.wait(); });
  green::async_result<int> r;
  r.set(1);
  fair("event.h wait", [&] { return r.wait(); });
  fair("event.h get", [&] { return r.get(); });
}

TEST_CASE("queues that have what is asked for") {
  std::optional<green::queue<int>> q;
  const auto filled = [&]() -> auto& {
    q.emplace();
    q->put_nowait(1);
    return *q;
  };
  fair("queues/basic.h get", [&] { return filled().get(); });
  fair("queues/basic.h next", [&] { return filled().next(); });
  fair("queues/basic.h peek", [&] { return q->peek(); });
  fair("queues/basic.h put", [&] { return q.emplace().put(1); });
  fair("queues/basic.h put", [&] { return q.emplace(1).put(1); });
  q->close();
  fair("queues/basic.h next", [&] { return q->next(); });
  green::joinable_queue<int> j;
  fair("queue.h join", [&] { return j.join(); });
  green::channel<int> c;
  c.close();
  fair("queue.h put", [&] { return c.put(1); });
}

TEST_CASE("groups and pools with room") {
  green::group g;
  fair("pools/group_base.h join", [&] { return g.join(); });
  fair("pools/group_base.h join", [&] { return g.join(0s, true); });
  fair("pools/group_base.h kill", [&] { return g.kill(); });
  fair("pools/group_base.h kill", [&] { return g.kill(1s); });
  green::pool p(1000);
  fair("pool.h spawn_at", [&] { return p.spawn(one); });
  fair("pool.h spawn_for_at", [&] { return p.spawn_for(0s, one); });
  const std::vector<int> nothing;
  const std::vector<int> three{1, 2, 3};
  const auto same = [](int i) { return i; };
  fair("pools/group_base.h map", [&] { return p.map(same, nothing); });
  fair("pools/group_base.h map", [&] { return p.map(same, three); });
  using results = decltype(p.imap(same, nothing));
  std::optional<results> all;
  fair("pools/imapping.h next", [&] {
    if (!all) all.emplace(p.imap(same, nothing));
    return all->next();
  });
  all.reset();
  fair("pools/imapping.h stop", [&] {
    all.emplace(p.imap(same, nothing));
    return all->stop();
  });
  all.reset();
}

TEST_CASE("values that are there") {
  green::interval ticks(1ns);
  fair("interval.h next", [&] { return ticks.next(); });
  green::watch<int> w;
  auto seen = w.receiver();
  w.set(1);
  fair("watch.h changed", [&] { return seen.changed(); });
  green::broadcast<int> b(1);
  auto values = b.receiver();
  b.close();
  fair("broadcast.h next", [&] { return values.next(); });
  fair("broadcast.h get", [&] { return values.get(); });
  green::token_bucket tokens(1e9, 1e9);
  fair("token_bucket.h take", [&] { return tokens.take(); });
  fair("token_bucket.h take", [&] { return tokens.take(1, 1s); });
}

TEST_CASE("awaitables of others that are ready") {
  const auto ready = [](const std::stop_token&) {
    return std::suspend_never();
  };
  fair("foreign.h with_stop_token",
       [&] { return green::with_stop_token(ready); });
}

TEST_CASE("several at once") {
  fair("when.h when_all", [] { return green::when_all(one(), one()); });
  fair("when.h when_any", [] { return green::when_any(one(), one()); });
  std::vector<task<int>> none;
  fair("when.h when_all", [&] { return green::when_all(none); });
}

TEST_CASE("one of several") {
  green::queue<int> q(1), empty;
  fair("choose.h choose", [&] {
    if (q.empty()) q.put_nowait(1);
    return green::choose(q.get_case(), empty.get_case(), 1h);
  });
  fair("choose.h choose",
       [&] { return green::choose(empty.get_case(), green::otherwise); });
  std::vector some{empty.get_case()};
  empty.close();
  fair("choose.h choose", [&] { return green::choose(some); });
  const std::vector<green::greenlet<int>> none;
  auto nobody = green::iwait(none);
  fair("greenlets/ended.h next", [&] { return nobody.next(); });
}

TEST_CASE("generators with elements, and without") {
  const auto endless = []() -> green::generator<int> {
    for (;;) co_yield 1;
  };
  const auto empty = []() -> green::generator<int> { co_return; };
  green::generator<int> g = endless(), none = empty();
  fair("generator::begin", [&] { return g.begin(); });
  fair("generator::next", [&] { return g.next(); });
  fair("generator::next", [&] { return none.next(); });
  auto it = green::run([&]() -> task<green::generator<int>::iterator> {
    co_return co_await g.begin();
  });
  fair("generator::iterator", [&] { return ++it; });
  fair("generator::iterator", [&] { return it++; });
}

TEST_CASE("pools of items with one that is free") {
  green::pool_of<int> pool([] { return 1; }, 1000);
  fair("pools.h item", within([&] { return pool.item(); }));
}

TEST_CASE("a function until a signal") {
  fair("signal_handler.h run_until",
       within([] { return green::run_until({SIGUSR1}, [] {}); }));
}

TEST_CASE("no hubs") {
  fair("hub.h run_on_each", [] { return green::run_on_each(0, one); });
}

TEST_CASE("helper threads") {
  green::threadpool helpers(1);
  fair("threadpool.h apply", [&] { return helpers.apply([] { return 1; }); });
  fair("threadpool.h join", [&] { return helpers.join(); });
  fair("threadpool.h join", [&] { return helpers.join(0s); });
  fair("threadpool.h to_thread",
       [] { return green::to_thread([] { return 1; }); });
}

TEST_CASE("servers that are none") {
  green::stream_server server(
      "127.0.0.1:0",
      [](green::unique_fd, green::endpoint) -> task<> { co_return; });
  fair("server.h stop", [&] { return server.stop(0s); });
  exempt("server.h serve_forever", "waits for a stop that comes later");
  exempt("server.h send_to",
         "a send of a socket, which has its line as sendto");
  fair("server.h connect_to",
       [] { return green::connect_to("unix:/nowhere/at/all"); });
  fair("server.h listen_on",
       [] { return green::listen_on("unix:/nowhere/at/all"); });
  fair("endpoint.h from_name",
       [] { return green::endpoint::from_name("127.0.0.1:1"); });
}

TEST_CASE("programs that are none") {
  namespace sp = green::subprocess;
  const auto none = [] { return sp::arguments{"/nowhere/at/all"}; };
  fair("subprocess.h run", [&] { return sp::run(none()); });
  fair("subprocess.h call", [&] { return sp::call(none()); });
  fair("subprocess.h check_call", [&] { return sp::check_call(none()); });
  fair("subprocess.h check_output", [&] { return sp::check_output(none()); });
  const std::string why = "starts a shell each time";
  exempt("subprocess.h getstatusoutput", why);
  exempt("subprocess.h getoutput", why);
}

TEST_CASE("programs that have ended") {
  namespace sp = green::subprocess;
  std::optional<sp::popen> p;
  green::run([&]() -> task<> {
    p.emplace(sp::arguments{"true"},
              sp::options().stdin(sp::pipe).stdout(sp::pipe));
    co_await p->wait();
  });
  fair("subprocess/popen.h wait", [&] { return p->wait(); });
  fair("subprocess/streams.h read_some", [&] { return p->out().read_some(1); });
  fair("subprocess/streams.h read_line", [&] { return p->out().read_line(); });
  fair("subprocess/streams.h read", [&] { return p->out().read(1); });
  fair("subprocess/streams.h write", [&] { return p->in().write("x"); });
  fair("subprocess/popen.h communicate", [&] { return p->communicate(); });
  fair("subprocess/streams.h close", [&] { return p->out().close(); });
}
