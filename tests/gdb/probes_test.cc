// SPDX-License-Identifier: MIT
// The static probes are in this program, and gdb stops there. The session of
// docs/debugging.md is what gdb prints.
#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <functional>
#include <regex>
#include <set>
#include <string>
#include <thread>

#include "green/core/green_thread.h"
#include "green/debug.h"
#include "green/event.h"
#include "green/green.h"
#include "green/greenlet.h"
#include "green/monitors/detector.h"
#include "tests/support/files.h"
#include "tests/support/sessions.h"
#include "tests/support/shell.h"
#include "tests/support/waiting.h"

using namespace std::chrono_literals;
using green::task;

namespace {

std::atomic<bool> told = false;

task<> wait_for(green::event& order) { co_await order.wait(); }

task<> cook(green::event& order) { co_await wait_for(order); }

void knead() {
  while (!told) std::this_thread::sleep_for(1ms);
}

std::string own_path() {
  return std::filesystem::read_symlink("/proc/self/exe").string();
}

}  // namespace

TEST_CASE("a kitchen" * doctest::skip()) {
  green::set_blocking_listener(
      [](const green::core::green_thread&) { told = true; });
  green::run([]() -> task<> {
    green::event order;
    auto ada = green::spawn(cook, std::ref(order));
    auto bob = green::spawn(cook, std::ref(order));
    ada.set_name("ada");
    bob.set_name("bob");
    co_await tests::others_wait();
    bob.kill_nowait();
    order.set();
    co_await ada.join();
    co_await bob.join();
    green::detect_blocking(10ms);
    auto baker = green::spawn(knead);
    baker.set_name("baker");
    co_await baker.join();
    green::detect_blocking(0ns);
  });
}

TEST_CASE("a program has six probes, with three arguments each") {
  const std::string notes = tests::shell("readelf -n " + own_path()).text;
  const std::regex probe(
      "Provider: green\n +Name: (\\w+)\n.*0x0+\n +"
      "Arguments: 8@[^ ]+ 8@[^ ]+ [18]@[^ ]+\n");
  std::set<std::string> found;
  for (std::sregex_iterator at(notes.begin(), notes.end(), probe), end;
       at != end; ++at) {
    found.insert((*at)[1].str());
  }
  CHECK(found ==
        std::set<std::string>{"block", "end", "kill", "park", "spawn", "wake"});
}

TEST_CASE("gdb stops at the probes, and shows their arguments") {
  const tests::temporary_folder folder;
  const std::string script = folder.at("script");
  std::ofstream out(script);
  // Main has no name, and nobody has spawned it.
  out << R"(set disable-randomization off
handle all nostop noprint pass
python
class printing(gdb.Breakpoint):
    def __init__(self, probe, arguments):
        super().__init__("-probe-stap green:" + probe)
        self.arguments = arguments
    def stop(self):
        if gdb.parse_and_eval("$_probe_arg1 != 0"):
            gdb.execute("printf " + self.arguments)
        return False
)";
  const auto stop = [&](const std::string& name, const std::string& prints) {
    out << "printing('" << name << "', r'\"" << name << " %lu" << prints
        << "')\n";
  };
  const std::string text = "*(char**)$_probe_arg1";
  const auto place = [](const std::string& site) {
    return "*(char**)(" + site + "), *(int*)((" + site + ") + 16)";
  };
  const std::string chain = "*(long*)($_probe_arg2 + 24)";
  stop("spawn", " by %lu at %s:%d\\n\", $_probe_arg0, $_probe_arg1, " +
                    place("$_probe_arg2"));
  stop("park", " at %s:%d\\n\", $_probe_arg0, " + place(chain));
  stop("wake", " at %s:%d\\n\", $_probe_arg0, " + place(chain));
  stop("kill", " %s, spawned at %s:%d\\n\", $_probe_arg0, " + text + ", " +
                   place("$_probe_arg2"));
  stop("end", ", outcome %d\\n\", $_probe_arg0, $_probe_arg2");
  stop("block",
       " %s after %ld ns\\n\", $_probe_arg0, " + text + ", $_probe_arg2");
  out << "end\nrun\n";
  out.close();
  const std::string session =
      tests::shell("timeout 100 gdb -nx -batch -x " + script + " --args " +
                   own_path() + " --no-skip '--test-case=a kitchen'")
          .text;
  INFO(session);
  CHECK(tests::is_session("Static probes", session));
}
