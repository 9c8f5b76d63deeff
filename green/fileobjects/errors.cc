// SPDX-License-Identifier: MIT
#include "green/fileobjects/errors.h"

#include <fmt/format.h>

namespace green {

limit_overrun::limit_overrun(std::size_t most)
    : std::runtime_error(fmt::format(
          "green::reader: no delimiter within the limit of {} bytes", most)),
      most_(most) {}

incomplete_read::incomplete_read(std::size_t came, std::size_t wanted)
    : std::runtime_error(fmt::format(
          "green::reader: the end of file after {} of {} bytes", came, wanted)),
      came_(came),
      wanted_(wanted) {}

}  // namespace green
