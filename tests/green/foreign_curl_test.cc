// SPDX-License-Identifier: MIT
// Green threads that wait for libcurl's multi interface, which an OS thread of
// its own drives.
#include <curl/curl.h>
#include <doctest/doctest.h>

#include <atomic>
#include <coroutine>
#include <cstddef>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "green/green.h"
#include "green/greenlet.h"
#include "tests/support/files.h"

namespace {

using green::task;

std::size_t append(char* data, std::size_t, std::size_t size, void* to) {
  static_cast<std::string*>(to)->append(data, size);
  return size;
}

// Drives all transfers, and calls back when one is done.
class driver {
 public:
  struct transfer {
    CURL* handle = nullptr;
    CURLcode result = CURLE_OK;
    std::coroutine_handle<> awaiting;
  };

  driver() : multi_(curl_multi_init()), thread_([this] { drive(); }) {}
  driver(const driver&) = delete;
  driver& operator=(const driver&) = delete;
  ~driver() {
    stop_ = true;
    curl_multi_wakeup(multi_);
    thread_.join();
    curl_multi_cleanup(multi_);
  }

  void add(transfer& t) {
    {
      const std::lock_guard guard(mutex_);
      added_.push_back(&t);
    }
    curl_multi_wakeup(multi_);
  }

 private:
  void drive() {
    while (!stop_) {
      take_added();
      int running = 0;
      curl_multi_perform(multi_, &running);
      int left = 0;
      while (const CURLMsg* message = curl_multi_info_read(multi_, &left)) {
        if (message->msg == CURLMSG_DONE) done(*message);
      }
      curl_multi_poll(multi_, nullptr, 0, 1000, nullptr);
    }
  }
  void take_added() {
    const std::lock_guard guard(mutex_);
    for (transfer* t : added_) {
      curl_easy_setopt(t->handle, CURLOPT_PRIVATE, t);
      curl_multi_add_handle(multi_, t->handle);
    }
    added_.clear();
  }
  void done(const CURLMsg& message) {
    transfer* t = nullptr;
    CURL* const handle = message.easy_handle;
    curl_easy_getinfo(handle, CURLINFO_PRIVATE, &t);
    t->result = message.data.result;
    curl_multi_remove_handle(multi_, handle);
    t->awaiting.resume();
  }

  CURLM* multi_;
  std::mutex mutex_;
  std::vector<transfer*> added_;
  std::atomic<bool> stop_ = false;
  std::thread thread_;
};

class fetch {
 public:
  fetch(driver& by, const std::string& url) : driver_(by) {
    transfer_.handle = curl_easy_init();
    curl_easy_setopt(transfer_.handle, CURLOPT_URL, url.c_str());
    curl_easy_setopt(transfer_.handle, CURLOPT_WRITEFUNCTION, &append);
    curl_easy_setopt(transfer_.handle, CURLOPT_WRITEDATA, &text_);
  }
  fetch(const fetch&) = delete;
  fetch& operator=(const fetch&) = delete;
  ~fetch() { curl_easy_cleanup(transfer_.handle); }

  bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<> awaiting) {
    transfer_.awaiting = awaiting;
    driver_.add(transfer_);
  }
  std::string await_resume() {
    return transfer_.result == CURLE_OK ? text_ : "failed";
  }

 private:
  driver& driver_;
  driver::transfer transfer_;
  std::string text_;
};

}  // namespace

TEST_CASE("libcurl's multi interface resumes green threads") {
  curl_global_init(CURL_GLOBAL_DEFAULT);
  const tests::temporary_folder folder;
  folder.file("page", "hello");
  {
    driver transfers;
    green::run([&]() -> task<> {
      const std::string there = "file://" + folder.at("page");
      const auto get = [&transfers](std::string url) -> task<std::string> {
        fetch page(transfers, url);
        co_return co_await page;
      };
      std::vector<green::greenlet<std::string>> all;
      for (int i = 0; i < 20; ++i) all.push_back(green::spawn(get, there));
      for (const auto& g : all) CHECK(co_await g.get() == "hello");
      CHECK(co_await get(there + ".none") == "failed");
    });
  }
  curl_global_cleanup();
}
