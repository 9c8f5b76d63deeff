// SPDX-License-Identifier: MIT
// metrics_server: the numbers of a hub as OpenMetrics text, for Prometheus

#include <chrono>
#include <exception>
#include <stdexcept>
#include <string>

#include "green/debug.h"
#include "green/err.h"
#include "green/green.h"
#include "green/greenlet.h"
#include "green/http.h"
#include "green/server.h"
#include "green/signal.h"
#include "green/stdio.h"

using green::http::response;

// A metric with one value. A counter's sample ends in _total.
class metrics {
 public:
  void gauge(const std::string& name, double value) {
    head(name, "gauge");
    sample(name, value);
  }
  void counter(const std::string& name, double value) {
    head(name, "counter");
    sample(name + "_total", value);
  }
  void head(const std::string& name, const char* type) {
    text_ += "# TYPE green_" + name + " " + type + "\n";
  }
  void sample(const std::string& name, double value) {
    char number[32];
    std::snprintf(number, sizeof number, " %.10g\n", value);
    text_ += "green_" + name + number;
  }
  std::string end() && { return std::move(text_) + "# EOF\n"; }

 private:
  std::string text_;
};

double seconds(std::chrono::nanoseconds time) {
  return std::chrono::duration<double>(time).count();
}

std::string page() {
  const green::hub_statistics now = green::statistics();
  const auto number = [](auto count) { return static_cast<double>(count); };
  metrics m;
  m.gauge("threads_live", number(now.live));
  m.gauge("threads_ready", number(now.ready));
  m.counter("threads_spawned", number(now.spawned));
  m.counter("threads_failed", number(now.failed));
  m.counter("turns", number(now.turns));
  m.counter("system_calls", number(now.system_calls));
  m.counter("posts", number(now.posts));
  m.counter("working_seconds", seconds(now.working));
  m.counter("kernel_seconds", seconds(now.in_kernel));
  m.counter("idle_seconds", seconds(now.idle));
  m.gauge("timers", number(now.timers));
  m.head("timer_late_seconds", "summary");
  m.sample("timer_late_seconds{quantile=\"0.5\"}", seconds(now.late_p50));
  m.sample("timer_late_seconds{quantile=\"0.99\"}", seconds(now.late_p99));
  m.sample("timer_late_seconds{quantile=\"1\"}", seconds(now.late_most));
  m.sample("timer_late_seconds_count", number(now.timers_fired));
  const auto of_kind = [](const char* name, const char* kind) {
    return std::string(name) + "{kind=\"" + kind + "\"}";
  };
  m.head("requests", "counter");
  for (const auto& one : now.requests) {
    m.sample(of_kind("requests_total", one.kind), number(one.done));
  }
  m.head("requests_in_flight", "gauge");
  for (const auto& one : now.requests) {
    m.sample(of_kind("requests_in_flight", one.kind), number(one.in_flight));
  }
  m.gauge("helpers_busy", number(now.helpers_busy));
  m.gauge("helpers_waiting", number(now.helpers_waiting));
  return std::move(m).end();
}

constexpr const char* open_metrics =
    "application/openmetrics-text; version=1.0.0; charset=utf-8";

// A scraper comes every few seconds, so that its connection need not stay.
green::task<response> answer(green::http::request& r) {
  const bool known = r.path() == "/metrics";
  response all(known ? 200 : 404, known ? open_metrics : "text/plain",
               known ? page() : "see /metrics\n");
  all.headers().set("Connection", "close");
  co_return all;
}

green::task<> serve(std::string address) {
  green::stream_server server(address, green::http::service(answer));
  server.start();
  co_await green::printf("listening on %s\n",
                         server.address().to_string().c_str());
  co_await green::fflush(stdout);
  co_await server.serve_forever();
}

[[noreturn]] void refuse(const std::string& why) {
  errx(2, "%s\nusage: metrics_server HOST:PORT", why.c_str());
}

int main(int argc, char** argv) {
  if (argc != 2) refuse("an address is needed");
  try {
    green::run(serve, std::string(argv[1]));
  } catch (const std::invalid_argument& e) {
    refuse(e.what());
  } catch (const std::exception& e) {
    errx(1, "%s", e.what());
  }
}
