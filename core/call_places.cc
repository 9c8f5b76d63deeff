// SPDX-License-Identifier: MIT
#include "green/core/call_places.h"

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "green/core/system.h"

namespace green::core::call_places {

namespace {

// A hash table, whose memory comes from the kernel. So a program's own
// allocator, and a test that counts its calls, see nothing of it.
template <class Row>
class table {
 public:
  constexpr table() noexcept = default;
  table(const table&) = delete;
  table& operator=(const table&) = delete;

  void release() noexcept {
    if (rows_ != nullptr) unmap_memory(rows_, size_ * sizeof(Row));
    rows_ = nullptr;
    size_ = used_ = 0;
  }

  std::size_t used() const noexcept { return used_; }

  /// The row of this key, which is not 0; null when there is none.
  Row* find(std::uint64_t key) noexcept {
    if (rows_ == nullptr) return nullptr;
    Row* const row = place(key);
    return row->key == key ? row : nullptr;
  }

  /// The same; a new one when there is none. Null: memory was refused.
  Row* put(std::uint64_t key) noexcept {
    if (2 * used_ >= size_ && !grow()) return nullptr;
    Row* const row = place(key);
    if (row->key != key) {
      row->key = key;
      ++used_;
    }
    return row;
  }

  void erase(std::uint64_t key) noexcept {
    Row* hole = find(key);
    if (hole == nullptr) return;
    --used_;
    // Those behind it move up, as far as each may stand there.
    for (Row* row = next(hole); row->key != 0; row = next(row)) {
      const auto from = static_cast<std::size_t>(row - first(row->key));
      const auto way = static_cast<std::size_t>(row - hole);
      if ((from & (size_ - 1)) < (way & (size_ - 1))) continue;
      *hole = *row;
      hole = row;
    }
    hole->key = 0;
  }

 private:
  static constexpr std::size_t least = 256;

  Row* first(std::uint64_t key) const noexcept {
    const int bits = std::countr_zero(size_);
    return rows_ + ((key * 0x9E37'79B9'7F4A'7C15) >> (64 - bits));
  }
  Row* next(Row* row) const noexcept {
    return ++row == rows_ + size_ ? rows_ : row;
  }
  // Its row, or the free one in which it would stand.
  Row* place(std::uint64_t key) const noexcept {
    Row* row = first(key);
    while (row->key != 0 && row->key != key) row = next(row);
    return row;
  }

  bool grow() noexcept {
    const std::size_t size = std::max(least, 2 * size_);
    Row* const rows = static_cast<Row*>(map_memory(size * sizeof(Row)));
    if (rows == nullptr) return false;
    Row* const old = std::exchange(rows_, rows);
    const std::size_t old_size = std::exchange(size_, size);
    for (std::size_t i = 0; i != old_size; ++i) {
      if (old[i].key != 0) *place(old[i].key) = old[i];
    }
    if (old != nullptr) unmap_memory(old, old_size * sizeof(Row));
    return true;
  }

  Row* rows_ = nullptr;
  std::size_t size_ = 0;  // a power of two
  std::size_t used_ = 0;
};

// An awaitable, by its address, and the stack that made it.
struct call {
  std::uint64_t key;
  std::uint64_t stack;
};

// A stack by its hash value. Many awaitables come from one place.
struct known_stack {
  std::uint64_t key;
  native_stack stack;
};
constexpr std::size_t most_stacks = 1 << 13;

struct notes {
  table<call> calls;
  table<known_stack> stacks;
  bool over = false;  // the OS thread ends
};
constinit thread_local notes mine;

struct at_thread_end {
  ~at_thread_end() {
    mine.over = true;
    mine.calls.release();
    mine.stacks.release();
  }
};

std::uint64_t key_of(const void* awaitable) noexcept {
  return reinterpret_cast<std::uintptr_t>(awaitable);
}

std::uint64_t hash(const native_stack& stack, std::uint64_t kind) noexcept {
  std::uint64_t h = kind;
  for (unsigned i = 0; i != stack.size; ++i) {
    h = (h ^ key_of(stack.calls[i])) * 0x9E37'79B9'7F4A'7C15;
    h ^= h >> 29;
  }
  return h | 1;
}

std::uint64_t keep(std::uint64_t key, const native_stack& stack) noexcept {
  if (mine.stacks.used() == most_stacks) mine.stacks.release();
  known_stack* const row = mine.stacks.put(key);
  if (row == nullptr) return 0;
  row->stack = stack;
  return key;
}

// The frame pointers lead past functions without one. Therefore the unwinder
// judges each new walk along them. The same walk needs no second judgement,
// since a place in the code either keeps a frame pointer or does not.
// Without frame pointers, the place of the call and the depth of the stack tell
// one stack from another. That may confuse two callers of one function, whose
// frames have one size.
std::uint64_t key_of_stack(native_stack& walked, const void* frame,
                           const void* caller) noexcept {
  constexpr unsigned enough = 8, ends = 3;
  const std::uint64_t key = hash(walked, 2);
  if (mine.stacks.find(key) != nullptr) [[likely]]
    return key;
  native_stack depth;
  depth.calls[depth.size++] = caller;
  depth.calls[depth.size++] = frame;
  const std::uint64_t key_by_depth = hash(depth, 4);
  if (mine.stacks.find(key_by_depth) != nullptr) return key_by_depth;
  // An optimized program has fewer frames, and no pointers to them.
  const unsigned most = walked.size < enough ? enough : native_stack::most;
  const void* all[native_stack::most + 4];
  const void** const end = all + unwind(all, most + 4);
  const void** const begin = std::find(all, end, caller);
  native_stack exact;
  for (auto i = begin; i != end && exact.size != most; ++i) {
    exact.calls[exact.size++] = *i;
  }
  const auto same = static_cast<unsigned>(
      std::mismatch(exact.calls, exact.calls + exact.size, walked.calls,
                    walked.calls + walked.size)
          .first -
      exact.calls);
  if (same >= enough || (same != 0 && same + ends >= exact.size)) {
    walked.size = same;
    return keep(key, walked);
  }
  return keep(key_by_depth, exact);
}

}  // namespace

[[gnu::noinline]] bool note(const void* awaitable) noexcept {
  static thread_local const at_thread_end end;
  (void)end;
  if (mine.over) return true;
  native_stack stack;
  const void* const frame = __builtin_frame_address(0);
  follow_frames(frame, stack);
  const std::uint64_t key =
      key_of_stack(stack, frame, __builtin_return_address(0));
  call* const row = mine.calls.put(key_of(awaitable));
  if (row != nullptr) row->stack = key;
  return true;
}

bool move(const void* from, const void* to) noexcept {
  const call* const row = mine.calls.find(key_of(from));
  const std::uint64_t stack = row == nullptr ? 0 : row->stack;
  forget(from);
  call* const moved = mine.over ? nullptr : mine.calls.put(key_of(to));
  if (moved != nullptr) moved->stack = stack;
  return true;
}

bool swap(const void* one, const void* other) noexcept {
  call* const a = mine.calls.find(key_of(one));
  call* const b = mine.calls.find(key_of(other));
  if (a != nullptr && b != nullptr) {
    std::swap(a->stack, b->stack);
  } else if (a != nullptr) {
    move(one, other);
  } else if (b != nullptr) {
    move(other, one);
  }
  return true;
}

bool forget(const void* awaitable) noexcept {
  mine.calls.erase(key_of(awaitable));
  return true;
}

native_stack find(const void* awaitable) noexcept {
  const call* const row = mine.calls.find(key_of(awaitable));
  if (row == nullptr) return {};
  const known_stack* const known = mine.stacks.find(row->stack);
  return known == nullptr ? native_stack() : known->stack;
}

}  // namespace green::core::call_places
