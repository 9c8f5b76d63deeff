// SPDX-License-Identifier: MIT
// Calls with two descriptors, on each kind as source and as target, judged by
// the originals.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/sendfile.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "green/fcntl.h"
#include "green/sys/sendfile.h"
#include "green/unistd.h"
#include "tests/support/descriptor_table.h"
#include "tests/support/oracle.h"

using tests::call_table;
using tests::kind;
using tests::much;
using tests::specimen;
using tests::task_of;

namespace {

struct original : tests::system_side {
  static constexpr tests::blocking_call splice = &::splice;
  static constexpr tests::blocking_call tee = &::tee;
  static constexpr tests::blocking_call sendfile = &::sendfile;
  static constexpr tests::blocking_call copy_file_range = &::copy_file_range;
};

struct mirror : tests::green_side {
  static constexpr auto splice = &green::splice;
  static constexpr auto tee = &green::tee;
  static constexpr auto sendfile = &green::sendfile;
  static constexpr auto copy_file_range = &green::copy_file_range;
};

template <class S>
struct transfer {
  std::string name;
  task_of<S, long> (*make)(int from, int to, off_t* at, std::size_t size);
};

#define TRANSFER(name, ...)                                         \
  transfer<S> {                                                     \
    name,                                                           \
        [](int from, int to, [[maybe_unused]] off_t* at,            \
           [[maybe_unused]] std::size_t size) -> task_of<S, long> { \
          co_return co_await S::__VA_ARGS__;                        \
        }                                                           \
  }

template <class S>
std::vector<transfer<S>> splices() {
  return {
      TRANSFER("splice", splice(from, nullptr, to, nullptr, size, 0)),
      TRANSFER("splice at once",
               splice(from, nullptr, to, nullptr, size, SPLICE_F_NONBLOCK)),
      TRANSFER("splice from 2", splice(from, at, to, nullptr, size, 0)),
      TRANSFER("splice to 2", splice(from, nullptr, to, at, size, 0)),
      TRANSFER("splice oddly", splice(from, nullptr, to, nullptr, size, 64))};
}

template <class S>
std::vector<transfer<S>> tees() {
  return {TRANSFER("tee", tee(from, to, size, 0)),
          TRANSFER("tee at once", tee(from, to, size, SPLICE_F_NONBLOCK)),
          TRANSFER("tee oddly", tee(from, to, size, 64))};
}

template <class S>
std::vector<transfer<S>> sends() {
  return {TRANSFER("sendfile", sendfile(to, from, nullptr, size)),
          TRANSFER("sendfile from 2", sendfile(to, from, at, size))};
}

template <class S>
std::vector<transfer<S>> copies() {
  return {
      TRANSFER("copy", copy_file_range(from, nullptr, to, nullptr, size, 0)),
      TRANSFER("copy from 2", copy_file_range(from, at, to, nullptr, size, 0)),
      TRANSFER("copy to 2", copy_file_range(from, nullptr, to, at, size, 0)),
      TRANSFER("copy oddly", copy_file_range(from, nullptr, to, at, size, 1))};
}

using names = std::vector<std::string>;

std::vector<kind> chosen(const names& wanted) {
  std::vector<kind> found;
  for (const kind& k : tests::kinds()) {
    if (wanted.empty() || std::ranges::count(wanted, k.name) != 0) {
      found.push_back(k);
    }
  }
  return found;
}

// A read of /dev/zero may be cut short, and a message then has another size.
bool depends_on_reads(const kind& from, const kind& to, std::size_t size) {
  const auto named = [&](const char* part) {
    return to.name.find(part) != std::string::npos;
  };
  const bool messages = named("records") || named("datagrams") || named("UDP");
  return from.name == "/dev/zero" && size == much && messages;
}

// What it gave, and where the offset is then.
template <class S>
task_of<S, std::string> outcome_at(transfer<S> t, int from, int to,
                                   std::size_t size) {
  const auto at = std::make_shared<off_t>(2);
  const auto f = [=] { return t.make(from, to, at.get(), size); };
  const std::string words = co_await tests::outcome<S>(f);
  if (words == "waits") co_return words;
  co_return words + " at " + std::to_string(*at);
}

template <class S>
task_of<S, call_table> judge(std::vector<transfer<S>> calls, names sources,
                             names targets) {
  call_table answers;
  for (const kind& from : chosen(sources)) {
    for (const kind& to : chosen(targets)) {
      for (const transfer<S>& t : calls) {
        // Of "/dev/zero" there is never enough.
        for (const std::size_t size : {std::size_t{0}, std::size_t{1}, much}) {
          if (size == much && tests::is_master(to)) continue;
          if (depends_on_reads(from, to, size)) continue;
          const specimen source = from.make(), target = to.make();
          answers.emplace_back(
              t.name + " " + std::to_string(size) + " of " + from.name +
                  " to " + to.name,
              co_await outcome_at<S>(t, source.fd, target.fd, size));
        }
      }
    }
  }
  co_return answers;
}

#define CHECK_ENDS(calls, ...)                                        \
  ::signal(SIGPIPE, SIG_IGN);                                         \
  const call_table by_original =                                      \
      original::run(judge<original>, calls<original>(), __VA_ARGS__); \
  const call_table by_green =                                         \
      mirror::run(judge<mirror>, calls<mirror>(), __VA_ARGS__);       \
  CHECK(tests::differences(by_green, by_original) == "")

const names all;
const names pipes_to_read = {"empty pipe", "pipe", "ended pipe", "write end"};
const names pipes_to_write = {"write end", "full write end", "pipe",
                              "write end without reader"};
const names files = {"file",      "file to read", "file to write",
                     "directory", "empty file",   "file to append to",
                     "memory",    "/dev/zero",    "name of a file"};
const names targets = {"write end", "full stream",      "TCP",
                       "file",      "file to read",     "-1",
                       "/dev/null", "file to append to"};

}  // namespace

TEST_CASE("splice into a pipe") { CHECK_ENDS(splices, all, pipes_to_write); }
TEST_CASE("splice from a pipe") { CHECK_ENDS(splices, pipes_to_read, all); }
TEST_CASE("splice without a pipe") { CHECK_ENDS(splices, files, files); }
TEST_CASE("tee") { CHECK_ENDS(tees, pipes_to_read, all); }
TEST_CASE("tee into a pipe") { CHECK_ENDS(tees, all, names{"write end"}); }
TEST_CASE("sendfile") { CHECK_ENDS(sends, all, targets); }
TEST_CASE("sendfile to all") {
  CHECK_ENDS(sends, names{"file", "/dev/zero"}, all);
}
TEST_CASE("copy_file_range") { CHECK_ENDS(copies, files, files); }
TEST_CASE("copy_file_range of all") { CHECK_ENDS(copies, all, names{"file"}); }
