// SPDX-License-Identifier: MIT
#include "green/directories/scan.h"

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <utility>
#include <vector>

#include "green/core/sleep.h"
#include "green/directories/stream.h"
#include "green/posix/kept_errno.h"

namespace green {

namespace {

using entry = struct ::dirent;

struct free_copy {
  void operator()(entry* copy) const noexcept { std::free(copy); }
};
using entry_copy = std::unique_ptr<entry, free_copy>;
using entry_copies = std::vector<entry_copy>;

// From malloc, since the caller gives it to free(3). Null: no memory.
entry_copy copy_of(const entry& original) {
  void* const memory = std::malloc(original.d_reclen);
  if (memory != nullptr) std::memcpy(memory, &original, original.d_reclen);
  return entry_copy(static_cast<entry*>(memory));
}

// Sorts as the original's qsort does, which merges, but lets others run.
class merge_sort {
 public:
  merge_sort(entry_copies& all, entry_order order)
      : all_(all), order_(order), other_(all.size()) {}

  task<> operator()() {
    for (std::size_t at = 0; at < all_.size(); at += piece) {
      sort_piece(all_.begin() + offset(at), all_.begin() + end(at, piece));
      co_await core::yield_wait();
    }
    for (std::size_t width = piece; width < all_.size(); width *= 2) {
      for (std::size_t at = 0; at < all_.size(); at += 2 * width) {
        co_await merge(at, width);
      }
      all_.swap(other_);
    }
  }

 private:
  using place = entry_copies::iterator;

  static constexpr std::size_t piece = 64;

  static std::ptrdiff_t offset(std::size_t at) {
    return static_cast<std::ptrdiff_t>(at);
  }
  std::ptrdiff_t end(std::size_t at, std::size_t length) const {
    return offset(std::min(at + length, all_.size()));
  }

  bool before(const entry_copy& a, const entry_copy& b) const {
    const entry* first = a.get();
    const entry* second = b.get();
    return order_(&first, &second) < 0;
  }

  // Never looks beyond the piece, whatever the user's function says.
  void sort_piece(place from, place to) {
    for (place at = from; at != to; ++at) {
      for (place i = at; i != from && before(*i, *(i - 1)); --i) {
        std::swap(*i, *(i - 1));
      }
    }
  }

  task<> merge(std::size_t at, std::size_t width) {
    place a = all_.begin() + offset(at);
    const place a_end = all_.begin() + end(at, width);
    place b = a_end;
    const place b_end = all_.begin() + end(at, 2 * width);
    place to = other_.begin() + offset(at);
    for (std::size_t moved = 1; a != a_end || b != b_end; ++moved, ++to) {
      const bool from_b = a == a_end || (b != b_end && before(*b, *a));
      *to = std::move(from_b ? *b++ : *a++);
      if (moved % (4 * piece) == 0) co_await core::yield_wait();
    }
  }

  entry_copies& all_;
  const entry_order order_;
  entry_copies other_;
};

// Gives 0, or an error number.
task<int> read_all(DIR* from, entry_filter filter, entry_copies& all) {
  for (;;) {
    errno = 0;
    const entry* const found = co_await readdir_wait(from);
    if (found == nullptr) co_return errno;
    if (filter != nullptr && filter(found) == 0) continue;
    all.push_back(copy_of(*found));
    if (all.back() == nullptr) co_return ENOMEM;
  }
}

}  // namespace

task<int> scan(int from, const char* path, struct ::dirent*** names,
               entry_filter filter, entry_order order) {
  const kept_errno at_start;
  const own_directory directory(co_await open_directory(from, path));
  if (directory.get() == nullptr) co_return -1;
  entry_copies all;
  int error = co_await read_all(directory.get(), filter, all);
  if (error == 0 && order != nullptr && all.size() > 1) {
    merge_sort sorting(all, order);
    co_await sorting();
  }
  entry** list = nullptr;
  if (error == 0 && !all.empty()) {
    list = static_cast<entry**>(std::malloc(all.size() * sizeof *list));
    if (list == nullptr) error = ENOMEM;
  }
  if (error != 0) {
    errno = error;
    co_return -1;
  }
  std::ranges::transform(all, list, [](entry_copy& e) { return e.release(); });
  *names = list;
  co_return at_start(static_cast<int>(all.size()));
}

}  // namespace green
