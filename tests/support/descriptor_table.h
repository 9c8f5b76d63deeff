// SPDX-License-Identifier: MIT
//
// Calls on each kind of descriptor, judged by the originals:
//
//   template <class S>
//   std::vector<tests::table_call<S>> reads() {
//     return {TABLE_CALL("read", read(fd, m.bytes.data(), size))};
//   }
//   CHECK_TABLE(reads, tests::any_kind, {0, 1, 8, tests::much});
#pragma once

#include <doctest/doctest.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "tests/support/kinds.h"
#include "tests/support/oracle.h"
#include "tests/support/outcome.h"

namespace tests {

constexpr std::size_t much = 1 << 20;

/// What calls read into and write from. An eventfd is given one.
struct call_memory {
  call_memory() : bytes(much, 'x') {}

  void renew() {
    constexpr std::uint64_t one = 1;
    std::memcpy(bytes.data(), &one, sizeof one);
    message = {};
  }

  /// Two parts of so many bytes.
  iovec* in_parts(std::size_t size) {
    const std::size_t first = size / 2;
    parts[0] = {bytes.data(), first};
    parts[1] = {bytes.data() + first, size - first};
    return parts;
  }
  msghdr* as_message(std::size_t size) {
    message.msg_hdr.msg_iov = in_parts(size);
    message.msg_hdr.msg_iovlen = 2;
    return &message.msg_hdr;
  }
  mmsghdr* as_messages(std::size_t size) {
    as_message(size);
    return &message;
  }

  std::vector<char> bytes;
  iovec parts[2] = {};
  mmsghdr message = {};
};

template <class S>
struct table_call {
  std::string name;
  task_of<S, long> (*make)(int fd, call_memory& m, std::size_t size);
};

#define TABLE_CALL(name, ...)                                       \
  tests::table_call<S> {                                            \
    name,                                                           \
        [](int fd, [[maybe_unused]] tests::call_memory& m,          \
           [[maybe_unused]] std::size_t size) -> task_of<S, long> { \
          co_return co_await S::__VA_ARGS__;                        \
        }                                                           \
  }

/// What was called, and what it came to.
using call_table = std::vector<std::pair<std::string, std::string>>;
using kind_choice = bool (*)(const kind&);

inline bool any_kind(const kind&) { return true; }
inline bool is_terminal(const kind& k) {
  return k.name.starts_with("terminal") || k.name.starts_with("master");
}
/// What is written to a master goes on by a worker of the kernel: whether much
/// of it waits depends on when that runs.
inline bool is_master(const kind& k) { return k.name.starts_with("master"); }
inline bool is_slave(const kind& k) { return is_terminal(k) && !is_master(k); }
inline bool is_no_terminal(const kind& k) { return !is_terminal(k); }
/// A signal cuts a long read of /dev/zero short, io_uring's own signals too.
inline bool may_be_cut(const kind& k, const std::string& call,
                       std::size_t size) {
  return k.name == "/dev/zero" && size == much &&
         call.find("read") != std::string::npos;
}

template <class S>
task_of<S, call_table> judge(std::vector<table_call<S>> calls,
                             kind_choice chosen,
                             std::vector<std::size_t> sizes) {
  call_table answers;
  // Not of the stack, as a call that cannot be killed goes on.
  const auto m = std::make_shared<call_memory>();
  for (const kind& k : kinds()) {
    if (!chosen(k)) continue;
    for (const table_call<S>& c : calls) {
      for (const std::size_t size : sizes) {
        if (may_be_cut(k, c.name, size)) continue;
        const specimen one = k.make();
        m->renew();
        const auto f = [=, fd = one.fd, make = c.make] {
          return make(fd, *m, size);
        };
        answers.emplace_back(
            c.name + " " + std::to_string(size) + " of " + k.name,
            co_await outcome<S>(f));
      }
    }
  }
  co_return answers;
}

inline std::string differences(const call_table& green,
                               const call_table& original) {
  std::string out;
  for (std::size_t i = 0; i < original.size(); ++i) {
    if (green[i].second == original[i].second) continue;
    out += green[i].first + ": " + green[i].second + ", not " +
           original[i].second + "\n";
  }
  return out;
}

#define CHECK_TABLE(calls, chosen, ...)                                        \
  ::signal(SIGPIPE, SIG_IGN);                                                  \
  const std::vector<std::size_t> sizes __VA_ARGS__;                            \
  const tests::call_table by_original =                                        \
      original::run(tests::judge<original>, calls<original>(), chosen, sizes); \
  const tests::call_table by_green =                                           \
      mirror::run(tests::judge<mirror>, calls<mirror>(), chosen, sizes);       \
  CHECK(tests::differences(by_green, by_original) == "")

}  // namespace tests
