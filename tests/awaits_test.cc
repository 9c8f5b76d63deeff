// SPDX-License-Identifier: MIT
// No awaitable of green is forgotten by tests/green/awaits: each name that a
// mirror lists as Awaited, and each function of green's headers that returns an
// awaitable, has a line there, which begins with fair("NAME" or exempt("NAME".
// NAME is as the mirror lists it ("poll", "mutex::lock"), else the header and
// the function ("event.h wait").
#include <doctest/doctest.h>

#include <map>
#include <regex>
#include <set>
#include <string>

#include "tests/style/source.h"

namespace {

using std::string;
using style::source;

// What no user awaits by itself: a part of what has a line of its own.
const std::map<string, string> parts = {
    {"fileobjects/transport.h", "readers and writers"},
    {"fileobjects/descriptor.h", "readers and writers"},
    {"openssl/repeating.h", "SSL_read and its kin"},
    {"openssl/transport.h", "readers and writers"},
    {"greenlets/basic_thread.h", "thread and jthread"},
    {"joins/awaited_branch.h", "when_all and when_any"},
    {"filesystems/call.h", "the operations of <filesystem>"},
    {"filesystems/entry.h", "directory_entry, which <filesystem> mirrors"},
    {"filesystems/iterator.h", "iterators, which <filesystem> mirrors"},
    {"filesystems/kinds.h", "exists and its kin, which <filesystem> mirrors"},
    {"atomics/value_wait.h", "the waits of atomics"},
    {"http/connection.h", "requests and their answers"},
    {"http/exchange.h", "requests and their answers"},
    {"http/service.h", "handlers of servers"},
    {"posix/child_wait.h", "waitid"},
    {"names/enumeration.h", "getpwent and its like"},
    {"names/look_up.h", "getpwnam and its like"},
    {"directories/asking_call.h", "nftw and glob"},
    {"directories/scan.h", "scandir"},
    {"directories/stream.h", "readdir and opendir"},
    {"locks/condition.h", "the waits of condition variables"},
    {"futures/call.h", "async and packaged_task"},
    {"futures/future_base.h",
     "future and shared_future, which <future> mirrors"},
    {"futures/state.h", "get and wait of a future"},
    {"posix/helper_call.h", "calls on helper threads"},
    {"locks/owner.h", "lock of unique_lock and shared_lock"},
    {"posix/lock_request.h", "fcntl and lockf"},
    {"pools/items.h", "items of a pool_of"},
    {"pools/mapping.h", "map and imap"},
    {"futures/packaged_task.h", "packaged_task, which <future> mirrors"},
    {"pthreads/lock_wait.h", "the waits for locks of pthread.h"},
    {"pthreads/condition.h", "pthread_cond_wait"},
    {"pthreads/once.h", "pthread_once"},
    {"pthreads/lock_call.h", "locks of pthread.h"},
    {"posix/call_in_steps.h", "calls on streams, and locks of pthread.h"},
    {"hubs/each.h", "run_on_each"},
    {"generators/promise.h", "generators"},
    {"generators/typed_promise.h", "generators"},
    {"signals/until.h", "run_until"},
    {"posix/poll_until.h", "poll, select and epoll_wait"},
    {"locks/scoped_lock_wait.h", "lock and scoped_lock"},
    {"servers/core.h", "servers"},
    {"servers/handler.h", "servers"},
    {"streams/reads.h", "the calls on streams"},
    {"streams/scan.h", "fscanf"},
    {"streams/steps.h", "the calls on streams"},
    {"streams/turns.h", "the calls on streams"},
    {"streams/writes.h", "the calls on streams"},
    {"subprocess/shell.h", "system and pclose"},
    {"posix/splicing.h", "splice and tee"},
    {"subprocess/child.h", "subprocess"},
    {"subprocess/process.h", "subprocess"},
    {"posix/sleep_by_signal.h", "sleep and nanosleep"},
    {"posix/wall_clock.h", "sleep_until"},
    {"patcher/fiber.h", "patched"},
    {"patcher/helper.h", "patched"},
    {"patcher/lot.h", "patched"},
    {"patcher/waits.h", "patched"},
    {"patched.h", "tests/green/patcher looks at what a fiber calls"},
};
const std::set<string> part_functions = {
    "fileobject.h collect",
    "fileobject.h fill",
    "fileobject.h gather",
    "fileobject.h next",
    "fileobject.h write_kept",
    "pools/group_base.h run_map",
    "pools/imapping.h ended_all",
    "pool.h admit",
    "pools.h lend",
    "pools.h make",
    "scope.h await_call",
    "subprocess/streams.h drain",
    "subprocess/streams.h write_some",
    "threadpool.h operator()",
    "token_bucket.h wait_and_take",
};

bool is_header_of_green(const source& file) {
  return file.folder == "green" && file.is_header();
}

string name_in_green(const source& file) {
  return file.path.substr(string("green/").size());
}

// The names of the list "Awaited:" in the comment that opens a header.
std::set<string> awaited_by_list(const source& file) {
  std::set<string> names;
  bool inside = false;
  static const std::regex name(R"([A-Za-z_][\w:]*(\(\))?)");
  for (string line : file.lines) {
    if (!line.starts_with("//")) break;
    const string label = "// Awaited:";
    if (line.starts_with(label)) {
      inside = true;
      line = line.substr(label.size());
    } else if (!line.starts_with("//   ")) {
      inside = false;
    }
    if (!inside || line.find("none") != string::npos ||
        line.find("(nothing)") != string::npos) {
      continue;
    }
    for (std::sregex_iterator at(line.begin(), line.end(), name), end;
         at != end; ++at) {
      names.insert(at->str());
    }
  }
  return names;
}

// The functions that a header declares to return what can be awaited.
std::set<string> awaited_by_type(const source& file) {
  static const std::regex function(
      R"((?:\b(?:task|operation|awaiter|patched_call|\w+_wait|\w+_join)\b)"
      R"((?:\s*<[^;{}()]*>)?)\s+(operator\(\)|\w+)\s*\()"
      R"(|\bauto\s+(\w+)\s*\([^;{}]*\)\s*->\s*task<)");
  std::set<string> names;
  for (std::sregex_iterator at(file.code.begin(), file.code.end(), function),
       end;
       at != end; ++at) {
    names.insert((*at)[1].matched ? (*at)[1].str() : (*at)[2].str());
  }
  return names;
}

string last_part(const string& name) {
  const size_t colons = name.rfind("::");
  return colons == string::npos ? name : name.substr(colons + 2);
}

// The names that have a line, and in which file.
std::map<string, const source*> lines() {
  std::map<string, const source*> names;
  static const std::regex line(R"re(\b(?:fair|exempt)\(\s*"([^"]+)")re");
  for (const source& file : style::sources()) {
    if (!file.path.starts_with("tests/green/awaits/")) continue;
    for (std::sregex_iterator at(file.text.begin(), file.text.end(), line), end;
         at != end; ++at) {
      names.emplace((*at)[1].str(), &file);
    }
  }
  return names;
}

void demand(const source& header, const string& name) {
  FAIL_CHECK(header.path << ": " << name << " can be awaited: write fair(\""
                         << name << "\", ...) in tests/green/awaits");
}

}  // namespace

TEST_CASE("each awaitable is in the table") {
  const auto known = lines();
  REQUIRE(known.size() > 150);
  size_t looked_at = 0;
  for (const source& header : style::sources()) {
    if (!is_header_of_green(header)) continue;
    const string file = name_in_green(header);
    std::set<string> listed;
    for (const string& name : awaited_by_list(header)) {
      ++looked_at;
      listed.insert(last_part(name));
      if (!known.contains(name)) demand(header, name);
    }
    if (parts.contains(file)) continue;
    for (const string& function : awaited_by_type(header)) {
      ++looked_at;
      const string name = file + " " + function;
      if (listed.contains(function) || part_functions.contains(name)) continue;
      if (!known.contains(name)) demand(header, name);
    }
  }
  CHECK(looked_at > 200);
}

TEST_CASE("each name in the table is one of green's") {
  std::set<string> names;
  for (const source& header : style::sources()) {
    if (!is_header_of_green(header)) continue;
    names.merge(awaited_by_list(header));
    for (const string& function : awaited_by_type(header)) {
      names.insert(name_in_green(header) + " " + function);
    }
  }
  // auto tells no type.
  names.merge(std::set<string>{"task", "pools/group_base.h map",
                               "signal_handler.h run_until"});
  for (const auto& [name, file] : lines()) {
    if (names.contains(name)) continue;
    FAIL_CHECK(file->path << ": nothing of green is called " << name);
  }
}

// A wait that looked at nothing but itself could starve the rest: what derives
// from suspension cannot, and what does not is known here.
TEST_CASE("no awaiter is ready before it has been awaited") {
  const std::map<string, int> known = {
      {"core/callable.h", 1},       // true: it has its value already
      {"core/awaiter_for.h", 2},    // as its awaiter; true for what waits not
      {"core/foreign_wait.cc", 1},  // obeys must_look
      {"core/suspension.h", 1},     // false
      {"core/sleep.h", 1},          // false: yield
      {"core/queue_wait.h", 1},     // obeys must_look
      {"core/task.h", 3},           // false: a task, its begin and its end
      {"green/generators/promise.h", 4},    // false: steps obey must_look
      {"green/joins/awaited_branch.h", 1},  // as what it awaits
      {"green/patcher/fiber.cc", 1},        // false: who asks goes on to wait
      {"green/posix/call_in_steps.h", 1}    // false: asks before it begins
  };
  static const std::regex ready(R"(\bawait_ready\(\)[^;{]*\{)");
  for (const source& file : style::sources()) {
    if (file.folder != "core" && file.folder != "hub" &&
        file.folder != "green") {
      continue;
    }
    const auto count = std::distance(
        std::sregex_iterator(file.code.begin(), file.code.end(), ready),
        std::sregex_iterator());
    const auto expected = known.find(file.path);
    INFO(file.path << ": an awaiter of its own must obey "
                   << "core::green_thread::must_look; derive it from "
                   << "core::suspension");
    CHECK(count == (expected == known.end() ? 0 : expected->second));
  }
}
