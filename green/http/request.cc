// SPDX-License-Identifier: MIT
#include "green/http/request.h"

#include <cstddef>
#include <string>

#include "green/http/exchange.h"
#include "green/task.h"

namespace green::http {

task<std::string> request::read_some(std::size_t length) {
  return from_->read_body(length);
}

task<std::string> request::read_all(std::size_t most) {
  return from_->read_rest(most);
}

}  // namespace green::http
