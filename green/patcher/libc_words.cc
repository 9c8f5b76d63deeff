// SPDX-License-Identifier: MIT
#include "green/patcher/libc_words.h"

#include <dlfcn.h>
#include <netdb.h>

#include <utility>

namespace green::patcher {

namespace {

void** find_dl_result() noexcept {
  static thread_local void* none = nullptr;
  void* const found =
      ::dlvsym(RTLD_DEFAULT, "__libc_dlerror_result", "GLIBC_PRIVATE");
  if (found != nullptr) return static_cast<void**>(found);
  (void)::dlerror();  // of dlvsym
  return &none;
}

}  // namespace

constinit thread_local void** libc_words::message_here_ = nullptr;

void libc_words::swap() noexcept {
  if (message_here_ == nullptr) [[unlikely]]
    message_here_ = find_dl_result();
  std::swap(h_errno, name_error_);
  std::swap(*message_here_, dl_result_);
}

libc_words::~libc_words() {
  if (dl_result_ == nullptr) return;
  swap();
  // The first call gives a message, and the second one frees it.
  (void)::dlerror();
  (void)::dlerror();
  swap();
}

}  // namespace green::patcher
