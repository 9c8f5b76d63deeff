// SPDX-License-Identifier: MIT
#include "green/sys/eventfd.h"

#include <cerrno>

#include "green/unistd.h"

namespace green {

namespace {

// Like the C library, takes anything but a whole value for an error.
int whole(ssize_t transferred) {
  return transferred == sizeof(eventfd_t) ? 0 : -1;
}

}  // namespace

task<int> eventfd_read(int fd, eventfd_t* value) {
  co_return whole(co_await green::read(fd, value, sizeof *value));
}

task<int> eventfd_write(int fd, eventfd_t value) {
  co_return whole(co_await green::write(fd, &value, sizeof value));
}

}  // namespace green
