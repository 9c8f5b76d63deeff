// SPDX-License-Identifier: MIT
#include "green/patcher/report.h"

#include <cstring>

namespace green::patcher {

namespace {

struct group {
  const char* name;
  bool on::* flag;
};

constexpr group groups[] = {
    {"os", &on::os},
    {"select", &on::select},
    {"socket", &on::socket},
    {"dns", &on::dns},
    {"time", &on::time},
    {"thread", &on::thread},
    {"subprocess", &on::subprocess},
    {"ssl", &on::ssl},
    {"create", &on::create},
};

const group* find(const char* name) noexcept {
  for (const group& g : groups) {
    if (std::strcmp(g.name, name) == 0) return &g;
  }
  return nullptr;
}

}  // namespace

on operator|(const on& a, const on& b) noexcept {
  on both = a;
  for (const group& g : groups) both.*g.flag = a.*g.flag || b.*g.flag;
  return both;
}

bool on::has(const char* group) const noexcept {
  const auto* const found = find(group);
  return found != nullptr && this->*found->flag;
}

void on::leave_out(const char* group) noexcept {
  if (const auto* const found = find(group)) this->*found->flag = false;
}

bool is_group(const char* name) noexcept { return find(name) != nullptr; }

}  // namespace green::patcher
