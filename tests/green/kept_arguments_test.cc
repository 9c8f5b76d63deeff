// SPDX-License-Identifier: MIT
// A coroutine begins later than it is called. What an argument is converted
// into for a parameter that is a reference lives until the coroutine has ended
// all the same, as std::thread keeps it for a function. All that calls a
// function for the user, with each kind of function and of conversion.
#include <doctest/doctest.h>

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <new>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

#include "green/core/invocation.h"
#include "green/future"
#include "green/green.h"
#include "green/greenlet.h"
#include "green/mutex"
#include "green/pool.h"
#include "green/server.h"
#include "green/thread"
#include "green/threadpool.h"
#include "green/timeout.h"
#include "tests/support/virtual_time.h"

using namespace std::chrono_literals;
using green::task;
using green::core::binds_temporary;

namespace {

constexpr const char* text = "a literal much too long for the small string";

/// Made from text, and overwrites what it was when it ends.
class word {
 public:
  word(const char* t) : text_(t), alive_(std::make_unique<int>(++count)) {}
  word(const std::string& t) : word(t.c_str()) {}
  word(word&& other) noexcept = default;
  ~word() {
    if (alive_ != nullptr) --count;
    text_.assign(text_.size(), '?');
  }
  const std::string& get() const { return text_; }
  static inline int count = 0;

 private:
  std::string text_;
  std::unique_ptr<int> alive_;
};

// ---- Functions of each kind ----

// What they saw, after others have run on the same memory.
std::vector<std::string> seen;

task<> note(const word& w) {
  for (int turn = 0; turn < 3; ++turn) {
    co_await green::sleep();
    std::string clutter(20 + 40 * static_cast<std::size_t>(turn), '!');
    std::vector<std::unique_ptr<word>> more;
    for (int i = 0; i < 10; ++i) more.push_back(std::make_unique<word>("no"));
  }
  seen.push_back(w.get());
}

task<> take(const word& w) { return note(w); }
task<> take_moved(word&& w) { return note(w); }
task<> take_const(const word& w) noexcept { return note(w); }

struct object {
  task<> member(const word& w) { return note(w); }
  task<> constant(const word& w) const& noexcept { return note(w); }
};
struct functor {
  task<> operator()(const word& w) const { return note(w); }
};
struct overloaded {
  task<> operator()(const word& w) { return note(w); }
  task<> operator()(std::vector<int>) { co_return; }
};
struct with_default {
  task<> operator()(const word& w = text) { return note(w); }
};
struct generic {
  template <class... More>
  task<> operator()(const word& w, More...) const {
    return note(w);
  }
};

const auto lambda = [](const word& w) -> task<> { return note(w); };
const auto mutable_lambda = [](const word& w) mutable -> task<> {
  return note(w);
};
const std::function<task<>(const word&)> function = take;

// Calls start(f) for each of them, where start(f) has f called with text.
template <class Start>
task<> with_each(Start start) {
  seen.clear();
  co_await start(take);
  co_await start(&take);
  co_await start(take_moved);
  co_await start(take_const);
  co_await start(functor());
  co_await start(overloaded());
  co_await start(generic());
  co_await start(lambda);
  co_await start(mutable_lambda);
  co_await start(function);
  auto named = overloaded();
  co_await start(std::ref(named));
  CHECK(seen == std::vector<std::string>(11, text));
  CHECK(word::count == 0);
}

}  // namespace

static_assert(binds_temporary<const std::string&, const char*>());
static_assert(binds_temporary<std::string&&, const char*>());
static_assert(binds_temporary<const long&, int>());
static_assert(binds_temporary<const std::string_view&, std::string>());
static_assert(binds_temporary<const std::function<void()>&, void (*)()>());
static_assert(!binds_temporary<const std::string&, std::string>());
static_assert(!binds_temporary<std::string&&, std::string>());
static_assert(!binds_temporary<std::string, const char*>());
static_assert(!binds_temporary<int&, std::reference_wrapper<int>>());
static_assert(!binds_temporary<const int&, std::reference_wrapper<int>>());
static_assert(!binds_temporary<const std::exception&, std::bad_alloc>());
static_assert(!binds_temporary<const std::exception&, std::bad_alloc&>());
static_assert(!binds_temporary<int* const&, int*>());

TEST_CASE("green::thread and jthread keep what they convert") {
  const auto by_thread = [](auto f) -> task<> {
    green::thread t(f, text);
    co_await t.join();
  };
  const auto by_jthread = [](auto f) -> task<> {
    green::jthread t(f, text);
    co_await t.join();
  };
  green::run(with_each<decltype(by_thread)>, by_thread);
  green::run(with_each<decltype(by_jthread)>, by_jthread);
}

TEST_CASE("spawn and spawn_later keep what they convert") {
  const auto by_spawn = [](auto f) -> task<> {
    co_await green::spawn(f, text).get();
  };
  const auto by_spawn_later = [](auto f) -> task<> {
    co_await green::spawn_later(1s, f, text).get();
  };
  tests::run_virtual(with_each<decltype(by_spawn)>, by_spawn);
  tests::run_virtual(with_each<decltype(by_spawn_later)>, by_spawn_later);
}

TEST_CASE("groups and pools keep what they convert") {
  const auto by_group = [](auto f) -> task<> {
    green::group g;
    co_await g.spawn(f, text).get();
  };
  const auto by_pool = [](auto f) -> task<> {
    green::pool p(1);
    const auto first = co_await p.spawn(f, text);
    const auto second = co_await p.spawn(note, text);  // waits for its place
    co_await first.get();
    co_await second.get();
    seen.pop_back();
  };
  const auto by_spawn_nowait = [](auto f) -> task<> {
    green::pool p(1);
    co_await p.spawn_nowait(f, text).get();
  };
  green::run(with_each<decltype(by_group)>, by_group);
  green::run(with_each<decltype(by_pool)>, by_pool);
  green::run(with_each<decltype(by_spawn_nowait)>, by_spawn_nowait);
}

TEST_CASE("map and imap keep what they convert items into") {
  const auto by_map = [](auto f) -> task<> {
    green::pool p(2);
    const std::vector<const char*> items(2, text);
    co_await p.map(f, items);
    seen.pop_back();
  };
  const auto by_imap = [](auto f) -> task<> {
    green::group g;
    const std::vector<const char*> items(1, text);
    auto results = g.imap(f, items);
    while (co_await results.next()) {
    }
  };
  green::run(with_each<decltype(by_map)>, by_map);
  green::run(with_each<decltype(by_imap)>, by_imap);
}

TEST_CASE("async and packaged_task keep what they convert") {
  const auto by_async = [](auto f) -> task<> {
    co_await green::async(f, text).get();
  };
  const auto by_deferred = [](auto f) -> task<> {
    co_await green::async(green::launch::deferred, f, text).get();
  };
  const auto by_packaged_task = [](auto f) -> task<> {
    green::packaged_task<void(const char*)> packaged(f);
    auto result = packaged.get_future();
    co_await packaged(text);
    co_await result.get();
  };
  green::run(with_each<decltype(by_async)>, by_async);
  green::run(with_each<decltype(by_deferred)>, by_deferred);
  green::run(with_each<decltype(by_packaged_task)>, by_packaged_task);
}

TEST_CASE("with_timeout, call_once and run keep what they convert") {
  const auto by_timeout = [](auto f) -> task<> {
    co_await green::with_timeout(1h, f, text);
  };
  const auto by_call_once = [](auto f) -> task<> {
    green::once_flag flag;
    co_await green::call_once(flag, f, text);
  };
  const auto by_run = [](auto f) -> task<> {
    std::thread([&f] { green::run(f, text); }).join();
    co_return;
  };
  green::run(with_each<decltype(by_timeout)>, by_timeout);
  green::run(with_each<decltype(by_call_once)>, by_call_once);
  green::run(with_each<decltype(by_run)>, by_run);
}

TEST_CASE("members keep what they convert, on objects, pointers and others") {
  green::run([]() -> task<> {
    seen.clear();
    object own;
    co_await green::spawn(&object::member, object(), text).get();
    co_await green::spawn(&object::member, &own, text).get();
    co_await green::spawn(&object::constant, std::ref(own), text).get();
    co_await green::spawn(&object::constant, std::make_shared<object>(), text)
        .get();
    co_await green::async(&object::member, &own, text).get();
    CHECK(seen == std::vector<std::string>(5, text));
  });
}

TEST_CASE("a default argument lives until the coroutine has ended") {
  green::run([]() -> task<> {
    seen.clear();
    co_await green::spawn(with_default()).get();
    green::thread t{with_default()};
    co_await t.join();
    co_await green::async(with_default()).get();
    co_await green::with_timeout(1h, with_default());
    CHECK(seen == std::vector<std::string>(4, text));
  });
}

TEST_CASE("a conversion is made of the copy, which lives as long") {
  green::run([]() -> task<> {
    std::string got;
    const auto view = [&got](const std::string_view& part) -> task<> {
      co_await green::sleep();
      got = part;
    };
    green::greenlet<> g;
    {
      const std::string own = text;
      g = green::spawn(view, own);
    }
    co_await g.get();
    CHECK(got == text);
    long number = 0;
    const auto widen = [&number](const long& n, double&& d) -> task<> {
      co_await green::sleep();
      number = n + static_cast<long>(d);
    };
    co_await green::spawn(widen, 40, 2.5F).get();
    CHECK(number == 42);
  });
}

TEST_CASE("what needs no conversion is not copied once more") {
  green::run([]() -> task<> {
    std::string own = text;
    const std::string* first = nullptr;
    const std::string* second = nullptr;
    const auto look = [&](const std::string& a,
                          const std::string& b) -> task<> {
      first = &a;
      second = &b;
      co_return;
    };
    co_await green::spawn(look, std::ref(own), std::cref(own)).get();
    CHECK(first == &own);
    CHECK(second == &own);
    const auto derived = [](const std::exception& e) -> task<std::string> {
      co_await green::sleep();
      co_return e.what();
    };
    CHECK(co_await green::spawn(derived, std::runtime_error("it is whole"))
              .get() == "it is whole");
  });
}

TEST_CASE("what was converted is gone when the green thread has ended") {
  green::run([]() -> task<> {
    const auto g = green::spawn(take, text);
    co_await g.join();
    CHECK(word::count == 0);  // the handle is still there
    const auto killed = green::spawn(take, text);
    co_await green::sleep();
    co_await killed.kill();
    CHECK(word::count == 0);
    const auto never = green::spawn(take, text);
    co_await never.kill();
    CHECK(word::count == 0);
  });
}

TEST_CASE("a conversion that throws is the function's own error") {
  struct picky {
    picky(int) { throw std::runtime_error("not this"); }
  };
  green::run([]() -> task<> {
    const auto f = [](const picky&) -> task<> { co_return; };
    CHECK_THROWS_AS(co_await green::spawn(f, 1).get(), std::runtime_error);
    CHECK_THROWS_AS(co_await green::async(f, 1).get(), std::runtime_error);
    CHECK_THROWS_AS(co_await green::with_timeout(1h, f, 1), std::runtime_error);
  });
}

TEST_CASE("a threadpool's functions get what is converted") {
  green::run([]() -> task<> {
    green::threadpool tp(1);
    const auto size = [](const std::string& s) { return s.size(); };
    CHECK(co_await tp.apply(size, text) == std::string(text).size());
    CHECK(co_await tp.spawn(size, text).get() == std::string(text).size());
  });
}

TEST_CASE("a server's handler may take its arguments by reference") {
  using handler = green::datagram_server::handler;
  std::string got;
  const auto see = [&got](const std::string& data) -> task<> {
    co_await green::sleep();
    got = data;
  };
  const std::vector<handler> all{
      [&](std::string data, green::endpoint) -> task<> { co_await see(data); },
      [&](const std::string& data, const green::endpoint&) -> task<> {
        co_await see(data);
      },
      [&](std::string&& data, green::endpoint&&) -> task<> {
        co_await see(data);
      },
      [&](std::string_view data, const green::endpoint&) -> task<> {
        co_await see(std::string(data));
      },
      [&](const std::string_view& data, green::endpoint) -> task<> {
        co_await see(std::string(data));
      },
      [&](const auto& data, const auto&...) -> task<> { co_await see(data); }};
  green::run([&]() -> task<> {
    for (const handler& h : all) {
      std::string data = text;
      green::endpoint from;
      got.clear();
      co_await h(std::move(data), std::move(from));
      CHECK(got == text);
    }
  });
  CHECK_FALSE(handler());
  CHECK_FALSE(handler(nullptr));
  CHECK_FALSE(handler(std::function<task<>(std::string, green::endpoint)>()));
  task<> (*none)(const std::string_view&, green::endpoint) = nullptr;
  CHECK_FALSE(handler(none));
}
