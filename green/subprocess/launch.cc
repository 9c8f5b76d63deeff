// SPDX-License-Identifier: MIT
#include "green/subprocess/launch.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <stdexcept>
#include <string_view>
#include <system_error>
#include <utility>

#include "green/subprocess/start.h"

namespace green::subprocess {

namespace {

using std::string;

[[noreturn]] void fail(int error, const string& what) {
  throw std::system_error(error, std::generic_category(), what);
}

// Refuses a null byte, at which the kernel would end the string.
void check_whole(const string& text) {
  if (text.find('\0') == string::npos) return;
  throw std::invalid_argument("green::subprocess: embedded null byte");
}

// The descriptors of a start. Those of the child are closed here after the
// start, the others stay.
class descriptors {
 public:
  explicit descriptors(const settings& how) : how_(how) {
    child[0] = of(how.in, 0);
    child[1] = of(how.out, 1);
    child[2] = how.err.is(redirect::kind::merged) ? merged() : of(how.err, 2);
  }

  std::array<int, 3> child;
  std::array<unique_fd, 3> here;

 private:
  int of(const redirect& what, std::size_t target) {
    switch (what.what()) {
      case redirect::kind::piped:
        return make_pipe(target);
      case redirect::kind::discarded:
        return devnull();
      case redirect::kind::descriptor:
        if (what.fd() < 0) fail(EBADF, "descriptor");
        return what.fd();
      case redirect::kind::merged:
        throw std::invalid_argument(
            "green::subprocess: only stderr can be subprocess::stdout");
      case redirect::kind::inherited:
        break;
    }
    return start_plan::inherited;
  }

  int merged() const {
    return child[1] == start_plan::inherited ? 1 : child[1];
  }

  int make_pipe(std::size_t target) {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) fail(errno, "pipe");
    unique_fd reads(ends[0]), writes(ends[1]);
    if (how_.pipesize > 0) ::fcntl(ends[1], F_SETPIPE_SZ, how_.pipesize);
    const bool child_reads = target == 0;
    here[target] = std::move(child_reads ? writes : reads);
    kept_[target] = std::move(child_reads ? reads : writes);
    return kept_[target].get();
  }

  int devnull() {
    if (!null_) null_.reset(::open("/dev/null", O_RDWR | O_CLOEXEC));
    if (!null_) fail(errno, "/dev/null");
    return null_.get();
  }

  const settings& how_;
  std::array<unique_fd, 3> kept_;
  unique_fd null_;
};

// The words of the command and of the environment as execve(2) wants them, and
// the paths to try.
class program {
 public:
  program(const std::vector<string>& command, const settings& how)
      : words_(command) {
    if (words_.empty()) {
      throw std::invalid_argument("green::subprocess: no program is named");
    }
    if (how.shell) words_.insert(words_.begin(), {"/bin/sh", "-c"});
    for (const string& word : words_) check_whole(word);
    name_ = how.executable.value_or(words_[0]);
    check_whole(name_);
    if (how.shell && how.executable) words_[0] = name_;
    set_environment(how);
    set_paths(how);
  }

  const string& name() const noexcept { return name_; }

  void describe(start_plan& plan) {
    for (const string& path : paths_) plan.programs.push_back(path.c_str());
    for (string& word : words_) plan.arguments.push_back(word.data());
    plan.arguments.push_back(nullptr);
    if (inherits_environment_) {
      for (char** v = environ; v != nullptr && *v != nullptr; ++v) {
        plan.environment.push_back(*v);
      }
    }
    for (string& v : variables_) plan.environment.push_back(v.data());
    plan.environment.push_back(nullptr);
  }

 private:
  void set_environment(const settings& how) {
    inherits_environment_ = !how.env;
    if (inherits_environment_) return;
    for (const auto& [name, value] : how.env->variables()) {
      if (name.empty() || name.find('=') != string::npos) {
        throw std::invalid_argument(
            "green::subprocess: illegal environment variable name");
      }
      variables_.push_back(fmt::format("{}={}", name, value));
      check_whole(variables_.back());
    }
  }

  // Like the shell, searches only for a name without a slash, in the PATH of
  // the child. An empty folder there is the current one.
  void set_paths(const settings& how) {
    if (name_.find('/') != string::npos) {
      paths_ = {name_};
      return;
    }
    const string all = search_path(how);
    for (std::size_t from = 0; from <= all.size();) {
      const std::size_t colon = std::min(all.find(':', from), all.size());
      string folder = all.substr(from, colon - from);
      if (!folder.empty() && folder.back() != '/') folder += '/';
      paths_.push_back(folder + name_);
      from = colon + 1;
    }
  }

  static string search_path(const settings& how) {
    constexpr const char* standard = "/bin:/usr/bin";
    if (how.env) {
      const auto& variables = how.env->variables();
      const auto found = variables.find("PATH");
      return found == variables.end() ? standard : found->second;
    }
    const char* const own = ::getenv("PATH");
    return own == nullptr ? standard : own;
  }

  std::vector<string> words_;
  string name_;
  bool inherits_environment_ = true;
  std::vector<string> variables_;  // NAME=VALUE
  std::vector<string> paths_;
};

std::vector<int> passed(const settings& how) {
  std::vector<int> fds;
  for (const int fd : how.pass_fds) {
    if (fd < 0) fail(EBADF, "descriptor");
    if (fd > 2) fds.push_back(fd);
  }
  std::ranges::sort(fds);
  fds.erase(std::ranges::unique(fds).begin(), fds.end());
  return fds;
}

[[noreturn]] void fail(const started& outcome, const settings& how,
                       const string& name) {
  switch (outcome.failed) {
    case start_step::program:
      fail(outcome.error, name);
    case start_step::folder:
      fail(outcome.error, *how.cwd);
    case start_step::descriptors:
      fail(outcome.error, fmt::format("{}: descriptors", name));
    case start_step::session:
      fail(outcome.error, fmt::format("{}: start_new_session", name));
    case start_step::process_group:
      fail(outcome.error, fmt::format("{}: process_group", name));
    case start_step::groups:
      fail(outcome.error, fmt::format("{}: extra_groups", name));
    case start_step::group:
      fail(outcome.error, fmt::format("{}: group", name));
    case start_step::user:
      break;
  }
  fail(outcome.error, fmt::format("{}: user", name));
}

}  // namespace

launched launch(const std::vector<string>& command, const settings& how) {
  reap_orphans();
  program what(command, how);
  if (how.cwd) check_whole(*how.cwd);
  descriptors fds(how);
  start_plan plan;
  what.describe(plan);
  plan.standard = fds.child;
  plan.passed = passed(how);
  plan.close_fds = how.close_fds;
  plan.restore_signals = how.restore_signals;
  plan.new_session = how.start_new_session;
  plan.folder = how.cwd ? how.cwd->c_str() : nullptr;
  plan.mask = how.umask;
  plan.process_group = how.process_group;
  plan.groups = how.extra_groups;
  plan.group = how.group;
  plan.user = how.user;
  auto made = std::make_shared<child>();
  started outcome = start(plan);
  if (outcome.error != 0) fail(outcome, how, what.name());
  made->adopt(outcome.pid, std::move(outcome.pidfd));
  return {std::move(made), std::move(fds.here[0]), std::move(fds.here[1]),
          std::move(fds.here[2])};
}

}  // namespace green::subprocess
