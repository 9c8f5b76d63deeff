// SPDX-License-Identifier: MIT
// What the C library keeps for each thread is kept for each fiber.
#include <arpa/inet.h>
#include <dlfcn.h>
#include <doctest/doctest.h>
#include <grp.h>
#include <libgen.h>
#include <locale.h>
#include <netdb.h>
#include <netinet/ether.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <barrier>
#include <map>
#include <string>
#include <thread>

#include "tests/support/fiber_threads.h"

using tests::hooked;
using tests::on_two;
using tests::patched_call;
using tests::thread_call;

namespace {

namespace c {
const auto strerror = hooked("strerror", ::strerror);
const auto strerror_l = hooked("strerror_l", ::strerror_l);
const auto strsignal = hooked("strsignal", ::strsignal);
const auto inet_ntoa = hooked("inet_ntoa", ::inet_ntoa);
const auto uselocale = hooked("uselocale", ::uselocale);
const auto getpwnam = hooked("getpwnam", ::getpwnam);
const auto getpwuid = hooked("getpwuid", ::getpwuid);
const auto getgrnam = hooked("getgrnam", ::getgrnam);
const auto getgrgid = hooked("getgrgid", ::getgrgid);
const auto gethostbyaddr = hooked("gethostbyaddr", ::gethostbyaddr);
}  // namespace c

// A result in memory of the C library.
struct row {
  const char* name;
  const void* (*call)();
};

const row rows[] = {
    {"strerror", []() -> const void* { return c::strerror(1000); }},
    {"strerror_l",
     []() -> const void* {
       return c::strerror_l(1000, c::uselocale(nullptr));
     }},
    {"strsignal", []() -> const void* { return c::strsignal(1000); }},
    {"inet_ntoa", []() -> const void* { return c::inet_ntoa({}); }},
    {"getpwnam", []() -> const void* { return c::getpwnam("root"); }},
    {"getpwuid", []() -> const void* { return c::getpwuid(0); }},
    {"getgrnam", []() -> const void* { return c::getgrnam("root"); }},
    {"getgrgid", []() -> const void* { return c::getgrgid(0); }},
    {"ether_ntoa",
     []() -> const void* {
       const ether_addr none{};
       return ::ether_ntoa(&none);
     }},
    {"ether_aton", []() -> const void* { return ::ether_aton("1:2:3:4:5:6"); }},
    {"localtime",
     []() -> const void* {
       const time_t zero = 0;
       return ::localtime(&zero);
     }},
    {"gmtime",
     []() -> const void* {
       const time_t zero = 0;
       return ::gmtime(&zero);
     }},
    {"ctime",
     []() -> const void* {
       const time_t zero = 0;
       return ::ctime(&zero);
     }},
    {"localeconv", []() -> const void* { return ::localeconv(); }},
    {"ecvt",
     []() -> const void* {
       int point = 0, sign = 0;
       return ::ecvt(1.5, 3, &point, &sign);
     }},
    {"l64a", []() -> const void* { return ::l64a(12345); }},
    {"dirname of nothing", []() -> const void* { return ::dirname(nullptr); }},
    {"ctermid", []() -> const void* { return ::ctermid(nullptr); }},
};

using places = std::map<std::string, const void*>;

places places_of_rows() {
  places found;
  for (const row& each : rows) found[each.name] = each.call();
  return found;
}

// The rows whose two places differ.
std::string differing(const places& one, const places& two) {
  std::string names;
  for (const row& each : rows) {
    if (one.at(each.name) != two.at(each.name)) {
      names += std::string(each.name) + " ";
    }
  }
  return names;
}

// Leaves an error for dlerror.
void fail_to_load(unsigned number) {
  const std::string name = "/no/such/library" + std::to_string(number);
  CHECK(::dlopen(name.c_str(), RTLD_NOW) == nullptr);
}

}  // namespace

TEST_CASE("a result is a fiber's own where it is a thread's own") {
  places of_threads[2], of_fibers[2];
  std::barrier both(2);
  std::thread other([&] {
    of_threads[1] = places_of_rows();
    both.arrive_and_wait();
  });
  of_threads[0] = places_of_rows();
  both.arrive_and_wait();
  other.join();
  const std::string expected = differing(of_threads[0], of_threads[1]);
  CHECK(expected == "strerror strerror_l strsignal inet_ntoa ");
  on_two(patched_call, [&](unsigned number) {
    of_fibers[number - 1] = places_of_rows();
    tests::wait_on_fiber();
  });
  CHECK(differing(of_fibers[0], of_fibers[1]) == expected);
}

TEST_CASE("a result in memory of the C library belongs to the fiber") {
  on_two(patched_call, [](unsigned number) {
    const std::string last = std::to_string(number);
    const char* const error = c::strerror(1000 + static_cast<int>(number));
    const char* const signal = c::strsignal(1000 + static_cast<int>(number));
    in_addr address{};
    address.s_addr = htonl(0x7F000000U + number);
    const char* const text = c::inet_ntoa(address);
    tests::wait_on_fiber();
    CHECK(std::string(error) == "Unknown error 100" + last);
    CHECK(std::string(signal) == "Unknown signal 100" + last);
    CHECK(std::string(text) == "127.0.0." + last);
  });
}

TEST_CASE("a locale belongs to the fiber") {
  const locale_t before = ::uselocale(nullptr);
  on_two(patched_call, [before](unsigned) {
    const locale_t mine = ::newlocale(LC_ALL_MASK, "C", nullptr);
    CHECK(c::uselocale(nullptr) == before);
    CHECK(c::uselocale(mine) == before);
    tests::wait_on_fiber();
    CHECK(c::uselocale(nullptr) == mine);
    tests::wait_on_fiber();
    CHECK(c::uselocale(before) == mine);
    tests::wait_on_fiber();
    CHECK(c::uselocale(nullptr) == before);
    ::freelocale(mine);
  });
  CHECK(::uselocale(nullptr) == before);
}

TEST_CASE("h_errno belongs to a fiber that is a thread") {
  h_errno = 3;
  on_two(thread_call, [](unsigned number) {
    CHECK(h_errno == 0);
    h_errno = static_cast<int>(number);
    tests::wait_on_fiber();
    CHECK(h_errno == static_cast<int>(number));
    (void)c::getpwnam("root");
    CHECK(h_errno == static_cast<int>(number));
    CHECK(c::gethostbyaddr("", 0, AF_INET) == nullptr);
    const int told = h_errno;
    CHECK(told != static_cast<int>(number));
    tests::wait_on_fiber();
    CHECK(h_errno == told);
  });
}

TEST_CASE("the message of dlerror belongs to a fiber that is a thread") {
  (void)::dlerror();
  fail_to_load(3);
  on_two(thread_call, [](unsigned number) {
    CHECK(::dlerror() == nullptr);
    fail_to_load(number);
    tests::wait_on_fiber();
    const char* const words = ::dlerror();
    REQUIRE(words != nullptr);
    const std::string told = words;
    CHECK(told.starts_with("/no/such/library" + std::to_string(number)));
    tests::wait_on_fiber();
    CHECK(words == told);
    CHECK(::dlerror() == nullptr);
    fail_to_load(number);  // a message that nobody reads
  });
  const char* const words = ::dlerror();
  REQUIRE(words != nullptr);
  CHECK(std::string(words).starts_with("/no/such/library3"));
}
