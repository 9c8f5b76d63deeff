// SPDX-License-Identifier: MIT
#include "tests/support/kinds.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <system_error>
#include <utility>

#include "tests/support/files.h"

namespace tests {

namespace {

void put(int fd) {
  if (::write(fd, "0123456789", 10) != 10) {
    throw std::system_error(errno, std::generic_category(), "write");
  }
}

void fill_up(int fd) {
  const std::array<char, 4096> page{};
  set_nonblocking(fd, true);
  while (::write(fd, page.data(), page.size()) > 0) {
  }
  set_nonblocking(fd, false);
}

// What a pair's first end is when the second has done something.
enum class other { waits, wrote, is_full, has_closed, has_shut, has_reset };

specimen end_of(two_descriptors pair, other state) {
  switch (state) {
    case other::waits:
      break;
    case other::wrote:
      put(pair.b);
      break;
    case other::is_full:
      fill_up(pair.a);
      break;
    case other::has_closed:
      pair.b.reset();
      return {std::move(pair.a)};
    case other::has_shut:
      ::shutdown(pair.b, SHUT_WR);
      break;
    case other::has_reset:
      reset_on_close(pair.b);
      pair.b.reset();
      return {std::move(pair.a)};
  }
  return {std::move(pair.a), std::move(pair.b)};
}

template <other State>
specimen read_end() {
  return end_of(pipe_descriptors(), State);
}

template <other State>
specimen write_end() {
  two_descriptors pipe = pipe_descriptors();
  return end_of({std::move(pipe.b), std::move(pipe.a)}, State);
}

two_descriptors small(two_descriptors pair) {
  shrink_buffers(pair.a);
  shrink_buffers(pair.b);
  return pair;
}

template <int Type, other State>
specimen unix_end() {
  int fds[2];
  if (::socketpair(AF_UNIX, Type | SOCK_CLOEXEC, 0, fds) != 0) ::abort();
  return end_of(small({descriptor(fds[0]), descriptor(fds[1])}), State);
}

template <other State>
specimen tcp_end() {
  return end_of(small(tcp_pair()), State);
}

template <int Family, int Type>
specimen fresh_socket() {
  return descriptor(::socket(Family, Type | SOCK_CLOEXEC, 0), "socket");
}

specimen udp_to_itself() {
  descriptor fd = udp_socket();
  ipv4 here = local_address(fd);
  ::connect(fd, here.get(), here.length);
  put(fd);
  return fd;
}

template <std::uint64_t Count, int Flags>
specimen event_counter() {
  descriptor fd(::eventfd(0, EFD_CLOEXEC | Flags), "eventfd");
  const std::uint64_t count = Count;
  if (count != 0) (void)!::write(fd, &count, sizeof count);
  return fd;
}

template <bool Expired>
specimen timer() {
  descriptor fd(::timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC), "timerfd");
  itimerspec soon{};
  soon.it_value.tv_nsec = 1;
  if (!Expired) return fd;
  ::timerfd_settime(fd, TFD_TIMER_ABSTIME, &soon, nullptr);
  return fd;
}

specimen signals() {
  sigset_t none;
  ::sigemptyset(&none);
  return descriptor(::signalfd(-1, &none, SFD_CLOEXEC), "signalfd");
}

specimen epoll_set() {
  return descriptor(::epoll_create1(EPOLL_CLOEXEC), "epoll_create1");
}

specimen process() {
  return descriptor(static_cast<int>(::syscall(SYS_pidfd_open, ::getpid(), 0)),
                    "pidfd_open");
}

specimen memory() {
  descriptor fd(::memfd_create("table", MFD_CLOEXEC), "memfd_create");
  put(fd);
  ::lseek(fd, 0, SEEK_SET);
  return fd;
}

const temporary_folder& folder() {
  static const temporary_folder made;
  return made;
}

descriptor opened(const std::string& path, int flags) {
  return descriptor(::open(path.c_str(), flags | O_CLOEXEC | O_NOCTTY), "open");
}

template <int Flags>
specimen file() {
  return opened(folder().file("file", "0123456789"), Flags);
}

specimen empty_file() { return opened(folder().file("empty"), O_RDWR); }
specimen directory() { return opened(folder().path(), O_RDONLY); }

template <bool Changed>
specimen notifier() {
  descriptor fd(::inotify_init1(IN_CLOEXEC), "inotify_init1");
  ::inotify_add_watch(fd, folder().path().c_str(), IN_CREATE);
  if (!Changed) return fd;
  folder().file("new");
  ::unlink(folder().at("new").c_str());
  return fd;
}

specimen null_device() { return opened("/dev/null", O_RDWR); }
specimen zero_device() { return opened("/dev/zero", O_RDWR); }
specimen full_device() { return opened("/dev/full", O_RDWR); }
specimen random_device() { return opened("/dev/urandom", O_RDONLY); }
specimen process_file() { return opened("/proc/self/cmdline", O_RDONLY); }

// The slave first.
two_descriptors terminal() {
  descriptor master(::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC), "pty");
  ::grantpt(master);
  ::unlockpt(master);
  char name[64];
  ::ptsname_r(master, name, sizeof name);
  descriptor slave = opened(name, O_RDWR);
  termios mode{};
  ::tcgetattr(slave, &mode);
  mode.c_lflag &= ~static_cast<tcflag_t>(ECHO);
  ::tcsetattr(slave, TCSANOW, &mode);
  return {std::move(slave), std::move(master)};
}

template <other State>
specimen terminal_slave() {
  two_descriptors pty = terminal();
  if (State == other::wrote) (void)!::write(pty.b, "012345678\n", 10);
  return end_of(std::move(pty), State == other::wrote ? other::waits : State);
}

template <other State>
specimen terminal_master() {
  two_descriptors pty = terminal();
  return end_of({std::move(pty.b), std::move(pty.a)}, State);
}

specimen negative() { return specimen(-1); }

// No descriptor of a test is so high. Linux's select overlooks numbers that are
// beyond its table, so that this is made long enough.
specimen not_open() {
  ::close(::dup2(STDIN_FILENO, 1000));
  return specimen(1000);
}

}  // namespace

const std::vector<kind>& kinds() {
  using enum other;
  static const std::vector<kind> all = {
      {"empty pipe", read_end<waits>},
      {"pipe", read_end<wrote>},
      {"ended pipe", read_end<has_closed>},
      {"write end", write_end<waits>},
      {"full write end", write_end<is_full>},
      {"write end without reader", write_end<has_closed>},
      {"stream", unix_end<SOCK_STREAM, waits>},
      {"stream with bytes", unix_end<SOCK_STREAM, wrote>},
      {"full stream", unix_end<SOCK_STREAM, is_full>},
      {"ended stream", unix_end<SOCK_STREAM, has_closed>},
      {"datagrams", unix_end<SOCK_DGRAM, waits>},
      {"datagrams with one", unix_end<SOCK_DGRAM, wrote>},
      {"full datagrams", unix_end<SOCK_DGRAM, is_full>},
      {"datagrams without peer", unix_end<SOCK_DGRAM, has_closed>},
      {"datagrams to nobody", fresh_socket<AF_UNIX, SOCK_DGRAM>},
      {"records", unix_end<SOCK_SEQPACKET, waits>},
      {"records with one", unix_end<SOCK_SEQPACKET, wrote>},
      {"ended records", unix_end<SOCK_SEQPACKET, has_closed>},
      {"TCP", tcp_end<waits>},
      {"TCP with bytes", tcp_end<wrote>},
      {"full TCP", tcp_end<is_full>},
      {"half-closed TCP", tcp_end<has_shut>},
      {"reset TCP", tcp_end<has_reset>},
      {"fresh TCP", fresh_socket<AF_INET, SOCK_STREAM>},
      {"listener", [] { return specimen(tcp_listener()); }},
      {"UDP", [] { return specimen(udp_socket()); }},
      {"UDP with one", udp_to_itself},
      {"netlink", fresh_socket<AF_NETLINK, SOCK_RAW>},
      {"eventfd of 0", event_counter<0, 0>},
      {"eventfd of 5", event_counter<5, 0>},
      {"eventfd of 5 by 1", event_counter<5, EFD_SEMAPHORE>},
      {"full eventfd", event_counter<UINT64_MAX - 1, 0>},
      {"timer", timer<false>},
      {"timer that rang", timer<true>},
      {"signals", signals},
      {"inotify", notifier<false>},
      {"inotify with one", notifier<true>},
      {"epoll set", epoll_set},
      {"process", process},
      {"memory", memory},
      {"file", file<O_RDWR>},
      {"file to read", file<O_RDONLY>},
      {"file to write", file<O_WRONLY>},
      {"file to append to", file < O_RDWR | O_APPEND > },
      {"file without blocking", file < O_RDWR | O_NONBLOCK > },
      {"empty file", empty_file},
      {"name of a file", file<O_PATH>},
      {"directory", directory},
      {"/dev/null", null_device},
      {"/dev/zero", zero_device},
      {"/dev/full", full_device},
      {"/dev/urandom", random_device},
      {"/proc/self/cmdline", process_file},
      {"terminal", terminal_slave<waits>},
      {"terminal with a line", terminal_slave<wrote>},
      {"terminal hung up", terminal_slave<has_closed>},
      {"master", terminal_master<waits>},
      {"master with output", terminal_master<wrote>},
      {"master without slave", terminal_master<has_closed>},
      {"-1", negative},
      {"what is not open", not_open},
  };
  return all;
}

}  // namespace tests
