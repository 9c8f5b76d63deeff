// SPDX-License-Identifier: MIT
#include "green/hub/readiness.h"

#include <doctest/doctest.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdint>
#include <string>
#include <utility>

#include "tests/support/sockets.h"

namespace {

using green::hub::readiness;
using green::hub::watcher;

constexpr std::int64_t forever = INT64_MAX;

// Somebody who reads a connection; the peer is a blocking one.
struct reader {
  explicit reader(tests::two_descriptors pair,
                  readiness::waits how = readiness::waits::alone)
      : set(how), mine(std::move(pair.a)), peer(std::move(pair.b)) {
    w.fd = mine;
    w.events = POLLIN;
  }

  void tell(const char* text) const { REQUIRE(::send(peer, text, 1, 0) == 1); }

  // Waits until it is ready; false when the set says nothing at once.
  bool ready(std::int64_t timeout = forever) {
    green::core::list<watcher> ones;
    do {
      set.wait(timeout, ones);
    } while (ones.empty() && timeout == forever);
    return ones.pop_front() != nullptr;
  }

  // Whatever is there.
  std::string read() {
    char buffer[8];
    const ssize_t n = ::recv(w.fd, buffer, sizeof buffer, MSG_DONTWAIT);
    set.set_drained(w.fd, n > 0 && n < 8);
    return n > 0 ? std::string(buffer, std::size_t(n)) : "";
  }

  // Until its registration lasts, if it is one that can.
  void read_twice() {
    REQUIRE(set.add(w) == 0);
    tell("1");
    REQUIRE(ready());
    REQUIRE(read() == "1");
    REQUIRE(set.drained(w.fd));
    REQUIRE(set.add_again(w));
    tell("2");
    REQUIRE(ready());
    REQUIRE(read() == "2");
  }

  // The same, and waits once more.
  void wait_third_time() {
    read_twice();
    REQUIRE(set.add_again(w));
  }

  // The number of `mine` is of the other connection from now on.
  void replace_by(const tests::two_descriptors& other) const {
    REQUIRE(::dup2(other.a, mine) == int(mine));
  }

  readiness set;
  tests::descriptor mine, peer;
  watcher w;
};

}  // namespace

TEST_CASE("who reads again and again is told of each part") {
  for (const bool tcp : {true, false}) {
    reader r(tcp ? tests::tcp_pair() : tests::stream_pair());
    r.read_twice();
    for (const char* const text : {"3", "4", "5"}) {
      CHECK(r.set.drained(r.w.fd));
      REQUIRE(r.set.add_again(r.w));
      CHECK(!r.ready(0));
      r.tell(text);
      CHECK(r.ready());
      CHECK(r.read() == text);
    }
  }
}

TEST_CASE("an end that came with the last bytes is not waited for") {
  reader r(tests::tcp_pair());
  r.wait_third_time();
  r.tell("3");
  ::shutdown(r.peer, SHUT_WR);
  CHECK(r.ready());
  CHECK(r.read() == "3");
  CHECK(!r.set.drained(r.w.fd));
}

TEST_CASE("an end that comes after the last bytes is told") {
  reader r(tests::tcp_pair());
  r.read_twice();
  ::shutdown(r.peer, SHUT_WR);
  REQUIRE(r.set.add_again(r.w));
  CHECK(r.ready());
  CHECK(r.read().empty());
}

TEST_CASE("what lies behind urgent data is not waited for") {
  reader r(tests::tcp_pair());
  r.wait_third_time();
  r.tell("3");
  REQUIRE(::send(r.peer, "u", 1, MSG_OOB) == 1);
  r.tell("4");
  CHECK(r.ready());
  CHECK(r.read() == "3");
  CHECK(!r.set.drained(r.w.fd));
  CHECK(r.read() == "4");
}

TEST_CASE("what comes while nobody waits is known to be there") {
  reader r(tests::tcp_pair());
  r.wait_third_time();
  r.set.remove(r.w);
  r.tell("3");
  CHECK(!r.ready(0));
  CHECK(!r.set.drained(r.w.fd));
  CHECK(r.read() == "3");
}

TEST_CASE("who was told and did not read is not waited for") {
  reader r(tests::tcp_pair());
  r.wait_third_time();
  r.tell("3");
  CHECK(r.ready());
  CHECK(!r.set.drained(r.w.fd));
}

TEST_CASE("of what was closed nothing is told, though a duplicate lives") {
  reader r(tests::tcp_pair());
  r.read_twice();
  const tests::descriptor duplicate(::dup(r.mine));
  r.set.forget(r.mine);
  r.mine.reset();
  r.tell("3");
  pollfd set{r.set.descriptor(), POLLIN, 0};
  CHECK(::poll(&set, 1, 0) == 0);
}

TEST_CASE("a second one that waits is told too") {
  reader r(tests::tcp_pair());
  r.wait_third_time();
  watcher writer;
  writer.fd = r.w.fd;
  writer.events = POLLOUT;
  REQUIRE(r.set.add(writer) == 0);
  green::core::list<watcher> ones;
  r.set.wait(forever, ones);
  CHECK(ones.pop_front() == &writer);
  r.tell("3");
  CHECK(r.ready());
  CHECK(r.read() == "3");
}

TEST_CASE("a number that is of another file by now is found out") {
  reader r(tests::tcp_pair());
  const auto other = tests::tcp_pair();
  r.read_twice();
  r.replace_by(other);
  REQUIRE(::send(other.b, "3", 1, 0) == 1);
  SUBCASE("by one that has nothing else to do") {
    REQUIRE(r.set.add_again(r.w));
    CHECK(r.ready());
    CHECK(r.read() == "3");
  }
  SUBCASE("by one that is busy") {
    REQUIRE(r.set.add_again(r.w));
    while (!r.ready(0)) {
    }
    CHECK(r.read() == "3");
  }
  SUBCASE("by one that is told of it") {
    r.set.forget(r.w.fd);
    CHECK(!r.set.drained(r.w.fd));
    CHECK(!r.set.add_again(r.w));
    CHECK(r.set.add(r.w) == 0);
    CHECK(r.ready());
  }
}

TEST_CASE("where nothing lasts, another file is found out at once") {
  SUBCASE("in another set") {
    reader r(tests::tcp_pair(), readiness::waits::in_another_set);
    r.read_twice();
    r.replace_by(tests::tcp_pair());
    CHECK(!r.set.add_again(r.w));
  }
  SUBCASE("of a Unix connection") {
    reader r(tests::stream_pair());
    r.read_twice();
    r.replace_by(tests::stream_pair());
    CHECK(!r.set.add_again(r.w));
  }
}

TEST_CASE("who waits for a number that was closed is told by and by") {
  reader r(tests::tcp_pair());
  r.wait_third_time();
  r.mine.reset();
  CHECK(r.ready());
}
