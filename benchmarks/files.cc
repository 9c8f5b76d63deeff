// SPDX-License-Identifier: MIT
// files: a large copy beside cp, and small files beside 16 blocking threads

#include <fcntl.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fmt/core.h>

#include <atomic>
#include <cstddef>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "benchmarks/arguments.h"
#include "benchmarks/fail.h"
#include "benchmarks/rounds.h"
#include "benchmarks/temporary_folder.h"
#include "green/fcntl.h"
#include "green/green.h"
#include "green/greenlet.h"
#include "green/sys/sendfile.h"
#include "green/sys/stat.h"
#include "green/unistd.h"

namespace {

namespace fs = std::filesystem;
using benchmarks::compare;
using benchmarks::fail;
using std::size_t;
using std::string;

constexpr const char* usage = R"(usage: files [OPTIONS]
  --megabytes N  to copy (1024)
  --files N      small files to read (100000)
  --rounds N     of each (4)
)";

constexpr size_t small_size = 1000;
constexpr size_t piece = size_t{256} * 1024;
constexpr unsigned green_threads = 64;

struct plan {
  size_t megabytes, files;
  int rounds;
};

// Copies: each makes `to` anew.

using copy = void (*)(const string& from, const string& to);

void by_cp(const string& from, const string& to) {
  string words[] = {"cp", from, to};
  char* argv[] = {words[0].data(), words[1].data(), words[2].data(), nullptr};
  pid_t pid = 0;
  int status = 0;
  if (::posix_spawnp(&pid, "cp", nullptr, nullptr, argv, environ) != 0 ||
      ::waitpid(pid, &status, 0) < 0 || status != 0) {
    throw std::runtime_error("cp failed");
  }
}

void by_blocking(const string& from, const string& to) {
  std::vector<char> buffer(piece);
  const int in = ::open(from.c_str(), O_RDONLY);
  const int out = ::open(to.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0666);
  if (in < 0 || out < 0) fail(to);
  ssize_t moved = 0;
  do {
    moved = ::read(in, buffer.data(), piece);
    if (moved > 0) moved = ::write(out, buffer.data(), size_t(moved));
  } while (moved > 0);
  if (moved < 0) fail(to);
  ::close(in);
  ::close(out);
}

using mover = green::task<ssize_t> (*)(int from, int to);

green::task<ssize_t> read_and_write(int from, int to) {
  static std::vector<char> buffer(piece);
  const ssize_t got = co_await green::read(from, buffer.data(), piece);
  if (got <= 0) co_return got;
  co_return co_await green::write(to, buffer.data(), size_t(got));
}
green::task<ssize_t> copy_range(int from, int to) {
  return green::copy_file_range(from, nullptr, to, nullptr, size_t{1} << 30, 0);
}
green::task<ssize_t> send_file(int from, int to) {
  return green::sendfile(to, from, nullptr, size_t{1} << 30);
}

template <mover Move>
void by_green(const string& from, const string& to) {
  green::run([&]() -> green::task<> {
    const int in = co_await green::open(from.c_str(), O_RDONLY);
    const int out =
        co_await green::open(to.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0666);
    if (in < 0 || out < 0) fail(to);
    ssize_t moved = 0;
    do {
      moved = co_await Move(in, out);
    } while (moved > 0);
    if (moved < 0) fail(to);
    co_await green::close(in);
    co_await green::close(out);
  });
}

// Small files: each reads all and gives the number of bytes.

string name_of(const string& in, size_t number) {
  return fmt::format("{}/{}/{}", in, number % 100, number);
}

template <unsigned Threads>
size_t read_blocking(const string& in, size_t files) {
  std::atomic<size_t> next = 0, total = 0;
  std::vector<std::jthread> readers;
  for (unsigned i = 0; i < Threads; ++i) {
    readers.emplace_back([&] {
      char data[4096];
      size_t sum = 0;
      for (size_t n = next++; n < files; n = next++) {
        const int fd = ::open(name_of(in, n).c_str(), O_RDONLY);
        struct stat about;
        if (fd < 0 || ::fstat(fd, &about) != 0) break;
        const ssize_t got = ::read(fd, data, size_t(about.st_size));
        if (got > 0) sum += size_t(got);
        ::close(fd);
      }
      total += sum;
    });
  }
  readers.clear();
  return total;
}

// On one hub of the calling thread.
size_t read_green(const string& in, size_t files, std::atomic<size_t>& next,
                  unsigned threads) {
  size_t total = 0;
  const auto reads = [&]() -> green::task<> {
    char data[4096];
    for (size_t n = next++; n < files; n = next++) {
      const string name = name_of(in, n);
      const int fd = co_await green::open(name.c_str(), O_RDONLY);
      struct stat about;
      const int known = co_await green::fstat(fd, &about);
      if (known != 0) break;
      const ssize_t got = co_await green::read(fd, data, size_t(about.st_size));
      if (got > 0) total += size_t(got);
      co_await green::close(fd);
    }
  };
  green::run([&]() -> green::task<> {
    std::vector<green::greenlet<>> readers;
    for (unsigned i = 0; i < threads; ++i) {
      readers.push_back(green::spawn(reads));
    }
    co_await green::joinall(readers);
  });
  return total;
}

size_t on_one_hub(const string& in, size_t files) {
  std::atomic<size_t> next = 0;
  return read_green(in, files, next, green_threads);
}

size_t on_two_hubs(const string& in, size_t files) {
  std::atomic<size_t> next = 0;
  size_t other = 0;
  std::thread second(
      [&] { other = read_green(in, files, next, green_threads / 2); });
  const size_t own = read_green(in, files, next, green_threads / 2);
  second.join();
  return own + other;
}

void compare_copies(const benchmarks::temporary_folder& in, size_t megabytes,
                    int rounds) {
  const string from = in.path + "/from", to = in.path + "/to";
  {
    std::ofstream file(from, std::ios::binary);
    const string million(1 << 20, 'x');
    for (size_t i = 0; i < megabytes; ++i) file << million;
    if (!file.flush()) fail(from);
  }
  const auto copying = [&](copy one) {
    return [&, one] {
      one(from, to);
      if (fs::file_size(to) != megabytes << 20) {
        throw std::runtime_error("a copy is not whole");
      }
    };
  };
  // What one copy leaves to be written out would slow the next.
  const auto write_all_out = [&] {
    fs::remove(to);
    ::sync();
  };
  fmt::print("copy of {} MiB\n", megabytes);
  compare({{"cp", copying(by_cp)},
           {"blocking read+write", copying(by_blocking)},
           {"green read+write", copying(by_green<read_and_write>)},
           {"green copy_file_range", copying(by_green<copy_range>)},
           {"green sendfile", copying(by_green<send_file>)}},
          {static_cast<double>(megabytes), "MiB/s", rounds, write_all_out});
  fs::remove(to);
}

void compare_small_files(const benchmarks::temporary_folder& in, size_t files,
                         int rounds) {
  for (int i = 0; i < 100; ++i) {
    fs::create_directory(fmt::format("{}/{}", in.path, i));
  }
  const string text(small_size, 'x');
  for (size_t i = 0; i < files; ++i) std::ofstream(name_of(in.path, i)) << text;
  const auto reading = [&](size_t (*all)(const string&, size_t)) {
    return [&, all] {
      if (all(in.path, files) != files * small_size) {
        throw std::runtime_error("not all was read");
      }
    };
  };
  fmt::print("\n{} files of {} bytes: open, fstat, read, close\n", files,
             small_size);
  compare({{"16 blocking threads", reading(read_blocking<16>)},
           {"1 blocking thread", reading(read_blocking<1>)},
           {"64 green, 1 hub", reading(on_one_hub)},
           {"64 green, 2 hubs", reading(on_two_hubs)}},
          {static_cast<double>(files), "files/s", rounds});
}

plan parse(int argc, char** argv) {
  benchmarks::arguments given(argc, argv);
  plan p;
  p.megabytes =
      given.number<size_t>("--megabytes", 1, 1'000'000).value_or(1024);
  p.files = given.number<size_t>("--files", 1, 100'000'000).value_or(100'000);
  p.rounds = given.number("--rounds", 1, 1000).value_or(4);
  if (!given.positional().empty()) {
    throw benchmarks::bad_usage("options only");
  }
  return p;
}

}  // namespace

int main(int argc, char** argv) {
  if (benchmarks::arguments(argc, argv).flag("--help")) {
    fmt::print("{}", usage);
    return 0;
  }
  try {
    const plan p = parse(argc, argv);
    const benchmarks::temporary_folder here;
    compare_copies(here, p.megabytes, p.rounds);
    fs::remove(here.path + "/from");
    compare_small_files(here, p.files, p.rounds);
  } catch (const benchmarks::bad_usage& error) {
    fmt::print(stderr, "files: {}\n{}", error.what(), usage);
    return 2;
  } catch (const std::exception& error) {
    fmt::print(stderr, "files: {}\n", error.what());
    return 1;
  }
}
