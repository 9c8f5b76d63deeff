// SPDX-License-Identifier: MIT
// The texts in which a hub describes its green threads.
#include <fmt/format.h>

#include <cstddef>
#include <cstdio>
#include <iterator>
#include <new>
#include <string>

#include "green/core/wait_graph.h"
#include "green/hub/loop.h"

namespace green::hub {

std::string loop::describe_threads() {
  const core::thread_index known(*this);
  std::string out;
  threads_.for_each([&out](core::green_thread& t) {
    fmt::format_to(std::back_inserter(out), "  {}: {}\n", t.name(),
                   t.describe_wait());
  });
  return out + core::describe_cycles(*this);
}

// Names the green threads that were spawned outside of run and never ran.
void loop::tell_of_the_unstarted() noexcept {
  constexpr std::size_t named = 10;
  std::size_t count = 0;
  try {
    threads_.for_each([&count](core::green_thread& t) {
      if (t.started() || ++count > named) return;
      const std::string report = fmt::format(
          "green: {} never ran: its OS thread ended without another "
          "green::run; spawn in the function that green::run(f) runs\n",
          t.name_and_place());
      std::fputs(report.c_str(), stderr);
    });
    if (count <= named) return;
    const std::string rest =
        fmt::format("green: {} more never ran\n", count - named);
    std::fputs(rest.c_str(), stderr);
  } catch (const std::bad_alloc&) {
    std::fputs("green: green threads never ran\n", stderr);
  }
}

}  // namespace green::hub
