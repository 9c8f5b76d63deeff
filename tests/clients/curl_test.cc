// SPDX-License-Identifier: MIT
// libcurl's easy calls, unmodified, by HTTP and HTTPS.
#include <curl/curl.h>
#include <doctest/doctest.h>

#include <algorithm>
#include <string>

#include "tests/clients/cases.h"
#include "tests/clients/curl.h"

using std::string;

TEST_CASE("libcurl waits on fibers, by HTTP") {
  tests::check_client<tests::curl<false>>();
}

TEST_CASE("libcurl waits on fibers, by HTTPS") {
  tests::check_client<tests::curl<true>>();
}

namespace {

size_t append(char* part, size_t, size_t size, void* to) {
  static_cast<string*>(to)->append(part, size);
  return size;
}

CURLcode get(const string& url, const char* authorities, string& body) {
  CURL* const c = curl_easy_init();
  curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(c, CURLOPT_URL, url.c_str());
  curl_easy_setopt(c, CURLOPT_CAINFO, authorities);
  curl_easy_setopt(c, CURLOPT_WRITEDATA, &body);
  curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, append);
  const CURLcode error = curl_easy_perform(c);
  curl_easy_cleanup(c);
  return error;
}

}  // namespace

TEST_CASE("50 tasks get pages from OpenSSL's server on one thread") {
  tests::https_server server;
  const tests::patched_client<tests::curl<true>> patched;
  green::run([&]() -> green::task<> {
    const int before = tests::threads();
    int most = 0;
    const auto work = [&](int) {
      string body;
      const CURLcode error =
          get(server.url("page"), server.authorities().c_str(), body);
      most = std::max(most, tests::threads());
      return error == CURLE_OK && body == "a page by TLS" ? 1 : 0;
    };
    for (int round = 0; round < 4; ++round) {
      CHECK(co_await tests::gather(work) == tests::tasks);
    }
    CHECK(most == before);
  });
}

TEST_CASE("a certificate that nobody knows is refused in a task, too") {
  tests::https_server server;
  const tests::patched_client<tests::curl<true>> patched;
  green::run([&]() -> green::task<> {
    auto work = [&] {
      string body;
      return get(server.url("page"), nullptr, body);
    };
    CHECK(co_await green::patched(work) == CURLE_PEER_FAILED_VERIFICATION);
  });
}
