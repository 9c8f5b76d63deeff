// SPDX-License-Identifier: MIT
// client_waits: 50 blocking clients of each library, patched, beside one
//
// And how late a ticker, a timeout and a kill are beside them.

#include <fmt/core.h>

#include <algorithm>
#include <cstdio>
#include <exception>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "benchmarks/arguments.h"
#include "benchmarks/client_waits/measurement.h"
#include "benchmarks/machine.h"
#include "benchmarks/output.h"
#include "benchmarks/report.h"
#include "benchmarks/results.h"
#include "tests/clients/curl.h"
#include "tests/clients/mariadb.h"
#include "tests/clients/postgres.h"
#include "tests/clients/redis.h"

namespace {

using benchmarks::bad_usage;
using benchmarks::wait_row;
using benchmarks::wait_settings;
using std::string;

constexpr const char* usage = R"(usage: client_waits [OPTIONS]
  --clients LIST  of hiredis,http,https,libpq,libpq-tls,libmariadb (all)
  --tasks N       how many wait at once (50)
  --calls N       how many calls of 40 ms each makes (20)
  --rounds N      how often each thing is measured (3)
  --out DIR       for the pictures ($TMPDIR or /tmp)
)";

constexpr const char* picture_name = "green-client-waits";

template <tests::client Client>
wait_row measure(const wait_settings& how,
                 benchmarks::progress_line& progress) {
  return benchmarks::wait_measurement<Client>(how, progress).run();
}

struct known_client {
  const char* name;
  wait_row (*measure)(const wait_settings&, benchmarks::progress_line&);
};

constexpr known_client known_clients[] = {
    {"hiredis", measure<tests::redis>},
    {"http", measure<tests::curl<false>>},
    {"https", measure<tests::curl<true>>},
    {"libpq", measure<tests::postgres<false>>},
    {"libpq-tls", measure<tests::postgres<true>>},
    {"libmariadb", measure<tests::mariadb>},
};

std::vector<known_client> choose_clients(const string& list) {
  std::vector<known_client> chosen;
  for (const string& name : benchmarks::parse_list("--clients", list)) {
    const auto* const found =
        std::ranges::find(known_clients, name, &known_client::name);
    if (found == std::end(known_clients)) {
      throw bad_usage(fmt::format("--clients: not a client: '{}'", name));
    }
    if (std::ranges::count(chosen, found->name, &known_client::name) != 0) {
      throw bad_usage(fmt::format("--clients: {} is there twice", name));
    }
    chosen.push_back(*found);
  }
  return chosen;
}

struct command {
  wait_settings how;
  std::vector<known_client> clients;
  string out;
};

command parse(int argc, char** argv) {
  benchmarks::arguments given(argc, argv);
  command c;
  wait_settings& s = c.how;
  s.tasks = given.number("--tasks", 1, 80).value_or(s.tasks);
  s.calls = given.number("--calls", 1, 10'000).value_or(s.calls);
  s.rounds = given.number("--rounds", 1, 100).value_or(s.rounds);
  c.out = given.value("--out").value_or(benchmarks::default_folder());
  c.clients = choose_clients(given.value("--clients")
                                 .value_or("hiredis,http,https,libpq,libpq-tls,"
                                           "libmariadb"));
  if (!given.positional().empty()) {
    throw bad_usage("not an option: " + given.positional().front());
  }
  return c;
}

double median(const std::vector<double>& values) {
  return benchmarks::spread_of(values).median;
}

double most(const std::vector<double>& values) {
  return benchmarks::spread_of(values).max;
}

// In the round in which the ticker was latest.
double no_cpu_at_most(const wait_row& r) {
  const auto worst = std::ranges::max_element(r.connect_tick);
  return r
      .connect_no_cpu[static_cast<std::size_t>(worst - r.connect_tick.begin())];
}

void show(const std::vector<wait_row>& rows, const wait_settings& how) {
  fmt::print("{} tasks on one thread, {} calls each of {:.0f} ms; {}.\n\n",
             how.tasks, how.calls, benchmarks::wait_seconds * 1e3,
             benchmarks::machine());
  const auto line = [](const auto&... c) {
    fmt::print(
        "{:<11}{:>5}{:>6}{:>7} |{:>6}{:>8}{:>8}{:>8}{:>7} |{:>7}{:>7} "
        "|{:>7}{:>7}\n",
        c...);
  };
  line("", "one,", how.tasks, "x", "5 ms", "ticker", "late,", "ms", "no",
       "timeout", "late,", "kill", "takes,");
  line("", "ms", "ms", "", "alone", "waiting", "calling", "connect", "CPU",
       "median", "max ms", "median", "max ms");
  const auto number = [](double v) { return fmt::format("{:.2f}", v); };
  for (const wait_row& r : rows) {
    line(r.name, fmt::format("{:.0f}", r.one),
         fmt::format("{:.0f}", median(r.all)),
         fmt::format("{:.3f}", median(r.ratio)), number(r.lone_tick),
         number(most(r.wait_tick)), number(most(r.call_tick)),
         number(most(r.connect_tick)), number(no_cpu_at_most(r)),
         number(median(r.timeout_late)), number(most(r.timeout_late)),
         number(median(r.kill_late)), number(most(r.kill_late)));
  }
  fmt::print(
      "\nMedians of {} rounds; of a ticker, alone and beside tasks that wait, "
      "call all the\ntime, connect all at once, the worst; no CPU: how long, "
      "of the last, the thread was\nready and others had the CPUs. A timeout "
      "and a kill end a call that waits,\n{} times each, beside {} that wait "
      "on.\n",
      how.rounds, benchmarks::interrupts_in_a_round * how.rounds, how.tasks);
}

benchmarks::chart make_chart(const std::vector<wait_row>& rows,
                             const wait_settings& how) {
  benchmarks::chart picture;
  picture.title =
      fmt::format("{} unmodified clients that wait on one thread", how.tasks);
  picture.subtitle =
      fmt::format("{}; {} rounds", benchmarks::machine(), how.rounds);
  picture.axis = "library";
  picture.bars = {{"green::patched", 0}};
  for (const wait_row& r : rows) picture.groups.push_back(r.name);
  const auto add = [&](const char* title, const auto& value) {
    benchmarks::chart_panel panel = {
        title, false, [](double v) { return fmt::format("{:.2f}", v); }, {}};
    for (const wait_row& r : rows) panel.values.push_back({value(r)});
    picture.panels.push_back(std::move(panel));
  };
  add("Wall time of all, in that of one",
      [](const wait_row& r) { return median(r.ratio); });
  add("Worst delay of a 5 ms ticker beside calls, ms", [](const wait_row& r) {
    return std::max(most(r.wait_tick), most(r.call_tick));
  });
  add("Worst delay of a timeout, ms",
      [](const wait_row& r) { return most(r.timeout_late); });
  add("Longest time that a kill takes, ms",
      [](const wait_row& r) { return most(r.kill_late); });
  return picture;
}

void run(const command& c) {
  benchmarks::prepare_pictures(c.out, picture_name);
  benchmarks::catch_interrupts();
  const benchmarks::other_programs others;
  benchmarks::progress_line progress(static_cast<unsigned>(c.clients.size()));
  std::vector<wait_row> rows;
  for (const known_client& client : c.clients) {
    benchmarks::stop_if_interrupted();
    rows.push_back(client.measure(c.how, progress));
  }
  progress.clear();
  show(rows, c.how);
  if (others.usage() > 0.1) {
    fmt::print(
        "Other programs used {:.0f} % of a CPU meanwhile, and what is late may "
        "be so by\n"
        "them: compare with the ticker alone.\n",
        others.usage() * 100);
  }
  std::fflush(stdout);
  benchmarks::write_picture(make_chart(rows, c.how), c.out, picture_name);
}

}  // namespace

int main(int argc, char** argv) {
  if (benchmarks::arguments(argc, argv).flag("--help")) {
    fmt::print("{}", usage);
    return 0;
  }
  try {
    run(parse(argc, argv));
  } catch (const bad_usage& error) {
    fmt::print(stderr, "client_waits: {}\n{}", error.what(), usage);
    return 2;
  } catch (const std::exception& error) {
    fmt::print(stderr, "client_waits: {}\n", error.what());
    if (benchmarks::interrupted()) return 128 + benchmarks::interrupt_signal;
    return 1;
  }
}
