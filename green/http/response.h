// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <utility>

#include "green/http/exchange.h"
#include "green/http/fields.h"
#include "green/task.h"

namespace green::http {

/// The body of an answer that comes in pieces.
class output {
 public:
  /// For the library.
  explicit output(exchange& to) noexcept : to_(&to) {}
  output(const output&) = delete;
  output& operator=(const output&) = delete;

  /// Sends the bytes at once, to a client that may have to wait for the next
  /// ones. Throws std::system_error if the client has gone. As writer::write, a
  /// call that throws has taken its bytes.
  task<> write(std::string_view bytes);

 private:
  exchange* to_;
};

/// The answer of a handler. A field Content-Length that the handler sets has to
/// fit the body. Otherwise the server reports std::length_error or
/// std::invalid_argument. The client gets 500, or no more bytes when the answer
/// has begun.
class response {
 public:
  /// Writes the body.
  using writing = std::function<task<>(output&)>;

  /// An answer without a body, as `response(204)`.
  explicit response(int status = 200) : status_(status) {}
  /// `response(200, "text/plain", "hello\n")`
  response(int status, std::string type, std::string body)
      : status_(status), body_(std::move(body)) {
    headers_.add("Content-Type", std::move(type));
  }
  /// A body in pieces, by a function that returns a task. They are chunks
  /// (RFC 9112, 7.1), unless a field Content-Length or Transfer-Encoding is
  /// set: then they are sent as they are. A client of HTTP/1.0 reads up to the
  /// connection's end.
  response(int status, std::string type, writing body)
      : status_(status), writing_(std::move(body)) {
    headers_.add("Content-Type", std::move(type));
  }

  /// As 200.
  int status() const noexcept { return status_; }
  /// The fields of the head. Date, Content-Length, Transfer-Encoding and
  /// Connection are added when they are not there.
  fields& headers() noexcept { return headers_; }
  const fields& headers() const noexcept { return headers_; }
  /// Adds a field: `return response(302).header("Location", "/new");`
  response&& header(std::string name, std::string value) && {
    headers_.add(std::move(name), std::move(value));
    return std::move(*this);
  }
  /// The body; empty when it comes in pieces.
  const std::string& body() const noexcept { return body_; }
  /// The function that writes the body; empty without one.
  const writing& written_by() const noexcept { return writing_; }

 private:
  int status_;
  fields headers_;
  std::string body_;
  writing writing_;
};

}  // namespace green::http
