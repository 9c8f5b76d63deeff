// SPDX-License-Identifier: MIT
#include <arpa/inet.h>
#include <locale.h>
#include <string.h>

#include <cerrno>
#include <cstdlib>
#include <new>
#include <string>
#include <vector>

#include "green/patcher/replacement.h"

namespace green::patcher {

namespace {

// What the C library (2.36) keeps for each thread, a fiber keeps for itself:
// - here, the texts of strerror, strerror_l, strsignal and inet_ntoa, the
//   locale of uselocale, with its tables of <ctype.h>, and the destructors of
//   thread-locals;
// - in libc_words, h_errno and the message of dlerror, for threads;
// - in hooks_keys.cc, the values of keys.
// errno is that of each call. Look-ups run on helper threads, whose resolvers
// have the settings of /etc/resolv.conf: `_res` of a fiber changes nothing. The
// caches of malloc belong to the OS thread. All other static results, such as
// those of getpwnam, localtime, strtok and ttyname, are the process's, as they
// are between threads.

using of_number = char*(int);
using of_number_and_locale = char*(int, locale_t);
using of_address = char*(in_addr);
using locale_type = locale_t(locale_t);
using at_end_type = int(void (*)(void*), void*, void*);
using process_exit_type = void(int);

char* kept(kept_result which, char* result) {
  if (result == nullptr) return nullptr;
  const int before = errno;
  const shut_gate shut;
  try {
    std::string& mine = shut.owner().result(which);
    mine = result;
    result = mine.data();
  } catch (const std::bad_alloc&) {
    errno = before;
  }
  return result;
}

char* strerror_on(int number) {
  return kept(kept_result::strerror, original<"strerror", of_number>(number));
}

char* strerror_l_on(int number, locale_t locale) {
  return kept(kept_result::strerror,
              original<"strerror_l", of_number_and_locale>(number, locale));
}

char* strsignal_on(int number) {
  return kept(kept_result::strsignal, original<"strsignal", of_number>(number));
}

char* inet_ntoa_on(in_addr address) {
  return kept(kept_result::inet_ntoa,
              original<"inet_ntoa", of_address>(address));
}

locale_t uselocale_on(locale_t wanted) {
  const locale_t before = original<"uselocale", locale_type>(wanted);
  if (wanted != nullptr && before != nullptr) {
    this_fiber().note_locale(before);
  }
  return before;
}

// The destructors of C++'s thread-locals. The object that has them is patched,
// so that it stays loaded.
int at_end_on(void (*destroy)(void*), void* object, void* module) {
  thread_locals* const mine = this_fiber().locals();
  if (mine == nullptr) {
    return original<"__cxa_thread_atexit_impl", at_end_type>(destroy, object,
                                                             module);
  }
  const shut_gate shut;
  try {
    mine->at_end(destroy, object);
    return 0;
  } catch (const std::bad_alloc&) {
    return -1;
  }
}

// As exit(3) does for the thread that calls it.
void process_exit_on(int status) {
  if (thread_locals* const mine = this_fiber().locals()) mine->destroy_all();
  original<"exit", process_exit_type>(status);
}

}  // namespace

void add_result_hooks(std::vector<hook>& all) {
  const hook mine[] = {
      make_hook<"strerror", of_number, strerror_on>("thread"),
      make_hook<"strerror_l", of_number_and_locale, strerror_l_on>("thread"),
      make_hook<"strsignal", of_number, strsignal_on>("thread"),
      make_hook<"inet_ntoa", of_address, inet_ntoa_on>("thread"),
      make_hook<"uselocale", locale_type, uselocale_on>("thread"),
      make_hook<"__cxa_thread_atexit_impl", at_end_type, at_end_on>("thread"),
      make_hook<"exit", process_exit_type, process_exit_on>("thread"),
  };
  all.insert(all.end(), std::begin(mine), std::end(mine));
}

}  // namespace green::patcher
