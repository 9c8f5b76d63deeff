// SPDX-License-Identifier: MIT
#include "green/endpoint.h"

#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <linux/vm_sockets.h>
#include <net/if.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/un.h>

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <iterator>
#include <map>
#include <stdexcept>
#include <string>
#include <system_error>
#include <vector>

#include "green/green.h"

using green::endpoint;
using std::string;

namespace {

string printed(const char* text) { return endpoint(text).to_string(); }

// What the constructor says of a malformed text.
string complaint(std::string_view text) {
  try {
    const endpoint never(text);
    return "accepted as " + never.to_string();
  } catch (const std::invalid_argument& e) {
    return e.what();
  }
}

bool says(std::string_view text, const string& part) {
  const string said = complaint(text);
  INFO(said);
  return said.find(part) != string::npos &&
         said.find("green::endpoint: '") == 0 &&
         said.find("write ") != string::npos;
}

}  // namespace

TEST_CASE("an endpoint prints as it is written") {
  for (const char* text :
       {"127.0.0.1:80", "0.0.0.0:0", "255.255.255.255:65535", "[::1]:80",
        "[::]:0", "[2001:db8::1]:443", "[::ffff:1.2.3.4]:5", "unix:/tmp/a b",
        "unix:relative", "unix:@abstract", "unix:/a:b", "vsock:2:1024",
        "vsock:0:0", "vsock:4294967295:4294967295"}) {
    CHECK(printed(text) == text);
  }
}

TEST_CASE("equal addresses print in one form") {
  CHECK(printed("*:80") == "0.0.0.0:80");
  CHECK(printed(":80") == "0.0.0.0:80");
  CHECK(printed("127.0.0.1:080") == "127.0.0.1:80");
  CHECK(printed("[0:0:0:0:0:0:0:1]:8") == "[::1]:8");
  CHECK(printed("[2001:DB8::1]:8") == "[2001:db8::1]:8");
  CHECK(endpoint("*:80") == endpoint(":80"));
}

TEST_CASE("an endpoint holds the address that calls are given") {
  const endpoint ip4("1.2.3.4:5");
  sockaddr_in in;
  REQUIRE(ip4.length() == sizeof in);
  std::memcpy(&in, ip4.sockaddr(), sizeof in);
  CHECK(in.sin_family == AF_INET);
  CHECK(in.sin_addr.s_addr == htonl(0x01020304));
  CHECK(in.sin_port == htons(5));
  CHECK(ip4.family() == AF_INET);
  CHECK(ip4.port() == 5);
  CHECK(ip4.path().empty());

  const endpoint ip6("[::1]:6");
  sockaddr_in6 in6;
  REQUIRE(ip6.length() == sizeof in6);
  std::memcpy(&in6, ip6.sockaddr(), sizeof in6);
  CHECK(IN6_IS_ADDR_LOOPBACK(&in6.sin6_addr));
  CHECK(ip6.family() == AF_INET6);
  CHECK(ip6.port() == 6);

  const endpoint local("unix:/x");
  CHECK(local.length() == offsetof(sockaddr_un, sun_path) + 3);
  CHECK(local.family() == AF_UNIX);
  CHECK(local.port() == 0);
  CHECK(local.path() == "/x");
  const endpoint abstract("unix:@x");
  CHECK(abstract.length() == offsetof(sockaddr_un, sun_path) + 2);
  CHECK(abstract.path().empty());
}

TEST_CASE("an endpoint is made of what a call gave") {
  for (const char* text : {"1.2.3.4:5", "[::1]:6", "unix:/x", "unix:@x"}) {
    const endpoint one(text);
    CHECK(endpoint(one.sockaddr(), one.length()) == one);
  }
  sockaddr_un whole{};
  whole.sun_family = AF_UNIX;
  std::strcpy(whole.sun_path, "/x");
  const auto* any = reinterpret_cast<const sockaddr*>(&whole);
  CHECK(endpoint(any, sizeof whole) == endpoint("unix:/x"));
  const endpoint unnamed(any, sizeof whole.sun_family);
  CHECK(unnamed.to_string() == "unix:");
  CHECK(unnamed.family() == AF_UNIX);

  sockaddr_in in{};
  in.sin_family = AF_INET;
  in.sin_zero[0] = 1;
  any = reinterpret_cast<const sockaddr*>(&in);
  CHECK(endpoint(any, sizeof in) == endpoint("0.0.0.0:0"));
  CHECK(endpoint(any, 4).family() == AF_UNSPEC);
  CHECK(endpoint(any, 0).to_string() == "none");
  CHECK(endpoint(nullptr, 0) == endpoint());
}

TEST_CASE("an endpoint holds the address of a virtual machine") {
  const endpoint vsock("vsock:3:70000");
  sockaddr_vm vm;
  REQUIRE(vsock.length() == sizeof vm);
  std::memcpy(&vm, vsock.sockaddr(), sizeof vm);
  CHECK(vm.svm_family == AF_VSOCK);
  CHECK(vm.svm_cid == 3);
  CHECK(vm.svm_port == 70000);
  CHECK(vsock.family() == AF_VSOCK);
  CHECK(vsock.port() == 0);
  CHECK(vsock.path().empty());
  CHECK(endpoint("vsock:*:5") == endpoint("vsock:4294967295:5"));
  CHECK(endpoint("vsock::5") == endpoint("vsock:*:5"));
  CHECK(endpoint("vsock:3:5") != endpoint("vsock:4:5"));
  vm.svm_reserved1 = 1;
  const auto* any = reinterpret_cast<const sockaddr*>(&vm);
  CHECK(endpoint(any, sizeof vm) == vsock);
  CHECK(endpoint(any, sizeof vm - 1).family() == AF_UNSPEC);
  CHECK(endpoint::without_look_up("vsock:3:70000") == vsock);
}

TEST_CASE("an endpoint keeps the scope of a link-local address") {  // M5
  const string lo = std::to_string(::if_nametoindex("lo"));
  CHECK(printed("[fe80::1%lo]:80") == "[fe80::1%lo]:80");
  CHECK(printed(("[fe80::1%" + lo + "]:80").c_str()) == "[fe80::1%lo]:80");
  CHECK(printed("[fe80::1%99999]:80") == "[fe80::1%99999]:80");
  CHECK(says("[fe80::1%nosuch0]:80", "is no IPv6 address"));
}

TEST_CASE("endpoints can be compared, and be the keys of a map") {
  CHECK(endpoint("1.2.3.4:5") == endpoint("1.2.3.4:5"));
  CHECK(endpoint("1.2.3.4:5") != endpoint("1.2.3.4:6"));
  CHECK(endpoint("1.2.3.4:5") != endpoint("1.2.3.5:5"));
  CHECK(endpoint("unix:/x") != endpoint("unix:@x"));
  CHECK(endpoint() == endpoint());
  std::map<endpoint, int> numbers;
  for (const char* text : {"1.2.3.4:5", "[::1]:5", "unix:/x", "1.2.3.4:5"}) {
    ++numbers[endpoint(text)];
  }
  CHECK(numbers.size() == 3);
  CHECK(numbers[endpoint("1.2.3.4:5")] == 2);
}

TEST_CASE("a malformed endpoint is refused, with what to write") {
  CHECK(says("", "has no port"));
  CHECK(says("127.0.0.1", "has no port"));
  CHECK(says("127.0.0.1:", "has the port ''"));
  CHECK(says("127.0.0.1:x", "has the port 'x'"));
  CHECK(says("127.0.0.1:-1", "has the port '-1'"));
  CHECK(says("127.0.0.1:+1", "has the port '+1'"));
  CHECK(says("127.0.0.1: 1", "has the port ' 1'"));
  CHECK(says("127.0.0.1:65536", "has the port '65536'"));
  CHECK(says("127.0.0.1:99999999999999999999", "write a number from 0"));
  CHECK(says("256.0.0.1:1", "is no IPv4 address"));
  CHECK(says("localhost:80", "is no IPv4 address"));
  CHECK(says("::1:80", "has several colons"));
  CHECK(says("[::1:80", "has no ']'"));
  CHECK(says("[::1]", "has no port after the ']'"));
  CHECK(says("[::1]80", "has no port after the ']'"));
  CHECK(says("[]:80", "is no IPv6 address"));
  CHECK(says("[127.0.0.1]:80", "is no IPv6 address"));
  CHECK(says("[::1]:http", "has the port 'http'"));
  CHECK(says("vsock:", "has no port"));
  CHECK(says("vsock:2", "has no port"));
  CHECK(says("vsock:2:", "has the port ''"));
  CHECK(says("vsock:2:http", "has the port 'http'"));
  CHECK(says("vsock:host:1", "has the CID 'host'"));
  CHECK(says("vsock:-1:1", "has the CID '-1'"));
  CHECK(says("vsock:2:4294967296", "has the port '4294967296'"));
  CHECK(says("vsock:2:1:1", "has the port '1:1'"));
  CHECK(says("unix:", "has no path"));
  CHECK(says("unix:@", "has no path"));
  CHECK(says("unix:/" + string(107, 'x'), "is too long"));
  CHECK(printed(("unix:/" + string(106, 'x')).c_str()).size() == 112);
  CHECK(says(std::string_view("unix:/a\0b", 9), "zero byte"));
}

TEST_CASE("names are told from addresses") {
  CHECK(endpoint::without_look_up("1.2.3.4:5") == endpoint("1.2.3.4:5"));
  CHECK(endpoint::without_look_up("[::1]:5") == endpoint("[::1]:5"));
  CHECK(endpoint::without_look_up("unix:/x") == endpoint("unix:/x"));
  CHECK(!endpoint::without_look_up("localhost:5"));
  CHECK(!endpoint::without_look_up("127.0.0.1:http"));
  CHECK_THROWS_AS(endpoint::without_look_up("localhost:65536"),
                  std::invalid_argument);
  CHECK_THROWS_AS(endpoint::without_look_up("localhost"),
                  std::invalid_argument);
  CHECK_THROWS_AS(endpoint::without_look_up("localhost:"),
                  std::invalid_argument);
}

TEST_CASE("from_name gives what getaddrinfo gives, in its order") {  // M2
  for (const char* service : {"80", "http"}) {
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* list = nullptr;
    REQUIRE(::getaddrinfo("localhost", service, &hints, &list) == 0);
    std::vector<endpoint> expected;
    for (const addrinfo* a = list; a != nullptr; a = a->ai_next) {
      expected.emplace_back(a->ai_addr, a->ai_addrlen);
    }
    ::freeaddrinfo(list);
    const string text = string("localhost:") + service;
    CHECK(green::run(endpoint::from_name, text) == expected);
    CHECK(endpoint::from_name_now(text) == expected);
    CHECK(expected.front().port() == 80);
  }
}

TEST_CASE("from_name looks nothing up where there is no name") {
  for (const char* text : {"1.2.3.4:5", "[::1]:5", "*:5", "unix:/nowhere"}) {
    const std::vector<endpoint> found = green::run(endpoint::from_name, text);
    CHECK(found == std::vector<endpoint>{endpoint(text)});
    CHECK(endpoint::from_name_now(text) == found);
  }
  CHECK_THROWS_AS(green::run(endpoint::from_name, "nothing"),
                  std::invalid_argument);
}

TEST_CASE("from_name throws the error of getaddrinfo") {
  for (const bool now : {false, true}) {
    try {
      const string text = "localhost:no-such-service";
      now ? endpoint::from_name_now(text)
          : green::run(endpoint::from_name, text);
      FAIL("nothing was thrown");
    } catch (const std::system_error& e) {
      CHECK(e.code() ==
            std::error_code(EAI_SERVICE, green::addrinfo_category()));
      CHECK(string(e.what()).find("localhost:no-such-service") != string::npos);
      CHECK(string(e.what()).find(::gai_strerror(EAI_SERVICE)) != string::npos);
      CHECK(string(e.what()).find("is no number") != string::npos);
    }
  }
}

TEST_CASE("a path that fills its room has no zero at its end") {
  sockaddr_un full = {};
  full.sun_family = AF_UNIX;
  std::fill(std::begin(full.sun_path), std::end(full.sun_path), 'a');
  // The kernel counts the zero that it adds.
  const endpoint e(reinterpret_cast<sockaddr*>(&full), sizeof full + 1);
  CHECK(e.length() == sizeof full);
  CHECK(e.path() == std::string(sizeof full.sun_path, 'a'));
  CHECK(endpoint(e.sockaddr(), e.length()) == e);
}
