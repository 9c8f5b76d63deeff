// SPDX-License-Identifier: MIT
//
// The functions of the C library as patched modules see them, without a
// patched module:
//
//   namespace c {
//   const auto recv = tests::hooked<decltype(::recv)>("recv");
//   }
//   co_await green::patched([&] { return c::recv(fd, data, size, 0); });
#pragma once

#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "green/patched.h"
#include "green/patcher/gate.h"
#include "green/patcher/hook.h"

namespace tests {

template <class F>
struct without_noexcept {
  using type = F;
};
template <class R, class... A>
struct without_noexcept<R(A...) noexcept> {
  using type = R(A...);
};

template <class F>
auto hooked(const char* name) {
  using type = typename without_noexcept<F>::type;
  for (const green::patcher::hook& h : green::patcher::hooks()) {
    if (std::strcmp(h.name, name) == 0) {
      return reinterpret_cast<type*>(h.replacement);
    }
  }
  std::fprintf(stderr, "no hook of %s\n", name);
  std::abort();
}

/// While it lives, patched() believes that something is patched.
struct believed_patched {
  believed_patched() { green::patcher::note_patched(1); }
  believed_patched(const believed_patched&) = delete;
  believed_patched& operator=(const believed_patched&) = delete;
  ~believed_patched() { green::patcher::note_patched(-1); }
};

/// green::patched, whatever is patched.
template <class F>
auto on_fiber(F f) {
  const believed_patched pretence;
  return green::patched(std::move(f));
}

}  // namespace tests
