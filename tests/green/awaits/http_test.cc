// SPDX-License-Identifier: MIT
// Of a connection of HTTP.
#include <doctest/doctest.h>

#include <string>
#include <string_view>

#include "green/http.h"
#include "green/http/connection.h"
#include "tests/support/awaits.h"
#include "tests/support/scripted_transport.h"

using tests::fair;

TEST_CASE("a body that has ended, and bytes for a client that is there") {
  tests::scripted_transport bytes;
  green::http::connection one(bytes, bytes, {}, {});
  green::http::request asked(one, {}, {});
  green::http::output out(one);
  fair("http/request.h read_all", [&] { return asked.read_all(1); });
  fair("http/request.h read_some", [&] { return asked.read_some(1); });
  fair("http/response.h write", [&] { return out.write("a piece"); });
}
