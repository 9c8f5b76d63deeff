// SPDX-License-Identifier: MIT
// streams: lines read from a pipe and printed, beside the original calls

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <exception>
#include <stdexcept>
#include <string>
#include <thread>

#include "benchmarks/arguments.h"
#include "benchmarks/fail.h"
#include "benchmarks/rounds.h"
#include "benchmarks/temporary_folder.h"
#include "green/green.h"
#include "green/stdio.h"

namespace {

using benchmarks::compare;
using benchmarks::fail;
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

void compare_reading(size_t bytes, int rounds) {
  const auto reading = [=](size_t (*read)(FILE*)) {
    return [=] {
      const source from(bytes);
      if (read(from.stream()) < bytes) {
        throw std::runtime_error("not all was read");
      }
    };
  };
  fmt::print("lines from a pipe\n");
  compare({{"original", reading(read_by_original)},
           {"green", reading(read_by_green)}},
          {static_cast<double>(bytes) / (1 << 20), "MiB/s", rounds});
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
  const benchmarks::rounds_plan plan{static_cast<double>(p.lines), "lines/s",
                                     p.rounds};
  fmt::print("\nshort lines to a file\n");
  compare({{"original", to_file(print_by_original)},
           {"green", to_file(print_by_green)}},
          plan);
  fmt::print("\nshort lines to a pipe\n");
  compare({{"original", to_pipe(print_by_original)},
           {"green", to_pipe(print_by_green)}},
          plan);
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
