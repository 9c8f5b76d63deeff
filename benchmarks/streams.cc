// SPDX-License-Identifier: MIT
// streams: lines read from a pipe and printed, beside the original calls

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <stdexcept>
#include <string>
#include <system_error>
#include <thread>
#include <vector>

#include "benchmarks/arguments.h"
#include "benchmarks/clock.h"
#include "benchmarks/temporary_folder.h"
#include "green/green.h"
#include "green/stdio.h"

namespace {

using std::size_t;
using std::string;

constexpr const char* usage = R"(usage: streams [OPTIONS]
  --megabytes N  of lines to read from a pipe (1024)
  --lines N      to print (10000000)
  --rounds N     of each (4)
)";

constexpr size_t line_length = 100;

struct plan {
  size_t megabytes, lines;
  int rounds;
};

[[noreturn]] void fail(const string& what) {
  throw std::system_error(errno, std::generic_category(), what);
}

struct two_ends {
  two_ends() {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) fail("pipe");
    from = ends[0];
    to = ends[1];
  }
  int from, to;
};

// A thread that writes lines into a pipe, and the stream that reads them.
class source {
 public:
  explicit source(size_t bytes)
      : stream_(::fdopen(ends_.from, "r")), writer_([this, bytes] {
          string block;
          while (block.size() < 64 * 1024) {
            block += string(line_length - 1, 'x') + "\n";
          }
          for (size_t left = bytes; left > 0;) {
            const size_t piece = std::min(left, block.size());
            if (::write(ends_.to, block.data(), piece) < 0) break;
            left -= piece;
          }
          ::close(ends_.to);
        }) {}
  source(const source&) = delete;
  source& operator=(const source&) = delete;
  ~source() {
    writer_.join();
    ::fclose(stream_);
  }
  FILE* stream() const { return stream_; }

 private:
  two_ends ends_;
  FILE* stream_;
  std::thread writer_;
};

// A thread that reads all that a stream prints.
class drain {
 public:
  drain()
      : stream_(::fdopen(ends_.to, "w")), reader_([this] {
          std::array<char, 65536> data;
          while (::read(ends_.from, data.data(), data.size()) > 0) {
          }
          ::close(ends_.from);
        }) {}
  drain(const drain&) = delete;
  drain& operator=(const drain&) = delete;
  ~drain() {
    ::fclose(stream_);
    reader_.join();
  }
  FILE* stream() const { return stream_; }

 private:
  two_ends ends_;
  FILE* stream_;
  std::thread reader_;
};

size_t read_by_original(FILE* from) {
  std::array<char, 256> line;
  size_t bytes = 0;
  while (::fgets(line.data(), 256, from) != nullptr) bytes += line_length;
  return bytes;
}

green::task<size_t> read_lines(FILE* from) {
  std::array<char, 256> line;
  size_t bytes = 0;
  while (co_await green::fgets(line.data(), 256, from) != nullptr) {
    bytes += line_length;
  }
  co_return bytes;
}

size_t read_by_green(FILE* from) { return green::run(read_lines, from); }

void print_by_original(FILE* to, size_t lines) {
  for (size_t i = 0; i < lines; ++i) ::fprintf(to, "line %zu\n", i);
  if (::fflush(to) != 0) fail("fflush");
}

green::task<> print_lines(FILE* to, size_t lines) {
  for (size_t i = 0; i < lines; ++i) {
    co_await green::fprintf(to, "line %zu\n", i);
  }
  if (co_await green::fflush(to) != 0) fail("fflush");
}

void print_by_green(FILE* to, size_t lines) {
  green::run(print_lines, to, lines);
}

double median(std::vector<double> values) {
  std::ranges::sort(values);
  return values[values.size() / 2];
}

double seconds_of(const std::function<void()>& work) {
  const std::int64_t start = benchmarks::steady_now();
  work();
  return static_cast<double>(benchmarks::steady_now() - start) / 1e9;
}

// The original and green take turns, and the ratios are of one round.
void compare(const string& title, double amount, const char* unit, int rounds,
             const std::function<void()>& original,
             const std::function<void()>& mirror) {
  std::vector<double> rates[2], ratios;
  for (int round = 0; round < rounds; ++round) {
    const bool first = round % 2 == 0;
    const double one = seconds_of(first ? original : mirror);
    const double two = seconds_of(first ? mirror : original);
    rates[0].push_back(amount / (first ? one : two));
    rates[1].push_back(amount / (first ? two : one));
    ratios.push_back(rates[1].back() / rates[0].back());
  }
  fmt::print("{:>24} {:>12.0f} {:>12.0f} {:>8} {:>6.2f} {:.2f}-{:.2f}\n", title,
             median(rates[0]), median(rates[1]), unit, median(ratios),
             std::ranges::min(ratios), std::ranges::max(ratios));
  ::fflush(stdout);
}

void compare_reading(size_t bytes, int rounds) {
  const auto reading = [=](size_t (*read)(FILE*)) {
    return [=] {
      const source from(bytes);
      if (read(from.stream()) < bytes) {
        throw std::runtime_error("not all was read");
      }
    };
  };
  compare("lines from a pipe", static_cast<double>(bytes) / (1 << 20), "MiB/s",
          rounds, reading(read_by_original), reading(read_by_green));
}

void compare_printing(const plan& p) {
  const benchmarks::temporary_folder here;
  const string path = here.path + "/lines";
  const auto to_file = [&](void (*print)(FILE*, size_t)) {
    return [&, print] {
      FILE* const file = ::fopen(path.c_str(), "w");
      if (file == nullptr) fail(path);
      print(file, p.lines);
      ::fclose(file);
    };
  };
  const auto to_pipe = [&](void (*print)(FILE*, size_t)) {
    return [&, print] {
      const drain to;
      print(to.stream(), p.lines);
    };
  };
  const auto lines = static_cast<double>(p.lines);
  compare("short lines to a file", lines, "lines/s", p.rounds,
          to_file(print_by_original), to_file(print_by_green));
  compare("short lines to a pipe", lines, "lines/s", p.rounds,
          to_pipe(print_by_original), to_pipe(print_by_green));
}

plan parse(int argc, char** argv) {
  benchmarks::arguments given(argc, argv);
  plan p;
  p.megabytes =
      given.number<size_t>("--megabytes", 1, 1'000'000).value_or(1024);
  p.lines =
      given.number<size_t>("--lines", 1, 10'000'000'000).value_or(10'000'000);
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
    // Whole lines, so that their number is known.
    const size_t bytes = (p.megabytes << 20) / line_length * line_length;
    fmt::print("{:>24} {:>12} {:>12} {:>8} {:>6} {}\n", "", "original", "green",
               "", "ratio", "min-max");
    compare_reading(bytes, p.rounds);
    compare_printing(p);
  } catch (const benchmarks::bad_usage& error) {
    fmt::print(stderr, "streams: {}\n{}", error.what(), usage);
    return 2;
  } catch (const std::exception& error) {
    fmt::print(stderr, "streams: {}\n", error.what());
    return 1;
  }
}
