// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdlib>
#include <fstream>
#include <regex>
#include <string>
#include <thread>
#include <vector>

#include "green/debug.h"
#include "green/event.h"
#include "green/green.h"
#include "green/greenlet.h"
#include "green/queue.h"
#include "tests/support/files.h"
#include "tests/support/program.h"
#include "tests/support/sessions.h"
#include "tests/support/shell.h"
#include "tests/support/waiting.h"

using namespace std::chrono_literals;
using green::task;

namespace {

const std::string top = "examples/top";

// A picture of the lines of a terminal.
std::string svg_of(const std::vector<std::string>& lines) {
  constexpr int column = 8, row = 18, margin = 12;
  std::size_t width = 0;
  for (const std::string& line : lines) width = std::max(width, line.size());
  const auto number = [](std::size_t n) { return std::to_string(n); };
  std::string svg =
      "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"" +
      number(column * width + 2 * margin) + "\" height=\"" +
      number(row * lines.size() + 2 * margin) +
      "\">\n<rect width=\"100%\" height=\"100%\" rx=\"6\" fill=\"#1c1f24\"/>\n"
      "<g font-family=\"monospace\" font-size=\"13\" fill=\"#d8dee9\">\n";
  for (std::size_t i = 0; i != lines.size(); ++i) {
    if (lines[i].empty()) continue;
    svg += "<text xml:space=\"preserve\" x=\"" + number(margin) + "\" y=\"" +
           number(margin + row * i + 13) + "\" textLength=\"" +
           number(column * lines[i].size()) + "\">" + lines[i] + "</text>\n";
  }
  return svg + "</g>\n</svg>\n";
}

bool contains(const std::string& text, const std::string& pattern) {
  return std::regex_search(text, std::regex(pattern));
}

}  // namespace

TEST_CASE("top shows hubs, waits and the oldest green threads") {
  const tests::temporary_folder folder;
  const std::string path = folder.at("debug");
  green::debug_server server("unix:" + path);
  std::atomic<bool> ready = false;
  green::event end;
  std::thread hub([&] {
    green::run([&]() -> task<> {
      const auto sleep = []() -> task<> { co_await green::sleep(1h); };
      for (int i = 0; i < 20; ++i) green::spawn(sleep).set_name("sleeper");
      co_await tests::others_wait();
      ready = true;
      co_await end.wait();
    });
  });
  while (!ready) std::this_thread::yield();
  const auto shown = tests::run({top, "--once", path});
  end.set();
  hub.join();
  server.stop();
  INFO(shown.out);
  CHECK(shown.status == 0);
  CHECK(contains(shown.out, "^ +THREAD +LIVE +READY"));
  CHECK(contains(shown.out, "\n +[0-9]+ +21 +0 "));
  CHECK(contains(shown.out,
                 "\n +20  sleep\\([#0-9]+ ms left\\) at .*top_test.cc:"));
  CHECK(contains(shown.out, "\n +1  event # at .*top_test.cc:"));
  CHECK(contains(shown.out, "\n +[0-9.]+  sleeper, sleep\\("));
}

// A restaurant has a hub of its own, and a terminal has 24 lines.
TEST_CASE("top fills a terminal") {
  const tests::temporary_folder folder;
  const std::string path = folder.at("debug");
  green::debug_server server("unix:" + path);
  std::atomic<bool> ready = false;
  green::event end;
  std::thread hub([&] {
    green::run([&]() -> task<> {
      green::queue<int> orders;
      const auto cook = [&]() -> task<> { co_await orders.get(); };
      const auto serve = []() -> task<> { co_await green::sleep(1h); };
      std::vector<green::greenlet<>> staff;
      for (int i = 1; i <= 3; ++i) {
        staff.push_back(green::spawn(cook));
        staff.back().set_name("cook " + std::to_string(i));
      }
      staff.push_back(green::spawn(serve));
      staff.back().set_name("waiter");
      co_await tests::others_wait();
      ready = true;
      co_await end.wait();
      co_await green::killall(staff);
    });
  });
  while (!ready) std::this_thread::yield();
  const std::string tmux = "tmux -f /dev/null -S " + folder.at("tmux") + " ";
  const auto started = tests::shell(tmux + "new-session -d -x 76 -y 24 '" +
                                    top + " " + path + "'");
  INFO(started.text);
  CHECK(started.status == 0);
  tests::command_outcome screen{"", 0};
  for (int i = 0; i < 1'000 && screen.status == 0; ++i) {
    screen = tests::shell(tmux + "capture-pane -p");
    if (screen.text.find(", event 0x") != std::string::npos) break;
    std::this_thread::sleep_for(10ms);
  }
  CHECK(tests::shell(tmux + "kill-server").status == 0);
  end.set();
  hub.join();
  server.stop();
  CHECK(tests::is_session("A screen of top", screen.text));
}

// Written by GREEN_WRITE_DOCS=docs/top.svg, which a sandbox forbids.
TEST_CASE("the picture of top's screen has the text of the page") {
  const std::string path = "docs/top.svg";
  const std::string svg = svg_of(tests::session("A screen of top"));
  const char* const write = std::getenv("GREEN_WRITE_DOCS");
  if (write != nullptr && write == path) std::ofstream(path) << svg;
  CHECK(tests::contents(path) == svg);
}

TEST_CASE("top says why it shows nothing") {
  CHECK(tests::refuses(tests::run({top}), "usage: top"));
  const auto failed = tests::run({top, "/no/such/socket"});
  CHECK(failed.status == 1);
  CHECK(failed.err.find("/no/such/socket") != std::string::npos);
}
