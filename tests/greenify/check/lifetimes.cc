// SPDX-License-Identifier: MIT
// Tasks and green threads that refer to things that are gone.
#include <arpa/inet.h>

#include <cstring>
#include <ctime>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "green/green.h"
#include "green/greenlet.h"

green::task<> nap() { co_await green::sleep(); }
green::task<> by_pointer(const char*) { co_await nap(); }
green::task<> by_span(std::span<const int>) { co_await nap(); }
green::task<> by_reference(int&) { co_await nap(); }
green::task<> by_map(const std::vector<std::string>&) { co_await nap(); }

struct widget {
  int number = 0;
  green::task<> draw() {
    co_await nap();
    ++number;
  }
};

green::task<> temporaries(const std::string& name) {
  auto a = by_pointer(std::string("text").c_str());  // finds: dangles
  auto b = by_pointer((name + "!").data());          // finds: dangles
  auto c = by_span(std::vector<int>{1, 2});          // finds: dangles
  auto d = by_map({"a", "b"});                       // finds: dangles
  auto e = widget{}.draw();                          // finds: dangles
  auto f = by_pointer(name.c_str());
  co_await std::move(a);
  co_await std::move(b);
  co_await std::move(c);
  co_await std::move(d);
  co_await std::move(e);
  co_await std::move(f);
  co_await widget{}.draw();
}

green::task<> of_an_object() {
  widget mine;
  return mine.draw();  // finds: dangles
}

green::task<> of_a_lambda(int number) {
  const auto f = [number]() -> green::task<> {
    co_await nap();
    (void)number;
  };
  return f();  // finds: dangles
}

green::task<> of_a_lambda_without_captures() {
  const auto f = []() -> green::task<> { co_await nap(); };
  return f();
}

green::task<> of_a_local() {
  int number = 1;
  return by_reference(number);  // finds: dangles
}

green::task<> detached() {
  int number = 1;
  co_await nap();
  green::spawn([&] { ++number; });                // finds: dangles
  green::spawn(by_reference, std::ref(number));   // finds: dangles
  green::spawn([](int* at) { ++*at; }, &number);  // finds: dangles
  green::spawn([number] { (void)number; });
}

green::task<> joined() {
  int number = 1;
  auto one = green::spawn([&] { ++number; });
  green::spawn([&] { ++number; });
  co_await one.join();
}

// ---- Storage of the C library ----

green::task<> of_the_library(std::time_t now, in_addr address) {
  const char* text = std::ctime(&now);  // finds: shared
  const char* name = ::inet_ntoa(address);
  const std::string copy = ::inet_ntoa(address);
  (void)name;
  co_await nap();
  (void)text;
  (void)copy;
}

green::task<> buffers() {
  static std::string text;  // finds: shared
  static const char fixed[] = "fixed";
  static int calls = 0;
  ++calls;
  co_await nap();
  (void)text;
  (void)fixed;
}

int main() { green::run(joined); }
