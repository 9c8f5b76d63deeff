// SPDX-License-Identifier: MIT
#include "green/patcher/thread_locals.h"

#include <link.h>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <cstring>
#include <mutex>
#include <new>
#include <span>
#include <string_view>
#include <utility>

#include "green/core/fork_mutex.h"
#include "green/core/made_once.h"
#include "green/patcher/gate.h"

// Of the C library (ELF Handling For Thread-Local Storage, 3.4). It makes the
// calling thread's block if there is none yet.
extern "C" void* __tls_get_addr(const std::size_t (*module_and_offset)[2]);

namespace green::patcher {

namespace {

// Allocators belong to the thread, whichever fiber it runs.
constexpr std::string_view allocators[] = {"libjemalloc", "libtcmalloc",
                                           "libmimalloc"};

// Of each part of the values. An address there fits an object as its address in
// the block does.
constexpr std::size_t alignment = 64;

// An object with thread-locals. Every image has its part at the same offset.
struct followed {
  std::size_t module;                  // its number for __tls_get_addr
  std::span<const std::byte> initial;  // zeros follow
  std::size_t size;
  std::size_t offset;
  std::atomic<followed*> next = nullptr;

  std::size_t end() const noexcept { return offset + size; }
  void put_initial_into(std::byte* values) const noexcept {
    std::byte* const to = values + offset;
    std::memcpy(to, initial.data(), initial.size());
    std::memset(to + initial.size(), 0, size - initial.size());
  }
};

// The list of all, which only grows. The first is none.
constinit followed head{.module = 0, .initial = {}, .size = 0, .offset = 0};
constinit std::atomic<followed*> newest = &head;

std::byte* block_of(std::size_t module) noexcept {
  const std::size_t beginning[2] = {module, 0};
  return static_cast<std::byte*>(::__tls_get_addr(&beginning));
}

std::byte* allocate(std::size_t size) {
  return static_cast<std::byte*>(
      ::operator new(size, std::align_val_t{alignment}));
}

void release(std::byte* values) noexcept {
  ::operator delete(values, std::align_val_t{alignment});
}

// Gives the values of so many bytes room for those that are followed since, and
// their initial values.
void grow_to(const followed& last, std::byte*& values, std::size_t& size) {
  if (last.end() == size) return;
  std::byte* const larger = allocate(last.end());
  if (size != 0) std::memcpy(larger, values, size);
  for (const followed* f = head.next; f != nullptr; f = f->next) {
    if (f->offset >= size) f->put_initial_into(larger);
    if (f == &last) break;
  }
  release(std::exchange(values, larger));
  size = last.end();
}

// The blocks of this thread, and its own values while a fiber's are there.
struct thread_blocks {
  struct block {
    std::byte* begin;
    std::size_t size;
    std::size_t offset;
  };

  thread_blocks() noexcept = default;
  thread_blocks(const thread_blocks&) = delete;
  thread_blocks& operator=(const thread_blocks&) = delete;
  ~thread_blocks() { release(values); }

  void grow() {
    const followed* const now = newest.load(std::memory_order_acquire);
    if (last == now) [[likely]]
      return;
    grow_to(*now, values, size);
    while (last != now) {
      last = last->next;
      all.push_back({block_of(last->module), last->size, last->offset});
    }
  }

  const followed* last = &head;
  std::vector<block> all;
  std::byte* values = nullptr;
  std::size_t size = 0;
};

// exit(3) on a fiber destroys the thread-locals of its OS thread, and then
// calls functions that may wait. So fibers keep the blocks.
struct blocks_owner {
  blocks_owner() = default;
  blocks_owner(const blocks_owner&) = delete;
  blocks_owner& operator=(const blocks_owner&) = delete;
  ~blocks_owner() {
    if (fibers_alive == 0) delete blocks;
  }

  thread_blocks* blocks = new thread_blocks;
};

thread_blocks& here() noexcept {
  static thread_local const blocks_owner owner;
  return *owner.blocks;
}

constinit core::fork_mutex names_lock;
std::vector<std::string>& names_left_out() {
  static constinit core::made_once<std::vector<std::string>> names;
  return names.get();
}

bool is_left_out(const std::string& name) {
  if (std::ranges::any_of(allocators, [&name](std::string_view beginning) {
        return name.starts_with(beginning);
      })) {
    return true;
  }
  const std::lock_guard hold(names_lock);
  return std::ranges::find(names_left_out(), name) != names_left_out().end();
}

// The number of the object's block, or 0.
std::size_t module_number(const object& o) {
  std::pair<const object*, std::size_t> found{&o, 0};
  ::dl_iterate_phdr(
      [](dl_phdr_info* info, std::size_t, void* to) {
        auto& [wanted, number] = *static_cast<decltype(found)*>(to);
        if (info->dlpi_addr != wanted->base() ||
            info->dlpi_name != wanted->path()) {
          return 0;
        }
        number = info->dlpi_tls_modid;
        return 1;
      },
      &found);
  return found.second;
}

bool is_followed(std::size_t module) {
  for (const followed* f = head.next; f != nullptr; f = f->next) {
    if (f->module == module) return true;
  }
  return false;
}

std::size_t distance(const void* from, const void* to) noexcept {
  return reinterpret_cast<std::uintptr_t>(to) -
         reinterpret_cast<std::uintptr_t>(from);
}

// The next offset that is as far from a multiple of `alignment` as the address.
std::size_t offset_after(std::size_t end, std::uintptr_t address) noexcept {
  return end + ((address - end) & (alignment - 1));
}

}  // namespace

void thread_locals::follow(const object& o) {
  const auto block = o.initial_thread_locals();
  const std::size_t module = block.size == 0 ? 0 : module_number(o);
  if (module == 0 || is_followed(module) || is_left_out(o.name()) ||
      o.has_sanitizer()) {
    return;
  }
  const std::byte* const place = block_of(module);
  const void* const own = static_cast<const void*>(&open_gate);
  if (distance(place, own) < block.size) return;  // the hub's
  followed& last = *newest.load(std::memory_order_relaxed);
  auto* const added = new followed{
      .module = module,
      .initial = block.initial,
      .size = block.size,
      .offset = offset_after(last.end(), distance(nullptr, place))};
  last.next.store(added, std::memory_order_release);
  newest.store(added, std::memory_order_release);
}

void thread_locals::leave_out(std::string name) {
  const std::lock_guard hold(names_lock);
  names_left_out().push_back(std::move(name));
}

thread_locals::thread_locals(start how) {
  thread_blocks& thread = here();
  thread.grow();
  grow();
  if (how == start::fresh) return;
  for (const auto& block : thread.all) {
    std::memcpy(values_ + block.offset, block.begin, block.size);
  }
}

thread_locals::~thread_locals() { release(values_); }

void thread_locals::grow() { grow_to(*here().last, values_, size_); }

void thread_locals::enter() noexcept {
  if (aside_) return;
  thread_blocks& thread = here();
  thread.grow();
  grow();
  for (const auto& block : thread.all) {
    std::memcpy(thread.values + block.offset, block.begin, block.size);
    std::memcpy(block.begin, values_ + block.offset, block.size);
  }
}

void thread_locals::leave() noexcept {
  if (aside_) return;
  thread_blocks& thread = here();
  thread.grow();
  grow();
  for (const auto& block : thread.all) {
    std::memcpy(values_ + block.offset, block.begin, block.size);
    std::memcpy(block.begin, thread.values + block.offset, block.size);
  }
}

bool thread_locals::holds(const void* address) const noexcept {
  return std::ranges::any_of(here().all, [address](const auto& block) {
    return distance(block.begin, address) < block.size;
  });
}

void* thread_locals::parked(void* address) const noexcept {
  for (const auto& block : here().all) {
    const std::size_t within = distance(block.begin, address);
    if (within < block.size) return values_ + block.offset + within;
  }
  return address;
}

void* thread_locals::live(void* address) const noexcept {
  for (const auto& block : here().all) {
    const std::size_t within = distance(values_ + block.offset, address);
    if (within < block.size) return block.begin + within;
  }
  return address;
}

void thread_locals::set_aside(bool yes) noexcept {
  if (yes) leave();
  aside_ = yes;
  if (!yes) enter();
}

void thread_locals::at_end(void (*destroy)(void*), void* object) {
  at_end_.push_back({destroy, object});
}

void thread_locals::destroy_all() {
  while (!at_end_.empty()) {
    const destruction last = at_end_.back();
    at_end_.pop_back();
    last.destroy(last.object);
  }
}

}  // namespace green::patcher
