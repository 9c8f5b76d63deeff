// SPDX-License-Identifier: MIT
#include "green/dumps/tree.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace green::dumps {

namespace {

constexpr std::size_t deepest_indent = 24;

// "recv(fd #)" of "recv(fd 7)": what may differ among those that are alike.
void append_without_numbers(std::string& to, std::string_view text) {
  for (std::size_t i = 0; i != text.size();) {
    const auto digit = [&](std::size_t at) {
      return at < text.size() &&
             std::isdigit(static_cast<unsigned char>(text[at])) != 0;
    };
    if (!digit(i)) {
      to += text[i++];
      continue;
    }
    const bool hexadecimal = text.substr(i, 2) == "0x";
    const auto inside = [&](char c) {
      const auto u = static_cast<unsigned char>(c);
      return hexadecimal ? std::isxdigit(u) != 0 : std::isdigit(u) != 0;
    };
    i += hexadecimal ? 2 : 0;
    while (i != text.size() && inside(text[i])) ++i;
    to += '#';
  }
}

std::string without_numbers(std::string_view text) {
  std::string out;
  append_without_numbers(out, text);
  return out;
}

void append_site(std::string& to, const core::site& where) {
  const char* const file = where.file_name();
  to.append(reinterpret_cast<const char*>(&file), sizeof file);
  const unsigned line = where.line();
  to.append(reinterpret_cast<const char*>(&line), sizeof line);
}

struct node {
  const thread_row* row;
  std::vector<std::size_t> children;
  std::size_t shape = 0;  // equal for those that are alike, with all below them
};

using members = std::vector<std::size_t>;

class forest {
 public:
  explicit forest(const std::vector<const thread_row*>& all) {
    nodes_.reserve(all.size());
    std::unordered_map<std::uint64_t, std::size_t> places;
    for (const thread_row* row : all) {
      places.emplace(row->id, nodes_.size());
      nodes_.push_back({row, {}});
    }
    for (std::size_t i = 0; i != nodes_.size(); ++i) {
      const auto parent = places.find(nodes_[i].row->parent);
      (parent == places.end() ? roots_ : nodes_[parent->second].children)
          .push_back(i);
    }
    find_shapes();
  }

  // A recursion could be as deep as there are green threads.
  std::string text() const {
    std::string out;
    std::vector<std::pair<members, std::size_t>> left;
    push_groups(roots_, 0, left);
    while (!left.empty()) {
      const auto [alike, depth] = std::move(left.back());
      left.pop_back();
      out.append(2 * std::min(depth, deepest_indent), ' ');
      append_line(out, alike);
      members below;
      for (const std::size_t each : alike) {
        const members& more = nodes_[each].children;
        below.insert(below.end(), more.begin(), more.end());
      }
      push_groups(below, depth + 1, left);
    }
    return out;
  }

 private:
  // Each one after those below it.
  std::vector<std::size_t> from_below() const {
    std::vector<std::size_t> order = roots_;
    for (std::size_t i = 0; i != order.size(); ++i) {
      const members& more = nodes_[order[i]].children;
      order.insert(order.end(), more.begin(), more.end());
    }
    std::ranges::reverse(order);
    return order;
  }

  void find_shapes() {
    std::unordered_map<std::string, std::size_t> known;
    std::string key;
    for (const std::size_t at : from_below()) {
      const thread_row& row = *nodes_[at].row;
      key.clear();
      append_without_numbers(key, row.given_name);
      key += '\n';
      append_without_numbers(key, row.wait);
      key += '\n';
      append_site(key, row.spawned_at);
      for (const core::site& where : row.awaits) append_site(key, where);
      append_below(key, nodes_[at].children);
      nodes_[at].shape = known.emplace(key, known.size()).first->second;
    }
  }

  void append_below(std::string& key, const members& children) const {
    std::vector<std::size_t> shapes;
    for (const std::size_t child : children) {
      shapes.push_back(nodes_[child].shape);
    }
    std::ranges::sort(shapes);
    for (const std::size_t shape : shapes) key += ' ' + std::to_string(shape);
  }

  // Puts them where the next line is taken from, the first group last.
  void push_groups(const members& all, std::size_t depth,
                   std::vector<std::pair<members, std::size_t>>& to) const {
    std::vector<members> groups;
    std::unordered_map<std::size_t, std::size_t> places;
    for (const std::size_t each : all) {
      const auto [place, fresh] =
          places.emplace(nodes_[each].shape, groups.size());
      if (fresh) groups.emplace_back();
      groups[place->second].push_back(each);
    }
    for (auto group = groups.rbegin(); group != groups.rend(); ++group) {
      to.emplace_back(std::move(*group), depth);
    }
  }

  void append_line(std::string& out, const members& alike) const {
    const thread_row& first = *nodes_[alike.front()].row;
    if (alike.size() == 1) {
      out += line_of(first);
      return;
    }
    auto [low, high] = std::pair(first.id, first.id);
    auto [young, old] = std::pair(first.age, first.age);
    bool same_wait = true;
    for (const std::size_t each : alike) {
      const thread_row& row = *nodes_[each].row;
      low = std::min(low, row.id);
      high = std::max(high, row.id);
      young = std::min(young, row.age);
      old = std::max(old, row.age);
      same_wait &= row.wait == first.wait;
    }
    thread_row common = first;
    if (!same_wait) common.wait = without_numbers(first.wait);
    const auto line = std::back_inserter(out);
    fmt::format_to(line, "{} x {} [{} to {}], {:.3f} to {:.3f} s old",
                   alike.size(), without_numbers(first.name()), low, high,
                   static_cast<double>(young) / 1e9,
                   static_cast<double>(old) / 1e9);
    const std::string from = place(first.spawned_at);
    if (!from.empty()) fmt::format_to(line, ", spawned at {}", from);
    fmt::format_to(line, ": {}\n", wait_of(common));
  }

  std::vector<node> nodes_;
  members roots_;
};

}  // namespace

std::string tree_of(const std::vector<const thread_row*>& all) {
  return forest(all).text();
}

std::string line_of(const thread_row& row) {
  const std::string from = place(row.spawned_at);
  return fmt::format("{} [{}], {:.3f} s old{}{}: {}{}\n", row.name(), row.id,
                     static_cast<double>(row.age) / 1e9,
                     from.empty() ? "" : ", spawned at ", from, wait_of(row),
                     in_parentheses(row.variables));
}

}  // namespace green::dumps
