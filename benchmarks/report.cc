// SPDX-License-Identifier: MIT
#include "benchmarks/report.h"

#include <sys/utsname.h>

#include <cmath>
#include <fstream>
#include <string_view>
#include <thread>

#include <fmt/core.h>

namespace benchmarks {
namespace {

// One column: its heading, its width, how to print it, and what is in it: the
// value itself or, with `ratio`, its ratio to the baseline's.
template <class Sample>
struct column {
  const char* heading;
  int width;
  std::string (*print)(double value);
  double Sample::* value;
  bool ratio = false;
};

std::string decimals_1(double value) {
  return value < 1000 ? fmt::format("{:.1f}", value) : grouped(value);
}
std::string decimals_2(double value) { return fmt::format("{:.2f}", value); }
std::string mebibytes(double kib) { return fmt::format("{:.1f}", kib / 1024); }

constexpr column<sample> echo_columns[] = {
    {"requests/s", 11, grouped, &sample::per_second},
    {"×", 6, decimals_2, &sample::per_second, true},
    {"p50 µs", 11, decimals_1, &sample::p50},
    {"p99 µs", 11, decimals_1, &sample::p99},
    {"CPU µs", 8, decimals_2, &sample::cpu},
    {"×", 6, decimals_2, &sample::cpu, true},
    {"RSS MiB", 9, mebibytes, &sample::resident},
    {"KiB/conn", 10, decimals_1, &sample::resident_each},
    {"+kernel", 9, decimals_1, &sample::memory_each},
    {"threads", 9, grouped, &sample::threads},
    {"errors", 8, grouped, &sample::errors},
};

constexpr column<idle_sample> idle_columns[] = {
    {"RSS MiB", 9, mebibytes, &idle_sample::resident},
    {"connected", 11, decimals_2, &idle_sample::resident_connected},
    {"KiB/conn", 10, decimals_2, &idle_sample::resident_each},
    {"×", 6, decimals_2, &idle_sample::resident_each, true},
    {"+kernel", 9, decimals_2, &idle_sample::memory_each},
    {"×", 6, decimals_2, &idle_sample::memory_each, true},
    {"system", 9, decimals_2, &idle_sample::system_each},
    {"CPU ms/s", 10, decimals_1, &idle_sample::cpu},
    {"threads", 9, grouped, &idle_sample::threads},
    {"errors", 8, grouped, &idle_sample::errors},
};

// The columns before those: the number of connections and the server.
std::string row_start(const std::string& connections,
                      const std::string& server) {
  return fmt::format("{:>7} {:<9}", connections, server);
}

template <class Sample>
const series<Sample>* find(const std::vector<series<Sample>>& results,
                           const std::string& server, unsigned connections) {
  for (const auto& s : results) {
    if (s.server == server && s.connections == connections) return &s;
  }
  return nullptr;
}

double error_sum(const auto& rows) {
  double errors = 0;
  for (const auto& round : rows.rounds) errors += round.errors;
  return errors;
}

// The lines of one server: medians, and with several rounds min and max.
template <class Sample, std::size_t Count>
std::string lines(const series<Sample>& row, const series<Sample>* base,
                  const std::string& first,
                  const column<Sample> (&columns)[Count]) {
  constexpr const char* labels[] = {"", "  min", "  max"};
  std::string text;
  for (int line = 0; line < (row.rounds.size() > 1 ? 3 : 1); ++line) {
    text += line == 0 ? first : row_start("", labels[line]);
    for (const column<Sample>& c : columns) {
      spread s = !c.ratio ? spread_of(row, c.value)
                 : base   ? ratio_of(row, *base, c.value)
                          : spread{};
      // Of errors, all rounds' count.
      if (c.value == &Sample::errors) {
        s.median = s.min = s.max = error_sum(row);
      }
      const double value = line == 0 ? s.median : line == 1 ? s.min : s.max;
      text += fmt::format("{:>{}}", std::isnan(value) ? "-" : c.print(value),
                          c.width);
    }
    text += '\n';
  }
  return text;
}

template <class Sample, std::size_t Count>
std::string table_of(const std::string& baseline,
                     const std::vector<series<Sample>>& results,
                     const column<Sample> (&columns)[Count]) {
  std::string text = row_start("conns", "server");
  int width = 17;
  for (const column<Sample>& c : columns) {
    text += fmt::format("{:>{}}", c.heading, c.width);
    width += c.width;
  }
  text += '\n';
  unsigned connections = 0;
  for (const series<Sample>& row : results) {
    const bool first = row.connections != connections;
    if (first) text += std::string(static_cast<std::size_t>(width), '-') + '\n';
    connections = row.connections;
    const std::string start =
        row_start(first ? grouped(connections) : "", row.server);
    text += lines(row, find(results, baseline, connections), start, columns);
  }
  return text;
}

std::string ratio_note(const comparison_plan& plan,
                       const std::string& baseline) {
  if (plan.repeat == 1) return fmt::format("× is the ratio to {}.", baseline);
  return fmt::format(
      "Medians of {} rounds in which the servers took turns, and the extremes; "
      "× is the\nratio to {} in the same round.",
      plan.repeat, baseline);
}

std::string where(const comparison_plan& plan) {
  return fmt::format("{}, server on CPU {}, load on CPU {}", machine(),
                     plan.server_cpu, plan.load_cpu);
}

std::string quoted(std::string_view text) {
  std::string result = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') result += '\\';
    if (static_cast<unsigned char>(c) < 0x20) {
      result += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
    } else {
      result += c;
    }
  }
  return result + '"';
}

std::string number(double value) {
  return std::isfinite(value) ? fmt::format("{}", value) : "null";
}

template <class Sample, std::size_t Count>
std::string json_row(const series<Sample>& row, const series<Sample>* base,
                     const metric<Sample> (&metrics)[Count]) {
  std::string text = fmt::format("    {{\"server\": {}, \"connections\": {}",
                                 quoted(row.server), row.connections);
  for (const metric<Sample>& m : metrics) {
    const spread s = spread_of(row, m.value);
    const spread r = base ? ratio_of(row, *base, m.value) : spread{};
    text += fmt::format(
        ",\n     {}: {{\"median\": {}, \"min\": {}, \"max\": {}, "
        "\"ratio\": {}, \"ratio_min\": {}, \"ratio_max\": {}, \"rounds\": [",
        quoted(m.name), number(s.median), number(s.min), number(s.max),
        number(r.median), number(r.min), number(r.max));
    const char* comma = "";
    for (const Sample& round : row.rounds) {
      text += fmt::format("{}{}", comma, number(round.*m.value));
      comma = ", ";
    }
    text += "]}";
  }
  text += ",\n     \"failures\": [";
  const char* comma = "";
  for (const Sample& round : row.rounds) {
    if (round.failure.empty()) continue;
    text += fmt::format("{}{}", comma, quoted(round.failure));
    comma = ", ";
  }
  return text + "]}";
}

template <class Sample, std::size_t Count>
std::string json_of(const char* kind, const comparison_plan& plan,
                    const std::string& baseline,
                    const std::vector<series<Sample>>& results,
                    const metric<Sample> (&metrics)[Count]) {
  std::string text = fmt::format(
      "{{\n  \"benchmark\": {},\n  \"machine\": {},\n  \"server_cpu\": {},\n"
      "  \"load_cpu\": {},\n  \"size\": {},\n  \"repeat\": {},\n"
      "  \"baseline\": {},\n  \"errors\": {},\n  \"results\": [\n",
      quoted(kind), quoted(machine()), plan.server_cpu, plan.load_cpu,
      plan.size, plan.repeat, quoted(baseline), number(total_errors(results)));
  const char* comma = "";
  for (const auto& row : results) {
    text += comma +
            json_row(row, find(results, baseline, row.connections), metrics);
    comma = ",\n";
  }
  return text + "\n  ]\n}\n";
}

}  // namespace

std::string machine() {
  std::ifstream file("/proc/cpuinfo");
  std::string line;
  std::string model = "unknown CPU";
  while (std::getline(file, line)) {
    if (!line.starts_with("model name")) continue;
    model = line.substr(line.find(':') + 2);
    break;
  }
  utsname system = {};
  uname(&system);
  const std::string_view release = system.release;
  const std::size_t minor = release.find('.');
  return fmt::format("{}, {} CPUs, Linux {}", model,
                     std::thread::hardware_concurrency(),
                     release.substr(0, release.find_first_of(".-", minor + 1)));
}

std::string grouped(double value) {
  std::string digits = fmt::format("{:.0f}", value);
  for (std::size_t end = digits.size(); end > 3;) {
    end -= 3;
    digits.insert(end, 1, ',');
  }
  return digits;
}

std::string table(const comparison_plan& plan, const std::string& baseline,
                  const std::vector<series<sample>>& results) {
  std::string text = fmt::format(
      "{}-byte messages, one at a time on each connection.\n{}.\n\n{}\n",
      plan.size, where(plan), table_of(baseline, results, echo_columns));
  text += ratio_note(plan, baseline);
  text +=
      " CPU is the server's, user and system, per request;\n"
      "KiB/conn what its RSS grew by for each connection, +kernel the same "
      "with its page\ntables and its threads' kernel stacks.\n";
  double busiest = 0;
  for (const auto& row : results) {
    busiest = std::max(busiest, spread_of(row, &sample::load_busy).median);
  }
  if (busiest > 0.95) {
    text +=
        "Where the load program's CPU was busy all the time too, requests/s "
        "are what it\ncan do: compare the server's CPU per request.\n";
  }
  return text;
}

std::string table(const comparison_plan& plan, const std::string& baseline,
                  const std::vector<series<idle_sample>>& results) {
  return fmt::format(
      "Idle connections.\n{}.\n\n{}\n{} In KiB for each "
      "connection: connected is what the\nserver's RSS grew by before any "
      "message, KiB/conn after one of {} bytes, +kernel the\nsame with its "
      "page tables and its threads' kernel stacks, system what all memory "
      "in\nuse grew by, both ends of the socket included. CPU is spent in a "
      "second of idleness.\n",
      where(plan), table_of(baseline, results, idle_columns),
      ratio_note(plan, baseline), plan.size);
}

std::string json(const comparison_plan& plan, const std::string& baseline,
                 const std::vector<series<sample>>& results) {
  return json_of("echo", plan, baseline, results, echo_metrics);
}

std::string json(const comparison_plan& plan, const std::string& baseline,
                 const std::vector<series<idle_sample>>& results) {
  return json_of("idle", plan, baseline, results, idle_metrics);
}

}  // namespace benchmarks
