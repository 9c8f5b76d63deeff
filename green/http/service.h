// SPDX-License-Identifier: MIT
#pragma once

#include <concepts>
#include <cstddef>
#include <functional>
#include <memory>
#include <type_traits>
#include <utility>

#include "green/endpoint.h"
#include "green/fileobject.h"
#include "green/http/connection.h"
#include "green/http/limits.h"
#include "green/http/request.h"
#include "green/http/response.h"
#include "green/servers/tls_stream.h"
#include "green/task.h"
#include "green/unique_fd.h"

namespace green::http {

/// gevent.pywsgi.WSGIHandler: the handler of a stream_server that serves
/// HTTP/1.1 and 1.0 by a function of a request. `f` returns a task of a
/// response. The server may call it again before that task has ended.
///
/// An exception that leaves `f` is answered by 500 and reported, and ends its
/// connection only. http::error is answered by its status.
class service {
 public:
  template <class F>
    requires(!std::same_as<std::remove_cvref_t<F>, service> &&
             !std::same_as<std::remove_cvref_t<F>, std::nullptr_t>)
  explicit service(F&& f, const limits& bounds = {})
      : all_(std::make_shared<const state>(
            state{checked(std::forward<F>(f)), bounds})) {}

  /// Serves one connection, as stream_server calls it.
  task<> operator()(unique_fd client, endpoint from) const {
    return serve(all_, std::move(client), std::move(from));
  }
  /// The same over TLS. Such a program includes "green/openssl/ssl.h".
  template <std::same_as<tls_stream> Stream>
  task<> operator()(Stream client, endpoint from) const {
    return serve_over(all_, std::move(client), std::move(from));
  }

 private:
  struct state {
    handler answer;
    limits bounds;
  };
  using shared = std::shared_ptr<const state>;

  template <class F>
  static handler checked(F&& f) {
    static_assert(
        std::is_invocable_r_v<task<response>, std::decay_t<F>&, request&>,
        "a handler of requests returns a task: write `[](green::http::request& "
        "r) -> green::task<green::http::response> { ... }`");
    return handler(std::forward<F>(f));
  }
  static task<> serve(shared all, unique_fd client, endpoint from);
  template <class Stream>
  static task<> serve_over(shared all, Stream client, endpoint from) {
    connection one(transport_ptr(client.get()), transport_ptr(client.get()),
                   std::move(from), all->bounds);
    co_await one.serve(all->answer);
  }

  shared all_;
};

}  // namespace green::http
