// SPDX-License-Identifier: MIT
// curl_gather: downloads all URLs at once, on one thread (libcurl's easy calls)

#include <curl/curl.h>

#include <exception>
#include <string>
#include <vector>

#include "green/err.h"
#include "green/green.h"
#include "green/patched.h"
#include "green/patcher.h"
#include "green/stdio.h"
#include "green/thread"

using green::thread;

struct page {
  std::string url, text, error;
};

const char* authorities = nullptr;  // --cacert

size_t append(char* part, size_t, size_t size, void* to) {
  static_cast<page*>(to)->text.append(part, size);
  return size;
}

// Blocks, as libcurl does.
void download(page& p) {
  CURL* c = curl_easy_init();
  curl_easy_setopt(c, CURLOPT_URL, p.url.c_str());
  curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(c, CURLOPT_FAILONERROR, 1L);
  curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, append);
  curl_easy_setopt(c, CURLOPT_WRITEDATA, &p);
  if (authorities) curl_easy_setopt(c, CURLOPT_CAINFO, authorities);
  CURLcode error = curl_easy_perform(c);
  if (error != CURLE_OK) p.error = curl_easy_strerror(error);
  curl_easy_cleanup(c);
}

green::task<> fetch(page* p) {
  auto work = [&] { download(*p); };
  co_await green::patched(work);
}

green::task<> gather(std::vector<page>* pages) {
  std::vector<thread> all;
  for (page& p : *pages) all.emplace_back(fetch, &p);
  for (thread& one : all) co_await one.join();
}

int main(int argc, char** argv) {
  const char* usage = "usage: [--cacert FILE] URL...";
  std::vector<page> pages;
  for (int i = 1; i < argc; ++i) {
    std::string word = argv[i];
    if (word == "--cacert" && i + 1 < argc) {
      authorities = argv[++i];
    } else if (word == "--cacert") {
      errx(2, "--cacert needs a file\n%s", usage);
    } else if (word[0] == '-') {
      errx(2, "not an option: '%s'\n%s", argv[i], usage);
    } else {
      pages.push_back({word, "", ""});
    }
  }
  if (pages.empty()) errx(2, "no URL is given\n%s", usage);
  curl_global_init(CURL_GLOBAL_DEFAULT);
  try {
    green::patcher::import_patched("libcurl.so");
    green::run(gather, &pages);
  } catch (const std::exception& e) {
    errx(1, "%s", e.what());
  }
  int failed = 0;
  for (const page& p : pages) {
    printf("%zu bytes %s\n", p.text.size(), p.url.c_str());
    if (p.error.empty()) continue;
    warnx("%s: %s", p.url.c_str(), p.error.c_str());
    failed = 1;
  }
  return failed;
}
