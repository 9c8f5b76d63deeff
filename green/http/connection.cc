// SPDX-License-Identifier: MIT
#include "green/http/connection.h"

#include <cerrno>
#include <charconv>
#include <cstddef>
#include <cstdio>
#include <ctime>
#include <exception>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include "green/endpoint.h"
#include "green/fileobject.h"
#include "green/http/error.h"
#include "green/http/fields.h"
#include "green/http/head.h"
#include "green/http/limits.h"
#include "green/http/parser.h"
#include "green/http/request.h"
#include "green/http/response.h"
#include "green/task.h"
#include "green/timeout.h"

namespace green::http {

namespace {

constexpr std::size_t input_size = 8192;
// A rest of a body that nobody wants is read up to this.
constexpr std::size_t most_skipped = 65536;

// RFC 9110, 5.6.7, by the names of English.
std::string date() {
  static constexpr const char* days[] = {"Sun", "Mon", "Tue", "Wed",
                                         "Thu", "Fri", "Sat"};
  static constexpr const char* months[] = {"Jan", "Feb", "Mar", "Apr",
                                           "May", "Jun", "Jul", "Aug",
                                           "Sep", "Oct", "Nov", "Dec"};
  const std::time_t now = std::time(nullptr);
  std::tm t = {};
  gmtime_r(&now, &t);
  char text[64];
  std::snprintf(text, sizeof text, "%s, %02d %s %04d %02d:%02d:%02d GMT",
                days[t.tm_wday], t.tm_mday, months[t.tm_mon], t.tm_year + 1900,
                t.tm_hour, t.tm_min, t.tm_sec);
  return text;
}

bool has_no_body(int status) {
  return status < 200 || status == 204 || status == 304;
}

response answer_of(const error& e) {
  return response(e.status(), "text/plain", std::string(e.what()) + "\n");
}

// The Content-Length that a handler gave. Throws std::invalid_argument.
std::size_t length_in(const fields& given) {
  const std::string& text = *given.find("Content-Length");
  const char* const end = text.data() + text.size();
  std::size_t length = 0;
  const auto parsed = std::from_chars(text.data(), end, length);
  if (parsed.ec != std::errc() || parsed.ptr != end ||
      given.count("Content-Length") != 1) {
    throw std::invalid_argument(
        "a handler's Content-Length is not one number: '" + text + "'");
  }
  return length;
}

std::length_error wrong_length(const char* words, std::size_t bytes) {
  return std::length_error("a handler's body is " + std::to_string(bytes) +
                           " bytes " + words + " than its Content-Length");
}

// Ends a connection as a client that has gone does.
std::system_error too_slow() {
  return std::system_error(ETIMEDOUT, std::generic_category());
}

// The errors of reads and writes.
bool tells_of_client(const std::exception& e) {
  return dynamic_cast<const std::system_error*>(&e) != nullptr ||
         dynamic_cast<const incomplete_read*>(&e) != nullptr;
}

}  // namespace

connection::connection(transport_ptr in, transport_ptr out, endpoint client,
                       const limits& bounds)
    : in_(std::move(in)),
      out_(std::move(out)),
      client_(std::move(client)),
      bounds_(bounds),
      parser_(bounds.head_bytes) {}

// Reads when all that came is taken. False at the end of file.
task<bool> connection::fill() {
  if (taken_ < input_.size()) co_return true;
  std::string piece(input_size, '\0');
  piece.resize(co_await in_->read(piece.data(), piece.size()));
  input_ = std::move(piece);
  taken_ = 0;
  client_ended_ = input_.empty();
  co_return !client_ended_;
}

parser::found connection::parse() {
  std::string_view rest = std::string_view(input_).substr(taken_);
  const parser::found what = parser_.take(rest);
  taken_ = input_.size() - rest.size();
  return what;
}

// False when no more request comes.
task<bool> connection::next_request() {
  answered_ = body_ended_ = true;
  readable_ = false;
  timeout idle(bounds_.idle, too_slow());
  if (!co_await fill()) co_return false;
  idle.cancel();
  answered_ = false;
  now_ = {};
  const timeout limit(bounds_.head, error(408));
  while (parse() != parser::found::head) {
    if (!co_await fill()) co_return false;
  }
  readable_ = true;
  now_ = std::move(parser_.head());
  body_ended_ = !now_.has_body;
  const std::string* expected = now_.headers.find("Expect");
  const bool known = expected && same_word(*expected, "100-continue");
  if (expected != nullptr && !known) throw error(417);
  continue_asked_ = known && now_.minor == 1 && !body_ended_;
  co_return true;
}

task<> connection::more_of_body() {
  if (std::exchange(continue_asked_, false)) {
    co_await write("HTTP/1.1 100 Continue\r\n\r\n");
  }
  readable_ = false;
  const timeout limit(bounds_.body, error(408));
  if (!co_await fill()) throw incomplete_read(0, 1);
  body_ended_ = parse() == parser::found::end;
  readable_ = true;
}

task<std::string> connection::read_body(std::size_t length) {
  std::string& body = parser_.body();
  while (body.empty() && !body_ended_ && length > 0) co_await more_of_body();
  std::string piece = body.substr(0, length);
  body.erase(0, piece.size());
  co_return piece;
}

task<std::string> connection::read_rest(std::size_t most) {
  std::string& body = parser_.body();  // keeps what came before an interrupt
  while (body.size() <= most && !body_ended_) co_await more_of_body();
  if (body.size() > most) throw error(413);
  co_return std::exchange(body, {});
}

// The rest of a body that the handler left. False when it is too long, or does
// not come.
task<bool> connection::skip_body() {
  if (continue_asked_ || !readable_) co_return false;
  std::size_t skipped = 0;
  for (;;) {
    skipped += std::exchange(parser_.body(), {}).size();
    if (skipped > most_skipped) co_return false;
    if (body_ended_) co_return true;
    co_await more_of_body();
  }
}

task<> connection::write(std::string bytes, std::string_view then) {
  writable_ = false;
  const timeout limit(bounds_.write, too_slow());
  co_await out_.write(bytes);
  co_await out_.write(then);
  co_await out_.flush();
  writable_ = true;
}

task<> connection::write_piece(std::string_view bytes) {
  if (bytes.empty() || framing_ == framing::none) co_return;
  if (unwritten_) {
    if (bytes.size() > *unwritten_) check_length(bytes.size());
    *unwritten_ -= bytes.size();
  }
  std::string piece;
  if (framing_ == framing::chunks) {
    char size[24];
    std::snprintf(size, sizeof size, "%zx\r\n", bytes.size());
    piece.append(size).append(bytes).append("\r\n");
  } else {
    piece = bytes;
  }
  co_await write(std::move(piece));
}

// Throws std::length_error if the answer does not end with this many bytes.
void connection::check_length(std::size_t rest) const {
  const std::size_t wanted = unwritten_.value_or(rest);
  if (rest > wanted) throw wrong_length("longer", rest - wanted);
  if (rest < wanted) throw wrong_length("shorter", wanted - rest);
}

// Decides how the end of the body is told.
std::string connection::head_of(const response& what, bool keep) {
  const fields& given = what.headers();
  const bool in_pieces = static_cast<bool>(what.written_by());
  const bool framed =
      given.contains("Content-Length") || given.contains("Transfer-Encoding");
  std::string head = "HTTP/1.1 " + std::to_string(what.status()) + " " +
                     reason(what.status()) + "\r\n";
  const auto add = [&head](std::string_view name, std::string_view value) {
    head.append(name).append(": ").append(value).append("\r\n");
  };
  for (const auto& [name, value] : given) add(name, value);
  if (!given.contains("Date")) add("Date", date());
  framing_ = framing::length;
  if (has_no_body(what.status())) {
    framing_ = framing::none;
  } else if (!in_pieces) {
    if (!framed) add("Content-Length", std::to_string(what.body().size()));
  } else if (!framed && now_.minor == 1) {
    framing_ = framing::chunks;
    add("Transfer-Encoding", "chunked");
  } else if (!framed) {
    framing_ = framing::to_the_end;
  }
  if (!given.contains("Connection")) {
    if (!keep || framing_ == framing::to_the_end) {
      add("Connection", "close");
    } else if (now_.minor == 0) {
      add("Connection", "keep-alive");
    }
  }
  if (now_.method == "HEAD") framing_ = framing::none;
  unwritten_.reset();
  if (framing_ == framing::length && given.contains("Content-Length") &&
      !given.contains("Transfer-Encoding")) {
    unwritten_ = length_in(given);
    if (!in_pieces) check_length(what.body().size());
  }
  return head + "\r\n";
}

task<> connection::send(const response& what, bool keep) {
  std::string head = head_of(what, keep);
  answered_ = true;
  const bool has_body = framing_ != framing::none;
  const std::string_view body = has_body ? what.body() : std::string_view();
  co_await write(std::move(head), body);
  if (!has_body || !what.written_by()) co_return;
  output to(*this);
  co_await what.written_by()(to);
  check_length(0);
  if (framing_ == framing::chunks) co_await write("0\r\n\r\n");
}

// A handler's own error is an answer as any other.
task<response> connection::ask(const handler& answer, request& asked) {
  try {
    co_return co_await answer(asked);
  } catch (const error& e) {
    co_return answer_of(e);
  }
}

// False when the connection ends after this answer.
task<bool> connection::answer_one(const handler& answer) {
  request asked(*this, now_, client_);
  const response what = co_await ask(answer, asked);
  const std::string* said = what.headers().find("Connection");
  const bool keep = now_.keep_alive && readable_ &&
                    (said == nullptr || !same_word(*said, "close"));
  co_await send(what, keep);
  if (!keep || framing_ == framing::to_the_end) co_return false;
  co_return co_await skip_body();
}

task<> connection::serve(const handler& answer) {
  std::exception_ptr failed;
  std::optional<response> last;
  try {
    while (co_await next_request()) {
      if (!co_await answer_one(answer)) break;
    }
  } catch (const error& e) {
    last = answer_of(e);
  } catch (const std::exception& e) {
    if ((!readable_ || !writable_) && tells_of_client(e)) co_return;
    failed = std::current_exception();
    last = answer_of(error(500));
  }
  if (last && !answered_ && writable_) {
    readable_ = false;
    co_await send(*last, false);
  }
  if (failed) std::rethrow_exception(failed);
}

}  // namespace green::http
