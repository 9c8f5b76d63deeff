// SPDX-License-Identifier: MIT
#include "green/testing/options.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <csignal>
#include <stdexcept>

namespace green::testing {

using std::chrono::nanoseconds;

namespace {

nanoseconds not_negative(nanoseconds span) {
  if (span < span.zero()) {
    throw std::invalid_argument(
        fmt::format("green::testing: a span of time cannot be {} ns; give one "
                    "that is not negative",
                    span.count()));
  }
  return span;
}

}  // namespace

distribution distribution::constant(nanoseconds always) {
  return distribution([span = not_negative(always)](double) { return span; });
}

nanoseconds distribution::at(double share) const {
  return std::max(quantile_(share), nanoseconds(0));
}

distribution uniform(nanoseconds least, nanoseconds most) {
  if (not_negative(most) < not_negative(least)) {
    throw std::invalid_argument(fmt::format(
        "green::testing::uniform: {} ns to {} ns is no range; give the lesser "
        "one first",
        least.count(), most.count()));
  }
  return distribution([=](double share) {
    const auto range = static_cast<double>((most - least).count());
    return least + nanoseconds(std::llround(share * range));
  });
}

distribution exponential(nanoseconds mean) {
  const auto middle = static_cast<double>(not_negative(mean).count());
  return distribution([=](double share) {
    return nanoseconds(std::llround(-middle * std::log1p(-share)));
  });
}

options::settings::settings()
    : delay(nanoseconds(0)),
      slow_connect(nanoseconds(0)),
      slow_look_up(nanoseconds(0)),
      partition_length(nanoseconds(0)) {}

options& options::rate(fault what, double share) {
  if (!(share >= 0 && share <= 1)) {
    throw std::invalid_argument(fmt::format(
        "green::testing::options: {} is no rate; a rate is 0 to 1", share));
  }
  all_.rates[static_cast<std::size_t>(what)] = share;
  return *this;
}

options& options::delays(double share, distribution length) {
  rate(fault::delay, share);
  all_.delay = std::move(length);
  return *this;
}

options& options::short_transfers(double share) {
  return rate(fault::short_transfer, share);
}

options& options::interrupts(double share) {
  return rate(fault::interrupt, share);
}

options& options::resets(double share) { return rate(fault::reset, share); }

options& options::refused_connects(double share) {
  return rate(fault::refused_connect, share);
}

options& options::slow_connects(double share, distribution length) {
  rate(fault::slow_connect, share);
  all_.slow_connect = std::move(length);
  return *this;
}

options& options::no_descriptors(double share) {
  return rate(fault::no_descriptor, share);
}

options& options::no_memory(double share) {
  return rate(fault::no_memory, share);
}

options& options::no_space(double share) {
  return rate(fault::no_space, share);
}

options& options::disk_errors(double share) {
  return rate(fault::disk_error, share);
}

options& options::host(std::string name, std::string address) {
  const std::string with_port = address.find(':') == std::string::npos
                                    ? address + ":0"
                                    : "[" + address + "]:0";
  (void)endpoint(with_port);
  all_.hosts.emplace_back(std::move(name), std::move(address));
  return *this;
}

options& options::failed_look_ups(double share) {
  return rate(fault::failed_look_up, share);
}

options& options::slow_look_ups(double share, distribution length) {
  rate(fault::slow_look_up, share);
  all_.slow_look_up = std::move(length);
  return *this;
}

options& options::clock_steps(double share, nanoseconds most) {
  all_.clock_step = not_negative(most);
  return rate(fault::clock_step, share);
}

options& options::signals(double share, std::vector<int> numbers) {
  if (numbers.empty()) {
    throw std::invalid_argument(
        "green::testing::options: signals without a number; write "
        "signals(0.01, {SIGUSR1})");
  }
  for (const int number : numbers) {
    if (number > 0 && number < NSIG) continue;
    throw std::invalid_argument(fmt::format(
        "green::testing::options: {} is no signal's number", number));
  }
  all_.signals = std::move(numbers);
  return rate(fault::signal, share);
}

options& options::crashes(double share, std::string name) {
  if (name.empty()) {
    throw std::invalid_argument(
        "green::testing::options: crashes without a name; write crashes(0.01, "
        "\"worker\") and name a green thread by set_name");
  }
  all_.crashes = std::move(name);
  return rate(fault::crash, share);
}

options& options::port(std::string name) {
  all_.ports.push_back({std::move(name), {}});
  return *this;
}

options& options::port(std::string name, const std::string& address) {
  all_.ports.push_back({std::move(name), endpoint(address)});
  return *this;
}

options& options::partition(std::string a, std::string b, nanoseconds from,
                            nanoseconds length) {
  all_.partitions.push_back(
      {std::move(a), std::move(b), not_negative(from), not_negative(length)});
  return *this;
}

options& options::partitions(double share, std::string a, std::string b,
                             distribution length) {
  all_.partition_a = std::move(a);
  all_.partition_b = std::move(b);
  all_.partition_length = std::move(length);
  return rate(fault::partition, share);
}

options& options::time_limit(nanoseconds limit) {
  all_.time_limit = not_negative(limit);
  return *this;
}

options& options::shrink(unsigned runs) {
  all_.shrink = runs;
  return *this;
}

options& options::report_to(std::FILE* out) {
  all_.out = out;
  return *this;
}

options& options::hostile_kernel() {
  all_.hostile = true;
  return *this;
}

void options::check() const {
  const auto known = [this](const std::string& name) {
    const auto same = [&name](const named_port& p) { return p.name == name; };
    if (name == "*" || std::ranges::any_of(all_.ports, same)) return;
    throw std::invalid_argument(fmt::format(
        "green::testing: a partition names the port '{}', which is unknown; "
        "write options().port(\"{}\", \"127.0.0.1:80\")",
        name, name));
  };
  for (const planned_partition& p : all_.partitions) {
    known(p.a);
    known(p.b);
  }
  if (all_.rates[static_cast<std::size_t>(fault::partition)] == 0) return;
  known(all_.partition_a);
  known(all_.partition_b);
}

}  // namespace green::testing
