// SPDX-License-Identifier: MIT
// Streams that C code on fibers reads.
#include <doctest/doctest.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <string>
#include <string_view>
#include <vector>

#include "green/green.h"
#include "green/greenlet.h"
#include "green/hub/offloaded.h"
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
const auto getdelim = hooked<ssize_t(char**, size_t*, int, FILE*)>("getdelim");
const auto getc_unlocked = hooked<int(FILE*)>("getc_unlocked");
const auto uflow = hooked<int(FILE*)>("__uflow");
const auto getchar = hooked<int()>("getchar");
const auto fscanf = hooked<int(FILE*, const char*, ...)>("fscanf");
const auto isoc99_fscanf =
    hooked<int(FILE*, const char*, ...)>("__isoc99_fscanf");
const auto scanf = hooked<int(const char*, ...)>("scanf");
const auto isoc99_scanf = hooked<int(const char*, ...)>("__isoc99_scanf");
}  // namespace c

std::vector<std::string> lines_of(FILE* stream) {
  std::vector<std::string> lines;
  char* line = nullptr;
  std::size_t room = 0;
  ssize_t length;
  while ((length = c::getline(&line, &room, stream)) >= 0) {
    lines.emplace_back(line, std::size_t(length));
  }
  ::free(line);
  return lines;
}

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

TEST_CASE("lines that come in parts are read to their ends") {
  green::run([]() -> green::task<> {
    auto ends = tests::pipe_descriptors();
    FILE* const stream = ::fdopen(ends.a.release(), "r");
    std::vector<std::string> lines;
    const auto reads = [stream, &lines]() -> green::task<> {
      auto read = [stream, &lines] { lines = lines_of(stream); };
      co_await on_fiber(read);
    };
    const auto reading = co_await tests::started(reads);
    for (const std::string_view part :
         {"on", "e\n", "two\r", "\n\n", "\r", "\nthr", "ee"}) {
      CHECK(::write(ends.b, part.data(), part.size()) == ssize_t(part.size()));
      co_await green::sleep();
    }
    ends.b.reset();
    co_await reading.get();
    const std::vector<std::string> sent{"one\n", "two\r\n", "\n", "\r\n",
                                        "three"};
    CHECK(lines == sent);
    CHECK(::feof(stream) != 0);
    ::fclose(stream);
  });
}

TEST_CASE("what lies in the buffer of a stream is read in place") {
  green::run([]() -> green::task<> {
    auto ends = tests::pipe_descriptors();
    FILE* const stream = ::fdopen(ends.a.release(), "r");
    const std::string_view text = "1line\n234abcd";
    CHECK(::write(ends.b, text.data(), text.size()) == ssize_t(text.size()));
    CHECK(::getc(stream) == '1');
    const auto jobs = [] { return green::hub::patient_helpers().size(); };
    const unsigned before = jobs();
    co_await on_fiber([stream] {
      char data[20];
      CHECK(c::fgets(data, sizeof data, stream) == data);
      CHECK(std::string(data) == "line\n");
      CHECK(c::getc(stream) == '2');
      CHECK(c::getc_unlocked(stream) == '3');
      CHECK(c::fread(data, 2, 2, stream) == 2);
      CHECK(std::string(data, 4) == "4abc");
    });
    CHECK(jobs() == before);
    ::fclose(stream);
  });
}

TEST_CASE("what is read by a format is waited for") {
  FILE* const before = stdin;
  green::run([]() -> green::task<> {
    auto ends = tests::pipe_descriptors();
    FILE* const stream = stdin = ::fdopen(ends.a.release(), "r");
    const auto reads = [stream]() -> green::task<> {
      co_await on_fiber([stream] {
        int number = 0;
        char word[16] = {};
        CHECK(c::fscanf(stream, "%d %15s", &number, word) == 2);
        CHECK(number == 12);
        CHECK(std::string(word) == "words");
        CHECK(c::isoc99_fscanf(stream, "%d", &number) == 1);
        CHECK(number == 34);
        CHECK(c::scanf("%d", &number) == 1);
        CHECK(number == -5);
        CHECK(c::isoc99_scanf(" %15s", word) == 1);
        CHECK(std::string(word) == "end");
        CHECK(c::getchar() == ' ');
        CHECK(c::getchar() == '!');
        CHECK(c::uflow(stream) == '?');
        CHECK(c::fscanf(stream, "%d", &number) == EOF);
      });
    };
    const auto reading = co_await tests::started(reads);
    for (const std::string_view part :
         {"1", "2 wo", "rds 3", "4\n", "-5 ", "end", " ", "!", "?"}) {
      CHECK(::write(ends.b, part.data(), part.size()) == ssize_t(part.size()));
      co_await green::sleep();
    }
    CHECK_FALSE(reading.ready());
    ends.b.reset();
    co_await reading.get();
    ::fclose(stream);
  });
  stdin = before;
}

TEST_CASE("a field to its delimiter is waited for") {
  green::run([]() -> green::task<> {
    auto ends = tests::pipe_descriptors();
    FILE* const stream = ::fdopen(ends.a.release(), "r");
    const auto reads = [stream]() -> green::task<> {
      co_await on_fiber([stream] {
        char* field = nullptr;
        std::size_t room = 0;
        CHECK(c::getdelim(&field, &room, ';', stream) == 4);
        CHECK(std::string(field) == "a\nb;");
        ::free(field);
      });
    };
    CHECK(::write(ends.b, "a\n", 2) == 2);
    const auto reading = co_await tests::started(reads);
    CHECK(::write(ends.b, "b;", 2) == 2);
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
