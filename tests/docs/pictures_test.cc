// SPDX-License-Identifier: MIT
// The pictures of the guide are drawn from what its programs print. The file
// PAGE_2.svg in docs/guide is the output of the second program of that page.
// With GREEN_WRITE_PICTURES=FOLDER this test writes what they should be.
#include <doctest/doctest.h>

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <regex>
#include <sstream>
#include <string>
#include <vector>

#include "tests/style/markdown.h"
#include "tests/style/source.h"
#include "tests/support/shell.h"

namespace {

using std::size_t;
using std::string;

// A line of the output: "ada goes on" is a step of ada.
struct step {
  size_t lane;
  string words;
};

// Each lane has a name, and goes from its first step to its last one.
struct trace {
  std::vector<string> lanes;
  std::vector<step> steps;
};

trace trace_of(const string& output) {
  trace found;
  std::istringstream lines(output);
  for (string line; std::getline(lines, line);) {
    const size_t end = line.find(' ');
    const string name = line.substr(0, end);
    auto lane = std::ranges::find(found.lanes, name);
    if (lane == found.lanes.end()) {
      found.lanes.push_back(name);
      lane = found.lanes.end() - 1;
    }
    found.steps.push_back({static_cast<size_t>(lane - found.lanes.begin()),
                           end == string::npos ? "" : line.substr(end + 1)});
  }
  return found;
}

// In pixels. Time goes down, a row for each step.
constexpr size_t lane_width = 130, row_height = 40, top = 44;
constexpr size_t box_width = 116, box_height = 24;

size_t middle(size_t lane) { return lane * lane_width + lane_width / 2; }
size_t row(size_t number) { return top + number * row_height; }

string number(size_t value) { return std::to_string(value); }

string line_between(size_t x1, size_t y1, size_t x2, size_t y2,
                    const string& kind) {
  return "  <line x1=\"" + number(x1) + "\" y1=\"" + number(y1) + "\" x2=\"" +
         number(x2) + "\" y2=\"" + number(y2) + "\" class=\"" + kind + "\"/>\n";
}

string text_at(size_t x, size_t y, const string& kind, const string& words) {
  return "  <text x=\"" + number(x) + "\" y=\"" + number(y) + "\" class=\"" +
         kind + "\">" + words + "</text>\n";
}

string box(size_t lane, size_t y, const string& words) {
  return "  <rect x=\"" + number(middle(lane) - box_width / 2) + "\" y=\"" +
         number(y) + "\" width=\"" + number(box_width) + "\" height=\"" +
         number(box_height) + "\" rx=\"4\"/>\n" +
         text_at(middle(lane), y + 16, "step", words);
}

// A lane's life, in which it waits where no box is.
string life(const trace& t, size_t lane) {
  size_t first = t.steps.size(), last = 0;
  for (size_t i = 0; i < t.steps.size(); ++i) {
    if (t.steps[i].lane != lane) continue;
    first = std::min(first, i);
    last = i;
  }
  return text_at(middle(lane), 24, "name", t.lanes[lane]) +
         line_between(middle(lane), row(first), middle(lane), row(last),
                      "waits");
}

// The hub goes from one green thread to the next one.
string change(const trace& t, size_t i) {
  const size_t from = t.steps[i].lane, to = t.steps[i + 1].lane;
  return line_between(middle(from), row(i) + box_height, middle(to), row(i + 1),
                      from == to ? "goes-on" : "changes");
}

string draw(const trace& t) {
  const string width = number(t.lanes.size() * lane_width);
  const string height = number(row(t.steps.size()));
  string text =
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 " + width + " " +
      height + "\" width=\"" + width + "\" height=\"" + height +
      "\" role=\"img\">\n"
      "  <title>The steps of the program, from top to bottom</title>\n"
      "  <style>\n"
      "    text { font-family: sans-serif; text-anchor: middle; fill: #222; }\n"
      "    .name { font-size: 14px; font-weight: bold; }\n"
      "    .step { font-size: 12px; }\n"
      "    rect { fill: #eef7ee; stroke: #3a7d44; }\n"
      "    .waits { stroke: #777; stroke-dasharray: 2 4; }\n"
      "    .changes { stroke: #d55e00; marker-end: url(#head); }\n"
      "    .goes-on { stroke: #3a7d44; stroke-width: 3; }\n"
      "  </style>\n"
      "  <defs>\n"
      "    <marker id=\"head\" viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" "
      "markerWidth=\"7\" markerHeight=\"7\" orient=\"auto\">\n"
      "      <path d=\"M 0 0 L 8 4 L 0 8 z\" fill=\"#d55e00\"/>\n"
      "    </marker>\n"
      "  </defs>\n"
      "  <rect width=\"" +
      width + "\" height=\"" + height +
      "\" style=\"fill: #fff; stroke: none\"/>\n";
  for (size_t i = 0; i < t.lanes.size(); ++i) text += life(t, i);
  for (size_t i = 0; i + 1 < t.steps.size(); ++i) text += change(t, i);
  for (size_t i = 0; i < t.steps.size(); ++i) {
    text += box(t.steps[i].lane, row(i), t.steps[i].words);
  }
  return text + "</svg>\n";
}

// The names of the pictures in a page: "PAGE_2".
std::vector<string> pictures_in(const style::document& page) {
  static const std::regex picture(R"(\]\((\w+_\d+)\.svg\))");
  const std::sregex_token_iterator first(page.text.begin(), page.text.end(),
                                         picture, 1);
  return {first, std::sregex_token_iterator()};
}

}  // namespace

TEST_CASE("the guide's pictures are what its programs print") {
  const char* const folder = std::getenv("GREEN_WRITE_PICTURES");
  size_t pictures = 0;
  for (const style::document& page : style::documents()) {
    for (const string& name : pictures_in(page)) {
      ++pictures;
      const auto ran = tests::shell("tests/docs/guide_" + name);
      CAPTURE(name);
      REQUIRE(ran.status == 0);
      const string wanted = draw(trace_of(ran.text));
      if (folder != nullptr) {
        std::ofstream(string(folder) + "/" + name + ".svg") << wanted;
      }
      const bool same = style::read("docs/guide/" + name + ".svg") == wanted;
      CHECK_MESSAGE(same, "write " << name << ".svg anew with "
                                   << "GREEN_WRITE_PICTURES=docs/guide and "
                                   << "this test");
    }
  }
  size_t files = 0;
  for (const auto& entry : std::filesystem::directory_iterator("docs/guide")) {
    files += entry.path().extension() == ".svg" ? 1 : 0;
  }
  CHECK(pictures == files);
  CHECK(pictures >= 2);
}
