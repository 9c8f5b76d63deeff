// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <string>
#include <vector>

namespace benchmarks {

/// One measurement of one server. Times in µs, memory in KiB.
struct sample {
  double requests = 0;
  double per_second = 0;
  double p50 = 0;
  double p90 = 0;
  double p99 = 0;
  double max = 0;
  double cpu = 0;            // the server's, user and system, per request
  double server_busy = 0;    // share of one CPU
  double load_busy = 0;      // share of one CPU
  double resident = 0;       // the server's own memory
  double resident_each = 0;  // its growth, per connection
  double memory_each = 0;    // the same, with page tables and kernel stacks
  double memory = 0;         // all three, not as growth
  double threads = 0;
  double errors = 0;
  std::string failure;  // why there are no numbers, or what the errors were

  bool measured() const { return requests > 0; }
};

/// A server that holds connections on which nothing happens.
struct idle_sample {
  double resident = 0;            // with all connections, after one message
  double resident_connected = 0;  // growth per connection, before any message
  double resident_each = 0;       // growth per connection, after one message
  double memory_each = 0;         // the same, with page tables, kernel stacks
  double system_each = 0;         // the whole system's, both ends of the socket
  double cpu = 0;                 // of the server, ms in a second of idleness
  double threads = 0;
  double errors = 0;
  std::string failure;

  bool measured() const { return threads > 0; }
};

template <class Sample>
struct metric {
  const char* name;  // in JSON
  double Sample::* value;
};

inline constexpr metric<sample> echo_metrics[] = {
    {"requests_per_second", &sample::per_second},
    {"p50_us", &sample::p50},
    {"p90_us", &sample::p90},
    {"p99_us", &sample::p99},
    {"max_us", &sample::max},
    {"cpu_us_per_request", &sample::cpu},
    {"server_busy", &sample::server_busy},
    {"load_busy", &sample::load_busy},
    {"resident_kib", &sample::resident},
    {"resident_kib_per_connection", &sample::resident_each},
    {"memory_kib_per_connection", &sample::memory_each},
    {"memory_kib", &sample::memory},
    {"threads", &sample::threads},
    {"requests", &sample::requests},
    {"errors", &sample::errors},
};

inline constexpr metric<idle_sample> idle_metrics[] = {
    {"resident_kib", &idle_sample::resident},
    {"resident_kib_per_connection_connected", &idle_sample::resident_connected},
    {"resident_kib_per_connection", &idle_sample::resident_each},
    {"memory_kib_per_connection", &idle_sample::memory_each},
    {"system_kib_per_connection", &idle_sample::system_each},
    {"cpu_ms_per_second", &idle_sample::cpu},
    {"threads", &idle_sample::threads},
    {"errors", &idle_sample::errors},
};

/// All rounds of one server at one number of connections.
template <class Sample>
struct series {
  std::string server;
  unsigned connections = 0;
  std::vector<Sample> rounds;
};

struct spread {
  double median = std::numeric_limits<double>::quiet_NaN();
  double min = std::numeric_limits<double>::quiet_NaN();
  double max = std::numeric_limits<double>::quiet_NaN();
};

inline spread spread_of(std::vector<double> values) {
  if (values.empty()) return {};
  std::sort(values.begin(), values.end());
  const std::size_t middle = values.size() / 2;
  const double median = values.size() % 2 == 1
                            ? values[middle]
                            : (values[middle - 1] + values[middle]) / 2;
  return {median, values.front(), values.back()};
}

/// Of the rounds that gave numbers; not a number when none did.
template <class Sample>
spread spread_of(const series<Sample>& all, double Sample::* value) {
  std::vector<double> values;
  for (const Sample& round : all.rounds) {
    if (round.measured()) values.push_back(round.*value);
  }
  return spread_of(std::move(values));
}

/// Of the ratios of one server to another, round by round, since what disturbs
/// the machine disturbs both in a round.
template <class Sample>
spread ratio_of(const series<Sample>& all, const series<Sample>& base,
                double Sample::* value) {
  std::vector<double> values;
  const std::size_t rounds = std::min(all.rounds.size(), base.rounds.size());
  for (std::size_t i = 0; i < rounds; ++i) {
    const double divisor = base.rounds[i].*value;
    const bool both = all.rounds[i].measured() && base.rounds[i].measured();
    if (both && divisor > 0) values.push_back(all.rounds[i].*value / divisor);
  }
  return spread_of(std::move(values));
}

template <class Sample>
double total_errors(const std::vector<series<Sample>>& results) {
  double errors = 0;
  for (const auto& s : results) {
    for (const Sample& round : s.rounds) errors += round.errors;
  }
  return errors;
}

}  // namespace benchmarks
