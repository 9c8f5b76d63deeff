// SPDX-License-Identifier: MIT
// The files that make_like reads.
#include "examples/make_rules.h"

#include <optional>
#include <set>

#include "tests/fuzz/fuzz.h"

namespace {

std::string print(const targets& all) {
  std::string text;
  for (const auto& [name, t] : all) {
    text += name + ":";
    for (const std::string& need : t.needs) text += " " + need;
    text += ";" + t.command + "\n";
  }
  return text;
}

bool makeable(targets& all) {
  try {
    for (auto& [name, t] : all) check(all, name, "FILE");
    return true;
  } catch (const std::invalid_argument&) {
    return false;
  }
}

// By making, round by round, whatever has all it needs.
bool can_all_be_made(const targets& all) {
  std::set<std::string> made;
  for (bool more = true; more;) {
    more = false;
    for (const auto& [name, t] : all) {
      bool ready = !made.contains(name);
      for (const auto& need : t.needs) ready = ready && made.contains(need);
      if (!ready) continue;
      made.insert(name);
      more = true;
    }
  }
  return made.size() == all.size();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  std::istringstream text(std::string(reinterpret_cast<const char*>(data),
                                      std::min<std::size_t>(size, 4096)));
  try {
    targets all = read_targets(text);
    const std::string printed = print(all);
    std::istringstream same(printed);
    targets again = read_targets(same);
    fuzz::require(print(again) == printed, "parse(print(t)) == t", printed);
    fuzz::require(makeable(all) == can_all_be_made(all), "no ring", printed);
  } catch (const std::invalid_argument&) {
    // Not a file that make_like takes.
  }
  return 0;
}
