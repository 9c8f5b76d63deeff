// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>
#include <netdb.h>

#include <algorithm>
#include <fstream>
#include <sstream>
#include <string>

#include "tests/support/program.h"

using std::string;
using tests::finished;
using tests::refuses;
using tests::run;

namespace {

const string gather = "examples/dns_gather";

bool has_line(const string& text, const string& line) {
  return ("\n" + text).find("\n" + line + "\n") != string::npos;
}

}  // namespace

TEST_CASE("dns_gather prints every name with its addresses") {  // M1 M2
  const finished f = run({gather, "127.0.0.1", "::1", "localhost", "0x7f.1"});
  CHECK(f.status == 0);
  CHECK(std::count(f.out.begin(), f.out.end(), '\n') == 4);
  CHECK(has_line(f.out, "127.0.0.1 127.0.0.1"));
  CHECK(has_line(f.out, "::1 ::1"));
  CHECK(has_line(f.out, "0x7f.1 127.0.0.1"));
  const finished hosts = run({"getent", "ahosts", "localhost"});
  CHECK(hosts.out.starts_with(f.out.substr(f.out.find("localhost ") + 10, 3)));
}

TEST_CASE("dns_gather finds the names of the hosts file") {  // M2
  std::ifstream hosts("/etc/hosts");
  for (string line; std::getline(hosts, line);) {
    std::istringstream words(line.substr(0, line.find('#')));
    string address, name;
    if (!(words >> address >> name)) continue;
    const string wanted = run({gather, address}).out;  // as it is printed
    const finished f = run({gather, name});
    INFO(line);
    CHECK(f.status == 0);
    CHECK((f.out + " ")
              .find(wanted.substr(wanted.find(' '),
                                  wanted.size() - 1 - wanted.find(' '))) !=
          string::npos);
  }
}

TEST_CASE("dns_gather says what has no address") {
  const finished f = run({gather, "", "127.0.0.1"});
  CHECK(f.status == 1);
  CHECK(has_line(f.out, string(": ") + ::gai_strerror(EAI_NONAME)));
  CHECK(has_line(f.out, "127.0.0.1 127.0.0.1"));
}

TEST_CASE("dns_gather does not wait for ever") {
  const finished f = run({gather, "-t", "0.000001", "no-such-name.invalid"});
  CHECK(f.status == 1);
  CHECK(f.out.starts_with("no-such-name.invalid: "));
}

TEST_CASE("dns_gather refuses what makes no sense") {
  CHECK(refuses(run({gather}), "no name is given"));
  CHECK(refuses(run({gather, "-t", "1"}), "no name is given"));
  for (const char* limit : {"", "x", "0", "-1", "1x", "nan"}) {
    CHECK(refuses(
        run({gather, "-t", limit, "localhost"}),
        "-t needs a number of seconds above 0, not '" + string(limit) + "'"));
  }
  CHECK(refuses(run({gather, "-t"}), "-t needs"));
  CHECK(refuses(run({gather, "-x", "localhost"}), "no such option: '-x'"));
}
