// SPDX-License-Identifier: MIT
#include "green/child_wait.h"

#include <cerrno>

#include "green/helper_call.h"
#include "green/hub/operation.h"
#include "green/hub/waitid.h"

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
  for (;;) {
    const int seen =
        co_await helper_call(hub::patient_helpers(), "waitid", look);
    if (seen < 0) co_return -1;
    // Another thread may have been quicker.
    siginfo_t taken{};
    if (::waitid(type, id, &taken, options | WNOHANG) < 0) co_return -1;
    if (taken.si_pid == 0) continue;
    if (found != nullptr) *found = taken;
    co_return 0;
  }
}

}  // namespace green
