// SPDX-License-Identifier: MIT
// A hub in a child of fork.
#include <unistd.h>

#include <cstdlib>
#include <string_view>

#include "green/hub/loop.h"
#include "green/hub/no_kernel.h"
#include "green/hub/wakeup.h"

namespace green::hub {

void loop::refuse_to_start() noexcept {
  leave_to_parent();
  *budget_ = 0;
  refused_ = true;
}

// If there is no memory, the process terminates and says why.
void loop::begin_again() noexcept {
  unborn_ = false;
  kernel_ = make_backend();
  wakeup_->open();
}

bool loop::has_waitid() noexcept {
  expect_own_process();
  if (unborn_) begin_again();
  return kernel_->has_waitid();
}

// Only write(2) is called, because any lock may be held by a thread that the
// child does not have.
void loop::used_in_a_child() const noexcept {
  constexpr std::string_view unseen =
      "green: a hub was used in a child of _Fork, clone or a system call of "
      "its own: call green::fork, or fork of <unistd.h>\n";
  constexpr std::string_view callback =
      "green: a hub was used in a child that one of its callbacks has forked: "
      "call green::fork in a green thread\n";
  const std::string_view words = refused_ ? callback : unseen;
  (void)!::write(STDERR_FILENO, words.data(), words.size());
  std::abort();
}

void loop::leave_to_parent() noexcept {
  disown();
  kernel_->leave_to_parent();
  wakeup_->leave_to_parent();
}

}  // namespace green::hub
