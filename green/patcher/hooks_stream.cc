// SPDX-License-Identifier: MIT
#include <stdio.h>
#include <sys/stat.h>

#include <type_traits>

#include "green/helper_call.h"
#include "green/patcher/helper.h"
#include "green/patcher/replacement.h"

namespace green::patcher {

namespace {

using getc_type = int(FILE*);
using fgets_type = char*(char*, int, FILE*);
using fgets_chk_type = char*(char*, std::size_t, int, FILE*);
using fread_type = std::size_t(void*, std::size_t, std::size_t, FILE*);
using fread_chk_type = std::size_t(void*, std::size_t, std::size_t, std::size_t,
                                   FILE*);
using getline_type = ssize_t(char**, std::size_t*, FILE*);
using getdelim_type = ssize_t(char**, std::size_t*, int, FILE*);

template <class First, class... Rest>
FILE* stream_among(First first, Rest... rest) noexcept {
  if constexpr (std::is_same_v<First, FILE*>) {
    return first;
  } else {
    return stream_among(rest...);
  }
}

bool of_regular_file(FILE* stream) noexcept {
  struct stat status;
  const int fd = ::fileno(stream);
  return fd < 0 || ::fstat(fd, &status) != 0 || S_ISREG(status.st_mode);
}

// The C library reads with the stream's lock, from the inside: that is left
// whole to a helper thread. Without one it holds the hub up.
template <name_of Name, class R, class... A>
R read_on(A... arguments) {
  auto call = [&] { return original<Name, R(A...)>(arguments...); };
  if (of_regular_file(stream_among(arguments...))) return call();
  const auto make = [&] {
    return call_on_helper(hub::patient_helpers(), Name.text, call);
  };
  const shut_gate shut;
  R result{};
  const int failed = await_on(shut.owner(), make, result, interruptible::no);
  return failed == 0 ? result : call();
}

template <name_of Name, class R, class... A>
hook reading(R (*like)(A...)) noexcept {
  return hook_like<Name, read_on<Name, R, A...>>("os", like);
}

}  // namespace

void add_stream_hooks(std::vector<hook>& all) {
  getc_type* const getc_like = nullptr;
  fgets_type* const fgets_like = nullptr;
  fgets_chk_type* const fgets_chk_like = nullptr;
  fread_type* const fread_like = nullptr;
  fread_chk_type* const fread_chk_like = nullptr;
  getline_type* const getline_like = nullptr;
  getdelim_type* const getdelim_like = nullptr;
  const hook mine[] = {
      reading<"getc">(getc_like),
      reading<"_IO_getc">(getc_like),
      reading<"fgetc">(getc_like),
      reading<"fgets">(fgets_like),
      reading<"fgets_unlocked">(fgets_like),
      reading<"__fgets_chk">(fgets_chk_like),
      reading<"__fgets_unlocked_chk">(fgets_chk_like),
      reading<"fread">(fread_like),
      reading<"fread_unlocked">(fread_like),
      reading<"__fread_chk">(fread_chk_like),
      reading<"__fread_unlocked_chk">(fread_chk_like),
      reading<"getline">(getline_like),
      reading<"getdelim">(getdelim_like),
      reading<"__getdelim">(getdelim_like),
  };
  all.insert(all.end(), std::begin(mine), std::end(mine));
}

}  // namespace green::patcher
