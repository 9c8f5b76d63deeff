// SPDX-License-Identifier: MIT
#include "green/core/histogram.h"

#include <doctest/doctest.h>

#include <cstdint>

using green::core::histogram;

TEST_CASE("without lengths all is 0") {
  const histogram none;
  CHECK(none.count() == 0);
  CHECK(none.most() == 0);
  CHECK(none.quantile(0.5) == 0);
}

TEST_CASE("a quantile is right to a quarter, and never beyond the longest") {
  for (std::int64_t scale : {1, 7, 1'000, 123'456, 1'000'000'000}) {
    histogram h;
    for (std::int64_t i = 1; i <= 1'000; ++i) h.add(i * scale);
    CHECK(h.count() == 1'000);
    CHECK(h.most() == 1'000 * scale);
    CHECK(h.quantile(1) == 1'000 * scale);
    for (const double share : {0.01, 0.5, 0.9, 0.99}) {
      const double right = share * 1'000 * static_cast<double>(scale);
      const auto told = static_cast<double>(h.quantile(share));
      CAPTURE(scale);
      CAPTURE(share);
      CHECK(told >= right - 1);
      CHECK(told <= right * 1.26 + 1);
    }
  }
}

TEST_CASE("small, negative and huge lengths have a place") {
  histogram h;
  h.add(-5);
  h.add(0);
  h.add(3);
  CHECK(h.quantile(0.5) == 0);
  CHECK(h.quantile(1) == 3);
  h.add(INT64_MAX);
  CHECK(h.count() == 4);
  CHECK(h.most() == INT64_MAX);
  CHECK(h.quantile(0.75) == 3);
}
