// SPDX-License-Identifier: MIT
//
// Readers and writers over a transport that does as it is told.
#include "green/fileobject.h"

#include <doctest/doctest.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstddef>
#include <optional>
#include <stdexcept>
#include <string>
#include <system_error>
#include <type_traits>
#include <vector>

#include "green/green.h"
#include "green/greenlet.h"
#include "green/timeout.h"
#include "tests/support/contracts.h"
#include "tests/support/error_of.h"
#include "tests/support/scripted_transport.h"
#include "tests/support/sockets.h"
#include "tests/support/standard_error.h"
#include "tests/support/virtual_time.h"

using namespace std::chrono_literals;

using green::reader;
using green::task;
using green::writer;
using std::string;
using tests::error_of;
using tests::run_virtual;
using tests::scripted_transport;

static_assert(!std::is_move_constructible_v<reader>);
static_assert(!std::is_move_constructible_v<writer>);

namespace {

using sizes = std::vector<std::size_t>;
constexpr std::size_t any = string::npos;

// The number that limit_overrun or incomplete_read tells; 0 for neither.
template <class T>
task<std::size_t> bound_of(task<T> running) {
  try {
    co_await std::move(running);
  } catch (const green::limit_overrun& e) {
    co_return e.most();
  } catch (const green::incomplete_read& e) {
    co_return e.wanted();
  }
  co_return 0;
}

// Does a timeout of one second end it?
template <class T>
task<bool> times_out(task<T> running) {
  try {
    const green::timeout limit(1s);
    co_await std::move(running);
  } catch (const green::timed_out&) {
    co_return true;
  }
  co_return false;
}

}  // namespace

TEST_CASE("lines come without their ends, the last without having one") {
  run_virtual([]() -> task<> {
    scripted_transport wire({"one\n\ntw", "o\r\n", "last"});
    reader in(wire);
    CHECK(co_await in.read_line(10) == "one");
    CHECK(co_await in.read_line(10) == "");
    CHECK(co_await in.read_line(10) == "two\r");
    CHECK_FALSE(in.eof());
    CHECK(co_await in.read_line(10) == "last");
    CHECK(in.eof());
    CHECK(co_await in.read_line(10) == std::nullopt);
    CHECK(co_await in.read_line(10) == std::nullopt);
    wire.parts = {"more\n"};  // as a terminal after ctrl-D
    CHECK(co_await in.peek(10) == "more\n");
    CHECK(in.eof());
    CHECK(co_await in.read_line(10) == "more");
    CHECK_FALSE(in.eof());
  });
}

TEST_CASE("a delimiter may come in any parts") {
  run_virtual([]() -> task<> {
    const string text = "a\r\n\r\nb\rc\n\r\n\r\r\nlast\r";
    const std::vector<string> pieces = {"a", "", "b\rc\n", "\r", "last\r"};
    for (std::size_t size = 1; size <= text.size(); ++size) {
      for (const std::size_t buffer : sizes{1, 3, 100}) {
        CAPTURE(size);
        CAPTURE(buffer);
        scripted_transport wire(text, size);
        reader in(wire, buffer);
        for (const string& piece : pieces) {
          CHECK(co_await in.read_until("\r\n", 5) == piece);
        }
        CHECK(co_await in.read_until("\r\n", 5) == std::nullopt);
      }
    }
  });
}

TEST_CASE("a delimiter is not empty") {
  run_virtual([]() -> task<> {
    scripted_transport wire;
    reader in(wire);
    bool refused = false;
    try {
      co_await in.read_until("", 1);
    } catch (const std::invalid_argument&) {
      refused = true;
    }
    CHECK(refused);
  });
}

TEST_CASE("a line beyond the limit is an error, and its bytes stay") {
  run_virtual([]() -> task<> {
    for (const std::size_t size : sizes{1, 2, 5, 100}) {
      CAPTURE(size);
      scripted_transport wire("12345\n123456\nab", size);
      reader in(wire, 4);
      CHECK(co_await in.read_line(5) == "12345");
      CHECK(co_await bound_of(in.read_line(5)) == 5);
      CHECK(co_await bound_of(in.read_line(5)) == 5);
      CHECK(co_await in.read_line(6) == "123456");
      CHECK(co_await bound_of(in.read_line(1)) == 1);
      CHECK(co_await in.read(any) == "ab");
    }
    scripted_transport wire({"abc"});
    reader in(wire);
    CHECK(co_await bound_of(in.read_until("--", 2)) == 2);  // at the end, too
    CHECK(co_await in.read_until("--", 3) == "abc");
  });
}

TEST_CASE("no more is read than the limit asks for") {
  run_virtual([]() -> task<> {
    scripted_transport wire(string(1000, 'x'), 10);
    reader in(wire, 16);
    CHECK(co_await bound_of(in.read_line(95)) == 95);
    CHECK(in.buffered().size() == 100);
    CHECK(wire.parts.size() == 90);
  });
}

TEST_CASE("the end of file may come anywhere") {
  run_virtual([]() -> task<> {
    const string text = tests::pattern(40);
    for (std::size_t length = 0; length <= 45; ++length) {
      for (const std::size_t size : sizes{1, 7, 40}) {
        CAPTURE(length);
        CAPTURE(size);
        scripted_transport wire(text, size);
        reader in(wire, 8);
        CHECK(co_await in.peek(length) == text.substr(0, length));
        const std::size_t missing = length > 40 ? length : 0;
        CHECK(co_await bound_of(in.read_exactly(length)) == missing);
        std::array<char, 45> into;
        const std::size_t at = missing != 0 ? 0 : length;
        CHECK(co_await bound_of(in.read_exactly(into.data(), 41 - at)) ==
              41 - at);
        const string rest = text.substr(at);
        CHECK(co_await in.read(45) == rest);
        CHECK(co_await in.read(1) == "");
        CHECK(co_await in.read_some(1) == "");
        CHECK(co_await in.read_some(into.data(), 1) == 0);
        CHECK(co_await in.peek(1) == "");
        CHECK(in.eof());
      }
    }
  });
}

TEST_CASE("a read that is incomplete tells how many bytes came") {
  run_virtual([]() -> task<> {
    scripted_transport wire({"ab", "c"});
    reader in(wire);
    try {
      co_await in.read_exactly(5);
      FAIL("there are but three");
    } catch (const green::incomplete_read& e) {
      CHECK(e.came() == 3);
      CHECK(e.wanted() == 5);
      CHECK(string(e.what()).find("3 of 5") != string::npos);
    }
    CHECK(in.buffered() == "abc");
  });
}

TEST_CASE("read_some gives what is there") {
  run_virtual([]() -> task<> {
    scripted_transport wire({"abcd", "ef", "gh"});
    reader in(wire, 8);
    char into[20];
    CHECK(co_await in.read_some(0) == "");
    CHECK(co_await in.read_some(into, 0) == 0);
    CHECK(wire.places.empty());
    CHECK(co_await in.read_some(3) == "abc");
    CHECK(co_await in.read_some(3) == "d");
    CHECK(co_await in.read_some(into, 1) == 1);
    CHECK(co_await in.read_some(into, 20) == 1);
    CHECK(into[0] == 'f');
    CHECK(co_await in.read_some(into, 20) == 2);
    CHECK(wire.places.back() == into);
  });
}

TEST_CASE("large reads come into the caller's memory without a copy") {
  run_virtual([]() -> task<> {
    const string text = tests::pattern(100'000);
    scripted_transport wire(text, 30'000);
    reader in(wire);
    CHECK(co_await in.peek(10) == text.substr(0, 10));
    CHECK(wire.places.size() == 1);
    const std::size_t ahead = in.buffered().size();
    string into(100'000, '\0');
    CHECK(co_await in.read(into.data(), into.size()) == text.size());
    CHECK((into == text));
    REQUIRE(wire.places.size() > 2);
    CHECK(wire.places[1] == into.data() + ahead);
    for (std::size_t i = 1; i < wire.places.size(); ++i) {
      const std::ptrdiff_t at = wire.places[i] - into.data();
      CHECK((at >= 0 && at < 100'000));
    }
    CHECK(in.buffered().empty());
  });
}

TEST_CASE("a timeout in any read leaves the bytes that came") {
  run_virtual([]() -> task<> {
    const string text = tests::pattern(30);
    const auto check = [&text](auto read) -> task<> {
      for (const std::size_t buffer : sizes{4, 100}) {
        scripted_transport wire(text, 3);
        reader in(wire, buffer);
        CHECK(co_await in.peek(6) == text.substr(0, 6));
        wire.quick = 6;
        wire.pause = 10s;
        CHECK(co_await times_out(read(in)));
        CHECK(wire.parts.size() < 8);
        wire.pause = 0s;
        CHECK(co_await in.read(any) == text);
      }
    };
    std::array<char, 30> into;
    co_await check([](reader& in) { return in.read_line(100); });
    co_await check([](reader& in) { return in.read_until("--", 100); });
    co_await check([](reader& in) { return in.read_exactly(30); });
    co_await check([](reader& in) { return in.read(30); });
    co_await check([](reader& in) { return in.peek(30); });
    const auto all = [&](reader& in) { return in.read(into.data(), 30); };
    co_await check(all);
    const auto exact = [&](reader& in) {
      return in.read_exactly(into.data(), 30);
    };
    co_await check(exact);
  });
}

TEST_CASE("an error leaves the bytes that came before") {
  run_virtual([]() -> task<> {
    scripted_transport wire({"abc"});
    reader in(wire, 2);
    CHECK(co_await in.peek(3) == "abc");
    wire.error = ECONNRESET;
    std::array<char, 9> into;
    CHECK(co_await error_of(in.read_line(9)) == ECONNRESET);
    CHECK(co_await error_of(in.read_exactly(9)) == ECONNRESET);
    CHECK(co_await error_of(in.read(into.data(), 9)) == ECONNRESET);
    CHECK(in.buffered() == "abc");
  });
}

TEST_CASE("two green threads do not share a reader or a writer by accident") {
  run_virtual([]() -> task<> {
    scripted_transport wire({"abc\n"});
    wire.pause = 1s;
    reader in(wire);
    writer out(wire);
    co_await out.write("x");
    const auto reads = [&]() -> task<> { co_await in.read_line(9); };
    const auto first = green::spawn(reads);
    const auto second = green::spawn([&] { return out.flush(); });
    co_await green::sleep();
    CHECK_THROWS_AS(co_await in.peek(1), std::logic_error);
    CHECK_THROWS_AS(co_await out.write("y"), std::logic_error);
    co_await first.get();
    co_await second.get();
    CHECK(wire.written == "x");
  });
}

TEST_CASE("small writes are gathered, and large ones are not copied") {
  run_virtual([]() -> task<> {
    scripted_transport wire;
    writer out(wire, 10);
    co_await out.write("12345");
    co_await out.write("");
    co_await out.write("67890");
    CHECK(wire.written == "");
    CHECK(out.buffered() == "1234567890");
    co_await out.write("ab");
    CHECK(wire.written == "1234567890");
    CHECK(out.buffered() == "ab");
    const string large = tests::pattern(11);
    co_await out.write(large);
    CHECK(wire.places.size() == 3);
    CHECK(wire.places.back() == large.data());
    CHECK(wire.written == "1234567890ab" + large);
    co_await out.write("end");
    co_await out.flush();
    co_await out.flush();
    CHECK(wire.places.size() == 4);
    CHECK(wire.written.ends_with("end"));
    CHECK(out.buffered().empty());
  });
}

TEST_CASE("without a buffer each write is written at once") {
  run_virtual([]() -> task<> {
    scripted_transport wire;
    wire.most = 2;
    writer out(wire, 0);
    co_await out.write("abc");
    CHECK(wire.written == "abc");
    CHECK(out.buffered().empty());
  });
}

TEST_CASE("a write that times out has taken its bytes, and flush goes on") {
  run_virtual([]() -> task<> {
    scripted_transport wire;
    writer out(wire, 4);
    co_await out.write("abc");
    wire.pause = 10s;
    CHECK(co_await times_out(out.write("defghij")));
    CHECK(out.buffered() == "abcdefghij");
    // It takes no more before that is written.
    CHECK(co_await times_out(out.write("k")));
    CHECK(co_await times_out(out.flush()));
    CHECK(out.buffered() == "abcdefghij");
    wire.pause = 0s;
    wire.most = 3;
    co_await out.write("k");
    CHECK(wire.written == "abcdefghij");
    CHECK(out.buffered() == "k");
    co_await out.flush();
    CHECK(wire.written == "abcdefghijk");
  });
}

TEST_CASE("a part that was written is not written again") {
  run_virtual([]() -> task<> {
    scripted_transport wire;
    wire.most = 3;
    writer out(wire, 2);
    const string text = "abcdefgh";
    const auto writes = [&]() -> task<> { co_await out.write(text); };
    wire.quick = 1;
    wire.error = EPIPE;
    CHECK(co_await error_of(writes()) == EPIPE);
    CHECK(wire.written + string(out.buffered()) == text);
    CHECK(wire.written == "abc");
    CHECK(co_await error_of(out.write("more")) == EPIPE);
    CHECK(co_await error_of(out.flush()) == EPIPE);
    wire.error = 0;
    co_await out.flush();
    CHECK(wire.written == text);
  });
}

TEST_CASE("bytes that nobody flushed are told of, in debug builds") {
  const auto drops = [](int error) {
    const tests::standard_error captured;
    run_virtual([error]() -> task<> {
      scripted_transport wire;
      writer out(wire);
      co_await out.write("four");
      wire.error = error;
      if (error != 0) CHECK(co_await error_of(out.flush()) == error);
    });
    return captured.text();
  };
  const string said = drops(0);
  const bool debug = tests::contracts_are_checked();
  CHECK((said.find("written 4 bytes") != string::npos) == debug);
  CHECK(drops(EPIPE) == "");
}
