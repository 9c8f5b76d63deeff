// SPDX-License-Identifier: MIT
#include "examples/http_request.h"

#include <doctest/doctest.h>

#include <string>

namespace {

std::string path(std::string_view url) {
  return http::path_of(url).value_or("none");
}

// "from-to", or "none".
std::string range(std::string_view text, off_t size) {
  off_t from, to;
  if (!http::in_range(text, size, from, to)) return "none";
  return std::to_string(from) + "-" + std::to_string(to);
}

}  // namespace

TEST_CASE("a path is decoded, and stays in the directory") {
  CHECK(path("/a%20b?q") == "a b");
  CHECK(path("//a/") == "a/index.html");
  CHECK(path("/%2e%2e/etc") == "none");
  CHECK(path("*") == "none");
}

TEST_CASE("what is not two hexadecimal digits is refused") {
  for (const char* url : {"/%", "/%4", "/%-1", "/%+1", "/% 1", "/%0x", "/%4g"})
    CHECK(path(url) == "none");
  CHECK(path("/%41%7E") == "A~");
}

TEST_CASE("a zero byte is refused") { CHECK(path("/a%00b") == "none"); }

TEST_CASE("ranges") {
  CHECK(range("", 10) == "0-9");
  CHECK(range("bytes=2-4", 10) == "2-4");
  CHECK(range("bytes=2-99", 10) == "2-9");
  CHECK(range("bytes=2-", 10) == "2-9");
  CHECK(range("bytes=-3", 10) == "7-9");
  CHECK(range("bytes=-99", 10) == "0-9");
  CHECK(range("bytes=10-", 10) == "none");
  CHECK(range("bytes=-0", 10) == "none");
}

TEST_CASE("ranges that are none give everything") {
  for (const char* text :
       {"bytes=", "bytes=-", "bytes=a", "bytes= -5", "bytes=--5", "bytes=5--3",
        "bytes=3-1", "bytes=0-0,2-3", "lines=1-2"}) {
    CHECK(range(text, 10) == "0-9");
  }
}

TEST_CASE("numbers that no file reaches overflow nothing") {
  const std::string huge = "99999999999999999999999";
  CHECK(range("bytes=" + huge + "-", 10) == "none");
  CHECK(range("bytes=1-" + huge, 10) == "1-9");
  CHECK(range("bytes=-" + huge, 10) == "0-9");
  CHECK(range("bytes=--9223372036854775808", 10) == "0-9");
  CHECK(range("bytes= -9223372036854775808", 10) == "0-9");
}
