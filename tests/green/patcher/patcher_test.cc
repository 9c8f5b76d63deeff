// SPDX-License-Identifier: MIT
#include "green/patcher.h"

#include <dlfcn.h>
#include <doctest/doctest.h>
#include <pthread.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <stdexcept>
#include <string>
#include <system_error>
#include <thread>
#include <type_traits>
#include <vector>

#include "green/hub/socket_timeout.h"
#include "tests/support/shared_object.h"
#include "tests/support/sockets.h"

using green::patcher::get_original;
using green::patcher::import_patched;
using green::patcher::is_anything_patched;
using green::patcher::is_module_patched;
using green::patcher::is_monkey_patched;
using green::patcher::is_object_patched;
using green::patcher::module;
using green::patcher::monkey_patch;
using green::patcher::on;
using green::patcher::report;
using green::patcher::unpatch;
using tests::shared_object;

namespace {

bool names(const report& r, const std::string& module) {
  using one = green::patcher::patched_module;
  return std::ranges::count(r.patched, module, &one::name) == 1;
}

// Restores everything at the end of a test.
struct restored {
  ~restored() { unpatch(); }
};

}  // namespace

TEST_CASE("time limits of sockets are expected where one may be set unseen") {
  const restored at_end;
  std::atomic<bool>& expected = green::hub::socket_timeouts_in_use;
  expected = false;
  monkey_patch();
  CHECK_FALSE(expected);
  {
    const auto ends = tests::stream_pair();
    const timeval limit{.tv_sec = 5, .tv_usec = 0};
    CHECK(::syscall(SYS_setsockopt, int(ends.a), SOL_SOCKET, SO_SNDTIMEO,
                    &limit, sizeof limit) == 0);
    monkey_patch();
    CHECK(expected);
  }
  expected = false;
  monkey_patch();
  CHECK_FALSE(expected);
  unpatch();
  CHECK(expected);
  expected = false;
  green::patcher::patch_time();
  CHECK(expected);
}

TEST_CASE("monkey_patch patches, says so, and is undone") {
  const restored at_end;
  const shared_object so("lazy");
  CHECK_FALSE(is_anything_patched());
  CHECK_FALSE(is_monkey_patched("socket"));
  const report done = monkey_patch();
  CHECK(done.modules == done.patched.size());
  CHECK(done.slots >= done.modules);
  CHECK(names(done, "lazy.so"));
  CHECK_FALSE(names(done, "libc.so.6"));
  CHECK(is_anything_patched());
  CHECK(is_monkey_patched("socket"));
  CHECK(is_monkey_patched("time"));
  CHECK(is_module_patched(so.path().c_str()));
  CHECK_FALSE(is_module_patched("libc.so.6"));
  CHECK_FALSE(is_module_patched("no_such_library.so"));

  const report again = monkey_patch();
  CHECK(again.modules == 0);
  CHECK(again.slots == 0);

  // patch_all makes fibers of threads, too.
  CHECK_FALSE(is_monkey_patched("create"));
  const report more = green::patcher::patch_all();
  CHECK(more.slots > 0);
  CHECK(is_monkey_patched("create"));

  CHECK(unpatch() == done.slots + more.slots);
  CHECK_FALSE(is_anything_patched());
  CHECK_FALSE(is_monkey_patched("socket"));
  CHECK_FALSE(is_module_patched(so.path().c_str()));
  CHECK(unpatch() == 0);
}

TEST_CASE("each patch_ function patches its own group") {
  namespace monkey = green::monkey;
  struct one {
    const char* group;
    const char* function;
    report (*patch)();
  };
  const one all[] = {
      {"socket", "call_recv", [] { return monkey::patch_socket(false); }},
      {"dns", "call_getaddrinfo", monkey::patch_dns},
      {"select", "call_poll", monkey::patch_select},
      {"time", "call_nanosleep", monkey::patch_time},
      {"os", "call_waitpid", monkey::patch_os},
      {"thread", "call_pthread_mutex_lock", monkey::patch_thread},
      {"subprocess", "call_system", monkey::patch_subprocess},
  };
  const shared_object so("now");
  for (const one& each : all) {
    const restored at_end;
    CHECK(each.patch().slots > 0);
    for (const one& other : all) {
      INFO(std::string(each.group) << " " << std::string(other.group));
      const char* const function = other.function + 5;
      const bool same = each.group == other.group;
      CHECK(is_monkey_patched(other.group) == same);
      CHECK(is_object_patched(so.path().c_str(), function) == same);
      CHECK(is_object_patched(other.group, function) == same);
    }
  }
}

TEST_CASE("patch_socket means what sockets have in common with files, too") {
  const restored at_end;
  const shared_object so("now");
  green::patcher::patch_socket();
  for (const char* f : {"read", "write", "close", "recv", "getaddrinfo"}) {
    CHECK(is_object_patched(so.path().c_str(), f));
  }
  CHECK_FALSE(is_object_patched(so.path().c_str(), "waitpid"));
}

TEST_CASE("monkey_patch without a group leaves that alone") {
  const restored at_end;
  const shared_object so("lazy");
  monkey_patch({.os = false});
  CHECK_FALSE(is_monkey_patched("os"));
  CHECK(is_monkey_patched("thread"));
  CHECK_FALSE(is_object_patched(so.path().c_str(), "waitpid"));
  CHECK(is_object_patched(so.path().c_str(), "poll"));
}

TEST_CASE("get_original gives the C library's function") {
  const restored at_end;
  using receiver = decltype(::recv);
  auto* const before = get_original<receiver>("recv");
  monkey_patch();
  CHECK((get_original<receiver>("recv") == before));
  CHECK((get_original<receiver>("socket", "recv") == before));
  CHECK(get_original<decltype(::getpid)>("getpid")() == ::getpid());
  char byte = 0;
  CHECK(before(-1, &byte, 1, 0) == -1);
  CHECK_THROWS_AS(get_original<receiver>("time", "recv"), std::out_of_range);
  CHECK_THROWS_AS(get_original<receiver>("socket", "getpid"),
                  std::out_of_range);
  CHECK_THROWS_AS(get_original<receiver>("no_such_function"),
                  std::out_of_range);
}

TEST_CASE("import_patched patches an object and what it is linked with") {
  const restored at_end;
  const shared_object so("lazy"), other("lazy");
  const module m = import_patched(so.path().c_str());
  CHECK(m.name() == so.path());
  CHECK(m.patched().slots > 0);
  CHECK(names(m.patched(), "lazy.so"));
  CHECK(is_module_patched(so.path().c_str()));
  CHECK_FALSE(is_module_patched(other.path().c_str()));
  CHECK_FALSE(is_module_patched("main"));
  CHECK_FALSE(is_monkey_patched("socket"));
  CHECK(is_monkey_patched(so.path().c_str()));
  CHECK(m.get<pid_t()>("call_directly")() == ::getppid());
  CHECK_THROWS_AS(m.get<pid_t()>("no_such_function"), std::out_of_range);
  CHECK(unpatch(other.path().c_str()) == 0);
  CHECK(unpatch(so.path().c_str()) > 0);
  CHECK_FALSE(is_module_patched(so.path().c_str()));
}

TEST_CASE("import_patched of the executable patches it and its libraries") {
  const restored at_end;
  const shared_object so("lazy");
  const module m = import_patched("main");
  CHECK(is_module_patched("libstdc++.so.6"));
  CHECK(is_module_patched("main") == is_module_patched(""));
  CHECK_FALSE(is_module_patched(so.path().c_str()));
}

TEST_CASE("import_patched says what it can't do") {
  const restored at_end;
  CHECK_THROWS_WITH_AS(import_patched("no_such_library.so"),
                       doctest::Contains("no_such_library.so"),
                       std::system_error);
  const module libc = import_patched("libc.so.6");
  CHECK(libc.patched().slots == 0);
  REQUIRE(libc.patched().refused.size() == 1);
  CHECK(libc.patched().refused[0].module == "libc.so.6");
}

TEST_CASE("a separate copy is patched beside the one that is not") {
  const restored at_end;
  const shared_object so("lazy");
  if (tests::has_sanitizer()) {
    CHECK_THROWS_AS(
        import_patched(so.path().c_str(), green::patcher::separate_copy),
        std::system_error);
    return;
  }
  using counter = int();
  const auto original =
      reinterpret_cast<counter*>(::dlsym(so.handle(), "count"));
  CHECK(original() == 1);
  const module copy =
      import_patched(so.path().c_str(), green::patcher::separate_copy);
  const module second =
      import_patched(so.path().c_str(), green::patcher::separate_copy);
  CHECK(copy.patched().modules == 1);
  CHECK(copy.name() != second.name());
  CHECK(is_module_patched(copy.name().c_str()));
  CHECK(is_module_patched(second.name().c_str()));
  CHECK_FALSE(is_module_patched(so.path().c_str()));
  CHECK((copy.get<counter>("count") != original));
  CHECK(copy.get<counter>("count")() == 1);
  CHECK(copy.get<counter>("count")() == 2);
  CHECK(second.get<counter>("count")() == 1);
  CHECK(original() == 2);
  CHECK(copy.get<pid_t()>("call_directly")() == ::getppid());
  CHECK(unpatch(copy.name().c_str()) == copy.patched().slots);
  CHECK_FALSE(is_module_patched(copy.name().c_str()));
  CHECK(is_module_patched(second.name().c_str()));
}

TEST_CASE("a library with a name is copied, and found by it as before") {
  const restored at_end;
  if (tests::has_sanitizer()) return;
  const module copy =
      import_patched("libssl.so.3", green::patcher::separate_copy);
  CHECK_FALSE(is_module_patched("libssl.so.3"));
  void* const found = ::dlopen("libssl.so.3", RTLD_LAZY | RTLD_NOLOAD);
  REQUIRE(found != nullptr);
  void* const its = ::dlsym(found, "SSL_new");
  CHECK(its != reinterpret_cast<void*>(copy.get<void()>("SSL_new")));
  ::dlclose(found);
}

TEST_CASE("a second copy of green is refused") {
  const restored at_end;
  const shared_object other("claimer");
  other.call("claim");
  CHECK_THROWS_WITH_AS(monkey_patch(), doctest::Contains("claimer.so"),
                       std::logic_error);
  CHECK_FALSE(is_anything_patched());
  other.call("release");
  CHECK(monkey_patch().slots > 0);
  other.call("claim");
  CHECK(monkey_patch().slots == 0);  // this one came first
  other.call("release");
}

TEST_CASE("threads patch, ask and unpatch at once") {
  const restored at_end;
  const shared_object so("lazy");
  std::vector<std::thread> threads;
  std::atomic<int> wrong = 0;
  for (int t = 0; t < 3; ++t) {
    threads.emplace_back([&, t] {
      for (int round = 0; round < 10; ++round) {
        if (t == 0) monkey_patch();
        if (t == 1) import_patched(so.path().c_str());
        if (t == 2) unpatch(so.path().c_str());
        is_object_patched("socket", "recv");
        if (so.call("call_directly") != ::getppid()) ++wrong;
      }
    });
  }
  for (std::thread& t : threads) t.join();
  CHECK(wrong == 0);
  unpatch();
  CHECK_FALSE(is_anything_patched());
}

TEST_CASE("a child of fork may patch and unpatch") {
  const restored at_end;
  const shared_object so("lazy");
  import_patched(so.path().c_str());
  const pid_t child = ::fork();
  if (child == 0) {
    const bool was = is_module_patched(so.path().c_str());
    const bool undone = unpatch() > 0 && !is_anything_patched();
    const bool again = import_patched(so.path().c_str()).patched().slots > 0;
    ::_exit(was && undone && again ? 0 : 1);
  }
  int status = -1;
  CHECK(::waitpid(child, &status, 0) == child);
  CHECK(status == 0);
  CHECK(is_module_patched(so.path().c_str()));
}
