// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace benchmarks {

/// A value for each bar of each group; not a number is a bar that is missing.
struct chart_panel {
  std::string title;
  bool logarithmic = false;
  std::string (*label)(double value) = nullptr;
  std::vector<std::vector<double>> values;  // [group][bar]
};

struct chart_bar {
  std::string name;
  std::size_t colour = 0;  // which of the palette's
};

struct chart {
  std::string title;
  std::string subtitle;
  std::string axis;  // what the groups are
  std::vector<std::string> groups;
  std::vector<chart_bar> bars;      // of each group
  std::vector<chart_panel> panels;  // drawn two in a row
};

/// The picture as an SVG document.
std::string draw(const chart& picture);

/// Makes a PNG of an SVG file with rsvg-convert; false when it cannot be run.
bool convert_to_png(const std::string& svg, const std::string& png);

}  // namespace benchmarks
