// SPDX-License-Identifier: MIT
#include "green/sys/ioctl.h"

#include <asm/ioctls.h>
#include <linux/sockios.h>
#include <termios.h>
#include <unistd.h>

#include <cstdint>

#include "green/hub/call_on_helper.h"
#include "green/hub/user_memory.h"
#include "green/termios.h"

namespace green {

namespace {

// The argument as the system call takes it.
using word = unsigned long;

constexpr word type_of(word request) { return request >> 8 & 0xff; }

// A terminal's requests have this type, and so have those of pending bytes. The
// numbers above belong to network devices.
constexpr word terminals = 'T';
constexpr word most_of_terminals = 0x5f;

// Where a driver may take its time, or waits for a line to change.
bool waits_for_device(word request) {
  switch (request) {
    case TIOCMIWAIT:
    case TIOCVHANGUP:
    case TIOCSERCONFIG:
    case TIOCSSERIAL:
    case TIOCSETD:
    case TIOCSTI:
    case TCFLSH:
    case TCXONC:
      return true;
    default:
      return false;
  }
}

bool made_at_once(word request) {
  if (request == SIOCATMARK) return true;
  return type_of(request) == terminals &&
         (request & 0xff) <= most_of_terminals && !waits_for_device(request);
}

// A request that waits until the output has left, and then sets: the one that
// sets at once, and whether it drops what was not read. Else none.
struct after_output {
  word request = 0;
  bool flushes = false;
};

// TCSETSW2 and TCSETSF2 follow TCSETS2. Their names need a header that cannot
// stand beside <termios.h>.
after_output of_termios2(word request) {
  const bool sized = request > 0xffff && type_of(request) == terminals;
  if (sized && (request & 0xff) == 0x2c) return {request - 1, false};
  if (sized && (request & 0xff) == 0x2d) return {request - 2, true};
  return {};
}

after_output set_after_output(word request) {
  switch (request) {
    case TCSETSW:
      return {TCSETS, false};
    case TCSETSF:
      return {TCSETS, true};
    case TCSETAW:
      return {TCSETA, false};
    case TCSETAF:
      return {TCSETA, true};
    default:
      return of_termios2(request);
  }
}

// A bad pointer is refused before the wait.
task<int> set_terminal(int fd, after_output what, word argument) {
  if (!hub::is_readable(reinterpret_cast<const void*>(argument), 1)) {
    co_return ::ioctl(fd, what.request, argument);
  }
  const int drained = co_await green::tcdrain(fd);
  if (drained < 0) co_return -1;
  if (what.flushes && ::tcflush(fd, TCIFLUSH) < 0) co_return -1;
  co_return ::ioctl(fd, what.request, argument);
}

int make(int fd, word request, word argument) {
  return ::ioctl(fd, request, argument);
}

task<int> request_with(int fd, word request, word argument) {
  const after_output setting = set_after_output(request);
  const bool breaks = request == TCSBRK || request == TCSBRKP;
  if ((setting.request != 0 || breaks) && ::isatty(fd)) {
    if (setting.request != 0) {
      co_return co_await set_terminal(fd, setting, argument);
    }
    if (request == TCSBRK && argument != 0) {
      co_return co_await green::tcdrain(fd);
    }
    // In tenths of a second, where tcsendbreak counts milliseconds.
    const int length = request == TCSBRK ? 0 : static_cast<int>(argument) * 100;
    co_return co_await green::tcsendbreak(fd, length);
  }
  if (made_at_once(request)) co_return ::ioctl(fd, request, argument);
  co_return co_await hub::call_on_helper<&make, "ioctl">(fd, request, argument);
}

}  // namespace

task<int> ioctl(int fd, unsigned long request) {
  return request_with(fd, request, 0);
}

task<int> ioctl(int fd, unsigned long request, int argument) {
  return request_with(fd, request, static_cast<word>(argument));
}

task<int> ioctl(int fd, unsigned long request, long argument) {
  return request_with(fd, request, static_cast<word>(argument));
}

task<int> ioctl(int fd, unsigned long request, const void* argument) {
  return request_with(fd, request, reinterpret_cast<word>(argument));
}

}  // namespace green
