// SPDX-License-Identifier: MIT
//
// The functions of the C library as patched modules see them, without a
// patched module:
//
//   namespace c {
//   const auto recv = tests::hooked("recv", ::recv);
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
F* hooked(const char* name) {
  for (const green::patcher::hook& h : green::patcher::hooks()) {
    if (std::strcmp(h.name, name) == 0) {
      return reinterpret_cast<F*>(h.replacement);
    }
  }
  std::fprintf(stderr, "no hook of %s\n", name);
  std::abort();
}

/// With the type of this function.
template <class R, class... A>
auto hooked(const char* name, R (*)(A...)) {
  return hooked<R(A...)>(name);
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
