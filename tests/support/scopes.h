// SPDX-License-Identifier: MIT
//
// Members of scopes that say when they end, and the errors that nobody took.
#pragma once

#include <chrono>
#include <stdexcept>
#include <string>
#include <utility>

#include "green/error_handler.h"
#include "green/greenlet.h"
#include "green/task.h"

namespace tests {

using namespace std::chrono_literals;

// The words of the errors that nobody took.
class reported {
 public:
  reported()
      : before_(green::set_error_handler([this](const auto& e) {
          words += words.empty() ? "" : " ";
          words += e.message.substr(e.message.find(": ") + 2);
        })) {}
  ~reported() { green::set_error_handler(before_); }
  std::string words;

 private:
  green::error_handler before_;
};

// Says when it has ended, however.
struct end_noted {
  ~end_noted() { log += name; }
  std::string& log;
  std::string name;
};

inline green::task<> notes(std::string* log, std::string name,
                           std::chrono::seconds length) {
  const end_noted end{*log, std::move(name)};
  co_await green::sleep(length);
}

inline green::task<> notes_and_fails(std::string* log, std::string name,
                                     std::chrono::seconds length) {
  const end_noted end{*log, name};
  co_await green::sleep(length);
  throw std::runtime_error(name);
}

// Cleans up for 1 s, and then fails.
inline green::task<> fails_when_killed(std::string what) {
  try {
    co_await green::sleep(1h);
  } catch (const green::killed&) {
  }
  co_await green::sleep(1s);
  throw std::runtime_error(what);
}

}  // namespace tests
