// SPDX-License-Identifier: MIT
// Which calls are caught, by who makes them: a table that is what it is.
#include <dlfcn.h>
#include <doctest/doctest.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <condition_variable>
#include <cstdio>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include "green/patcher/installer.h"
#include "tests/support/importer.h"
#include "tests/support/shared_object.h"

using green::patcher::function_address;
using green::patcher::hook;
using green::patcher::installer;
using green::patcher::object;
using green::patcher::report;
using tests::shared_object;

namespace {

constexpr pid_t nobody = -7;
void* original_getppid = nullptr;
void* original_read = nullptr;
void* original_join = nullptr;
std::atomic<int> reads = 0, joins = 0;

pid_t hooked_getppid() { return nobody; }

ssize_t counted_read(int fd, void* to, size_t size) {
  ++reads;
  return reinterpret_cast<decltype(&::read)>(original_read)(fd, to, size);
}

int counted_join(pthread_t thread, void** result) {
  ++joins;
  return reinterpret_cast<decltype(&::pthread_join)>(original_join)(thread,
                                                                    result);
}

std::span<const hook> hooks() {
  static const hook all[] = {
      {"getppid", "os", reinterpret_cast<void*>(hooked_getppid),
       &original_getppid},
      {"read", "os", reinterpret_cast<void*>(counted_read), &original_read},
      {"pthread_join", "thread", reinterpret_cast<void*>(counted_join),
       &original_join}};
  for (const hook& h : all) *h.original = function_address(h.name);
  return all;
}

void patch_everything(installer& i) {
  report unused;
  i.patch_all({}, installer::pinned(unused));
}

struct row {
  std::string caller;
  bool caught;
  bool operator==(const row&) const = default;
};

std::string text(const std::vector<row>& rows) {
  std::string all;
  for (const row& r : rows) {
    all += r.caller + (r.caught ? ": caught\n" : ": not\n");
  }
  return all;
}

pid_t (*const constant_pointer)() = ::getppid;
pid_t (*pointer)() = ::getppid;

pid_t by_name(void* handle) {
  return reinterpret_cast<pid_t (*)()>(::dlsym(handle, "getppid"))();
}

void add_of_object(std::vector<row>& rows, const std::string& name,
                   const shared_object& so) {
  for (const char* f : {"call_directly", "call_constant_pointer",
                        "call_pointer", "call_kept_pointer", "call_syscall"}) {
    rows.push_back({name + " " + f, so.call(f) == nobody});
  }
}

const std::string table =
    "the executable: caught\n"
    "its constant pointer: caught\n"
    "its pointer: caught\n"
    "an archive's member: caught\n"
    "its syscall(): not\n"
    "dlsym(RTLD_DEFAULT): not\n"
    "dlsym(libc): not\n"
    "lazy call_directly: caught\n"
    "lazy call_constant_pointer: caught\n"
    "lazy call_pointer: caught\n"
    "lazy call_kept_pointer: not\n"
    "lazy call_syscall: not\n"
    "now call_directly: caught\n"
    "now call_constant_pointer: caught\n"
    "now call_pointer: caught\n"
    "now call_kept_pointer: not\n"
    "now call_syscall: not\n"
    "plugin before a look: not\n"
    "plugin call_directly: caught\n"
    "plugin call_constant_pointer: caught\n"
    "plugin call_pointer: caught\n"
    "plugin call_kept_pointer: not\n"
    "plugin call_syscall: not\n"
    "libstdc++ ifstream: caught\n"
    "libstdc++ thread::join: caught\n"
    "libc stdio: not\n";

// In an executable at a fixed place dlsym finds its stub, which is patched.
std::string golden() {
  std::string all = table;
  if (::dlsym(RTLD_DEFAULT, "getppid") == original_getppid) return all;
  for (const std::string row : {"RTLD_DEFAULT): ", "kept_pointer: "}) {
    for (std::size_t at = 0; (at = all.find(row + "not", at)) < all.size();) {
      all.replace(at, row.size() + 3, row + "caught");
    }
  }
  return all;
}

}  // namespace

TEST_CASE("which calls are caught, by who makes them") {
  const shared_object lazy("lazy"), now("now");
  installer i(hooks());
  patch_everything(i);
  std::vector<row> rows;
  const auto add = [&rows](const char* caller, pid_t got) {
    rows.push_back({caller, got == nobody});
  };
  add("the executable", ::getppid());
  pid_t (*const volatile* const constant)() = &constant_pointer;
  add("its constant pointer", (*constant)());
  add("its pointer", pointer());
  add("an archive's member", tests::parent_process());
  add("its syscall()", static_cast<pid_t>(::syscall(SYS_getppid)));
  add("dlsym(RTLD_DEFAULT)", by_name(RTLD_DEFAULT));
  void* const libc = ::dlopen("libc.so.6", RTLD_LAZY | RTLD_NOLOAD);
  add("dlsym(libc)", by_name(libc));
  ::dlclose(libc);
  add_of_object(rows, "lazy", lazy);
  add_of_object(rows, "now", now);
  const shared_object plugin("now");
  add("plugin before a look", plugin.call("call_directly"));
  i.look_again();
  add_of_object(rows, "plugin", plugin);

  const tests::temporary_folder folder;
  const std::string file = folder.file("a", "text");
  reads = 0;
  std::string word;
  std::ifstream(file) >> word;
  rows.push_back({"libstdc++ ifstream", reads > 0});
  std::thread([] {}).join();
  rows.push_back({"libstdc++ thread::join", joins > 0});
  reads = 0;
  std::FILE* const stream = std::fopen(file.c_str(), "r");
  CHECK(std::fgetc(stream) == 't');
  std::fclose(stream);
  rows.push_back({"libc stdio", reads > 0});
  CHECK(text(rows) == golden());
}

TEST_CASE("a plugin with RTLD_DEEPBIND is caught at the next look") {
  if (tests::has_sanitizer()) return;
  installer i(hooks());
  patch_everything(i);
  const shared_object plugin("lazy", RTLD_DEEPBIND);
  CHECK(plugin.call("call_directly") != nobody);
  i.look_again();
  CHECK(plugin.call("call_directly") == nobody);
  CHECK(plugin.call("call_constant_pointer") == nobody);
}

TEST_CASE("originals are functions, never slots") {
  const pid_t parent = ::getppid();
  installer i(hooks());
  patch_everything(i);
  const auto real = reinterpret_cast<pid_t (*)()>(original_getppid);
  CHECK(real() == parent);
  CHECK(function_address("getppid") == original_getppid);
  CHECK(function_address("no_such_function_at_all") == nullptr);
}
