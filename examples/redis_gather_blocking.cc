// SPDX-License-Identifier: MIT
// redis_gather_blocking: 50 clients of a redis server at once, on 50 threads

#include <err.h>
#include <hiredis/hiredis.h>
#include <stdio.h>
#include <stdlib.h>

#include <atomic>
#include <exception>
#include <functional>
#include <string>
#include <thread>
#include <vector>

using std::thread;

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

void client(const char* host, int port, int n, std::atomic<int>& right) {
  auto work = [&] { return ask(host, port, n); };
  right += work();
}

void gather(const char* host, int port, std::atomic<int>& right) {
  std::vector<thread> all;
  for (int n = 0; n < clients; ++n) {
    all.emplace_back(client, host, port, n, std::ref(right));
  }
  for (thread& one : all) one.join();
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
    gather(host, int(number), std::ref(right));
  } catch (const std::exception& e) {
    errx(1, "%s", e.what());
  }
  printf("%d clients, %d right answers\n", clients, right.load());
  return right == clients * calls ? 0 : 1;
}
