// SPDX-License-Identifier: MIT
#include "green/debug.h"

#include <fmt/format.h>

#include <exception>
#include <iterator>
#include <string>

#include "green/dumps/process.h"
#include "green/dumps/rows.h"
#include "green/dumps/service.h"
#include "green/hub/this_hub.h"
#include "green/monitors/watch.h"

namespace green {

namespace {

std::string from(const core::site& where) {
  const std::string place = dumps::place(where);
  return place.empty() ? "" : ", spawned at " + place;
}

void print(const std::string& text, std::FILE* out) {
  std::fwrite(text.data(), 1, text.size(), out);
}

}  // namespace

hub_statistics statistics() {
  return dumps::statistics_of(static_cast<hub::loop&>(hub::this_hub()));
}

void dump(std::FILE* out) {
  const dumps::hub_rows rows =
      dumps::rows_of(static_cast<hub::loop&>(hub::this_hub()));
  std::string text;
  const auto line = std::back_inserter(text);
  for (const dumps::thread_row& row : rows.threads) {
    fmt::format_to(line, "{}, {:.3f} s old{}: {}{}\n", row.name(),
                   static_cast<double>(row.age) / 1e9, from(row.spawned_at),
                   dumps::wait_of(row), dumps::in_parentheses(row.variables));
  }
  for (const dumps::failed_row& row : rows.failed) {
    fmt::format_to(line, "{}{}: ended with {}\n", row.name,
                   from(row.spawned_at), row.error);
  }
  print(text + rows.rings, out);
}

void dump_all(std::FILE* out) {
  print(dumps::text_of(dumps::look_at_process()), out);
  std::fflush(out);
}

void detect_blocking(std::chrono::nanoseconds limit) { watch_hub(limit); }

debug_server::debug_server(const std::string& address,
                           const debug_options& options) {
  try {
    service_ = new dumps::service(address, options.kill_allowed());
  } catch (const std::exception& error) {
    std::fprintf(stderr, "green: debug_server(\"%s\"): %s\n", address.c_str(),
                 error.what());
  }
}

bool debug_server::serving() const noexcept {
  return service_ != nullptr && service_->serving();
}

std::string debug_server::address() const {
  return service_ == nullptr ? "" : service_->address();
}

void debug_server::stop() {
  if (service_ != nullptr) service_->stop();
}

}  // namespace green
