// SPDX-License-Identifier: MIT
#include "green/posix/child_wait.h"

#include <cerrno>

#include "green/core/signal_scope.h"
#include "green/hub/operation.h"
#include "green/hub/waitid.h"
#include "green/posix/helper_call.h"
#include "green/posix/kept_errno.h"

namespace green {

task<int> waitid_by_ring(idtype_t type, id_t id, siginfo_t* found,
                         int options) {
  hub::operation<int> waiting{hub::prepare_waitid, type, id, found, options};
  co_return co_await waiting;
}

task<int> waitid_by_helper(idtype_t type, id_t id, siginfo_t* found,
                           int options) {
  const auto look = [type, id, options] {
    siginfo_t seen;
    int result = 0;
    do {
      result = ::waitid(type, id, &seen, options | WNOWAIT);
    } while (result < 0 && errno == EINTR);
    return result;
  };
  const kept_errno at_start;
  const core::signal_scope call(core::by_signal::unless_restarted);
  for (;;) {
    co_await helper_call(hub::patient_helpers(), "waitid", look);
    // This call reports errors, too. Another thread may have been faster.
    siginfo_t own;
    siginfo_t* const taken = found == nullptr ? &own : found;
    if (::waitid(type, id, taken, options | WNOHANG) < 0) co_return -1;
    if (taken->si_pid != 0) co_return at_start(0);
    if (call.ended()) {
      errno = EINTR;
      co_return -1;
    }
  }
}

}  // namespace green
