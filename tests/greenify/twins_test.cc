// SPDX-License-Identifier: MIT
// Programs with threads run beside their twins, on both hubs: the same input
// gives the same output, and the twin has no thread for each of the original's.
#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace {

namespace fs = std::filesystem;
using std::string;

const string programs = "tests/greenify/twins/";

// A program with both ends of its stdin and stdout.
class running {
 public:
  running(const string& name, const char* hub,
          const std::vector<string>& arguments) {
    int in[2], out[2];
    REQUIRE(::pipe(in) == 0);
    REQUIRE(::pipe(out) == 0);
    pid_ = ::fork();
    REQUIRE(pid_ >= 0);
    if (pid_ == 0) {
      if (*hub != 0) ::setenv("GREEN_BACKEND", hub, 1);
      ::dup2(in[0], 0);
      ::dup2(out[1], 1);
      for (const int end : {in[0], in[1], out[0], out[1]}) ::close(end);
      std::vector<string> words = {programs + name};
      words.insert(words.end(), arguments.begin(), arguments.end());
      std::vector<char*> pointers;
      for (string& word : words) pointers.push_back(word.data());
      pointers.push_back(nullptr);
      ::execv(pointers[0], pointers.data());
      ::_exit(127);
    }
    ::close(in[0]);
    ::close(out[1]);
    in_ = in[1];
    out_ = out[0];
  }
  running(const running&) = delete;
  running& operator=(const running&) = delete;
  ~running() {
    if (pid_ > 0) ::kill(pid_, SIGKILL), ::waitpid(pid_, nullptr, 0);
    ::close(in_);
    ::close(out_);
  }

  string line() {
    string text;
    for (char c; ::read(out_, &c, 1) == 1 && c != '\n';) text += c;
    return text;
  }
  void write(const string& text) {
    CHECK(::write(in_, text.data(), text.size()) == ssize_t(text.size()));
  }
  void end_input() { ::close(std::exchange(in_, -1)); }
  string rest() {
    string text;
    char part[4096];
    for (ssize_t n; (n = ::read(out_, part, sizeof part)) > 0;) {
      text.append(part, size_t(n));
    }
    return text;
  }
  int status() {
    int ended = 0;
    ::waitpid(std::exchange(pid_, -1), &ended, 0);
    return WIFEXITED(ended) ? WEXITSTATUS(ended) : -WTERMSIG(ended);
  }
  // Neither the kernel's workers for a ring nor green's watch count.
  int threads() const {
    int found = 0;
    for (const auto& task :
         fs::directory_iterator("/proc/" + std::to_string(pid_) + "/task")) {
      string name;
      std::ifstream(task.path() / "comm") >> name;
      found += name.starts_with("iou-") || name == "green-watch" ? 0 : 1;
    }
    return found;
  }

 private:
  pid_t pid_ = -1;
  int in_ = -1;
  int out_ = -1;
};

struct outcome {
  string output;
  int threads;
};

using script = std::function<outcome(const string& name, const char* hub)>;

// Runs the original, and then the twin on each hub.
void compare(const string& name, int threads, int most, const script& run) {
  const outcome before = run(name + "_blocking", "");
  CHECK(before.threads == threads);
  for (const string& hub : {string("io_uring"), string("epoll")}) {
    CAPTURE(hub);
    const outcome after = run(name + "_green", hub.c_str());
    CHECK(after.output == before.output);
    CHECK(after.threads <= most);
  }
}

// Its threads are counted while all of them wait for input.
outcome feed(const string& name, const char* hub, const string& input) {
  running program(name, hub, {});
  CHECK(program.line() == "ready");
  program.write(input.substr(0, 1));
  const int threads = program.threads();
  program.write(input.substr(1));
  program.end_input();
  const string output = program.rest();
  CHECK(program.status() == 0);
  return {output, threads};
}

int connect_to(const string& port) {
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(uint16_t(std::stoi(port)));
  const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
  const int connected =
      ::connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address);
  CHECK(connected == 0);
  return fd;
}

string exchange_text(int fd, const string& text) {
  CHECK(::send(fd, text.data(), text.size(), 0) == ssize_t(text.size()));
  string echoed(text.size(), 0);
  CHECK(::recv(fd, echoed.data(), echoed.size(), MSG_WAITALL) ==
        ssize_t(text.size()));
  return echoed;
}

}  // namespace

TEST_CASE("a pool of workers with a condition variable") {
  string numbers;
  for (int i = 0; i < 200; ++i) numbers += std::to_string(i) + "\n";
  compare("pool", 5, 1, [&](const string& name, const char* hub) {
    return feed(name, hub, numbers);
  });
}

TEST_CASE("a program in C with pthreads") {
  string lines;
  for (int i = 0; i < 100; ++i) lines += "line " + std::to_string(i) + "\n";
  compare("pthreads", 4, 1, [&](const string& name, const char* hub) {
    return feed(name, hub, lines);
  });
}

TEST_CASE("a child behind two pipes") {
  const string text(100'000, 'x');
  compare("child", 2, 1, [&](const string& name, const char* hub) {
    return feed(name, hub, text);
  });
}

TEST_CASE("an echo server with a thread for each connection") {
  // The hub's thread, and helpers for calls that no kernel makes without a
  // wait.
  compare("echo", 101, 9, [](const string& name, const char* hub) {
    running server(name, hub, {"100"});
    string line = server.line();
    const string port = line.substr(line.rfind(':') + 1);
    std::vector<int> clients;
    string echoed;
    for (int i = 0; i < 100; ++i) {
      clients.push_back(connect_to(port));
      echoed += exchange_text(clients.back(), "hello " + std::to_string(i));
    }
    const int threads = server.threads();
    for (const int fd : clients) echoed += exchange_text(fd, "again");
    for (const int fd : clients) ::close(fd);
    const string output = echoed + server.rest();
    CHECK(server.status() == 0);
    return outcome{output, threads};
  });
}
