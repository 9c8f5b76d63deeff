// SPDX-License-Identifier: MIT
// redis_gather: 50 clients of a redis server at once, on one thread (hiredis)

#include <hiredis/hiredis.h>

#include <exception>
#include <functional>
#include <string>
#include <vector>

#include "green/atomic"
#include "green/err.h"
#include "green/green.h"
#include "green/patched.h"
#include "green/patcher.h"
#include "green/stdio.h"
#include "green/stdlib.h"
#include "green/thread"

using green::thread;

constexpr int clients = 50, calls = 20;

// Blocks, as hiredis does. How many answers were right.
int ask(const char* host, int port, int n) {
  redisContext* c = redisConnect(host, port);
  int right = 0;
  for (int i = 0; i < calls && c != nullptr && c->err == 0; ++i) {
    std::string word = std::to_string(n) + "," + std::to_string(i);
    void* answer = redisCommand(c, "ECHO %s", word.c_str());
    auto* reply = static_cast<redisReply*>(answer);
    if (reply == nullptr) break;
    if (reply->type == REDIS_REPLY_STRING && word == reply->str) ++right;
    freeReplyObject(reply);
  }
  if (right < calls) warnx("client %d: %s", n, c ? c->errstr : "no memory");
  redisFree(c);
  return right;
}

green::task<> client(const char* host, int port, int n,
                     std::atomic<int>& right) {
  auto work = [&] { return ask(host, port, n); };
  right += co_await green::patched(work);
}

green::task<> gather(const char* host, int port, std::atomic<int>& right) {
  std::vector<thread> all;
  for (int n = 0; n < clients; ++n) {
    all.emplace_back(client, host, port, n, std::ref(right));
  }
  for (thread& one : all) co_await one.join();
}

int main(int argc, char** argv) {
  const char* host = argc == 3 ? argv[1] : "127.0.0.1";
  const char* port = argc == 2 || argc == 3 ? argv[argc - 1] : "";
  char* end;
  unsigned long number = strtoul(port, &end, 10);
  if (*port < '0' || *port > '9' || *end != 0 || number > 65535) {
    errx(2, "not a port: '%s'\nusage: [HOST] PORT", port);
  }
  std::atomic<int> right = 0;
  try {
    green::patcher::import_patched("libhiredis.so");
    green::run(gather, host, int(number), std::ref(right));
  } catch (const std::exception& e) {
    errx(1, "%s", e.what());
  }
  printf("%d clients, %d right answers\n", clients, right.load());
  return right == clients * calls ? 0 : 1;
}
