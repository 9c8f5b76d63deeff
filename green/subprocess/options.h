// SPDX-License-Identifier: MIT
#pragma once

#include <sys/types.h>

#include <chrono>
#include <concepts>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "green/core/deadline.h"
#include "green/subprocess/arguments.h"
#include "green/subprocess/redirect.h"

namespace green::subprocess {

/// The values of options.
struct settings {
  redirect in = inherit, out = inherit, err = inherit;
  bool capture_output = false;
  bool check = false;
  bool shell = false;
  bool close_fds = true;
  bool restore_signals = true;
  bool start_new_session = false;
  std::shared_ptr<const std::string> input;
  std::optional<std::chrono::nanoseconds> timeout;
  std::optional<std::string> cwd;
  std::optional<std::string> executable;
  std::optional<environment> env;
  std::optional<pid_t> process_group;
  std::optional<mode_t> umask;
  std::optional<uid_t> user;
  std::optional<gid_t> group;
  std::optional<std::vector<gid_t>> extra_groups;
  std::vector<int> pass_fds;
  int pipesize = 0;
};

/// subprocess's keyword arguments, chained:
/// `options().capture_output().timeout(5s).cwd("/").env({{"K", "v"}})`. There
/// is no preexec_fn: what runs between the making of a child and its program
/// shares the memory of its parent, whose other threads stand still nowhere;
/// nothing of C++ is safe there. text, encoding and bufsize do not exist:
/// text is bytes.
class options {
 public:
  options() = default;

  options& stdin(redirect from) noexcept { return put(s_.in, from); }
  options& stdout(redirect to) noexcept { return put(s_.out, to); }
  options& stderr(redirect to) noexcept { return put(s_.err, to); }
  /// For run: stdout and stderr are pipes, and are read to their ends.
  options& capture_output(bool on = true) noexcept {
    return put(s_.capture_output, on);
  }
  /// For run and check_output: the bytes that the child reads on its stdin.
  options& input(std::string bytes) {
    s_.input = std::make_shared<const std::string>(std::move(bytes));
    return *this;
  }
  /// For run and call: after this time the child is killed, and timeout_expired
  /// is thrown.
  template <class Rep, class Period>
  options& timeout(const std::chrono::duration<Rep, Period>& length) {
    return put(s_.timeout,
               std::chrono::nanoseconds(core::deadline::nanoseconds(length)));
  }
  /// For run: throws called_process_error unless the child exits with 0.
  options& check(bool on = true) noexcept { return put(s_.check, on); }
  /// `/bin/sh -c` runs the first word; the others are its $0, $1 ...
  options& shell(bool on = true) noexcept { return put(s_.shell, on); }
  /// Runs this instead of the first word, which stays the child's argv[0].
  options& executable(std::string path) {
    return put(s_.executable, std::move(path));
  }
  /// A relative program is looked for in this folder.
  options& cwd(std::string folder) { return put(s_.cwd, std::move(folder)); }
  /// Replaces the process's own environment. Programs are looked for in its
  /// PATH.
  options& env(environment all) { return put(s_.env, std::move(all)); }
  /// Descriptors that the child keeps under their numbers: `pass_fds(3, 7)`, or
  /// a vector.
  template <std::convertible_to<int>... Fd>
  options& pass_fds(const Fd&... fds) {
    return put(s_.pass_fds, std::vector<int>{static_cast<int>(fds)...});
  }
  options& pass_fds(std::vector<int> fds) {
    return put(s_.pass_fds, std::move(fds));
  }
  /// Off: the child keeps descriptors that are not close-on-exec.
  options& close_fds(bool on = true) noexcept { return put(s_.close_fds, on); }
  /// On by default: SIGPIPE and SIGXFSZ get their default action. Beyond
  /// Python, no signal is blocked in the child, though green threads that wait
  /// for signals block them here.
  options& restore_signals(bool on = true) noexcept {
    return put(s_.restore_signals, on);
  }
  /// setsid(2)
  options& start_new_session(bool on = true) noexcept {
    return put(s_.start_new_session, on);
  }
  /// setpgid(2): 0 is a new group, with the child's own number.
  options& process_group(pid_t group) { return put(s_.process_group, group); }
  /// umask(2)
  options& umask(mode_t mask) { return put(s_.umask, mask); }
  /// setreuid(2), setregid(2) and setgroups(2); by number only.
  options& user(uid_t id) { return put(s_.user, id); }
  /// setregid(2); by number.
  options& group(gid_t id) { return put(s_.group, id); }
  /// setgroups(2); by numbers.
  template <std::convertible_to<gid_t>... Id>
  options& extra_groups(const Id&... ids) {
    return put(s_.extra_groups, std::vector<gid_t>{static_cast<gid_t>(ids)...});
  }
  options& extra_groups(std::vector<gid_t> ids) {
    return put(s_.extra_groups, std::move(ids));
  }
  /// F_SETPIPE_SZ of every pipe.
  options& pipesize(int bytes) noexcept { return put(s_.pipesize, bytes); }

  /// For the library.
  const settings& get() const noexcept { return s_; }

 private:
  template <class Member, class Value>
  options& put(Member& member, Value&& value) {
    member = std::forward<Value>(value);
    return *this;
  }

  settings s_;
};

}  // namespace green::subprocess
