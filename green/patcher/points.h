// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <string_view>

namespace green::patcher {

/// When the handler of a signal has ended the wait of a call, the call fails
/// with EINTR, or begins again. It may do so always, or if the handler was
/// installed with SA_RESTART. See signal(7).
enum class after_signal : unsigned char { fails, depends, begins_again };

/// A call where the requests of other threads are looked at: pthread_cancel and
/// pthread_kill. POSIX calls it a cancellation point.
struct point {
  std::string_view name;
  after_signal how = after_signal::depends;
};

/// All of them. A name behind two underscores is the same call.
inline constexpr point points[] = {
    {"accept"},
    {"accept4"},
    {"clock_nanosleep", after_signal::fails},
    {"close", after_signal::begins_again},
    {"connect"},
    {"epoll_pwait", after_signal::fails},
    {"epoll_pwait2", after_signal::fails},
    {"epoll_wait", after_signal::fails},
    {"fcntl"},
    {"fcntl64"},
    {"fdatasync", after_signal::begins_again},
    {"flock"},
    {"fsync", after_signal::begins_again},
    {"lockf"},
    {"lockf64"},
    {"mq_receive"},
    {"mq_send"},
    {"mq_timedreceive"},
    {"mq_timedsend"},
    {"msgrcv", after_signal::fails},
    {"msgsnd", after_signal::fails},
    {"nanosleep", after_signal::fails},
    {"pause", after_signal::fails},
    {"poll", after_signal::fails},
    {"poll_chk", after_signal::fails},
    {"ppoll", after_signal::fails},
    {"ppoll_chk", after_signal::fails},
    {"pselect", after_signal::fails},
    {"pthread_clockjoin_np", after_signal::begins_again},
    {"pthread_cond_clockwait", after_signal::fails},
    {"pthread_cond_timedwait", after_signal::fails},
    {"pthread_cond_wait", after_signal::fails},
    {"pthread_join", after_signal::begins_again},
    {"pthread_timedjoin_np", after_signal::begins_again},
    {"read"},
    {"read_chk"},
    {"readv"},
    {"recv"},
    {"recv_chk"},
    {"recvfrom"},
    {"recvfrom_chk"},
    {"recvmmsg"},
    {"recvmsg"},
    {"select", after_signal::fails},
    {"sem_clockwait"},
    {"sem_timedwait"},
    {"sem_wait"},
    {"semop", after_signal::fails},
    {"semtimedop", after_signal::fails},
    {"send"},
    {"sendmmsg"},
    {"sendmsg"},
    {"sendto"},
    {"sigsuspend", after_signal::fails},
    {"sigtimedwait", after_signal::fails},
    {"sigwait", after_signal::begins_again},
    {"sigwaitinfo", after_signal::fails},
    {"sleep", after_signal::fails},
    {"tcdrain"},
    {"usleep", after_signal::fails},
    {"wait"},
    {"wait3"},
    {"wait4"},
    {"waitid"},
    {"waitpid"},
    {"write"},
    {"writev"},
};

/// The point of that name; null if it is none.
consteval const point* find_point(std::string_view name) {
  if (name.starts_with("__")) name.remove_prefix(2);
  const auto* const found = std::ranges::find(points, name, &point::name);
  return found == std::end(points) ? nullptr : found;
}

}  // namespace green::patcher
