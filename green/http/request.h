// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>
#include <utility>

#include "green/endpoint.h"
#include "green/http/exchange.h"
#include "green/http/fields.h"
#include "green/http/head.h"
#include "green/task.h"

namespace green::http {

/// gevent.pywsgi's environ: a request, whose body is read by the handler. A
/// kill or timeout that ends a read loses no byte.
class request {
 public:
  /// For the library.
  request(exchange& from, request_head head, endpoint client)
      : from_(&from), head_(std::move(head)), client_(std::move(client)) {}
  request(const request&) = delete;
  request& operator=(const request&) = delete;

  /// REQUEST_METHOD, as "GET".
  const std::string& method() const noexcept { return head_.method; }
  /// The target as it was sent: "/a%20b?q=1".
  const std::string& target() const noexcept { return head_.target; }
  /// PATH_INFO: the target up to '?', decoded: "/a b".
  const std::string& path() const noexcept { return head_.path; }
  /// QUERY_STRING: the target's rest, as it was sent: "q=1".
  const std::string& query() const noexcept { return head_.query; }
  /// The fields of the head. Trailers are not given.
  const fields& headers() const noexcept { return head_.headers; }
  /// REMOTE_ADDR and REMOTE_PORT.
  const endpoint& client() const noexcept { return client_; }

  /// wsgi.input's read: the next bytes of the body, at least one and at most
  /// `length`. Empty at its end. Throws http::error for a malformed body, and
  /// incomplete_read if the client goes before its end.
  task<std::string> read_some(std::size_t length);
  /// The rest of the body. Throws http::error of 413 for more than `most`
  /// bytes.
  task<std::string> read_all(std::size_t most);

 private:
  exchange* from_;
  request_head head_;
  endpoint client_;
};

}  // namespace green::http
