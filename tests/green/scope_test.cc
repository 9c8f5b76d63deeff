// SPDX-License-Identifier: MIT
#include "green/scope.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <exception>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

#include "green/error_handler.h"
#include "green/event.h"
#include "green/green.h"
#include "green/greenlet.h"
#include "green/hub.h"
#include "green/pool.h"
#include "green/timeout.h"
#include "tests/support/awaitables.h"
#include "tests/support/virtual_time.h"

using namespace std::chrono_literals;
using green::group;
using green::task;
using green::with_group;
using tests::dies_slowly;
using tests::fails;
using tests::late;
using tests::run_virtual;
using tests::since;

namespace {

// The words of the errors that nobody took.
class reported {
 public:
  reported()
      : before_(green::set_error_handler([this](const auto& e) {
          words += words.empty() ? "" : " ";
          words += e.message.substr(e.message.find(": ") + 2);
        })) {}
  ~reported() { green::set_error_handler(before_); }
  std::string words;

 private:
  green::error_handler before_;
};

// Says when it has ended, however.
struct end_noted {
  ~end_noted() { log += name; }
  std::string& log;
  std::string name;
};

task<> notes(std::string* log, std::string name, std::chrono::seconds length) {
  const end_noted end{*log, std::move(name)};
  co_await green::sleep(length);
}

task<> notes_and_fails(std::string* log, std::string name,
                       std::chrono::seconds length) {
  const end_noted end{*log, name};
  co_await green::sleep(length);
  throw std::runtime_error(name);
}

// Cleans up for 1 s, and then fails.
task<> fails_when_killed(std::string what) {
  try {
    co_await green::sleep(1h);
  } catch (const green::killed&) {
  }
  co_await green::sleep(1s);
  throw std::runtime_error(what);
}

}  // namespace

TEST_CASE("it ends when the body and all members have ended") {
  run_virtual([]() -> task<> {
    const auto start = green::core::now();
    std::string log;
    const auto body = [&](group& g) -> task<int> {
      g.spawn(notes, &log, "a", 3s);
      g.spawn(notes, &log, "b", 1s);
      co_await green::sleep(2s);
      log += "body";
      co_return 7;
    };
    CHECK(co_await with_group(body) == 7);
    CHECK(log == "bbodya");
    CHECK(since(start) == 3s);
    const auto longer = [&](group& g) -> task<> {
      g.spawn(notes, &log, "c", 1s);
      co_await green::sleep(5s);
    };
    co_await with_group(longer);
    CHECK(since(start) == 8s);
  });
}

TEST_CASE("the result of the body may be all that a task gives") {
  run_virtual([]() -> task<> {
    const auto owns = [](group&) -> task<std::unique_ptr<int>> {
      co_return std::make_unique<int>(4);
    };
    CHECK(*co_await with_group(owns) == 4);
    int here = 0;
    const auto refers = [&](group&) -> task<int&> { co_return here; };
    CHECK(&co_await with_group(refers) == &here);
    const auto plain = [](group& g) {
      g.spawn(late, 10);
      return std::string("plain");
    };
    CHECK(co_await with_group(plain) == "plain");
    const auto nothing = [](group& g) { g.spawn(late, 10); };
    static_assert(std::is_same_v<decltype(with_group(nothing)), task<>>);
    const auto start = green::core::now();
    co_await with_group(nothing);
    CHECK(since(start) == 10ms);
  });
}

TEST_CASE("members spawn members, for which the scope waits, too") {
  run_virtual([]() -> task<> {
    const auto start = green::core::now();
    std::string log;
    const auto spawns = [&](group* g) -> task<> {
      co_await green::sleep(2s);
      g->spawn(notes, &log, "grandchild", 2s);
    };
    const auto body = [&](group& g) { g.spawn(spawns, &g); };
    co_await with_group(body);
    CHECK(log == "grandchild");
    CHECK(since(start) == 4s);
  });
}

TEST_CASE("the first error kills the rest, and is thrown when all have ended") {
  run_virtual([]() -> task<> {
    const auto start = green::core::now();
    std::string log, children;
    const auto body = [&](group& g) -> task<> {
      g.spawn(notes_and_fails, &log, "first ", 1s);
      g.spawn([&children] { return dies_slowly(children); });
      const end_noted end{log, "body "};
      co_await green::sleep(1h);
    };
    CHECK_THROWS_WITH(co_await with_group(body), "first ");
    CHECK(log == "first body ");
    CHECK(children == "killed cleaned ");
    CHECK(since(start) == 1s + 50ms);
  });
}

TEST_CASE("an error of the body kills the members") {
  run_virtual([]() -> task<> {
    const auto start = green::core::now();
    std::string log;
    const auto body = [&](group& g) -> task<int> {
      g.spawn([&log] { return dies_slowly(log); });
      co_await green::sleep(1s);
      throw std::runtime_error("the body's");
    };
    CHECK_THROWS_WITH(co_await with_group(body), "the body's");
    CHECK(log == "killed cleaned ");
    CHECK(since(start) == 1s + 50ms);
  });
}

TEST_CASE("further errors are reported, and no other") {
  reported errors;
  run_virtual([]() -> task<> {
    const auto body = [](group& g) -> task<> {
      g.spawn(fails, 10);
      g.spawn(fails_when_killed, "second");
      co_await fails_when_killed("third");
    };
    CHECK_THROWS_WITH(co_await with_group(body), "after 10");
  });
  const bool both =
      errors.words == "second third" || errors.words == "third second";
  CHECK(both);
}

TEST_CASE("an error of an item of map belongs to its caller") {
  run_virtual([]() -> task<> {
    const std::vector<int> items = {10, 20};
    const auto body = [&](group& g) -> task<int> {
      try {
        co_await g.map(fails, items);
      } catch (const std::runtime_error&) {
        co_return 1;
      }
      co_return 0;
    };
    CHECK(co_await with_group(body) == 1);
  });
}

TEST_CASE("a member that is killed ends normally, a killed body is missed") {
  run_virtual([]() -> task<> {
    const auto kills_one = [](group& g) -> task<int> {
      co_await g.spawn(late, 1'000).kill();
      co_await g.kill();
      co_return 5;
    };
    CHECK(co_await with_group(kills_one) == 5);
    const auto dies = [](group&) -> task<> {
      co_await green::getcurrent().kill();
    };
    CHECK_THROWS_AS(co_await with_group(dies), green::greenlet_exit);
  });
}

TEST_CASE(
    "a kill of the waiting one kills all, and goes on when all have ended") {
  run_virtual([]() -> task<> {
    const auto start = green::core::now();
    std::string log;
    bool went_on = false;
    const auto waits = [&]() -> task<> {
      const auto body = [&](group& g) -> task<> {
        g.spawn([&log] { return dies_slowly(log); });
        const end_noted end{log, "body "};
        co_await green::sleep(1h);
      };
      co_await with_group(body);
      went_on = true;
    };
    const auto g = green::spawn(waits);
    co_await green::sleep(1s);
    co_await g.kill();
    CHECK(g.was_killed());
    CHECK_FALSE(went_on);
    CHECK(log == "body killed cleaned ");
    CHECK(since(start) == 1s + 50ms);
  });
}

TEST_CASE("a kill after the body's end kills the members") {
  run_virtual([]() -> task<> {
    std::string log;
    const auto waits = [&]() -> task<> {
      const auto body = [&](group& g) {
        g.spawn(notes, &log, "member", 1h * 1);
      };
      co_await with_group(body);
      log += "went on";
    };
    const auto start = green::core::now();
    const auto g = green::spawn(waits);
    co_await green::sleep(1s);
    co_await g.kill();
    CHECK(g.was_killed());
    CHECK(log == "member");
    CHECK(since(start) == 1s);
  });
}

TEST_CASE("a timeout of the waiting one kills all, and is thrown") {
  run_virtual([]() -> task<> {
    const auto start = green::core::now();
    std::string log;
    const auto body = [&](group& g) -> task<> {
      g.spawn([&log] { return dies_slowly(log); });
      const green::timeout inner(1h);
      co_await green::sleep(1h);
    };
    const green::timeout limit(2s);
    bool expired = false;
    try {
      co_await with_group(body);
    } catch (const green::timed_out& e) {
      expired = e.from(limit);
    }
    CHECK(expired);
    CHECK(log == "killed cleaned ");
    CHECK(since(start) == 2s + 50ms);
  });
}

TEST_CASE("a second interrupt kills those that survived the first") {
  run_virtual([]() -> task<> {
    const auto start = green::core::now();
    const auto body = [](group& g) {
      g.spawn([]() -> task<> {
        try {
          co_await green::sleep(1h);
        } catch (const green::killed&) {
        }
        co_await green::sleep(1h);
      });
    };
    const green::timeout last(3s);
    {
      const green::timeout limit(2s);
      CHECK_THROWS_AS(co_await with_group(body), green::timed_out);
    }
    CHECK(since(start) == 3s);
    CHECK_THROWS_AS(co_await green::sleep(1h), green::timed_out);
    CHECK(since(start) == 3s);
  });
}

TEST_CASE("an error that came before the kill is thrown, the kill later") {
  reported errors;
  run_virtual([]() -> task<> {
    std::string log, children;
    const auto waits = [&]() -> task<> {
      const auto body = [&](group& g) {
        g.spawn(fails, 10);
        g.spawn([&children] { return dies_slowly(children); });
      };
      try {
        co_await with_group(body);
      } catch (const std::runtime_error&) {
        log += "error ";
      }
      try {
        co_await green::sleep(1h);
      } catch (const green::killed&) {
        log += "killed";
      }
    };
    const auto g = green::spawn(waits);
    co_await green::sleep(20ms);
    co_await g.kill();
    CHECK(log == "error killed");
  });
  CHECK(errors.words == "");
}

TEST_CASE("errors after the kill are reported") {
  reported errors;
  run_virtual([]() -> task<> {
    const auto waits = []() -> task<> {
      const auto body = [](group& g) {
        g.spawn(fails_when_killed, "member");
        return fails_when_killed("body");
      };
      co_await with_group(body);
    };
    const auto g = green::spawn(waits);
    co_await green::sleep(1s);
    co_await g.kill();
    CHECK(g.was_killed());
  });
  CHECK(errors.words.size() == std::string("member body").size());
}

TEST_CASE("a kill before the wait starts nothing") {
  run_virtual([]() -> task<> {
    bool ran = false;
    const auto waits = [&]() -> task<> {
      green::getcurrent().kill_nowait();
      const auto body = [&](group&) { ran = true; };
      co_await with_group(body);
    };
    co_await green::spawn(waits).join();
    CHECK_FALSE(ran);
  });
}

TEST_CASE("a result that is there when the kill comes is delivered") {
  run_virtual([]() -> task<> {
    int got = 0;
    const auto waits = [&]() -> task<> {
      const auto body = [](group&) { return late(20); };
      got = co_await with_group(body);
      co_await green::sleep(1h);
    };
    const auto g = green::spawn(waits);
    co_await green::sleep(0s);
    co_await green::sleep(0s);
    co_await green::sleep(20ms);  // the body ends first, then this kill comes
    co_await g.kill();
    CHECK(got == 20);
    CHECK(g.was_killed());
  });
}

TEST_CASE("a member that enters a dying scope is killed before its start") {
  run_virtual([]() -> task<> {
    bool ran = false;
    const auto body = [&](group& g) -> task<> {
      g.spawn(fails, 10);
      try {
        co_await green::sleep(1h);
      } catch (const green::killed&) {
      }
      const auto late_one = g.spawn([&ran] { ran = true; });
      co_await late_one.join();
      CHECK(late_one.was_killed());
      auto outside =
          green::spawn([]() -> task<> { co_await green::sleep(1h); });
      g.add(outside);
      co_await outside.join();
    };
    CHECK_THROWS_WITH(co_await with_group(body), "after 10");
    CHECK_FALSE(ran);
  });
}

TEST_CASE("a group whose scope has ended refuses members") {
  run_virtual([]() -> task<> {
    group* kept = nullptr;
    const auto body = [&](group& g) { kept = &g; };
    co_await with_group(body);
    const auto keeps_nothing = [](group&) {};
    for (int i = 0; i < 10; ++i) co_await with_group(keeps_nothing);
    CHECK_THROWS_AS(kept->spawn(late, 1), std::logic_error);
    auto g = green::spawn(late, 1);
    CHECK_THROWS_AS(kept->add(g), std::logic_error);
    const std::vector<int> items = {1};
    CHECK_THROWS_AS(co_await kept->map(late, items), std::logic_error);
    CHECK(kept->empty());
    co_await kept->join();
    co_await g.join();
  });
}

TEST_CASE("memory of many scopes is used again") {
  run_virtual([]() -> task<> {
    std::vector<group*> seen;
    const auto body = [&](group& g) -> task<> {
      seen.push_back(&g);
      g.spawn(late, 1);
      co_return;
    };
    for (int i = 0; i < 300; ++i) co_await with_group(body);
    CHECK(std::ranges::count(seen, seen.back()) > 1);
  });
}

TEST_CASE("a deadlock ends the scope with loop_exit") {
  const auto waits = []() -> task<> {
    const auto body = [](group& g) {
      g.spawn([] { return green::sleep(green::deadline::never()); });
    };
    co_await with_group(body);
  };
  CHECK_THROWS_AS(green::run(waits), green::loop_exit);
}

TEST_CASE("a hub ends members that will not die before the one that waits") {
  std::string log;
  const auto never_dies = [&](const std::string& parents) -> task<> {
    const end_noted end{log, "child "};
    for (;;) {
      try {
        co_await green::sleep(1h);
      } catch (const green::killed&) {
        log += parents;
      }
    }
  };
  run_virtual([&]() -> task<> {
    const auto parent = [&]() -> task<> {
      const end_noted end{log, "parent"};
      const std::string mine(30, '.');  // on the heap
      const auto body = [&](group& g) { g.spawn(never_dies, std::ref(mine)); };
      co_await with_group(body);
    };
    green::spawn(parent);
    co_await green::sleep(1ms);
  });
  CHECK(log.ends_with("child parent"));
}

TEST_CASE("the dump says what a scope waits for") {
  run_virtual([]() -> task<> {
    const green::any_greenlet parent = green::getcurrent();
    std::string with_body, alone;
    const auto body = [&](group& g) -> task<> {
      g.spawn([&]() -> task<> {
        co_await green::sleep(2s);
        alone = parent.state().describe_wait();
      });
      co_await green::sleep(1s);
      with_body = parent.state().describe_wait();
    };
    co_await with_group(body);
    CHECK(with_body.find(", its body and 1 members at ") != std::string::npos);
    CHECK(alone.starts_with("scope of group 0x"));
    CHECK(alone.find("body") == std::string::npos);
  });
}

TEST_CASE("members of other hubs are waited for, and killed") {
  // A member is spawned from the other hub; the last end comes from there.
  green::run([]() -> task<> {
    for (int round = 0; round < 50; ++round) {
      std::atomic<int> ended = 0;
      green::event here;
      std::exception_ptr failed;
      std::thread other;
      const auto body = [&](group& g) -> task<> {
        other = std::thread([&] {
          green::run([&]() -> task<> {
            const auto member = [&]() -> task<> {
              const std::shared_ptr<void> end(nullptr, [&](void*) { ++ended; });
              co_await green::sleep(round % 2 == 0 ? 0s : 3'600s);
            };
            const auto one = g.spawn(member), two = g.spawn(member);
            here.set();
            co_await one.join();
            co_await two.join();
          });
        });
        co_await here.wait();
        if (round % 2 == 1) throw std::runtime_error("kills them");
      };
      try {
        co_await with_group(body);
      } catch (const std::runtime_error&) {
        failed = std::current_exception();
      }
      CHECK(ended == 2);
      CHECK((failed != nullptr) == (round % 2 == 1));
      other.join();
    }
  });
}

TEST_CASE("a failure on another hub kills the body") {
  green::run([]() -> task<> {
    std::thread other;
    const auto body = [&](group& g) -> task<> {
      other = std::thread([&] {
        green::run([&]() -> task<> { co_await g.spawn(fails, 1).join(); });
      });
      co_await green::sleep(1h);
    };
    CHECK_THROWS_WITH(co_await with_group(body), "after 1");
    other.join();
  });
}

TEST_CASE("a shield holds up a kill and older timeouts until its end") {
  run_virtual([]() -> task<> {
    std::string log;
    const auto start = green::core::now();
    const auto shielded = [&]() -> task<> {
      const green::timeout limit(1s);
      try {
        {
          const green::shield undisturbed;
          co_await green::sleep(5s);
          log += "whole ";
        }
        co_await green::sleep(1h);
      } catch (const green::timed_out& e) {
        log += e.from(limit) ? "timed out " : "other ";
      }
      try {
        co_await green::sleep(1h);
      } catch (const green::killed&) {
        log += "killed";
      }
    };
    const auto g = green::spawn(shielded);
    co_await green::sleep(2s);
    co_await g.kill();
    CHECK(log == "whole timed out killed");
    CHECK(since(start) == 5s);
  });
}

TEST_CASE("a timeout that is made in the innermost shield passes it") {
  run_virtual([]() -> task<> {
    const auto start = green::core::now();
    const auto body = [&]() -> task<> {
      const green::shield outer;
      const green::timeout between(2s);
      {
        const green::shield inner;
        bool by_inner = false;
        const green::timeout limit(1s);
        try {
          co_await green::sleep(3s);
        } catch (const green::timed_out& e) {
          by_inner = e.from(limit);
        }
        CHECK(by_inner);
        CHECK(since(start) == 1s);
        co_await green::sleep(3s);  // between comes at 2 s, and is held up
        CHECK(since(start) == 4s);
      }
      bool by_between = false;
      try {
        co_await green::sleep(1h);
      } catch (const green::timed_out& e) {
        by_between = e.from(between);
      }
      CHECK(by_between);
      CHECK(since(start) == 4s);
      co_await green::sleep(1s);  // outside is still held up
    };
    const green::timeout outside(500ms);
    co_await body();
    CHECK(since(start) == 5s);
    CHECK_THROWS_AS(co_await green::sleep(1h), green::timed_out);
    CHECK(since(start) == 5s);
  });
}

TEST_CASE("a shield outside of green threads says so") {
  // greenify: allow(lost) its end is the subject
  CHECK_THROWS_AS(static_cast<void>(green::shield()), std::logic_error);
  CHECK_THROWS_WITH(static_cast<void>(green::shield()),
                    "green::shield: no green thread runs here: make it in a "
                    "function that green::run or spawn runs");
}

TEST_CASE("the cleanup of try_finally follows a value and an error") {
  run_virtual([]() -> task<> {
    int cleaned = 0;
    const auto waits = [&]() -> task<> {
      co_await green::sleep(1s);
      ++cleaned;
    };
    const auto plain = [&] { ++cleaned; };
    const auto value = [] { return late(10); };
    CHECK(co_await green::try_finally(value, waits) == 10);
    CHECK(cleaned == 1);
    CHECK(co_await green::try_finally([] { return 3; }, plain) == 3);
    CHECK(cleaned == 2);
    const auto error = [] { return fails(10); };
    CHECK_THROWS_WITH(co_await green::try_finally(error, waits), "after 10");
    CHECK(cleaned == 3);
    const auto throws = [] { throw std::runtime_error("at once"); };
    CHECK_THROWS_WITH(co_await green::try_finally(throws, plain), "at once");
    CHECK(cleaned == 4);
  });
}

TEST_CASE("the cleanup of try_finally is whole in spite of kills") {
  run_virtual([]() -> task<> {
    const auto start = green::core::now();
    std::string log;
    const auto body = [&]() -> task<> {
      const auto work = [] { return green::sleep(1h); };
      const auto clean_up = [&]() -> task<> {
        co_await green::sleep(2s);
        log += "clean ";
      };
      try {
        co_await green::try_finally(work, clean_up);
      } catch (const green::killed&) {
        log += "killed ";
      }
      try {
        co_await green::sleep(1h);
      } catch (const green::killed&) {
        log += "killed again";
      }
    };
    const auto g = green::spawn(body);
    co_await green::sleep(1s);
    g.kill_nowait();
    co_await green::sleep(1s);
    co_await g.kill();
    CHECK(log == "clean killed killed again");
    CHECK(since(start) == 3s);
  });
}

TEST_CASE("after a kill a timeout ends the shielded cleanup") {
  run_virtual([]() -> task<> {
    const auto start = green::core::now();
    std::string log;
    const auto body = [&]() -> task<> {
      const green::timeout outer(90min);
      const auto work = [] { return green::sleep(1h); };
      const auto clean_up = [&]() -> task<> {
        try {
          const green::timeout limit(2s);
          co_await green::sleep(1h);
        } catch (const green::timed_out&) {
          log += "cut short";
        }
      };
      co_await green::try_finally(work, clean_up);
    };
    const auto g = green::spawn(body);
    co_await green::sleep(1s);
    co_await g.kill();
    CHECK(g.was_killed());
    CHECK(log == "cut short");
    CHECK(since(start) == 3s);
  });
}

TEST_CASE("a cleanup that throws wins, and the first error is reported") {
  reported errors;
  run_virtual([]() -> task<> {
    const auto error = [] { return fails(10); };
    const auto cleanup = []() -> task<> {
      co_await green::sleep(1s);
      throw std::logic_error("of the cleanup");
    };
    CHECK_THROWS_WITH(co_await green::try_finally(error, cleanup),
                      "of the cleanup");
    const auto value = [] { return late(10); };
    CHECK_THROWS_WITH(co_await green::try_finally(value, cleanup),
                      "of the cleanup");
  });
  CHECK(errors.words == "after 10");
}

TEST_CASE("a cleanup that throws does not lose the kill") {
  reported errors;
  run_virtual([]() -> task<> {
    std::string log;
    const auto body = [&]() -> task<> {
      const auto work = [] { return green::sleep(1h); };
      const auto cleanup = [] { throw std::logic_error("of the cleanup"); };
      try {
        co_await green::try_finally(work, cleanup);
      } catch (const std::logic_error&) {
        log += "error ";
      }
      co_await green::sleep(1h);
      log += "went on";
    };
    const auto g = green::spawn(body);
    co_await green::sleep(1s);
    co_await g.kill();
    CHECK(g.was_killed());
    CHECK(log == "error ");
  });
  CHECK(errors.words == "");
}
