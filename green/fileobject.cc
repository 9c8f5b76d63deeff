// SPDX-License-Identifier: MIT
#include "green/fileobject.h"

#include <algorithm>
#include <cassert>
#include <cstdio>
#include <exception>
#include <span>
#include <stdexcept>

#include "green/core/sleep.h"
#include "green/core/unawaited.h"

namespace green {

namespace {

constexpr std::size_t first_part = 65536;  // of a string of unknown length

// One call at a time. Two would part the bytes between them.
class sole_use {
 public:
  sole_use(bool& used, const char* of) : used_(used) {
    if (used) {
      throw std::logic_error(std::string(of) +
                             ": another green thread uses it already");
    }
    used_ = true;
  }
  sole_use(const sole_use&) = delete;
  sole_use& operator=(const sole_use&) = delete;
  ~sole_use() { used_ = false; }

 private:
  bool& used_;
};

std::size_t sum(std::size_t a, std::size_t b) {
  return a > std::string::npos - b ? std::string::npos : a + b;
}

}  // namespace

class reader::call {
 public:
  explicit call(reader& r) : alone_(r.used_, "green::reader") {
    r.eof_ = false;
  }

 private:
  sole_use alone_;
};

// Reads once.
task<bool> reader::fill() {
  const std::span<char> room = kept_.room();
  const std::size_t came = co_await from_->read(room.data(), room.size());
  kept_.came(came);
  eof_ = came == 0;
  co_return came != 0;
}

// Bytes that are kept, or those of one read.
task<std::size_t> reader::next(char* into, std::size_t length) {
  if (kept_.bytes().empty() && length >= kept_.usual()) {
    const std::size_t came = co_await from_->read(into, length);
    eof_ = came == 0;
    co_return came;
  }
  if (kept_.bytes().empty()) co_await fill();
  const std::size_t given = kept_.bytes().copy(into, length);
  kept_.drop(given);
  co_return given;
}

// As many bytes as there are until the end of file.
task<std::size_t> reader::gather(char* into, std::size_t length) {
  std::size_t done = 0;
  try {
    while (done < length) {
      const std::size_t came = co_await next(into + done, length - done);
      if (came == 0) break;
      done += came;
    }
  } catch (...) {
    kept_.put_back({into, done});
    throw;
  }
  co_return done;
}

// gather for a length that may be far more than there is.
task<std::string> reader::collect(std::size_t length) {
  std::string all;
  std::size_t done = 0;
  try {
    while (done < length) {
      if (done == all.size()) {
        all.resize(done + std::min(length - done, std::max(done, first_part)));
      }
      const std::size_t came =
          co_await next(all.data() + done, all.size() - done);
      if (came == 0) break;
      done += came;
    }
  } catch (...) {
    kept_.put_back(std::string_view(all).substr(0, done));
    throw;
  }
  all.resize(done);
  co_return all;
}

std::string reader::take(std::size_t length) {
  std::string taken(kept_.bytes().substr(0, length));
  kept_.drop(taken.size());
  return taken;
}

task<std::optional<std::string>> reader::read_line(std::size_t most) {
  return read_until("\n", most);
}

task<std::optional<std::string>> reader::read_until(std::string delimiter,
                                                    std::size_t most) {
  if (delimiter.empty()) {
    throw std::invalid_argument("green::reader: an empty delimiter");
  }
  const call alone(*this);
  const std::size_t enough = sum(most, delimiter.size());
  std::size_t searched = 0;
  for (bool more = true; more;) {
    const std::string_view there = kept_.bytes().substr(0, enough);
    const std::size_t at = there.find(delimiter, searched);
    if (at != std::string_view::npos) {
      std::string piece(there.substr(0, at));
      kept_.drop(at + delimiter.size());
      co_return piece;
    }
    if (there.size() == enough) throw limit_overrun(most);
    // The delimiter may have begun.
    searched = there.size() - std::min(there.size(), delimiter.size() - 1);
    more = co_await fill();
  }
  if (kept_.bytes().size() > most) throw limit_overrun(most);
  if (kept_.bytes().empty()) co_return std::nullopt;
  co_return take(std::string::npos);
}

task<std::string> reader::read_exactly(std::size_t length) {
  const call alone(*this);
  std::string all = co_await collect(length);
  if (all.size() < length) {
    kept_.put_back(all);
    throw incomplete_read(all.size(), length);
  }
  co_return all;
}

task<> reader::read_exactly(void* into, std::size_t length) {
  const call alone(*this);
  char* const bytes = static_cast<char*>(into);
  const std::size_t came = co_await gather(bytes, length);
  if (came < length) {
    kept_.put_back({bytes, came});
    throw incomplete_read(came, length);
  }
}

task<std::string> reader::read(std::size_t length) {
  const call alone(*this);
  co_return co_await collect(length);
}

task<std::size_t> reader::read(void* into, std::size_t length) {
  const call alone(*this);
  co_return co_await gather(static_cast<char*>(into), length);
}

task<std::string> reader::read_some(std::size_t length) {
  const call alone(*this);
  if (length != 0 && kept_.bytes().empty()) co_await fill();
  co_return take(length);
}

task<std::size_t> reader::read_some(void* into, std::size_t length) {
  const call alone(*this);
  if (length == 0) co_return 0;
  co_return co_await next(static_cast<char*>(into), length);
}

task<std::string> reader::peek(std::size_t length) {
  const call alone(*this);
  for (bool more = true; more && kept_.bytes().size() < length;) {
    more = co_await fill();
  }
  co_return std::string(kept_.bytes().substr(0, length));
}

writer::~writer() { assert(nothing_lost()); }

bool writer::nothing_lost() const noexcept {
  const bool excused =
      overdue_ || core::dropping::here() || std::uncaught_exceptions() != 0;
  if (!buffered().empty() && !excused) {
    std::fprintf(stderr,
                 "green: a writer was destroyed before it has written %zu "
                 "bytes; co_await its flush()\n",
                 buffered().size());
  }
  return true;
}

// A reader as fast as this writer must not keep others from running.
task<> writer::write_kept() {
  try {
    while (!buffered().empty()) {
      written_ += co_await to_->write(buffered());
      if (!buffered().empty()) co_await core::yield_wait();
    }
  } catch (...) {
    overdue_ = true;
    throw;
  }
  if (kept_.size() > size_) {
    kept_ = std::string();  // gives the memory of an overdue write back
  } else {
    kept_.clear();
  }
  written_ = 0;
  overdue_ = false;
}

task<> writer::write(std::string_view bytes) {
  const sole_use alone(used_, "green::writer");
  if (overdue_) co_await write_kept();
  if (bytes.size() <= size_ - std::min(size_, kept_.size())) {
    kept_ += bytes;
    co_return;
  }
  try {
    if (!kept_.empty()) co_await write_kept();
    while (bytes.size() > size_) {
      bytes.remove_prefix(co_await to_->write(bytes));
      if (!bytes.empty()) co_await core::yield_wait();
    }
  } catch (...) {
    kept_ += bytes;
    overdue_ = true;
    throw;
  }
  kept_ += bytes;
}

task<> writer::flush() {
  const sole_use alone(used_, "green::writer");
  co_await write_kept();
}

}  // namespace green
