// SPDX-License-Identifier: MIT
// Real clients chat, and ctrl-C ends the server.
#include <doctest/doctest.h>

#include <cstdio>
#include <string>
#include <utility>

#include "tests/support/shell.h"

namespace {

using tests::served;

// nc as a person uses it: what is typed, and what is shown.
class person {
 public:
  explicit person(const std::string& port) {
    int in[2], out[2];
    REQUIRE(::pipe(in) == 0);
    REQUIRE(::pipe(out) == 0);
    pid_ = ::fork();
    if (pid_ == 0) {
      ::dup2(in[0], STDIN_FILENO);
      ::dup2(out[1], STDOUT_FILENO);
      for (const int fd : {in[0], in[1], out[0], out[1]}) ::close(fd);
      ::execlp("nc", "nc", "-N", "127.0.0.1", port.c_str(), nullptr);
      ::_exit(127);
    }
    ::close(in[0]);
    ::close(out[1]);
    typed_ = ::fdopen(in[1], "w");
    shown_ = ::fdopen(out[0], "r");
  }
  person(const person&) = delete;
  person& operator=(const person&) = delete;
  ~person() {
    if (typed_ != nullptr) fclose(typed_);
    ::kill(pid_, SIGTERM);
    ::waitpid(pid_, nullptr, 0);
    fclose(shown_);
  }

  void type(const std::string& text) {
    fwrite(text.data(), 1, text.size(), typed_);
    fflush(typed_);
  }
  /// The next line, without its end; "" at the end.
  std::string see() {
    char line[512] = "";
    if (fgets(line, sizeof line, shown_) == nullptr) return "";
    std::string text = line;
    while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) {
      text.pop_back();
    }
    return text;
  }
  void leave() { fclose(std::exchange(typed_, nullptr)); }

 private:
  pid_t pid_;
  FILE* typed_;
  FILE* shown_;
};

std::string after_name(const std::string& line) {
  const std::size_t at = line.find(": ");
  return at == line.npos ? line : line.substr(at + 2);
}

}  // namespace

TEST_CASE("lines reach the others, joins and leaves are told") {
  REQUIRE_MESSAGE(tests::installed("nc"), "install netcat-openbsd");
  served server({"examples/chat_server", "0"});
  person anna(server.port());
  CHECK(anna.see().starts_with("* you are "));
  person bert(server.port());
  CHECK(bert.see().starts_with("* you are "));
  CHECK(anna.see().ends_with(" joined"));
  bert.type("hello\r\nall\n");
  CHECK(after_name(anna.see()) == "hello");
  CHECK(after_name(anna.see()) == "all");
  anna.type("welcome\n");
  CHECK(after_name(bert.see()) == "welcome");
  bert.leave();
  CHECK(anna.see().ends_with(" left"));
  CHECK(server.end(SIGINT) == 0);
}

TEST_CASE("ctrl-C ends a chat with nobody in it, and a wrong port is refused") {
  served server({"examples/chat_server", "0"});
  CHECK(server.end(SIGINT) == 0);
  const auto wrong = tests::shell("examples/chat_server 70000");
  CHECK(wrong.status == 2);
  CHECK(wrong.text.find("from 0 to 65535") != std::string::npos);
  for (const std::string port : {"--help", "-1"}) {
    const auto option = tests::shell("examples/chat_server " + port);
    CHECK(option.status == 2);
    CHECK(option.text.find("not a port: '" + port + "'") != std::string::npos);
  }
  CHECK(tests::shell("examples/chat_server").status == 2);
}
