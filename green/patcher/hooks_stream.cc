// SPDX-License-Identifier: MIT
#include <limits.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdio_ext.h>
#include <sys/stat.h>

#include <cstdint>
#include <cstring>
#include <iterator>
#include <type_traits>
#include <vector>

#include "green/patcher/helper.h"
#include "green/patcher/owners.h"
#include "green/patcher/replacement.h"
#include "green/patcher/stream_lock.h"

// Declared as in the library's own headers, for programs that are fortified.
extern "C" int __vsnprintf_chk(char* text, std::size_t length, int flag,
                               std::size_t room, const char* format,
                               va_list arguments) noexcept;

namespace green::patcher {

namespace {

// The C library reads and writes with the stream's lock held, from the inside.
// So a call that may wait runs whole on a helper thread, and a kill waits for
// it. Other calls run in place: on a regular file, on bytes in the stream's
// buffer, or into a pipe with room. While another holds the lock, every call
// goes to a helper.

constexpr std::size_t unknown = SIZE_MAX, to_newline = SIZE_MAX - 1;

bool of_regular_file(FILE* stream) noexcept {
  struct stat status;
  return ::fstat(::fileno(stream), &status) != 0 || S_ISREG(status.st_mode);
}

/// A call that asks a stream for so many bytes.
struct reading {
  static FILE* usual() noexcept { return stdin; }
  static bool waits(FILE* stream, std::size_t bytes) noexcept {
    const char* const next = stream->_IO_read_ptr;
    const auto there = static_cast<std::size_t>(stream->_IO_read_end - next);
    if (there >= bytes) return false;
    const bool whole_line = bytes == to_newline && there != 0 &&
                            std::memchr(next, '\n', there) != nullptr;
    return !whole_line && !of_regular_file(stream);
  }
};

/// A call that puts so many bytes into a stream; 0: that empties its buffer.
struct writing {
  static FILE* usual() noexcept { return stdout; }
  static bool waits(FILE* stream, std::size_t bytes) noexcept {
    const std::size_t room = ::__fbufsize(stream);
    std::size_t leaving = ::__fpending(stream);
    if (bytes > unknown - leaving) return !of_regular_file(stream);
    leaving += bytes;
    const bool by_blocks = bytes != 0 && room != 0 && ::__flbf(stream) == 0;
    if (by_blocks) leaving -= leaving % room;
    if (leaving == 0 || of_regular_file(stream)) return false;
    // One page of a pipe is free, or a third of a socket's buffer.
    pollfd one{::fileno(stream), POLLOUT, 0};
    return leaving > PIPE_BUF || ::poll(&one, 1, 0) <= 0;
  }
};

// How many bytes a call is about, by its arguments.

constexpr auto nothing = [](auto...) { return std::size_t{0}; };
constexpr auto one_byte = [](auto...) { return std::size_t{1}; };
constexpr auto one_word = [](auto...) { return sizeof(int); };
constexpr auto a_line = [](auto...) { return to_newline; };
constexpr auto anything = [](auto...) { return unknown; };
constexpr auto text = [](const char* all, auto...) {
  return std::strlen(all) + 1;
};
constexpr auto blocks = [](const void*, std::size_t size, std::size_t count,
                           FILE*) {
  const bool countable = count == 0 || size <= unknown / count;
  return countable ? size * count : unknown;
};

struct formatted {
  std::size_t operator()(int flag, const char* format,
                         va_list arguments) const noexcept {
    va_list again;
    va_copy(again, arguments);
    const int length = ::__vsnprintf_chk(nullptr, 0, flag, 0, format, again);
    va_end(again);
    return length < 0 ? unknown : static_cast<std::size_t>(length);
  }
  std::size_t operator()(const char* format, va_list arguments) const noexcept {
    return (*this)(0, format, arguments);
  }
  template <class... Rest>
  std::size_t operator()(FILE*, Rest... rest) const noexcept {
    return (*this)(rest...);
  }
};

template <class Way>
FILE* stream_among() noexcept {
  return Way::usual();
}

template <class Way, class First, class... Rest>
FILE* stream_among(First first, Rest... rest) noexcept {
  if constexpr (std::is_same_v<First, FILE*>) {
    return first;
  } else {
    return stream_among<Way>(rest...);
  }
}

// A stream in memory, or one of the caller's functions, which run on the fiber
// as usual.
bool has_descriptor(FILE* stream) noexcept {
  const int before = errno;
  const int fd = ::fileno(stream);
  errno = before;
  return fd >= 0;
}

template <class Way>
bool must_wait(FILE* stream, std::size_t bytes) noexcept {
  const int before = errno;
  const bool waits = Way::waits(stream, bytes);
  errno = before;
  return waits;
}

// Without a helper thread the call holds the hub up.
template <class Call>
auto on_helper_of(FILE* stream, const char* what, Call& call) noexcept {
  std::invoke_result_t<Call&> result{};
  {
    const shut_gate shut;
    lent_stream lent(stream, shut.owner());
    int error = errno;
    auto work = [&] {
      lent.lock();
      errno = error;
      const auto value = call();
      error = errno;
      lent.unlock();
      return value;
    };
    const auto make = [&] {
      return call_on_helper(hub::patient_helpers(), what, work);
    };
    if (await_on(shut.owner(), make, result, interruptible::no) == 0) {
      errno = error;
      return result;
    }
  }
  return call();
}

template <name_of Name, class Way, auto Bytes, class F>
struct on_stream;

template <name_of Name, class Way, auto Bytes, class R, class... A>
struct on_stream<Name, Way, Bytes, R(A...)> {
  static R call(A... arguments) {
    FILE* const stream = stream_among<Way>(arguments...);
    const auto made = [&] { return original<Name, R(A...)>(arguments...); };
    if (!has_descriptor(stream)) return made();
    {
      const shut_gate shut;
      const held_stream held(stream, shut.owner());
      if (held && !must_wait<Way>(stream, Bytes(arguments...))) return made();
    }
    return on_helper_of(stream, Name.text, made);
  }
};

using stream_type = int(FILE*);
using put_type = int(int, FILE*);
using puts_type = int(const char*);
using fputs_type = int(const char*, FILE*);
using fgets_type = char*(char*, int, FILE*);
using fgets_chk_type = char*(char*, std::size_t, int, FILE*);
using fread_type = std::size_t(void*, std::size_t, std::size_t, FILE*);
using fread_chk_type = std::size_t(void*, std::size_t, std::size_t, std::size_t,
                                   FILE*);
using fwrite_type = std::size_t(const void*, std::size_t, std::size_t, FILE*);
using getline_type = ssize_t(char**, std::size_t*, FILE*);
using getdelim_type = ssize_t(char**, std::size_t*, int, FILE*);

// Flushes all streams. The call waits for the lock of each, which a reader
// holds. Locks that the fiber has by flockfile are open to its own thread
// alone.
int flush_all_on() {
  const auto made = [] { return original<"fflush", stream_type>(nullptr); };
  if (owners::has_any(this_fiber())) return made();
  return on_helper(hub::patient_helpers(), "fflush", made);
}

template <name_of Name>
int flush_on(FILE* stream) {
  if (stream == nullptr) return flush_all_on();
  return on_stream<Name, writing, nothing, stream_type>::call(stream);
}

bool is_free(FILE* stream) noexcept {
  const shut_gate shut;
  return static_cast<bool>(held_stream(stream, shut.owner()));
}

// Writes the buffered bytes first, so that the call itself does not wait.
int fclose_on(FILE* stream) {
  const auto made = [&] { return original<"fclose", stream_type>(stream); };
  if (!has_descriptor(stream)) return made();
  if (::__fpending(stream) != 0) flush_on<"fflush">(stream);
  if (is_free(stream)) return made();
  return on_helper(hub::patient_helpers(), "fclose", made);
}

// With a list of arguments, and with the arguments themselves.
template <auto WithList, class... Before>
struct variable {
  static int call(Before... before, const char* format, ...) {
    va_list arguments;
    va_start(arguments, format);
    const int result = WithList(before..., format, arguments);
    va_end(arguments);
    return result;
  }
};

template <name_of Name, name_of WithList, class Way, auto Bytes,
          class... Before>
void add_formats(std::vector<hook>& all) {
  using type = int(Before..., const char*, ...);
  using list_type = int(Before..., const char*, va_list);
  using on = on_stream<WithList, Way, Bytes, list_type>;
  constexpr auto with_list = replacement<WithList, list_type, on::call>::call;
  all.push_back(make_hook<WithList, list_type, on::call>("os"));
  all.push_back(
      make_whole_hook<Name, type, variable<with_list, Before...>::call>("os"));
}

template <name_of Name, class F, auto Bytes>
hook reads() noexcept {
  return make_hook<Name, F, on_stream<Name, reading, Bytes, F>::call>("os");
}

template <name_of Name, class F, auto Bytes>
hook writes() noexcept {
  return make_hook<Name, F, on_stream<Name, writing, Bytes, F>::call>("os");
}

void add_reading_hooks(std::vector<hook>& all) {
  const hook mine[] = {
      reads<"getc", stream_type, one_byte>(),
      reads<"getc_unlocked", stream_type, one_byte>(),
      reads<"_IO_getc", stream_type, one_byte>(),
      reads<"fgetc", stream_type, one_byte>(),
      reads<"fgetc_unlocked", stream_type, one_byte>(),
      reads<"__uflow", stream_type, one_byte>(),
      reads<"getchar", int(), one_byte>(),
      reads<"getchar_unlocked", int(), one_byte>(),
      reads<"getw", stream_type, one_word>(),
      reads<"gets", char*(char*), a_line>(),
      reads<"__gets_chk", char*(char*, std::size_t), a_line>(),
      reads<"fgets", fgets_type, a_line>(),
      reads<"fgets_unlocked", fgets_type, a_line>(),
      reads<"__fgets_chk", fgets_chk_type, a_line>(),
      reads<"__fgets_unlocked_chk", fgets_chk_type, a_line>(),
      reads<"fread", fread_type, blocks>(),
      reads<"fread_unlocked", fread_type, blocks>(),
      reads<"__fread_chk", fread_chk_type, anything>(),
      reads<"__fread_unlocked_chk", fread_chk_type, anything>(),
      reads<"getline", getline_type, a_line>(),
      reads<"getdelim", getdelim_type, anything>(),
      reads<"__getdelim", getdelim_type, anything>(),
  };
  all.insert(all.end(), std::begin(mine), std::end(mine));
  add_formats<"scanf", "vscanf", reading, anything>(all);
  add_formats<"fscanf", "vfscanf", reading, anything, FILE*>(all);
  add_formats<"__isoc99_scanf", "__isoc99_vscanf", reading, anything>(all);
  add_formats<"__isoc99_fscanf", "__isoc99_vfscanf", reading, anything, FILE*>(
      all);
  add_formats<"__isoc23_scanf", "__isoc23_vscanf", reading, anything>(all);
  add_formats<"__isoc23_fscanf", "__isoc23_vfscanf", reading, anything, FILE*>(
      all);
}

void add_writing_hooks(std::vector<hook>& all) {
  const hook mine[] = {
      writes<"putc", put_type, one_byte>(),
      writes<"putc_unlocked", put_type, one_byte>(),
      writes<"_IO_putc", put_type, one_byte>(),
      writes<"fputc", put_type, one_byte>(),
      writes<"fputc_unlocked", put_type, one_byte>(),
      writes<"__overflow", int(FILE*, int), one_byte>(),
      writes<"putchar", int(int), one_byte>(),
      writes<"putchar_unlocked", int(int), one_byte>(),
      writes<"putw", put_type, one_word>(),
      writes<"puts", puts_type, text>(),
      writes<"fputs", fputs_type, text>(),
      writes<"fputs_unlocked", fputs_type, text>(),
      writes<"fwrite", fwrite_type, blocks>(),
      writes<"fwrite_unlocked", fwrite_type, blocks>(),
      make_hook<"fflush", stream_type, flush_on<"fflush">>("os"),
      make_hook<"fflush_unlocked", stream_type, flush_on<"fflush_unlocked">>(
          "os"),
      make_hook<"fclose", stream_type, fclose_on>("os"),
  };
  all.insert(all.end(), std::begin(mine), std::end(mine));
  add_formats<"printf", "vprintf", writing, formatted{}>(all);
  add_formats<"fprintf", "vfprintf", writing, formatted{}, FILE*>(all);
  add_formats<"__printf_chk", "__vprintf_chk", writing, formatted{}, int>(all);
  add_formats<"__fprintf_chk", "__vfprintf_chk", writing, formatted{}, FILE*,
              int>(all);
}

}  // namespace

void add_stream_hooks(std::vector<hook>& all) {
  add_reading_hooks(all);
  add_writing_hooks(all);
}

}  // namespace green::patcher
