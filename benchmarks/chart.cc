// SPDX-License-Identifier: MIT
#include "benchmarks/chart.h"

#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>

#include <fmt/core.h>

namespace benchmarks {
namespace {

// The colours of Okabe and Ito, which colour-blind people can tell apart.
constexpr std::array<const char*, 6> colours = {
    "#009e73", "#e69f00", "#0072b2", "#56b4e9", "#cc79a7", "#999999"};

constexpr double page_width = 1200;
constexpr double margin = 28;
constexpr double header = 104;
constexpr double panel_width = (page_width - 3 * margin) / 2;
constexpr double panel_height = 310;
constexpr double plot_top = 48;  // of a panel: its title
constexpr double plot_left = 8;
constexpr double plot_height = 208;
constexpr double narrow_bar = 46;    // too narrow for a label that lies flat
constexpr double turned_label = 30;  // the room that it needs instead

const char* colour_of(const chart_bar& bar) {
  return colours[bar.colour % colours.size()];
}

std::string escaped(const std::string& text) {
  std::string result;
  for (const char c : text) {
    switch (c) {
      case '&':
        result += "&amp;";
        break;
      case '<':
        result += "&lt;";
        break;
      case '>':
        result += "&gt;";
        break;
      default:
        result += c;
    }
  }
  return result;
}

std::string text_at(double x, double y, const char* style,
                    const std::string& text) {
  return fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" class=\"{}\">{}</text>\n",
                     x, y, style, escaped(text));
}

// Values to heights: linear from zero, or logarithmic from a decade's start.
class scale {
 public:
  scale(const chart_panel& panel, double height)
      : logarithmic_(panel.logarithmic), height_(height) {
    double least = INFINITY;
    for (const auto& group : panel.values) {
      for (const double value : group) {
        if (!std::isfinite(value) || value <= 0) continue;
        most_ = std::max(most_, value);
        least = std::min(least, value);
      }
    }
    if (!std::isfinite(least)) least = most_ = 1;
    // A bar of half a decade at least, so that the smallest is still a bar.
    bottom_ = std::pow(10, std::floor(std::log10(least) - 0.5));
  }

  double height(double value) const {
    if (!std::isfinite(value) || value <= 0) return 0;
    const double share =
        logarithmic_ ? std::log10(value / bottom_) / std::log10(most_ / bottom_)
                     : value / most_;
    return share * height_;
  }

  double bottom() const { return bottom_; }
  double most() const { return most_; }

 private:
  bool logarithmic_;
  double height_;  // of the greatest value
  double most_ = 0;
  double bottom_ = 1;
};

std::string grid(const chart_panel& panel, const scale& to, double x,
                 double base) {
  std::string svg;
  const auto line = [&](double value, const char* style) {
    const double y = base - (value > 0 ? to.height(value) : 0);
    svg += fmt::format(
        "<line x1=\"{:.1f}\" x2=\"{:.1f}\" y1=\"{:.1f}\" y2=\"{:.1f}\" "
        "class=\"{}\"/>\n",
        x, x + panel_width - 2 * plot_left, y, y, style);
  };
  if (panel.logarithmic) {
    for (double v = to.bottom() * 10; v <= to.most(); v *= 10) line(v, "grid");
  } else {
    for (const double share : {0.25, 0.5, 0.75, 1.0}) {
      line(to.most() * share, "grid");
    }
  }
  line(0, "axis");
  return svg;
}

std::string bar(const chart_panel& panel, const scale& to, double value,
                double x, double base, double width, const char* colour) {
  if (!std::isfinite(value)) {
    return text_at(x + width / 2, base - 4, "value", "–");
  }
  const double height = std::max(1.0, to.height(value));
  std::string svg = fmt::format(
      "<rect x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\" "
      "fill=\"{}\"/>\n",
      x, base - height, width - 2, height, colour);
  const double middle = x + (width - 2) / 2;
  const double top = base - height - 5;
  if (width >= narrow_bar) {
    return svg + text_at(middle, top, "value", panel.label(value));
  }
  return svg + fmt::format(
                   "<text transform=\"translate({:.1f},{:.1f}) rotate(-90)\" "
                   "class=\"turned\">{}</text>\n",
                   middle + 4, top, escaped(panel.label(value)));
}

// One group's bars, and its name below them.
std::string draw_group(const chart& picture, const chart_panel& panel,
                       std::size_t group, const scale& to, double middle,
                       double base, double bar_width) {
  std::string svg;
  const double bars = bar_width * static_cast<double>(picture.bars.size());
  for (std::size_t i = 0; i < picture.bars.size(); ++i) {
    svg += bar(panel, to, panel.values[group][i],
               middle - bars / 2 + static_cast<double>(i) * bar_width, base,
               bar_width, colour_of(picture.bars[i]));
  }
  return svg + text_at(middle, base + 18, "group", picture.groups[group]);
}

std::string draw_panel(const chart& picture, const chart_panel& panel, double x,
                       double y) {
  const double left = x + plot_left;
  const double base = y + plot_top + plot_height;
  const double group_width = (panel_width - 2 * plot_left) /
                             static_cast<double>(picture.groups.size());
  const double bar_width = std::min(
      72.0, group_width * 0.84 / static_cast<double>(picture.bars.size()));
  const double room = bar_width < narrow_bar ? turned_label : 0;
  const scale to(panel, plot_height - room);
  std::string svg = text_at(x + plot_left, y + 16, "panel", panel.title);
  svg += grid(panel, to, left, base);
  for (std::size_t g = 0; g < picture.groups.size(); ++g) {
    const double middle = left + (static_cast<double>(g) + 0.5) * group_width;
    svg += draw_group(picture, panel, g, to, middle, base, bar_width);
  }
  return svg + text_at(x + panel_width / 2, base + 36, "note", picture.axis);
}

std::string legend(const chart& picture) {
  std::string svg;
  double x = margin + plot_left;
  for (const chart_bar& bar : picture.bars) {
    svg += fmt::format(
        "<rect x=\"{:.1f}\" y=\"74\" width=\"14\" height=\"14\" "
        "fill=\"{}\"/>\n",
        x, colour_of(bar));
    svg += text_at(x + 20, 86, "legend", bar.name);
    x += 48 + 8.0 * static_cast<double>(bar.name.size());
  }
  return svg;
}

}  // namespace

std::string draw(const chart& picture) {
  const std::size_t rows = (picture.panels.size() + 1) / 2;
  const double height = header + static_cast<double>(rows) * panel_height + 8;
  std::string svg = fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {0} {1}\" "
      "width=\"{0}\" height=\"{1}\">\n",
      page_width, height);
  svg +=
      "<style>\n"
      "text { font-family: 'DejaVu Sans', Verdana, Arial, sans-serif; "
      "font-size: 13px; fill: #333 }\n"
      ".title { font-size: 22px; font-weight: bold; fill: #111 }\n"
      ".panel { font-size: 15px; font-weight: bold; fill: #111 }\n"
      ".legend { font-size: 14px }\n"
      ".value { font-size: 12px; text-anchor: middle }\n"
      ".turned { font-size: 11px }\n"
      ".group { text-anchor: middle; font-weight: bold }\n"
      ".note { text-anchor: middle; fill: #666; font-size: 12px }\n"
      ".grid { stroke: #e4e4e4 }\n"
      ".axis { stroke: #777 }\n"
      "</style>\n"
      "<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n";
  svg += text_at(margin + plot_left, 36, "title", picture.title);
  svg += text_at(margin + plot_left, 58, "subtitle", picture.subtitle);
  svg += legend(picture);
  for (std::size_t i = 0; i < picture.panels.size(); ++i) {
    const std::size_t row = i / 2;
    const std::size_t column = i % 2;
    svg += draw_panel(
        picture, picture.panels[i],
        margin + static_cast<double>(column) * (panel_width + margin),
        header + static_cast<double>(row) * panel_height);
  }
  return svg + "</svg>\n";
}

bool convert_to_png(const std::string& svg, const std::string& png) {
  // posix_spawn wants pointers to what it does not change.
  std::string words[] = {"rsvg-convert", "--zoom=2", "--output", png, svg};
  char* argv[] = {words[0].data(), words[1].data(), words[2].data(),
                  words[3].data(), words[4].data(), nullptr};
  pid_t pid;
  if (posix_spawnp(&pid, argv[0], nullptr, nullptr, argv, environ) != 0) {
    return false;
  }
  int status = 0;
  while (waitpid(pid, &status, 0) < 0) {
  }
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

}  // namespace benchmarks
