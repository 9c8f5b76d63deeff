// SPDX-License-Identifier: MIT
// Streams that C code on fibers reads.
#include <doctest/doctest.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <string>
#include <string_view>

#include "green/green.h"
#include "green/greenlet.h"
#include "green/patched.h"
#include "tests/support/files.h"
#include "tests/support/hooked.h"
#include "tests/support/sockets.h"
#include "tests/support/waiting.h"

using tests::hooked;
using tests::on_fiber;

namespace {

namespace c {
const auto getc = hooked<int(FILE*)>("getc");
const auto fgets = hooked<char*(char*, int, FILE*)>("fgets");
const auto fread = hooked<size_t(void*, size_t, size_t, FILE*)>("fread");
const auto getline = hooked<ssize_t(char**, size_t*, FILE*)>("getline");
}  // namespace c

void read_all(FILE* stream) {
  char data[20];
  CHECK(c::fgets(data, sizeof data, stream) == data);
  CHECK(std::string(data) == "one\n");
  char* line = nullptr;
  std::size_t room = 0;
  CHECK(c::getline(&line, &room, stream) == 4);
  CHECK(std::string(line) == "two\n");
  ::free(line);
  CHECK(c::getc(stream) == '3');
  CHECK(c::fread(data, 1, sizeof data, stream) == 2);
  CHECK(std::string(data, 2) == "45");
  CHECK(::feof(stream) != 0);
  CHECK(c::getc(stream) == EOF);
}

}  // namespace

TEST_CASE("a stream on a pipe is read while others go on") {
  green::run([]() -> green::task<> {
    auto ends = tests::pipe_descriptors();
    FILE* const stream = ::fdopen(ends.a.release(), "r");
    const auto reads = [stream]() -> green::task<> {
      auto read = [stream] { read_all(stream); };
      co_await on_fiber(read);
    };
    const auto reading = co_await tests::started(reads);
    for (const std::string_view part : {"on", "e\ntw", "o\n", "3", "45"}) {
      CHECK(::write(ends.b, part.data(), part.size()) == ssize_t(part.size()));
      co_await green::sleep();
    }
    CHECK_FALSE(reading.ready());
    ends.b.reset();
    co_await reading.get();
    ::fclose(stream);
  });
}

TEST_CASE("a stream of a file is read in place") {
  const tests::temporary_folder place;
  FILE* const stream = ::fopen((place.path() + "/file").c_str(), "w+");
  REQUIRE(stream != nullptr);
  ::fputs("one\ntwo\n345", stream);
  ::rewind(stream);
  green::run([stream]() -> green::task<> {
    auto read = [stream] { read_all(stream); };
    co_await on_fiber(read);
  });
  ::fclose(stream);
}

TEST_CASE("a kill waits for a read that is on its way") {
  green::run([]() -> green::task<> {
    auto ends = tests::pipe_descriptors();
    FILE* const stream = ::fdopen(ends.a.release(), "r");
    bool got = false;
    const auto reads = [&]() -> green::task<> {
      auto read = [&] { got = c::getc(stream) == 'x'; };
      co_await on_fiber(read);
      co_await green::sleep();
    };
    const auto reading = co_await tests::started(reads);
    const auto kills = [&reading]() -> green::task<> {
      co_await reading.kill();
    };
    const auto killing = co_await tests::started(kills);
    CHECK_FALSE(reading.ready());
    CHECK(::write(ends.b, "x", 1) == 1);
    co_await killing.join();
    CHECK(got);
    CHECK(reading.was_killed());
    ::fclose(stream);
  });
}
