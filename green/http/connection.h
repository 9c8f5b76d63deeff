// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "green/endpoint.h"
#include "green/fileobject.h"
#include "green/http/error.h"
#include "green/http/exchange.h"
#include "green/http/limits.h"
#include "green/http/parser.h"
#include "green/http/request.h"
#include "green/http/response.h"
#include "green/task.h"

namespace green::http {

/// Answers a request.
using handler = std::function<task<response>(request&)>;

/// The connection of one client: its requests are answered in their order.
class connection final : public exchange {
 public:
  /// Over a socket or an SSL*.
  connection(transport_ptr in, transport_ptr out, endpoint client,
             const limits& bounds);

  /// Answers all requests. Returns when the client has gone, is too slow, or
  /// has sent something that is no request. Throws the exception of a handler,
  /// after an answer of 500.
  task<> serve(const handler& answer);
  /// Has the client ended its side? If not, it may still send.
  bool client_ended() const noexcept { return client_ended_; }

  task<std::string> read_body(std::size_t length) override;
  task<std::string> read_rest(std::size_t most) override;
  task<> write_piece(std::string_view bytes) override;

 private:
  enum class framing { none, length, chunks, to_the_end };

  task<bool> fill();
  parser::found parse();
  task<bool> next_request();
  task<> more_of_body();
  task<bool> skip_body();
  task<response> ask(const handler& answer, request& asked);
  task<bool> answer_one(const handler& answer);
  std::string head_of(const response& what, bool keep);
  void check_length(std::size_t rest) const;
  task<> send(const response& what, bool keep);
  task<> write(std::string bytes, std::string_view then = {});

  transport_ptr in_;
  writer out_;
  const endpoint client_;
  const limits bounds_;
  parser parser_;
  std::string input_;
  std::size_t taken_ = 0;  // of input_
  request_head now_;
  framing framing_ = framing::none;       // of the answer
  std::optional<std::size_t> unwritten_;  // of a handler's Content-Length
  bool body_ended_ = true;
  bool continue_asked_ = false;
  bool answered_ = false;      // has an answer begun?
  bool client_ended_ = false;  // its side of the connection
  bool readable_ = true;       // false after a read that has failed
  bool writable_ = true;       // and after such a write
};

}  // namespace green::http
