// SPDX-License-Identifier: MIT
#pragma once

#include <doctest/doctest.h>

#include <cassert>
#include <string>
#include <string_view>

#include "tests/support/death.h"

namespace tests {

inline bool contracts_are_checked() {
  bool checked = false;
  assert((checked = true));
  return checked;
}

/// f breaks a contract that builds without NDEBUG check: it aborts and says
/// all of these. Other builds do not run it.
template <class F, class... Words>
void check_broken(F f, Words... said) {
  if (!contracts_are_checked()) {
    MESSAGE("not run: builds with NDEBUG do not check this");
    return;
  }
  const std::string words = dying_words(f);
  INFO("it said: ", words);
  const auto has = [&words](std::string_view part) {
    INFO("it does not say: ", std::string(part));
    CHECK(words.find(part) != std::string::npos);
  };
  (has(said), ...);
}

}  // namespace tests
