// SPDX-License-Identifier: MIT
#include "green/testing/virtual_time.h"

#include <stdexcept>

#include "green/hub/loop.h"
#include "green/hub/this_hub.h"

namespace green::testing {

virtual_time::virtual_time(bool patient) {
  if (hub::running()) {
    throw std::logic_error(
        "green::testing::run: this thread's hub runs already, on its own time; "
        "call run outside of it");
  }
  hub::loop& here = hub::loop::here();
  here.use_virtual_time(true);
  here.be_patient(patient);
}

virtual_time::~virtual_time() {
  hub::loop& here = hub::loop::here();
  here.be_patient(false);
  here.use_virtual_time(false);
}

}  // namespace green::testing
