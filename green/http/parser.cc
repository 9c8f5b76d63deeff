// SPDX-License-Identifier: MIT
#include "green/http/parser.h"

#include <llhttp/llhttp.h>

#include <algorithm>
#include <cstddef>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "green/core/made_once.h"
#include "green/http/error.h"
#include "green/http/fields.h"
#include "green/http/head.h"

namespace green::http {

// The callbacks of llhttp, which is C, throw nothing: a wrong head is judged
// when the parser has returned.
struct parser::state {
  explicit state(std::size_t limit) : head_bytes(limit) {
    llhttp_init(&machine, HTTP_REQUEST, &callbacks());
    machine.data = this;
  }

  void clear() {
    target.clear();
    names.clear();
    size = 0;
    ended = too_long = false;
  }
  void judge();

  static state& of(llhttp_t* p) { return *static_cast<state*>(p->data); }
  static int begin(llhttp_t* p) {
    of(p).clear();
    return 0;
  }
  static int on_target(llhttp_t* p, const char* at, std::size_t length) {
    return of(p).append(of(p).target, at, length);
  }
  static int on_name(llhttp_t* p, const char* at, std::size_t length) {
    state& s = of(p);
    if (s.names.empty() || s.names.back().second.ended) {
      s.names.push_back({});
    }
    return s.append(s.names.back().first, at, length);
  }
  static int on_value(llhttp_t* p, const char* at, std::size_t length) {
    return of(p).append(of(p).names.back().second.text, at, length);
  }
  static int on_value_end(llhttp_t* p) {
    value& last = of(p).names.back().second;
    last.ended = true;
    last.text.erase(last.text.find_last_not_of(" \t") + 1);
    return 0;
  }
  // An Upgrade is not taken, so that the request goes on as any other.
  static int on_head(llhttp_t* p) {
    p->upgrade = 0;
    return HPE_PAUSED;
  }
  static int on_body(llhttp_t* p, const char* at, std::size_t length) {
    of(p).body.append(at, length);
    return 0;
  }
  static int on_end(llhttp_t* p) {
    of(p).ended = true;
    return HPE_PAUSED;
  }
  static const llhttp_settings_t& callbacks() {
    static constinit core::made_once<llhttp_settings_t> all;
    return all.get([] {
      llhttp_settings_t s;
      llhttp_settings_init(&s);
      s.on_message_begin = begin;
      s.on_url = on_target;
      s.on_header_field = on_name;
      s.on_header_value = on_value;
      s.on_header_value_complete = on_value_end;
      s.on_headers_complete = on_head;
      s.on_body = on_body;
      s.on_message_complete = on_end;
      return s;
    });
  }

  // Trailers count as the head does, and are kept nowhere else.
  int append(std::string& text, const char* at, std::size_t length) {
    size += length;
    too_long = size > head_bytes;
    if (!too_long) text.append(at, length);
    return too_long ? HPE_USER : 0;
  }

  struct value {
    std::string text;
    bool ended = false;
  };

  llhttp_t machine;
  const std::size_t head_bytes;
  request_head head;
  std::string body;
  std::string target;
  std::vector<std::pair<std::string, value>> names;
  std::size_t size = 0;
  bool ended = false;
  bool too_long = false;
};

// RFC 9112, 3.2: a request names its host once.
void parser::state::judge() {
  if (machine.http_major != 1 || machine.http_minor > 1) throw error(505);
  request_head made;
  made.method =
      llhttp_method_name(static_cast<llhttp_method_t>(machine.method));
  made.target = std::move(target);
  const std::size_t mark = std::min(made.target.find('?'), made.target.size());
  try {
    made.path = percent_decoded(std::string_view(made.target).substr(0, mark));
    for (auto& [name, text] : names) {
      made.headers.add(std::move(name), std::move(text.text));
    }
  } catch (const std::invalid_argument& e) {
    throw error(400, e.what());
  }
  if (mark < made.target.size()) made.query = made.target.substr(mark + 1);
  made.minor = machine.http_minor;
  const std::size_t hosts = made.headers.count("Host");
  if (hosts > 1 || (hosts == 0 && made.minor == 1)) {
    throw error(400, "a request of HTTP/1.1 has one field Host");
  }
  made.keep_alive = llhttp_should_keep_alive(&machine) != 0;
  made.has_body =
      (machine.flags & F_CHUNKED) != 0 || machine.content_length > 0;
  head = std::move(made);
  names.clear();
}

parser::parser(std::size_t head_bytes)
    : state_(std::make_unique<state>(head_bytes)) {}

parser::~parser() = default;

request_head& parser::head() noexcept { return state_->head; }

std::string& parser::body() noexcept { return state_->body; }

parser::found parser::take(std::string_view& bytes) {
  state& s = *state_;
  const llhttp_errno_t result =
      llhttp_execute(&s.machine, bytes.data(), bytes.size());
  if (result == HPE_OK) {
    bytes = {};
    return s.body.empty() ? found::nothing : found::body;
  }
  if (s.too_long) throw error(431);
  if (result == HPE_INVALID_VERSION) throw error(505);
  if (result != HPE_PAUSED) {
    throw error(400, llhttp_get_error_reason(&s.machine));
  }
  const char* const next = llhttp_get_error_pos(&s.machine);
  bytes.remove_prefix(static_cast<std::size_t>(next - bytes.data()));
  llhttp_resume(&s.machine);
  if (s.ended) return found::end;
  s.judge();
  return found::head;
}

}  // namespace green::http
