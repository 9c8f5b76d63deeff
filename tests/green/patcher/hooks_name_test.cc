// SPDX-License-Identifier: MIT
// Names that C code on fibers looks up in the system's databases.
#include <doctest/doctest.h>
#include <grp.h>
#include <netdb.h>
#include <netinet/in.h>
#include <pwd.h>
#include <shadow.h>

#include <cerrno>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "green/green.h"
#include "green/greenlet.h"
#include "green/hub/offloaded.h"
#include "green/patched.h"
#include "tests/support/hooked.h"

using tests::hooked;
using tests::on_fiber;

namespace {

namespace c {
const auto getpwnam = hooked("getpwnam", ::getpwnam);
const auto getpwuid = hooked("getpwuid", ::getpwuid);
const auto getpwent = hooked("getpwent", ::getpwent);
const auto getpwnam_r = hooked("getpwnam_r", ::getpwnam_r);
const auto getspnam_r = hooked("getspnam_r", ::getspnam_r);
const auto getgrnam = hooked("getgrnam", ::getgrnam);
const auto getgrgid = hooked("getgrgid", ::getgrgid);
const auto getgrouplist = hooked("getgrouplist", ::getgrouplist);
const auto getservbyname = hooked("getservbyname", ::getservbyname);
const auto getservbyport = hooked("getservbyport", ::getservbyport);
const auto getprotobyname = hooked("getprotobyname", ::getprotobyname);
const auto getprotobynumber = hooked("getprotobynumber", ::getprotobynumber);
const auto gethostbyname2 = hooked("gethostbyname2", ::gethostbyname2);
}  // namespace c

struct user {
  std::string name;
  uid_t uid;
  gid_t gid;
  std::string home;
};

// A few lines of /etc/passwd.
std::vector<user> users() {
  std::vector<user> all;
  std::ifstream file("/etc/passwd");
  for (std::string line; std::getline(file, line) && all.size() < 8;) {
    std::istringstream fields(line);
    std::vector<std::string> parts;
    for (std::string part; std::getline(fields, part, ':');) {
      parts.push_back(part);
    }
    if (parts.size() < 6) continue;
    all.push_back({parts[0], static_cast<uid_t>(std::stoul(parts[2])),
                   static_cast<gid_t>(std::stoul(parts[3])), parts[5]});
  }
  return all;
}

// On a fiber, where all look-ups are left to other threads.
template <class F>
void elsewhere(F f) {
  green::run([&]() -> green::task<> { co_await on_fiber(f); });
  CHECK(green::hub::name_helpers().size() > 0);
}

}  // namespace

TEST_CASE("users are found by name and by number") {
  const std::vector<user> all = users();
  REQUIRE(all.size() > 1);
  errno = 0;
  CHECK(::getpwnam("no such user") == nullptr);
  const int expected = errno;
  elsewhere([&all, expected] {
    for (const user& u : all) {
      INFO(u.name);
      const passwd* found = c::getpwnam(u.name.c_str());
      REQUIRE(found != nullptr);
      CHECK(found->pw_uid == u.uid);
      CHECK(std::string(found->pw_dir) == u.home);
      found = c::getpwuid(u.uid);
      REQUIRE(found != nullptr);
      CHECK(found->pw_uid == u.uid);
    }
    errno = 0;
    CHECK(c::getpwnam("no such user") == nullptr);
    CHECK(errno == expected);
  });
}

TEST_CASE("users are found one after the other") {
  const std::vector<user> all = users();
  elsewhere([&all] {
    ::setpwent();
    for (const user& u : all) {
      const passwd* const found = c::getpwent();
      REQUIRE(found != nullptr);
      CHECK(std::string(found->pw_name) == u.name);
    }
    ::endpwent();
  });
}

TEST_CASE("many fibers look up with memory of their own") {
  const std::vector<user> all = users();
  green::run([&all]() -> green::task<> {
    std::vector<green::greenlet<>> each;
    for (const user& u : all) {
      each.push_back(green::spawn([&u]() -> green::task<> {
        co_await on_fiber([&u] {
          char memory[4096];
          passwd entry{};
          passwd* found = nullptr;
          CHECK(c::getpwnam_r(u.name.c_str(), &entry, memory, sizeof memory,
                              &found) == 0);
          CHECK(found == &entry);
          CHECK(entry.pw_uid == u.uid);
          char little[1];
          CHECK(c::getpwnam_r(u.name.c_str(), &entry, little, sizeof little,
                              &found) == ERANGE);
        });
      }));
    }
    for (const auto& one : each) co_await one.join();
  });
}

TEST_CASE("groups and shadows are found as the C library finds them") {
  const user root = users().at(0);
  elsewhere([&root] {
    const group* const found = c::getgrgid(root.gid);
    REQUIRE(found != nullptr);
    const std::string name = found->gr_name;
    const group* const again = c::getgrnam(name.c_str());
    REQUIRE(again != nullptr);
    CHECK(again->gr_gid == root.gid);
    CHECK(c::getgrnam("no such group") == nullptr);
    gid_t groups[64];
    int count = 64;
    CHECK(c::getgrouplist(root.name.c_str(), root.gid, groups, &count) > 0);
    CHECK(groups[0] == root.gid);
    char memory[4096];
    spwd entry{}, expected{};
    spwd *shadow = nullptr, *expected_shadow = nullptr;
    const int result = ::getspnam_r(root.name.c_str(), &expected, memory,
                                    sizeof memory, &expected_shadow);
    CHECK(c::getspnam_r(root.name.c_str(), &entry, memory, sizeof memory,
                        &shadow) == result);
    CHECK((shadow == nullptr) == (expected_shadow == nullptr));
  });
}

TEST_CASE("services, protocols and hosts are found as the C library does") {
  const servent* const known = ::getservbyname("http", "tcp");
  const bool services = known != nullptr;
  const protoent* const protocol = ::getprotobyname("tcp");
  const bool protocols = protocol != nullptr;
  elsewhere([=] {
    const servent* const service = c::getservbyname("http", "tcp");
    CHECK((service != nullptr) == services);
    if (service != nullptr) CHECK(service->s_port == htons(80));
    const servent* const by_port = c::getservbyport(htons(80), "tcp");
    CHECK((by_port != nullptr) == services);
    if (by_port != nullptr) CHECK(std::string(by_port->s_name) == "http");
    const protoent* const named = c::getprotobyname("tcp");
    CHECK((named != nullptr) == protocols);
    if (named != nullptr) CHECK(named->p_proto == IPPROTO_TCP);
    const protoent* const numbered = c::getprotobynumber(IPPROTO_TCP);
    CHECK((numbered != nullptr) == protocols);
    const hostent* const host = c::gethostbyname2("127.0.0.1", AF_INET);
    REQUIRE(host != nullptr);
    CHECK(host->h_length == 4);
    h_errno = 0;
    CHECK(c::gethostbyname2("not a host's name", AF_INET) == nullptr);
    CHECK(h_errno != 0);
  });
}
