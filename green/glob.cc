// SPDX-License-Identifier: MIT
#include "green/glob.h"

#include <dirent.h>
#include <sys/stat.h>

#include <cerrno>
#include <string>

#include "green/core/counted.h"
#include "green/directories/asking_call.h"

namespace green {

namespace {

using error_function = int (*)(const char*, int);

// A search of the original. Its functions have no parameter for the user, so
// that the thread knows the search. When it was stopped, there are no more
// files for it.
class search final : public asking_call {
 public:
  search(const char* pattern, int flags, bool asks, const glob_t& found)
      : asking_call("glob"),
        pattern_(pattern),
        flags_(flags | GLOB_ALTDIRFUNC),
        asks_(asks),
        found_(found) {
    found_.gl_opendir = [](const char* path) -> void* {
      return gone() ? nullptr : ::opendir(path);
    };
    found_.gl_readdir = [](void* directory) {
      return gone() ? nullptr : ::readdir(static_cast<::DIR*>(directory));
    };
    found_.gl_closedir = [](void* directory) {
      ::closedir(static_cast<::DIR*>(directory));
    };
    found_.gl_stat = [](const char* path, struct ::stat* into) {
      return gone() ? -1 : ::stat(path, into);
    };
    found_.gl_lstat = [](const char* path, struct ::stat* into) {
      return gone() ? -1 : ::lstat(path, into);
    };
  }

  /// Asks the user's function about the path that the helper could not read.
  int ask(error_function error) const { return error(path_, path_error_); }

  /// The result of a search that is over. `into` keeps its functions.
  int deliver(glob_t& into) const noexcept {
    into.gl_pathc = found_.gl_pathc;
    into.gl_pathv = found_.gl_pathv;
    into.gl_offs = found_.gl_offs;
    into.gl_flags = found_.gl_flags & ~GLOB_ALTDIRFUNC;
    if (result_ == -1) errno = error_;
    return result_;
  }

 private:
  static bool gone() noexcept {
    const bool stopped = current_->stopped();
    if (stopped) errno = EINTR;
    return stopped;
  }

  static int refused(const char* path, int error) {
    search& self = *current_;
    if (self.stopped()) return 1;
    if (!self.asks_) return 0;
    self.path_ = path;
    self.path_error_ = error;
    return self.asking_call::ask();
  }

  void call() noexcept override {
    current_ = this;
    result_ = ::glob(pattern_.c_str(), flags_, &refused, &found_);
    error_ = errno;
  }

  static inline thread_local search* current_ = nullptr;

  const std::string pattern_;
  const int flags_;
  const bool asks_;
  glob_t found_;
  const char* path_ = nullptr;
  int path_error_ = 0;
  int result_ = GLOB_NOSPACE;
  int error_ = 0;
};

}  // namespace

task<int> glob(const char* pattern, int flags, error_function error,
               glob_t* found) {
  const bool plain =
      pattern != nullptr && found != nullptr && (flags & GLOB_ALTDIRFUNC) == 0;
  if (!plain) {  // also where the original has nothing to search for
    co_return ::glob(pattern, flags, error, found);
  }
  const auto searching = core::counted_ptr<search>::adopt(
      new search(pattern, flags, error != nullptr, *found));
  if (!searching->begin()) co_return GLOB_NOSPACE;
  const search& now = *searching;
  const auto give = [&now, error]() -> task<int> { co_return now.ask(error); };
  try {
    co_await converse(*searching, give);
  } catch (...) {
    now.deliver(*found);
    throw;
  }
  co_return now.deliver(*found);
}

}  // namespace green
