// SPDX-License-Identifier: MIT
#include "green/stdlib.h"

#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>

#include <cerrno>

#include "green/hub/call_on_helper.h"
#include "green/posix/kept_errno.h"
#include "green/signals/registration.h"
#include "green/subprocess/shell.h"

namespace green {

using hub::call_on_helper;

namespace {

// While a command runs, on any hub, the process ignores SIGINT and SIGQUIT.
class interrupts_ignored {
 public:
  /// The signals whose default action the command gets back.
  sigset_t not_ignored_before() const {
    sigset_t set;
    ::sigemptyset(&set);
    if (!interrupt_.before()) ::sigaddset(&set, SIGINT);
    if (!quit_.before()) ::sigaddset(&set, SIGQUIT);
    return set;
  }

 private:
  ignored_signal interrupt_{SIGINT};
  ignored_signal quit_{SIGQUIT};
};

}  // namespace

task<int> system(const char* command) {
  if (command == nullptr) co_return co_await green::system("exit 0") == 0;
  const kept_errno at_start;
  const interrupts_ignored during;
  posix_spawn_file_actions_t nothing;
  ::posix_spawn_file_actions_init(&nothing);
  pid_t child = -1;
  const int error =
      spawn_shell(child, command, nothing, during.not_ignored_before());
  ::posix_spawn_file_actions_destroy(&nothing);
  if (error != 0) {
    errno = error;
    co_return W_EXITCODE(127, 0);  // as if the shell could not be run
  }
  const int status = co_await status_of_own(child, SIGKILL);
  co_return at_start(status);
}

namespace {

int resolve_path(const char* path, char* resolved, char** result) {
  *result = ::realpath(path, resolved);
  return *result == nullptr ? -1 : 0;
}

int make_folder(char* name) { return ::mkdtemp(name) == nullptr ? -1 : 0; }

}  // namespace

task<char*> realpath(const char* path, char* resolved) {
  char* result = nullptr;
  const int found = co_await call_on_helper<&resolve_path, "realpath">(
      path, resolved, &result);
  co_return found == 0 ? result : nullptr;
}

task<char*> canonicalize_file_name(const char* path) {
  return realpath(path, nullptr);
}

hub::operation<int> mkstemp(char* name) {
  return call_on_helper<&::mkstemp, "mkstemp">(name);
}

hub::operation<int> mkostemp(char* name, int flags) {
  return call_on_helper<&::mkostemp, "mkostemp">(name, flags);
}

hub::operation<int> mkstemps(char* name, int suffix_length) {
  return call_on_helper<&::mkstemps, "mkstemps">(name, suffix_length);
}

hub::operation<int> mkostemps(char* name, int suffix_length, int flags) {
  return call_on_helper<&::mkostemps, "mkostemps">(name, suffix_length, flags);
}

task<char*> mkdtemp(char* name) {
  const int made = co_await call_on_helper<&make_folder, "mkdtemp">(name);
  co_return made == 0 ? name : nullptr;
}

}  // namespace green
