// SPDX-License-Identifier: MIT
#include "green/utmpx.h"

#include <cerrno>
#include <mutex>

#include "green/core/made_once.h"
#include "green/hub/call_on_helper.h"
#include "green/local.h"

namespace green {

using hub::call_on_helper;

namespace {

// The C library has one result for all threads. So a helper thread copies it
// before the next one asks.
std::mutex result_mutex;

// 0, or -1 and errno, or 1: there is none, and that is no error.
template <class Call>
int copy_of(utmpx* into, Call call) {
  const std::lock_guard guard(result_mutex);
  errno = 0;
  const utmpx* const found = call();
  if (found == nullptr) return errno != 0 ? -1 : 1;
  *into = *found;
  return 0;
}

int next(utmpx* into) {
  return copy_of(into, [] { return ::getutxent(); });
}

int with_id(const utmpx* wanted, utmpx* into) {
  return copy_of(into, [wanted] { return ::getutxid(wanted); });
}

int with_line(const utmpx* wanted, utmpx* into) {
  return copy_of(into, [wanted] { return ::getutxline(wanted); });
}

int put_entry(const utmpx* entry, utmpx* into) {
  return copy_of(into, [entry] { return ::pututxline(entry); });
}

// Stands for the static memory of a function: each green thread has its own.
template <auto Call>
utmpx* own_result() {
  static constinit core::made_once<local<utmpx>> own;
  return &*own.get();
}

template <auto Call>
utmpx* kept(int result, const utmpx& found) {
  if (result != 0) return nullptr;
  utmpx* const own = own_result<Call>();
  *own = found;
  return own;
}

}  // namespace

task<utmpx*> getutxent() {
  utmpx found;
  const int result = co_await call_on_helper<&next, "getutxent">(&found);
  co_return kept<&next>(result, found);
}

task<utmpx*> getutxid(const utmpx* wanted) {
  utmpx found;
  const int result =
      co_await call_on_helper<&with_id, "getutxid">(wanted, &found);
  co_return kept<&with_id>(result, found);
}

task<utmpx*> getutxline(const utmpx* wanted) {
  utmpx found;
  const int result =
      co_await call_on_helper<&with_line, "getutxline">(wanted, &found);
  co_return kept<&with_line>(result, found);
}

task<utmpx*> pututxline(const utmpx* entry) {
  utmpx found;
  const int result =
      co_await call_on_helper<&put_entry, "pututxline">(entry, &found);
  co_return kept<&put_entry>(result, found);
}

hub::operation<void> setutxent() {
  return call_on_helper<&::setutxent, "setutxent">();
}

hub::operation<void> endutxent() {
  return call_on_helper<&::endutxent, "endutxent">();
}

hub::operation<int> utmpxname(const char* file) {
  return call_on_helper<&::utmpxname, "utmpxname">(file);
}

hub::operation<void> updwtmpx(const char* file, const utmpx* entry) {
  return call_on_helper<&::updwtmpx, "updwtmpx">(file, entry);
}

}  // namespace green
