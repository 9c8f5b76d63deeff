// SPDX-License-Identifier: MIT
#include "green/dumps/signal.h"

#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <memory>
#include <string>
#include <system_error>
#include <thread>

#include "green/dumps/process.h"
#include "green/hub/alone.h"

namespace green::dumps {

namespace {

using file_pointer = std::unique_ptr<std::FILE, int (*)(std::FILE*)>;

std::atomic<pid_t> settled_in = 0;  // the process that has looked
sem_t asked;

void ask(int) {
  const int kept = errno;
  ::sem_post(&asked);
  errno = kept;
}

void complain(const char* variable, const char* value, const char* why) {
  std::fprintf(stderr, "green: %s=%s %s\n", variable, value, why);
}

file_pointer open_to_add(const char* path) {
  return {std::fopen(path, "ae"), &std::fclose};
}

// The file, if it can be written.
std::string file_to_write() {
  constexpr const char* variable = "GREEN_DUMP_FILE";
  const char* const path = std::getenv(variable);
  if (path == nullptr) return "";
  if (open_to_add(path) != nullptr) return path;
  const std::string why = std::string("cannot be written: ") + strerror(errno) +
                          "; dumps go to stderr";
  complain(variable, path, why.c_str());
  return "";
}

void write_dump(const std::string& path) noexcept try {
  const file_pointer file = path.empty() ? file_pointer(nullptr, &std::fclose)
                                         : open_to_add(path.c_str());
  const std::string text = text_of(look_at_process());
  std::FILE* const out = file == nullptr ? stderr : file.get();
  std::fwrite(text.data(), 1, text.size(), out);
} catch (const std::exception& error) {
  std::fprintf(stderr, "green: no dump: %s\n", error.what());
}

// There is always this thread that takes the signal.
[[noreturn]] void serve(int number, const std::string& path) {
  const hub::bystander bystander;
  ::pthread_setname_np(::pthread_self(), "green-dump");
  sigset_t all;
  ::sigfillset(&all);
  ::sigdelset(&all, number);
  ::pthread_sigmask(SIG_SETMASK, &all, nullptr);
  for (;;) {
    if (::sem_wait(&asked) == 0) write_dump(path);
  }
}

// Null, or why the signal cannot ask for dumps.
const char* listen(int number) {
  struct sigaction before = {};
  if (::sigaction(number, nullptr, &before) != 0) return "cannot be caught";
  const bool own = (before.sa_flags & SA_SIGINFO) == 0 &&
                   before.sa_handler == &ask;  // as in a child of fork
  if (!own && before.sa_handler != SIG_DFL && before.sa_handler != SIG_IGN) {
    return "has a handler of the program already";
  }
  ::sem_init(&asked, 0, 0);
  try {
    std::thread(serve, number, file_to_write()).detach();
  } catch (const std::system_error&) {
    return "asks for no dumps, because no thread can be started";
  }
  struct sigaction how = {};
  how.sa_handler = &ask;
  how.sa_flags = SA_RESTART | SA_ONSTACK;
  ::sigfillset(&how.sa_mask);
  return ::sigaction(number, &how, nullptr) == 0 ? nullptr : "cannot be caught";
}

int read_number(std::string_view text) {
  int number = 0;
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), number);
  const bool whole = error == std::errc() && end == text.data() + text.size();
  return whole && number > 0 && number <= SIGRTMAX ? number : 0;
}

}  // namespace

int signal_number(std::string_view name) {
  if (name.starts_with("SIG")) name.remove_prefix(3);
  if (const int number = read_number(name); number != 0) return number;
  for (const int number : {SIGRTMIN, SIGRTMAX}) {
    const std::string_view base = number == SIGRTMIN ? "RTMIN" : "RTMAX";
    if (!name.starts_with(base)) continue;
    const std::string_view rest = name.substr(base.size());
    if (rest.empty()) return number;
    const int more = read_number(rest.substr(1));
    const int sum = rest[0] == '+' ? number + more : number - more;
    const bool ok = more != 0 && sum >= SIGRTMIN && sum <= SIGRTMAX;
    return ok ? sum : 0;
  }
  for (int number = 1; number != SIGRTMIN; ++number) {
    const char* const known = ::sigabbrev_np(number);
    if (known != nullptr && name == known) return number;
  }
  return 0;
}

void dump_by_signal_if_told() {
  constexpr const char* variable = "GREEN_DUMP_SIGNAL";
  const char* const name = std::getenv(variable);
  const pid_t process = ::getpid();
  if (name == nullptr || settled_in.exchange(process) == process) return;
  const int number = signal_number(name);
  const char* const refused =
      number == 0 ? "is no signal: write a name as QUIT, or a number"
                  : listen(number);
  if (refused != nullptr) complain(variable, name, refused);
}

}  // namespace green::dumps
