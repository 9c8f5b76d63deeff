// SPDX-License-Identifier: MIT
#pragma once

#include <stdio.h>

#include <vector>

namespace green {

/// The streams of the process that have unwritten bytes.
std::vector<FILE*> unwritten_streams();

}  // namespace green
