// SPDX-License-Identifier: MIT
#include "green/ftw.h"

#include <cerrno>
#include <string>

#include "green/core/counted.h"
#include "green/directories/asking_call.h"

namespace green {

namespace {

using status = struct ::stat;

// A walk of the original. Its function has no parameter for the user, so that
// the thread knows the walk.
class walk final : public asking_call {
 public:
  walk(const char* path, int descriptors) noexcept
      : asking_call("ftw"), path_(path), descriptors_(descriptors) {}
  walk(const char* path, int descriptors, int flags) noexcept
      : asking_call("nftw"),
        path_(path),
        descriptors_(descriptors),
        flags_(flags),
        has_flags_(true) {}

  /// Asks the user's function about the file that the helper has come to.
  template <class R>
  R ask(R (*visit)(const char*, const status*, int, FTW*)) const {
    return visit(file_, status_, kind_, place_);
  }
  template <class R>
  R ask(R (*visit)(const char*, const status*, int)) const {
    return visit(file_, status_, kind_);
  }

  /// The result of a walk that is over.
  int deliver() const noexcept {
    if (result_ == -1) errno = error_;
    return result_;
  }

 private:
  static int come_to(const char* file, const status* found, int kind,
                     FTW* place) {
    walk& self = *current_;
    self.file_ = file;
    self.status_ = found;
    self.kind_ = kind;
    self.place_ = place;
    return self.asking_call::ask();
  }
  static int come_simply_to(const char* file, const status* found, int kind) {
    return come_to(file, found, kind, nullptr);
  }

  void call() noexcept override {
    current_ = this;
    const char* const path = path_.c_str();
    result_ = has_flags_ ? ::nftw(path, &come_to, descriptors_, flags_)
                         : ::ftw(path, &come_simply_to, descriptors_);
    error_ = errno;
  }

  static inline thread_local walk* current_ = nullptr;

  const std::string path_;
  const int descriptors_;
  const int flags_ = 0;
  const bool has_flags_ = false;
  const char* file_ = nullptr;
  const status* status_ = nullptr;
  int kind_ = 0;
  FTW* place_ = nullptr;
  int result_ = -1;
  int error_ = 0;
};

// The visit may wait, or not.
template <class... Parameters>
task<int> ask(const walk& now, int (*visit)(Parameters...)) {
  co_return now.ask(visit);
}
template <class... Parameters>
task<int> ask(const walk& now, task<int> (*visit)(Parameters...)) {
  return now.ask(visit);
}

template <class Visit>
task<int> run(core::counted_ptr<walk> walking, Visit visit) {
  if (!walking->begin()) {
    errno = EAGAIN;
    co_return -1;
  }
  const walk& now = *walking;
  const auto give = [&now, visit] { return ask(now, visit); };
  co_await converse(*walking, give);
  co_return walking->deliver();
}

template <class Visit, class... Arguments>
task<int> walk_by(Visit visit, Arguments... arguments) {
  return run(core::counted_ptr<walk>::adopt(new walk(arguments...)), visit);
}

}  // namespace

task<int> nftw(const char* path,
               int (*visit)(const char*, const status*, int, FTW*),
               int descriptors, int flags) {
  return walk_by(visit, path, descriptors, flags);
}

task<int> nftw(const char* path,
               task<int> (*visit)(const char*, const status*, int, FTW*),
               int descriptors, int flags) {
  return walk_by(visit, path, descriptors, flags);
}

task<int> ftw(const char* path, int (*visit)(const char*, const status*, int),
              int descriptors) {
  return walk_by(visit, path, descriptors);
}

task<int> ftw(const char* path,
              task<int> (*visit)(const char*, const status*, int),
              int descriptors) {
  return walk_by(visit, path, descriptors);
}

}  // namespace green
