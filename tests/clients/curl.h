// SPDX-License-Identifier: MIT
#pragma once

#include <curl/curl.h>
#include <signal.h>

#include <memory>
#include <stdexcept>
#include <string>

#include "tests/support/server_programs.h"

namespace tests {

/// libcurl's easy calls, as "tests/clients/client.h" says.
template <bool tls>
class curl {
 public:
  static constexpr const char* name = tls ? "curl https" : "curl http";
  static constexpr const char* module = "libcurl.so.4";
  // It has other words for each call that fails.
  static constexpr const char* when_killed = "";
  static constexpr const char* when_late = "";
  static constexpr const char* own_timeout = "Timeout was reached";

  curl() : server_(tls) {
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
      throw std::runtime_error("curl_global_init");
    }
  }

  class session {
   public:
    explicit session(const curl& server)
        : server_(server.server_), handle_(curl_easy_init()) {
      set(CURLOPT_NOSIGNAL, 1L);
      set(CURLOPT_WRITEDATA, &body_);
      set(CURLOPT_WRITEFUNCTION, append);
      if (tls) set(CURLOPT_CAINFO, server_.authorities().c_str());
    }
    session(const session&) = delete;
    session& operator=(const session&) = delete;

    std::string echo(const std::string& text) { return get("echo/" + text); }
    std::string wait(double seconds) {
      const std::string ms = std::to_string(static_cast<int>(seconds * 1000));
      return get("wait/" + ms);
    }
    std::string wait_for_ever(const std::string& tag) {
      return get("never/" + tag);
    }
    std::string outwait() {
      set(CURLOPT_TIMEOUT_MS, 20L);
      return wait_for_ever("impatient");
    }
    /// The page, or the error.
    std::string get(const std::string& path) {
      body_.clear();
      set(CURLOPT_URL, server_.url(path).c_str());
      const CURLcode error = curl_easy_perform(handle_.get());
      return error == CURLE_OK ? body_ : curl_easy_strerror(error);
    }

   private:
    struct deleter {
      void operator()(CURL* c) const { curl_easy_cleanup(c); }
    };
    static size_t append(char* part, size_t, size_t size, void* to) {
      static_cast<std::string*>(to)->append(part, size);
      return size;
    }
    template <class Value>
    void set(CURLoption option, Value value) {
      curl_easy_setopt(handle_.get(), option, value);
    }

    const page_server& server_;
    std::string body_;
    std::unique_ptr<CURL, deleter> handle_;
  };

  int waiting(const std::string& tag) const {
    return std::stoi(session(*this).get("waiting/" + tag));
  }
  void kill() { server_.process().signal(SIGKILL); }

 private:
  page_server server_;
};

}  // namespace tests
