// SPDX-License-Identifier: MIT
#if !(defined(__x86_64__) || defined(__aarch64__)) || !defined(__LP64__)

#include "green/patcher/switch.h"

namespace green::patcher {

void* switch_context(context&, context, void*) noexcept { return nullptr; }
context make_context(void*, void (*)(void*)) noexcept { return nullptr; }
bool can_switch() noexcept { return false; }

}  // namespace green::patcher

#endif
