// SPDX-License-Identifier: MIT
#include "green/patcher/installer.h"

#include <doctest/doctest.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <thread>
#include <vector>

#include "green/patcher/gate.h"
#include "tests/support/shared_object.h"

using green::patcher::hook;
using green::patcher::installer;
using green::patcher::object;
using green::patcher::on;
using green::patcher::report;
using tests::shared_object;

namespace {

constexpr pid_t nobody = -7;
void* original_getppid = nullptr;
void* original_getuid = nullptr;

pid_t hooked_getppid() { return nobody; }
uid_t hooked_getuid() { return 4711; }

std::span<const hook> two_hooks() {
  static const hook all[] = {
      {"getppid", "os", reinterpret_cast<void*>(hooked_getppid),
       &original_getppid},
      {"getuid", "time", reinterpret_cast<void*>(hooked_getuid),
       &original_getuid}};
  original_getppid = ::dlsym(RTLD_DEFAULT, "getppid");
  original_getuid = ::dlsym(RTLD_DEFAULT, "getuid");
  return all;
}

object find(const shared_object& so) {
  for (const object& o : object::loaded()) {
    if (o.path() == so.path()) return o;
  }
  throw std::runtime_error("not loaded");
}

std::vector<object> everything() {
  report unused;
  return installer::pinned(unused);
}

unsigned slots_of(const object& o, const char* function) {
  unsigned count = 0;
  o.each_slot([&](const green::patcher::slot& s) {
    count += std::strcmp(s.function, function) == 0 ? 1 : 0;
  });
  return count;
}

}  // namespace

TEST_CASE("an object says what it is") {
  const shared_object lazy("lazy");
  const object o = find(lazy);
  CHECK(o.name() == "lazy.so");
  CHECK(o.holds(::dlsym(lazy.handle(), "call_directly")));
  CHECK_FALSE(o.holds(&original_getppid));
  CHECK_FALSE(o.is_system());
  CHECK_FALSE(o.is_static());
  CHECK(std::ranges::count(o.needed(), "libc.so.6") == 1);
  const std::vector<object> all = object::loaded();
  CHECK(all.front().name() == "main");
  CHECK_FALSE(all.front().is_static());
  CHECK(std::ranges::count_if(all, [](const object& each) {
          return each.soname() == "libc.so.6" && each.is_system();
        }) == 1);
}

TEST_CASE("a program that ld.so did not load is static") {
  CHECK(object(0, "", {}).is_static());
  CHECK_FALSE(object(0, "libx.so", {}).is_static());
  installer i(two_hooks());
  const report done = i.patch({}, {object(0, "", {})});
  REQUIRE(done.refused.size() == 1);
  CHECK(done.refused[0].module == "main");
  CHECK(done.refused[0].function == "*");
  CHECK(done.refused[0].why.starts_with("static executable: "));
}

TEST_CASE("an object is patched alone, asked and restored") {
  const pid_t parent = ::getppid();
  const shared_object lazy("lazy"), other("lazy");
  const std::int64_t before = green::patcher::patched_slots;
  installer i(two_hooks());
  const object o = find(lazy);
  const report done = i.patch({}, {o});
  CHECK(done.modules == 1);
  CHECK(done.slots == slots_of(o, "getppid"));
  REQUIRE(done.patched.size() == 1);
  CHECK(done.patched.front().name == "lazy.so");
  CHECK(done.patched.front().functions == std::vector<std::string>{"getppid"});
  CHECK(done.refused.empty());
  CHECK(green::patcher::patched_slots == before + done.slots);
  CHECK(lazy.call("call_directly") == nobody);
  CHECK(other.call("call_directly") == parent);
  CHECK(i.holds(o.base(), "getppid"));
  CHECK(i.holds(o.base(), nullptr));
  CHECK_FALSE(i.holds(o.base(), "getuid"));
  CHECK_FALSE(i.holds(find(other).base(), nullptr));
  CHECK(i.any_holds("os", "getppid"));
  CHECK_FALSE(i.any_holds("time", nullptr));

  const report again = i.patch({}, {o});
  CHECK(again.slots == 0);
  CHECK(again.modules == 0);

  CHECK(i.unpatch(o.base()) == done.slots);
  CHECK(lazy.call("call_directly") == parent);
  CHECK_FALSE(i.any_holds(nullptr, nullptr));
  CHECK(i.unpatch(o.base()) == 0);
  CHECK(green::patcher::patched_slots == before);
}

TEST_CASE("only the groups asked for are patched") {
  const shared_object lazy("lazy");
  installer i(two_hooks());
  on groups;
  groups.os = false;
  CHECK(i.patch(groups, {find(lazy)}).slots == 0);
  CHECK(lazy.call("call_directly") == ::getppid());
  CHECK_FALSE(i.asked_for("socket"));
  i.patch_all(groups, {});
  CHECK(i.asked_for("socket"));
  CHECK_FALSE(i.asked_for("os"));
  CHECK_FALSE(i.asked_for("sockets"));
}

TEST_CASE("each kind of slot of each kind of object is found") {
  for (const char* kind : {"lazy", "now"}) {
    const shared_object so(kind);
    for (const bool called_before : {false, true}) {
      if (called_before) CHECK(so.call("call_directly") == ::getppid());
      installer i(two_hooks());
      i.patch({}, {find(so)});
      INFO(kind << " " << called_before);
      CHECK(so.call("call_directly") == nobody);
      CHECK(so.call("call_constant_pointer") == nobody);
      CHECK(so.call("call_pointer") == nobody);
      CHECK(so.call("call_syscall") == ::getppid());
    }
    CHECK(so.call("call_directly") == ::getppid());
    CHECK(so.call("call_constant_pointer") == ::getppid());
  }
}

TEST_CASE("what somebody else has put there since stays") {
  const shared_object now("now");
  installer i(two_hooks());
  const object o = find(now);
  const unsigned all = i.patch({}, {o}).slots;
  void** pointer = nullptr;
  o.each_slot([&](const green::patcher::slot& s) {
    if (std::strcmp(s.function, "getppid") == 0 && !s.sealed) {
      pointer = s.place;
    }
  });
  REQUIRE(pointer != nullptr);
  pid_t (*const others)() = [] { return pid_t{-8}; };
  *pointer = reinterpret_cast<void*>(others);
  CHECK(now.call("call_pointer") == -8);
  CHECK(i.patch({}, {o}).slots == 0);
  CHECK(now.call("call_pointer") == -8);
  CHECK(i.unpatch(o.base()) == all - 1);
  CHECK(now.call("call_pointer") == -8);
}

TEST_CASE("a hook that the dynamic linker wrote over comes back") {
  const shared_object lazy("lazy");
  installer i(two_hooks());
  const object o = find(lazy);
  i.patch({}, {o});
  void** call = nullptr;
  o.each_slot([&](const green::patcher::slot& s) {
    if (std::strcmp(s.function, "getppid") == 0 && s.lazy) call = s.place;
  });
  REQUIRE(call != nullptr);
  *call = original_getppid;  // as a thread that was resolving it does
  CHECK(lazy.call("call_directly") == ::getppid());
  CHECK_FALSE(i.patch({}, {o}).slots);
  CHECK(lazy.call("call_directly") == nobody);
  *call = original_getppid;
  for (int looks = 0; looks < 256; ++looks) i.look_again();
  CHECK(lazy.call("call_directly") == nobody);
}

TEST_CASE("an object that is loaded later is found by the next look") {
  const pid_t parent = ::getppid();
  installer i(two_hooks());
  const shared_object early("lazy");
  i.patch_all({}, everything());
  CHECK(early.call("call_directly") == nobody);
  const shared_object late("now"), later("lazy");
  CHECK(late.call("call_directly") == parent);
  i.look_again();
  CHECK(late.call("call_directly") == nobody);
  CHECK(later.call("call_directly") == nobody);

  i.unpatch(find(late).base());
  const shared_object latest("now");
  i.look_again();
  CHECK(latest.call("call_directly") == nobody);
  CHECK(late.call("call_directly") == parent);
  i.patch_all({}, everything());
  CHECK(late.call("call_directly") == nobody);
  CHECK(i.unpatch() > 0);
  const shared_object last("now");
  i.look_again();
  CHECK(last.call("call_directly") == parent);
}

TEST_CASE("a patched object stays when its user closes it") {
  installer i(two_hooks());
  const shared_object so("now");
  const object o = find(so);
  i.patch_all({}, everything());
  const auto call =
      reinterpret_cast<pid_t (*)()>(::dlsym(so.handle(), "call_directly"));
  ::dlclose(so.handle());
  CHECK(call() == nobody);
  CHECK(i.holds(o.base(), nullptr));
}

TEST_CASE("sealed pages are reported, and nothing is half done") {
  constexpr long mseal = 462;  // Linux 6.10
  const shared_object now("now");
  const object o = find(now);
  installer i(two_hooks());
  std::vector<void**> sealed;
  o.each_slot([&](const green::patcher::slot& s) {
    if (std::strcmp(s.function, "getppid") != 0 || !s.sealed) return;
    sealed.push_back(s.place);
  });
  REQUIRE(!sealed.empty());
  const auto page = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
  for (void** place : sealed) {
    const auto at = reinterpret_cast<std::uintptr_t>(place) / page * page;
    if (::syscall(mseal, at, page, 0) == 0) continue;
    CHECK(errno == ENOSYS);
    return;
  }
  const report done = i.patch({}, {o});
  CHECK(done.refused.size() == sealed.size());
  CHECK(done.slots == slots_of(o, "getppid") - sealed.size());
  for (const auto& r : done.refused) {
    CHECK(r.module == "now.so");
    CHECK(r.function == "getppid");
    CHECK(r.why.find(std::strerror(EPERM)) != std::string::npos);
  }
  CHECK(now.call("call_directly") == ::getppid());
  CHECK(now.call("call_pointer") == nobody);
  CHECK(i.unpatch() == done.slots);
  CHECK(now.call("call_pointer") == ::getppid());
}

TEST_CASE("patched and unpatched while two threads call") {
  const shared_object lazy("lazy"), now("now");
  const pid_t parent = ::getppid();
  std::atomic<bool> end = false;
  std::atomic<int> strange = 0, calls = 0;
  const auto caller = [&](const shared_object& so) {
    while (!end) {
      for (const char* f : {"call_directly", "call_constant_pointer"}) {
        const pid_t got = so.call(f);
        if (got != parent && got != nobody) ++strange;
        ++calls;
      }
    }
  };
  std::thread one([&] { caller(lazy); }), two([&] { caller(now); });
  installer i(two_hooks());
  const std::vector<object> both = {find(lazy), find(now)};
  const auto rounds = [&] {
    for (int round = 0; round < 300; ++round) {
      i.patch({}, both);
      i.unpatch(both[std::size_t(round % 2)].base());
    }
  };
  std::thread other(rounds);
  rounds();
  other.join();
  while (calls < 1000) std::this_thread::yield();
  end = true;
  one.join();
  two.join();
  CHECK(strange == 0);
  i.unpatch();
  CHECK(lazy.call("call_directly") == parent);
  CHECK(now.call("call_constant_pointer") == parent);
}
