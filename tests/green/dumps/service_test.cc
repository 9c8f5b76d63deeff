// SPDX-License-Identifier: MIT
#include "green/dumps/service.h"

#include <doctest/doctest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>

#include "green/debug.h"
#include "green/endpoint.h"
#include "green/event.h"
#include "green/green.h"
#include "green/greenlet.h"
#include "tests/support/files.h"
#include "tests/support/sockets.h"
#include "tests/support/standard_error.h"

using namespace std::chrono_literals;
using green::debug_server;
using green::task;

namespace {

std::string ask(const std::string& address, const std::string& line) {
  const green::endpoint to(address);
  const tests::descriptor client(::socket(to.family(), SOCK_STREAM, 0));
  REQUIRE(::connect(client, to.sockaddr(), to.length()) == 0);
  const std::string sent = line + "\n";
  CHECK(::send(client, sent.data(), sent.size(), MSG_NOSIGNAL) ==
        static_cast<ssize_t>(sent.size()));
  std::string all;
  char part[4096];
  for (ssize_t n; (n = ::recv(client, part, sizeof part, 0)) > 0;) {
    all.append(part, static_cast<std::size_t>(n));
  }
  return all;
}

bool contains(const std::string& text, const std::string& words) {
  return text.find(words) != std::string::npos;
}

// A path for a socket, in a folder that goes.
struct socket_place {
  std::string path = folder.at("debug");
  std::string address = "unix:" + path;
  static inline const tests::temporary_folder folder;
};

}  // namespace

TEST_CASE("a client sends a line, and gets a text") {
  const socket_place at;
  debug_server server(at.address);
  CHECK(server.serving());
  CHECK(server.address() == at.address);
  struct stat found{};
  REQUIRE(::stat(at.path.c_str(), &found) == 0);
  CHECK((found.st_mode & 0777) == 0600);
  std::thread([&] {
    green::run([&]() -> task<> {
      green::event never;
      const auto wait = [&]() -> task<> { co_await never.wait(); };
      const auto waiter = green::spawn(wait);
      waiter.set_name("waiter");
      const auto rest = [&] {
        CHECK(contains(ask(at.address, "dump"), "\n  waiter ["));
        CHECK(contains(ask(at.address, "hubs"), "green threads: 2 live"));
        CHECK(contains(ask(at.address, "hubs\r"), "turns: "));
        CHECK(ask(at.address, "blocked") == "no hub stands still\n");
        CHECK(contains(ask(at.address, "threads waiter"), ": event 0x"));
        CHECK(!contains(ask(at.address, "threads waiter"), "main"));
        CHECK(contains(ask(at.address, "threads"), "main"));
        CHECK(ask(at.address, "threads nobody") ==
              "no green thread is called nobody\n");
        CHECK(contains(ask(at.address, "json threads waiter"),
                       "\"name\":\"waiter\""));
        CHECK(contains(ask(at.address, "json dump"), "\"hubs\":["));
        CHECK(contains(ask(at.address, "json hubs"), "\"live\":2"));
        CHECK(contains(ask(at.address, "json blocked"), "\"hubs\":[]"));
        CHECK(contains(ask(at.address, "help"), "threads NAME"));
        CHECK(contains(ask(at.address, "kill 1"), "kill is not allowed"));
        never.set();
      };
      std::thread client(rest);
      co_await waiter.join();
      client.join();
    });
  }).join();
  server.stop();
  CHECK_FALSE(server.serving());
  CHECK_FALSE(std::filesystem::exists(at.path));
}

TEST_CASE("kill ends a green thread, where that is allowed") {
  debug_server server("localhost:0", green::debug_options().allow_kill());
  const std::string at = server.address();
  CHECK(at.starts_with("127.0.0.1:"));
  green::run([&]() -> task<> {
    const auto wait = []() -> task<> { co_await green::sleep(1h); };
    const auto victim = green::spawn(wait);
    victim.set_name("victim");
    green::event done;
    std::thread client([&] {
      const std::string line = ask(at, "threads victim");
      const std::size_t begin = line.find('[') + 1;
      const std::string id = line.substr(begin, line.find(']') - begin);
      CHECK(ask(at, "kill " + id) == "killed victim\n");
      done.set();
    });
    co_await victim.join();
    CHECK(victim.was_killed());
    co_await done.wait();
    client.join();
  });
  CHECK(contains(ask(at, "kill 1"), "no green thread has the id 1,"));
  CHECK(contains(ask(at, "kill all"), "'all' is no id"));
  CHECK(contains(ask(at, "json kill x"), "{\"answer\":\""));
  server.stop();
}

TEST_CASE("an unknown command is told to both") {
  const tests::standard_error out;
  const socket_place at;
  debug_server server(at.address);
  CHECK(ask(at.address, "dmup \x1b[2J") ==
        "there is no command 'dmup': help names all\n");
  CHECK(out.text() ==
        "green: debug_server: there is no command 'dmup': help names all\n");
  CHECK(contains(ask(at.address, ""), "there is no command ''"));
  server.stop();
}

TEST_CASE("a second server on a path is told, and the first goes on") {
  const socket_place at;
  debug_server first(at.address);
  {
    const tests::standard_error out;
    const debug_server second(at.address);
    CHECK_FALSE(second.serving());
    CHECK(second.address() == "");
    CHECK(contains(ask(at.address, "help"), "dump"));
    CHECK(out.text() == "green: debug_server(\"" + at.address +
                            "\"): it is served already\n");
  }
  first.stop();
  first.stop();
}

TEST_CASE("a socket that nobody serves is replaced, and a file is not") {
  const socket_place at;
  {
    const green::endpoint old(at.address);
    const tests::descriptor left(::socket(AF_UNIX, SOCK_STREAM, 0));
    REQUIRE(::bind(left, old.sockaddr(), old.length()) == 0);
  }
  debug_server server(at.address);
  CHECK(server.serving());
  server.stop();
  std::ofstream(at.path) << "text";
  const tests::standard_error out;
  CHECK_FALSE(debug_server(at.address).serving());
  CHECK(contains(out.text(), "the path is there already, and is no socket\n"));
  CHECK(std::filesystem::file_size(at.path) == 4);
  std::filesystem::remove(at.path);
}

TEST_CASE("a server goes on without its handle") {
  const socket_place at;
  debug_server(at.address);
  CHECK(contains(ask(at.address, "help"), "dump"));
  green::dumps::service::stop_all();
  CHECK_FALSE(std::filesystem::exists(at.path));
}

TEST_CASE("only this machine is served") {
  for (const char* wrong :
       {"0.0.0.0:0", "*:0", ":0", "[::]:0", "192.168.0.1:7000",
        "example.org:80", "unix:@abstract", "nonsense", "", "unix:"}) {
    const tests::standard_error out;
    CHECK_FALSE(debug_server(wrong).serving());
    CAPTURE(wrong);
    const std::string text = out.text();
    CHECK(text.starts_with("green: debug_server(\"" + std::string(wrong) +
                           "\"): "));
    CHECK(text.find('\n') == text.size() - 1);
  }
  const tests::standard_error out;
  CHECK_FALSE(debug_server("unix:/no/such/folder/x").serving());
  CHECK(contains(out.text(), "No such file or directory\n"));
}
