// SPDX-License-Identifier: MIT
#include "green/directories/asking_call.h"

#include <system_error>

#include "green/hub/offloaded.h"

namespace green {

bool asking_call::begin() noexcept {
  try {
    hub::patient_helpers().submit(*this);
  } catch (const std::exception&) {
    return false;
  }
  return true;
}

asking_call::question_wait asking_call::asked() noexcept {
  return question_wait(*this);
}

void asking_call::answer(int value) noexcept {
  answer_ = value;
  errno_ = errno;
  answers_.release();
}

void asking_call::stop() noexcept {
  if (!stopped_.exchange(true)) answers_.release();
}

int asking_call::ask() noexcept {
  if (stopped()) return 1;
  events_.give();
  answers_.acquire();
  if (stopped()) return 1;
  errno = errno_;
  return answer_;
}

void asking_call::work() noexcept {
  call();
  over_.store(true);
  events_.give();
}

}  // namespace green
