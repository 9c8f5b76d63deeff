// SPDX-License-Identifier: MIT
// hiredis, unmodified, against a redis server.
#include <doctest/doctest.h>
#include <hiredis/hiredis.h>

#include <memory>
#include <string>

#include "tests/clients/cases.h"
#include "tests/clients/redis.h"

using green::patcher::import_patched;
using std::string;
using tests::redis;

TEST_CASE("hiredis waits on fibers") { tests::check_client<redis>(); }

TEST_CASE("tasks wait in redis for each other") {
  redis server;
  const tests::patched_client<redis> patched;
  green::run([&]() -> green::task<> {
    // Each waits for its own key, then sets the next one's.
    const auto work = [&](int n) {
      redis::session s(server);
      if (n == 0) s.push("list0", "word");
      const string got = s.pop("list" + std::to_string(n));
      s.push("list" + std::to_string(n + 1), got);
      return got == "word" ? 1 : 0;
    };
    CHECK(co_await tests::gather(work) == tests::tasks);
  });
}

TEST_CASE("a separate copy of hiredis waits, and the other one blocks") {
  if (tests::has_sanitizer()) return;
  redis server;
  const auto copy =
      import_patched(redis::module, green::patcher::separate_copy);
  CHECK_FALSE(green::patcher::is_module_patched(redis::module));
  green::run([&]() -> green::task<> {
    const auto work = [&](int n) {
      auto* const c = copy.get<decltype(::redisConnect)>("redisConnect")(
          "127.0.0.1", server.port());
      const auto command = copy.get<decltype(::redisCommand)>("redisCommand");
      command(c, "CLIENT SETNAME copy");
      auto* const got = static_cast<redisReply*>(command(c, "BLPOP l%d 0", n));
      const bool right = got != nullptr && got->elements == 2;
      freeReplyObject(got);
      copy.get<decltype(::redisFree)>("redisFree")(c);
      return right ? 1 : 0;
    };
    auto giver = green::spawn([&]() -> green::task<> {
      co_await until_waiting(server, "copy", 5);
      redis::session s(server);
      for (int n = 0; n < 5; ++n) s.push("l" + std::to_string(n), "word");
    });
    CHECK(co_await tests::gather(work, 5) == 5);
    co_await giver.join();
  });
  green::patcher::unpatch();
}
