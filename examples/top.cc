// SPDX-License-Identifier: MIT
// top: the hubs and green threads of a program with a debug_server, on a screen

#include <algorithm>
#include <charconv>
#include <chrono>
#include <exception>
#include <functional>
#include <map>
#include <regex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "green/err.h"
#include "green/fileobject.h"
#include "green/green.h"
#include "green/greenlet.h"
#include "green/server.h"
#include "green/stdio.h"

using namespace std::chrono_literals;

constexpr size_t longest_line = 1 << 20;
constexpr size_t shown = 10;

// What a line of the server's JSON has under a key; a text without its quotes.
std::string_view field(std::string_view line, std::string_view key) {
  const std::string wanted = "\"" + std::string(key) + "\":";
  const size_t at = line.find(wanted);
  if (at == line.npos) return "";
  line.remove_prefix(at + wanted.size());
  if (!line.starts_with('"')) return line.substr(0, line.find_first_of(",}"));
  line.remove_prefix(1);
  size_t end = 0;
  while (end < line.size() && line[end] != '"')
    end += line[end] == '\\' ? 2 : 1;
  return line.substr(0, end);
}

double number(std::string_view line, std::string_view key) {
  const std::string_view text = field(line, key);
  double value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

using lines = std::vector<std::string>;

green::task<lines> ask(std::string address, std::string command) {
  const green::unique_fd fd = co_await green::connect_to(address);
  green::writer out(fd.get());
  co_await out.write(command + "\n");
  co_await out.flush();
  lines all;
  green::reader in(fd.get());
  while (auto line = co_await in.read_line(longest_line)) {
    all.push_back(std::move(*line));
  }
  co_return all;
}

// Numbers of waits differ where the waits do not: "recv(fd 7)" is "recv(fd #)".
std::string without_numbers(std::string_view text) {
  static const std::regex number("0x[0-9a-f]+|[0-9]+");
  return std::regex_replace(std::string(text), number, "#");
}

struct before {
  double turns = 0, calls = 0, spawned = 0, idle = 0, age = 0;
};

std::string hubs_in(const lines& all, std::map<std::string, before>& past) {
  std::string out =
      "   THREAD     LIVE    READY  SPAWNED/S    TURNS/S    CALLS/S  BUSY\n";
  char text[160];
  for (const std::string& line : all) {
    const std::string id(field(line, "os_thread"));
    if (id.empty()) continue;
    if (field(line, "blocked") == "true") {
      std::snprintf(text, sizeof text, "%9s  stands still for %.1f s\n",
                    id.c_str(), number(line, "standing"));
      out += text;
      continue;
    }
    const before now = {number(line, "turns"), number(line, "system_calls"),
                        number(line, "spawned"), number(line, "idle"),
                        number(line, "age")};
    const before was = std::exchange(past[id], now);
    const double time = std::max(now.age - was.age, 1e-9);
    std::snprintf(
        text, sizeof text, "%9s %8.0f %8.0f %10.0f %10.0f %10.0f %4.0f %%\n",
        id.c_str(), number(line, "live"), number(line, "ready"),
        (now.spawned - was.spawned) / time, (now.turns - was.turns) / time,
        (now.calls - was.calls) / time,
        100 * (1 - (now.idle - was.idle) / time));
    out += text;
  }
  return out;
}

// A green thread's line, and the next ones with its awaits.
struct row {
  double age;
  std::string name, wait, place;
};

std::vector<row> rows_of(const lines& all) {
  std::vector<row> rows;
  for (size_t i = 0; i + 1 < all.size(); ++i) {
    const std::string_view line = all[i];
    if (field(line, "id").empty()) continue;
    std::string place = line.ends_with('[') ? all[i + 1] : "";
    std::erase_if(place, [](char c) { return c == '"' || c == ','; });
    place = place.substr(0, place.find(']'));
    rows.push_back({number(line, "age"), std::string(field(line, "name")),
                    std::string(field(line, "wait")), place});
  }
  return rows;
}

std::string waits_in(const std::vector<row>& rows) {
  std::map<std::string, size_t> counts;
  for (const row& one : rows) {
    const std::string at = one.place.empty() ? "" : " at " + one.place;
    ++counts[without_numbers(one.wait) + at];
  }
  std::vector<std::pair<size_t, std::string>> most;
  for (const auto& [wait, count] : counts) most.emplace_back(count, wait);
  std::ranges::sort(most, std::greater());
  most.resize(std::min(most.size(), shown));
  std::string out = "\n    COUNT  WAITS FOR\n";
  for (const auto& [count, wait] : most) {
    const std::string number = std::to_string(count);
    out += std::string(9 - std::min<size_t>(number.size(), 9), ' ') + number;
    out += "  " + wait + "\n";
  }
  return out;
}

std::string oldest_in(const std::vector<row>& rows) {
  // Those of the same age stay in the order of the answer.
  std::vector<std::pair<double, size_t>> by_age;
  for (const row& one : rows) by_age.emplace_back(-one.age, by_age.size());
  std::ranges::sort(by_age);
  by_age.resize(std::min(by_age.size(), shown));
  std::string out = "\n    AGE/S  NAME, WAITS FOR\n";
  for (const auto& [minus_age, place] : by_age) {
    const row& one = rows[place];
    char age[32];
    std::snprintf(age, sizeof age, "%9.1f  ", one.age);
    out += age + one.name + ", " + one.wait +
           (one.place.empty() ? "\n" : " at " + one.place + "\n");
  }
  return out;
}

green::task<> show(std::string address, bool once) {
  std::map<std::string, before> past;
  for (;;) {
    const lines hubs = co_await ask(address, "json hubs");
    const lines threads = co_await ask(address, "json threads");
    const std::vector<row> rows = rows_of(threads);
    const std::string screen =
        hubs_in(hubs, past) + waits_in(rows) + oldest_in(rows);
    const char* const clear = once ? "" : "\x1b[H\x1b[2J";
    co_await green::printf("%s%s", clear, screen.c_str());
    co_await green::fflush(stdout);
    if (once) co_return;
    co_await green::sleep(1s);
  }
}

int main(int argc, char** argv) {
  const bool once = argc == 3 && std::string_view(argv[1]) == "--once";
  if (argc != (once ? 3 : 2)) {
    errx(
        2,
        "one address of a debug_server is needed\nusage: top [--once] PATH, or "
        "HOST:PORT");
  }
  std::string address = argv[argc - 1];
  if (address.find(':') == address.npos) address = "unix:" + address;
  try {
    green::run(show, address, once);
  } catch (const std::exception& e) {
    errx(1, "%s", e.what());
  }
}
