// SPDX-License-Identifier: MIT
#include "green/streams/file_buffer.h"

#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>
#include <wchar.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "green/posix/kept_errno.h"

namespace green {

namespace {

using glibc::appending, glibc::in_put_back, glibc::line_buffered,
    glibc::putting, glibc::unbuffered, glibc::unknown, glibc::user_buffer;

// The size of a buffer that nobody has chosen, if it is not the C library's.
constexpr std::size_t large_size = 1 << 16;

// The most bytes that are copied for a call that does not wait.
constexpr std::size_t much = 1 << 16;

bool would_wait(int error) {
  return error == EAGAIN || error == EOPNOTSUPP || error == EINTR;
}

std::size_t between(const char* from, const char* to) {
  return static_cast<std::size_t>(to - from);
}

}  // namespace

void file_buffer::choose_bytes() noexcept { ::fwide(&f_, -1); }

// Each write of a file is a job for a helper thread, because the kernel has no
// write of a file that cannot wait. Each read of an empty pipe is a wait, too.
// A large buffer makes these few. In a file that is read, the program may seek.
// A pipe's reader is to get each piece as early as from the original.
bool file_buffer::suits_large() const noexcept {
  struct stat about;
  if (::fstat(f_._fileno, &about) != 0) return false;
  return has(S_ISREG(about.st_mode) ? glibc::no_reads : glibc::no_writes);
}

// Only some calls of setvbuf(3) allocate a buffer without a transfer. They
// forget the mode, which is set again.
bool file_buffer::allocate_now() noexcept {
  const kept_errno at_start;
  if (has(unbuffered)) {
    ::setvbuf(&f_, nullptr, _IONBF, 0);
    return true;
  }
  const bool lines = has(line_buffered) || ::isatty(f_._fileno) == 1;
  void* const large =
      lines || !suits_large() ? nullptr : std::malloc(large_size);
  if (large != nullptr) {
    ::setvbuf(&f_, static_cast<char*>(large), _IOFBF, large_size);
    f_._flags &= ~user_buffer;
  } else if (::setvbuf(&f_, nullptr, _IOFBF, 0) != 0) {
    return false;
  }
  if (lines) ::setvbuf(&f_, nullptr, _IOLBF, 0);
  at_start.put_back();
  return true;
}

// As the C library does when the bytes that were put back are read again.
void file_buffer::leave_put_back() noexcept {
  f_._flags &= ~in_put_back;
  std::swap(f_._IO_read_end, f_._IO_save_end);
  std::swap(f_._IO_read_base, f_._IO_save_base);
  f_._IO_read_ptr = f_._IO_read_base;
}

// The buffer's first bytes are unread, and nothing is unwritten.
void file_buffer::set_unread(std::size_t count) noexcept {
  f_._IO_read_base = f_._IO_read_ptr = f_._IO_buf_base;
  f_._IO_read_end = f_._IO_buf_base + count;
  f_._IO_write_base = f_._IO_write_ptr = f_._IO_write_end = f_._IO_buf_base;
}

void file_buffer::begin_reading() noexcept {
  f_._flags &= ~putting;
  set_unread(0);
}

bool file_buffer::reads_with_prompt() const noexcept {
  return has(unbuffered | line_buffered) && &f_ != stdout &&
         (stdout->_flags & line_buffered) != 0 &&
         stdout->_IO_write_ptr > stdout->_IO_write_base;
}

void file_buffer::passed(std::size_t count) noexcept {
  if (f_._offset != unknown) f_._offset += static_cast<off64_t>(count);
}

file_buffer::outcome file_buffer::fetch() noexcept {
  if (has(_IO_EOF_SEEN)) return outcome::end;
  if (!unwritten().empty() || reads_with_prompt()) return outcome::waits;
  if (!allocate()) return fail();
  if (has(putting)) begin_reading();
  const kept_errno at_start;
  const iovec whole{f_._IO_buf_base, capacity()};
  const ssize_t got = ::preadv2(f_._fileno, &whole, 1, unknown, RWF_NOWAIT);
  if (got > 0) {
    set_unread(static_cast<std::size_t>(got));
    passed(static_cast<std::size_t>(got));
    return outcome::done;
  }
  if (got == 0) {
    set_end();
    return outcome::end;
  }
  if (would_wait(errno)) {
    at_start.put_back();
    return outcome::waits;
  }
  return fail();
}

void file_buffer::place(const char* bytes, std::size_t count) noexcept {
  if (has(putting) && unwritten().empty()) begin_reading();
  const bool fits = unread().empty() && !has(putting | in_put_back) &&
                    allocate() && count <= capacity();
  if (fits) {
    std::memcpy(f_._IO_buf_base, bytes, count);
    set_unread(count);
  } else {
    give_back(bytes, count);  // the original's calls have read meanwhile
  }
  passed(count);
}

void file_buffer::give_back(const char* bytes, std::size_t count) noexcept {
  while (count != 0) {
    ::ungetc(static_cast<unsigned char>(bytes[--count]), &f_);
  }
}

void file_buffer::set_unwritten(std::size_t count) noexcept {
  f_._flags |= putting;
  f_._IO_read_base = f_._IO_read_ptr = f_._IO_read_end = f_._IO_buf_base;
  f_._IO_write_base = f_._IO_buf_base;
  f_._IO_write_ptr = f_._IO_buf_base + count;
  f_._IO_write_end =
      has(unbuffered | line_buffered) ? f_._IO_write_base : f_._IO_buf_end;
}

// Bytes that were read ahead are forgotten. So the descriptor goes back to the
// place behind the last byte that the program has read.
bool file_buffer::begin_writing() noexcept {
  if (!allocate()) return false;
  if (has(in_put_back)) leave_put_back();
  if (has(putting) && f_._IO_read_end == f_._IO_write_base) return true;
  const char* const at = has(putting) ? f_._IO_write_base : f_._IO_read_ptr;
  const off64_t ahead = f_._IO_read_end - at;
  if (ahead != 0 && !has(appending)) {
    const off64_t place = ::lseek64(f_._fileno, -ahead, SEEK_CUR);
    if (place < 0) return false;
    f_._offset = place;
  }
  const std::span<const char> kept = unwritten();
  std::ranges::copy(kept, f_._IO_buf_base);
  set_unwritten(kept.size());
  return true;
}

bool file_buffer::has_room_for(const char* bytes,
                               std::size_t count) const noexcept {
  const std::size_t room = capacity() - unwritten().size();
  return !has(unbuffered) && count <= room &&
         !(has(line_buffered) && std::memchr(bytes, '\n', count) != nullptr);
}

std::size_t file_buffer::due(const char* bytes, std::size_t count) noexcept {
  const std::size_t pending = unwritten().size(), all = pending + count;
  if (has(unbuffered) || count == 0) return all;
  std::size_t lines = 0;
  if (has(line_buffered)) {
    const void* const last = ::memrchr(bytes, '\n', count);
    if (last != nullptr) {
      lines = pending + between(bytes, static_cast<const char*>(last)) + 1;
    }
  }
  const std::size_t rest = all - lines;
  return rest < size() ? lines : all - rest % size();
}

void file_buffer::drop_unwritten() noexcept {
  set_unwritten(0);
  if (has(unbuffered) && capacity() > 1) {
    ::setvbuf(&f_, nullptr, _IONBF, 0);  // put_before has made it larger
  }
}

void file_buffer::advance(std::size_t count) noexcept {
  if (has(appending)) f_._offset = unknown;
  passed(count);
}

// Moves the unwritten bytes so that others can be put before and behind them.
// Null: there is no memory.
char* file_buffer::make_room(std::size_t before, std::size_t behind) noexcept {
  const std::span<const char> kept = unwritten();
  const std::size_t all = before + kept.size() + behind;
  char* base = f_._IO_buf_base;
  if (all <= capacity()) {
    if (!kept.empty()) {
      std::memmove(base + before, kept.data(), kept.size());
    }
  } else {
    base = static_cast<char*>(std::malloc(all));
    if (base == nullptr) return nullptr;
    std::copy(kept.begin(), kept.end(), base + before);
    if (!has(user_buffer)) std::free(f_._IO_buf_base);
    f_._flags &= ~user_buffer;
    f_._IO_buf_base = base;
    f_._IO_buf_end = base + all;
  }
  set_unwritten(all);
  return base;
}

bool file_buffer::put_before(std::span<const char> one,
                             std::span<const char> two) noexcept {
  if (one.empty() && two.empty()) return true;
  char* const base =
      allocate() ? make_room(one.size() + two.size(), 0) : nullptr;
  if (base == nullptr) return false;
  std::copy(two.begin(), two.end(), std::copy(one.begin(), one.end(), base));
  return true;
}

// So many of the unwritten bytes were written, and these are put behind them.
bool file_buffer::replace(std::size_t written,
                          std::span<const char> added) noexcept {
  f_._IO_write_base += written;
  const std::size_t kept = unwritten().size();
  if (kept + added.size() == 0) {
    drop_unwritten();
    return true;
  }
  char* const base = make_room(0, added.size());
  if (base == nullptr) return false;
  std::copy(added.begin(), added.end(), base + kept);
  return true;
}

file_buffer::outcome file_buffer::fail() noexcept {
  set_failed();
  return outcome::failed;
}

file_buffer::outcome file_buffer::write(const char* bytes, std::size_t count,
                                        bool& taken) noexcept {
  taken = false;
  if (!begin_writing()) return fail();
  if (count != 0 && has_room_for(bytes, count)) {
    std::memcpy(f_._IO_write_ptr, bytes, count);
    f_._IO_write_ptr += count;
    taken = true;
    return outcome::done;
  }
  if (count > much) return outcome::waits;
  const kept_errno at_start;
  const std::span<const char> kept = unwritten(), given(bytes, count);
  const std::size_t wanted = due(bytes, count);
  const std::size_t first = std::min(wanted, kept.size());
  const iovec parts[] = {{const_cast<char*>(kept.data()), first},
                         {const_cast<char*>(bytes), wanted - first}};
  const ssize_t done = ::pwritev2(f_._fileno, parts, 2, unknown, RWF_NOWAIT);
  if (done < 0 && would_wait(errno)) {
    at_start.put_back();
    return outcome::waits;
  }
  if (done < 0) {
    drop_unwritten();
    return fail();
  }
  const auto written = static_cast<std::size_t>(done);
  advance(written);
  const std::size_t of_kept = std::min(written, kept.size());
  if (!replace(of_kept, given.subspan(written - of_kept))) return fail();
  taken = true;
  return written < wanted ? outcome::waits : outcome::done;
}

}  // namespace green
