// SPDX-License-Identifier: MIT
#include "green/patcher/instance.h"

#include <fmt/format.h>

#include <atomic>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <stdexcept>
#include <system_error>

#include "green/patcher/switch.h"

// Each object that green is linked into has this note. So copies of green find
// each other without an exported symbol. The note has the distance from itself
// to a word, which is 1 in the copy that has patched.
extern "C" {
[[gnu::visibility("hidden"),
  gnu::used]] std::atomic<std::uint32_t> green_patcher_claim = 0;
}
__asm__(
    ".pushsection .note.green, \"a\", %note\n"
    ".balign 4\n"
    ".long 6, 8, 1\n"
    ".asciz \"green\"\n"
    ".balign 4\n"
    ".quad green_patcher_claim - .\n"
    ".popsection");

namespace green::patcher {

namespace {

std::atomic<std::uint32_t>* claim_at(const void* note) noexcept {
  std::int64_t offset = 0;
  std::memcpy(&offset, note, sizeof offset);
  const char* const place = static_cast<const char*>(note) + offset;
  return static_cast<std::atomic<std::uint32_t>*>(
      const_cast<void*>(static_cast<const void*>(place)));
}

const char* missing() noexcept {
#if !defined __GLIBC__
  return "green::patcher needs glibc";
#elif !defined __x86_64__ && !defined __aarch64__
  return "green::patcher needs x86-64 or arm64";
#else
  if (sizeof(void*) != 8) return "green::patcher needs 64 bits";
  if (!can_switch()) {
    return "green::patcher can't switch stacks here: a shadow stack is on";
  }
  return nullptr;
#endif
}

}  // namespace

void claim_process(const std::vector<object>& objects) {
  if (green_patcher_claim.exchange(1) == 1) return;
  for (const object& o : objects) {
    o.each_note("green", [&o](const void* note) {
      const std::atomic<std::uint32_t>* const claim = claim_at(note);
      if (claim == &green_patcher_claim || claim->load() == 0) return;
      release_process();
      throw std::logic_error(
          fmt::format("green::patcher: the copy of green in {} has patched "
                      "this process: link green once, as a shared object",
                      o.name()));
    });
  }
}

void release_process() noexcept { green_patcher_claim.store(0); }

bool is_green(const object& o) noexcept {
  return !o.path().empty() && o.holds(&green_patcher_claim);
}

void require_platform() {
  if (const char* const what = missing()) {
    throw std::system_error(ENOSYS, std::generic_category(), what);
  }
}

}  // namespace green::patcher
