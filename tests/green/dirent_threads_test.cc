// SPDX-License-Identifier: MIT
// <dirent.h> beside others: turns, shared directories, kills and timeouts.
#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <thread>
#include <vector>

#include "green/dirent.h"
#include "green/greenlet.h"
#include "green/timeout.h"
#include "tests/support/directories.h"
#include "tests/support/limits.h"
#include "tests/support/sockets.h"

using namespace std::chrono_literals;
using tests::sorted;
using tests::temporary_folder;
using tests::true_names;

TEST_CASE("an entry of the piece is given without a wait") {
  green::run([]() -> green::task<> {
    const temporary_folder folder;
    tests::fill(folder.path(), 20);
    green::DIR* const d = co_await green::opendir(folder.path().c_str());
    (void)co_await green::readdir(d);
    bool others_ran = false;
    const auto other = green::spawn([&others_ran] { others_ran = true; });
    for (int i = 0; i < 20; ++i) (void)co_await green::readdir(d);
    CHECK_FALSE(others_ran);
    co_await other.join();
    co_await green::closedir(d);
  });
}

TEST_CASE("a long directory lets others run") {
  green::run([]() -> green::task<> {
    const temporary_folder folder;
    tests::fill(folder.path(), 300);
    long turns = 0;
    const auto reads = [&]() -> green::task<> {
      green::DIR* const d = co_await green::opendir(folder.path().c_str());
      (void)co_await green::readdir(d);
      const long place = green::telldir(d);
      for (int i = 0; i < 100'000; ++i) {
        const dirent* const entry = co_await green::readdir(d);
        if (entry == nullptr) co_await green::seekdir(d, place);
      }
      co_await green::closedir(d);
    };
    const auto reading = green::spawn(reads);
    for (; !reading.ready(); ++turns) co_await green::sleep();
    CHECK(turns > 5);
    co_await reading.join();
  });
}

TEST_CASE("others run between any two pieces of a directory") {
  green::run([]() -> green::task<> {
    const temporary_folder folder;
    tests::fill(folder.path(), 8000);
    long turns = 0;
    size_t longest = 0, entries = 0;
    const auto reads = [&]() -> green::task<> {
      green::DIR* const d = co_await green::opendir(folder.path().c_str());
      long turn = -1;
      size_t run = 0;
      for (;;) {
        const dirent* const entry = co_await green::readdir(d);
        if (entry == nullptr) break;
        ++entries;
        run = turn == turns ? run + 1 : 1;
        turn = turns;
        longest = std::max(longest, run);
      }
      co_await green::closedir(d);
    };
    const auto reading = green::spawn(reads);
    for (; !reading.ready(); ++turns) co_await green::sleep();
    co_await reading.join();
    CHECK(entries == 8002);
    constexpr size_t shortest_entry = 24;
    CHECK(longest <= 32'768 / shortest_entry);
  });
}

TEST_CASE("green threads that read one directory share its entries") {
  green::run([]() -> green::task<> {
    const temporary_folder folder;
    tests::fill(folder.path(), 3000);
    green::DIR* const d = co_await green::opendir(folder.path().c_str());
    std::vector<std::string> names;
    const auto reads = [&]() -> green::task<> {
      for (;;) {
        const dirent* const entry = co_await green::readdir(d);
        if (entry == nullptr) co_return;
        names.emplace_back(entry->d_name);
        co_await green::sleep();
      }
    };
    std::vector<green::greenlet<>> readers;
    for (int i = 0; i < 10; ++i) readers.push_back(green::spawn(reads));
    for (auto& reader : readers) co_await reader.join();
    CHECK((sorted(names) == sorted(true_names(folder.path()))));
    co_await green::closedir(d);
  });
}

TEST_CASE("hubs that read one directory count each entry once") {
  const temporary_folder folder;
  tests::fill(folder.path(), 3000);
  green::DIR* d = nullptr;
  green::run([&]() -> green::task<> {
    d = co_await green::opendir(folder.path().c_str());
  });
  size_t counts[3] = {};
  std::vector<std::thread> hubs;
  for (size_t& count : counts) {
    hubs.emplace_back([&count, d] {
      green::run([&]() -> green::task<> {
        for (;;) {
          const dirent* const entry = co_await green::readdir(d);
          if (entry == nullptr) co_return;
          ++count;
        }
      });
    });
  }
  for (std::thread& hub : hubs) hub.join();
  CHECK(counts[0] + counts[1] + counts[2] == 3002);
  green::run([&]() -> green::task<> { co_await green::closedir(d); });
}

TEST_CASE("a kill or timeout of readdir loses no entry") {
  const temporary_folder folder;
  tests::fill(folder.path(), 4000);
  green::run([&]() -> green::task<> {
    green::DIR* const d = co_await green::opendir(folder.path().c_str());
    std::vector<std::string> names;
    bool ended = false;
    const auto reads = [&]() -> green::task<> {
      for (;;) {
        const dirent* const entry = co_await green::readdir(d);
        if (entry == nullptr) break;
        names.emplace_back(entry->d_name);
        if (names.size() % 100 == 0) co_await green::sleep();
      }
      ended = true;
    };
    int killed = 0, late = 0;
    for (int round = 0;; ++round) {
      if (ended) break;
      if (round % 2 == 0) {
        const auto reader = green::spawn(reads);
        for (int i = 0; i < round % 5; ++i) co_await green::sleep();
        co_await reader.kill();
        killed += reader.was_killed() ? 1 : 0;
      } else {
        try {
          co_await green::with_timeout(round % 3 * 100us, reads);
        } catch (const green::timed_out&) {
          ++late;
        }
      }
    }
    CHECK(killed > 0);
    CHECK(late > 0);
    CHECK((names == true_names(folder.path())));
    CHECK(co_await green::closedir(d) == 0);
  });
}

TEST_CASE("a kill keeps opendir from opening, and closedir closes") {
  green::run([]() -> green::task<> {
    const temporary_folder folder;
    const int before = tests::open_descriptors();
    for (int turns = 0; turns < 20; ++turns) {
      const auto opens = [&folder]() -> green::task<> {
        for (;;) {
          green::DIR* const d = co_await green::opendir(folder.path().c_str());
          REQUIRE(d != nullptr);
          (void)co_await green::closedir(d);
        }
      };
      const auto opener = green::spawn(opens);
      for (int i = 0; i < turns; ++i) co_await green::sleep();
      co_await opener.kill();
      CHECK(opener.was_killed());
    }
    CHECK(tests::open_descriptors() == before);
    const auto closes = [&folder]() -> green::task<> {
      green::DIR* const d = co_await green::opendir(folder.path().c_str());
      green::getcurrent().kill_nowait();
      CHECK(co_await green::closedir(d) == 0);
      CHECK_THROWS_AS(co_await green::sleep(), green::killed);
      throw green::killed();
    };
    const auto closer = green::spawn(closes);
    co_await closer.join();
    CHECK(closer.was_killed());
    CHECK(tests::open_descriptors() == before);
  });
}
