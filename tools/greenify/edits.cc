// SPDX-License-Identifier: MIT
#include "tools/greenify/edits.h"

#include <algorithm>
#include <cstdint>
#include <stdexcept>

namespace greenify {

namespace {

constexpr long further_left = -(1L << 40);

bool replaces(const edit& e) { return e.length > 0 && e.moved_to == 0; }
unsigned end_of(const edit& e) { return e.offset + e.length; }

// Whether the edit stands in the text that `outer` replaces. An insertion at
// an end of that text stands outside, but one of order 0 belongs to the word
// behind it.
bool inside(const edit& e, const edit& outer) {
  if (e.length == 0) {
    return (outer.offset < e.offset ||
            (outer.offset == e.offset && e.order == 0)) &&
           e.offset < end_of(outer);
  }
  return outer.offset <= e.offset && end_of(e) <= end_of(outer) &&
         e.length < outer.length;
}

bool before(const edit& a, const edit& b) {
  if (a.offset != b.offset) return a.offset < b.offset;
  if ((a.length == 0) != (b.length == 0)) return a.length == 0;
  if (a.order != b.order) return a.order < b.order;
  return a.text < b.text;
}

void drop_replaced(std::vector<edit>& edits) {
  const std::vector<edit> all = edits;
  std::erase_if(edits, [&](const edit& e) {
    return std::ranges::any_of(
        all, [&](const edit& o) { return replaces(o) && inside(e, o); });
  });
}

void refuse_contradictions(const std::vector<edit>& edits) {
  const edit* last = nullptr;
  for (const edit& e : edits) {
    if (e.length == 0) continue;
    if (last != nullptr && e.offset < end_of(*last)) {
      throw std::logic_error("two edits contradict each other at offset " +
                             std::to_string(e.offset) + " of " + e.file +
                             ": '" + last->text + "' and '" + e.text + "'");
    }
    last = &e;
  }
}

std::vector<edit> settle_range(std::vector<edit> edits) {
  drop_replaced(edits);
  std::ranges::sort(edits, before);
  refuse_contradictions(edits);
  return edits;
}

// Turns the shortest move into an insertion and a removal. The edits inside
// the moved text, and those at its ends, are made in it. A move inside it was
// turned before.
void turn_move(const std::string& text, std::vector<edit>& edits,
               std::size_t index) {
  const edit move = edits[index];
  edits.erase(edits.begin() + std::ptrdiff_t(index));
  std::vector<edit> within;
  std::erase_if(edits, [&](const edit& e) {
    const bool in = e.offset >= move.offset && end_of(e) <= end_of(move);
    if (in) within.push_back(e);
    return in;
  });
  for (edit& e : within) e.offset -= move.offset;
  const std::string moved = text.substr(move.offset, move.length);
  edits.push_back({move.file, move.moved_to, 0,
                   move.text + edited(moved, settle_range(within)),
                   move.order});
  edits.push_back({move.file, move.offset, move.length, ""});
}

}  // namespace

long closing(unsigned begin) { return further_left - long(begin); }
long opening(unsigned end) { return -long(end); }

std::vector<edit> settle(const std::string& text, std::vector<edit> edits) {
  // Several sites may ask for one edit. A move must be turned once.
  std::ranges::sort(edits);
  edits.erase(std::unique(edits.begin(), edits.end()), edits.end());
  drop_replaced(edits);
  for (;;) {
    auto shortest = edits.end();
    for (auto it = edits.begin(); it != edits.end(); ++it) {
      if (it->moved_to == 0) continue;
      if (shortest == edits.end() || it->length < shortest->length) {
        shortest = it;
      }
    }
    if (shortest == edits.end()) return settle_range(edits);
    turn_move(text, edits, std::size_t(shortest - edits.begin()));
  }
}

std::string edited(const std::string& text, const std::vector<edit>& settled) {
  std::string result;
  std::size_t at = 0;
  for (const edit& e : settled) {
    result.append(text, at, e.offset - at);
    result += e.text;
    at = end_of(e);
  }
  return result.append(text, at);
}

namespace {

// Lines of the old text that become other lines, numbered from 0.
struct hunk {
  std::size_t begin;
  std::size_t end;
  std::string text;
};

std::vector<std::size_t> line_starts(const std::string& text) {
  std::vector<std::size_t> starts = {0};
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\n' && i + 1 < text.size()) starts.push_back(i + 1);
  }
  if (text.empty()) starts.clear();
  return starts;
}

std::vector<hunk> hunks_of(const std::string& text,
                           const std::vector<edit>& settled,
                           const std::vector<std::size_t>& starts) {
  const auto line_of = [&](std::size_t offset) {
    return std::size_t(std::ranges::upper_bound(starts, offset) -
                       starts.begin()) -
           1;
  };
  const auto end_of_line = [&](std::size_t line) {
    return line < starts.size() ? starts[line] : text.size();
  };
  std::vector<hunk> hunks;
  std::vector<edit> pending;
  for (std::size_t i = 0; i < settled.size();) {
    const std::size_t first = line_of(settled[i].offset);
    if (settled[i].length == 0 && settled[i].text.ends_with('\n') &&
        settled[i].offset == starts[first]) {
      // Whole lines are added, and this one stays.
      hunks.push_back({first, first, settled[i++].text});
      continue;
    }
    std::size_t last = first;
    pending.clear();
    for (; i < settled.size() && line_of(settled[i].offset) <= last; ++i) {
      pending.push_back(settled[i]);
      const unsigned end = end_of(settled[i]);
      last = std::max(last, line_of(end > 0 ? end - 1 : 0));
    }
    const std::size_t begin = starts[first], end = end_of_line(last + 1);
    for (edit& e : pending) e.offset -= unsigned(begin);
    hunks.push_back(
        {first, last + 1, edited(text.substr(begin, end - begin), pending)});
  }
  return hunks;
}

void add_lines(std::string& to, char sign, std::string_view lines) {
  while (!lines.empty()) {
    const std::size_t end = lines.find('\n');
    to += sign;
    to += lines.substr(0, end);
    to += '\n';
    if (end == lines.npos) {
      to += "\\ No newline at end of file\n";
      return;
    }
    lines.remove_prefix(end + 1);
  }
}

std::size_t lines_in(std::string_view text) {
  const auto ends = std::size_t(std::ranges::count(text, '\n'));
  return ends + (text.empty() || text.back() == '\n' ? 0 : 1);
}

constexpr std::size_t context = 3;

}  // namespace

std::string diff(const std::string& name, const std::string& text,
                 const std::vector<edit>& settled) {
  const auto starts = line_starts(text);
  const auto hunks = hunks_of(text, settled, starts);
  if (hunks.empty()) return "";
  const auto lines = [&](std::size_t begin, std::size_t end) {
    const auto at = [&](std::size_t line) {
      return line < starts.size() ? starts[line] : text.size();
    };
    return std::string_view(text).substr(at(begin), at(end) - at(begin));
  };
  std::string result = "--- a/" + name + "\n+++ b/" + name + "\n";
  std::ptrdiff_t shift = 0;
  for (std::size_t i = 0; i < hunks.size();) {
    const std::size_t begin =
        hunks[i].begin - std::min(hunks[i].begin, context);
    std::string body;
    std::size_t at = begin, added = 0;
    do {
      add_lines(body, ' ', lines(at, hunks[i].begin));
      add_lines(body, '-', lines(hunks[i].begin, hunks[i].end));
      add_lines(body, '+', hunks[i].text);
      added += hunks[i].begin - at + lines_in(hunks[i].text);
      at = hunks[i].end;
      ++i;
    } while (i < hunks.size() && hunks[i].begin <= at + 2 * context);
    const std::size_t end = std::min(at + context, starts.size());
    add_lines(body, ' ', lines(at, end));
    added += end - at;
    const auto range = [](std::ptrdiff_t first, std::size_t count) {
      return std::to_string(first + (count > 0 ? 1 : 0)) + "," +
             std::to_string(count);
    };
    result += "@@ -" + range(std::ptrdiff_t(begin), end - begin) + " +" +
              range(std::ptrdiff_t(begin) + shift, added) + " @@\n" + body;
    shift += std::ptrdiff_t(added) - std::ptrdiff_t(end - begin);
  }
  return result;
}

}  // namespace greenify
