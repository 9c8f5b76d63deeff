// SPDX-License-Identifier: MIT
#include "green/http/response.h"

#include <string_view>

#include "green/http/exchange.h"
#include "green/task.h"

namespace green::http {

task<> output::write(std::string_view bytes) { return to_->write_piece(bytes); }

}  // namespace green::http
