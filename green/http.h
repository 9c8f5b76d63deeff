// SPDX-License-Identifier: MIT
//
// gevent.pywsgi: a server of HTTP/1.1, for stream_server. The target is
// //green:http.
//
//   green::task<green::http::response> hello(green::http::request& r) {
//     if (r.path() != "/") throw green::http::error(404);
//     co_return green::http::response(200, "text/plain", "hello\n");
//   }
//
//   green::task<> serve() {
//     green::stream_server site("127.0.0.1:8080", green::http::service(hello));
//     co_await site.serve_forever();
//   }
//
// Connections stay open between requests, and requests that come together are
// answered in their order. Bodies come and go whole or in pieces. TLS, limits
// and the end with grace are the server's (green/server.h).
//
// A kill or timeout reaches the handler at its current await, and loses no byte
// of a request's body (docs/contract.md). A handler that it ends ends the
// connection. A service is a value: copies share the handler and its limits.
// Servers of several threads may use one if the handler allows it.
//
// Missing: HTTP/2, Upgrade and CONNECT, trailers, compression, and clients,
// for which libcurl is there (green/patched.h).
#pragma once

#include "green/http/error.h"
#include "green/http/fields.h"
#include "green/http/limits.h"
#include "green/http/request.h"
#include "green/http/response.h"
#include "green/http/service.h"
