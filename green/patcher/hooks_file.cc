// SPDX-License-Identifier: MIT
#include <fcntl.h>
#include <mqueue.h>
#include <sys/file.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <termios.h>
#include <unistd.h>

#include <cerrno>
#include <iterator>
#include <vector>

#include "green/fcntl.h"
#include "green/hub/offloaded.h"
#include "green/hub/socket_timeout.h"
#include "green/mqueue.h"
#include "green/patcher/helper.h"
#include "green/patcher/replacement.h"
#include "green/sys/file.h"
#include "green/sys/msg.h"
#include "green/sys/sem.h"
#include "green/sys/sendfile.h"
#include "green/sys/uio.h"
#include "green/termios.h"
#include "green/unistd.h"

namespace green::patcher {

namespace {

using read_type = ssize_t(int, void*, size_t);
using write_type = ssize_t(int, const void*, size_t);
using close_type = int(int);
using read_chk_type = ssize_t(int, void*, size_t, size_t);
using fcntl_type = int(int, int, long);  // the third argument in a register
using sendfile_type = ssize_t(int, int, off_t*, size_t);
using semop_type = int(int, sembuf*, size_t);
using semtimedop_type = int(int, sembuf*, size_t, const timespec*);

ssize_t read_chk_on(int fd, void* data, size_t length, size_t room) {
  if (length > room) {
    return original<"__read_chk", read_chk_type>(fd, data, length, room);
  }
  return wait([&] { return green::read(fd, data, length); });
}

// The close cannot be interrupted, because waits of others for the descriptor
// must end. A helper makes the last close of a socket that lingers.
int close_on(int fd) {
  const int before = errno;
  const int last = hub::lingers(fd) ? ::fcntl(fd, F_DUPFD_CLOEXEC, 0) : -1;
  errno = before;
  const int result = wait([&] { return green::close(fd); }, interruptible::no);
  if (last < 0) return result;
  const int after = errno;
  on_helper(hub::patient_helpers(), "close", [last] { return ::close(last); });
  errno = after;
  return result;
}

int fcntl_on(int fd, int command, long argument) {
  if (command == F_SETLKW || command == F_OFD_SETLKW) {
    const void* const lock = reinterpret_cast<const void*>(argument);
    return wait([&] { return green::fcntl(fd, command, lock); });
  }
  return original<"fcntl", fcntl_type>(fd, command, argument);
}

template <name_of Name>
hook fcntl_hook() noexcept {
  return make_hook<Name, fcntl_type, fcntl_on>("os");
}

}  // namespace

void add_file_hooks(std::vector<hook>& all) {
  const hook mine[] = {
      make_hook<"read", read_type, awaited<green::read>>("os"),
      make_hook<"__read", read_type, awaited<green::read>>("os"),
      make_hook<"__read_chk", read_chk_type, read_chk_on>("os"),
      hook_like<"readv", awaited<green::readv>>("os", ::readv),
      make_hook<"write", write_type, awaited<green::write>>("os"),
      make_hook<"__write", write_type, awaited<green::write>>("os"),
      hook_like<"writev", awaited<green::writev>>("os", ::writev),
      make_hook<"close", close_type, close_on>("os"),
      make_hook<"__close", close_type, close_on>("os"),
      hook_like<"flock", awaited<green::flock>>("os", ::flock),
      fcntl_hook<"fcntl">(),
      fcntl_hook<"fcntl64">(),
      fcntl_hook<"__fcntl">(),
      hook_like<"lockf", awaited<green::lockf>>("os", ::lockf),
      hook_like<"lockf64", awaited<green::lockf>>("os", ::lockf),
      hook_like<"fsync", awaited<green::fsync>>("os", ::fsync),
      hook_like<"fdatasync", awaited<green::fdatasync>>("os", ::fdatasync),
      make_hook<"sendfile", sendfile_type, awaited<green::sendfile>>("os"),
      make_hook<"sendfile64", sendfile_type, awaited<green::sendfile>>("os"),
      hook_like<"splice", awaited<green::splice>>("os", ::splice),
      hook_like<"tee", awaited<green::tee>>("os", ::tee),
      hook_like<"tcdrain", awaited<green::tcdrain>>("os", ::tcdrain),
      hook_like<"msgrcv", awaited<green::msgrcv>>("os", ::msgrcv),
      hook_like<"msgsnd", awaited<green::msgsnd>>("os", ::msgsnd),
      make_hook<"semop", semop_type, awaited<green::semop>>("os"),
      make_hook<"semtimedop", semtimedop_type, awaited<green::semtimedop>>(
          "os"),
      hook_like<"mq_receive", awaited<green::mq_receive>>("os", ::mq_receive),
      hook_like<"mq_timedreceive", awaited<green::mq_timedreceive>>(
          "os", ::mq_timedreceive),
      hook_like<"mq_send", awaited<green::mq_send>>("os", ::mq_send),
      hook_like<"mq_timedsend", awaited<green::mq_timedsend>>("os",
                                                              ::mq_timedsend),
  };
  all.insert(all.end(), std::begin(mine), std::end(mine));
}

}  // namespace green::patcher
