// SPDX-License-Identifier: MIT
// Watches a folder, a timer and signals by descriptors.
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

int main(int argc, char** argv) {
  const int changes = inotify_init1(IN_CLOEXEC);
  inotify_add_watch(changes, argc > 1 ? argv[1] : ".", IN_CREATE | IN_DELETE);
  const int ticks = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC);
  const itimerspec second = {{1, 0}, {1, 0}};
  timerfd_settime(ticks, 0, &second, nullptr);
  sigset_t stops;
  sigemptyset(&stops);
  sigaddset(&stops, SIGINT);
  sigprocmask(SIG_BLOCK, &stops, nullptr);
  const int stop = signalfd(-1, &stops, SFD_CLOEXEC);
  pollfd all[] = {{changes, POLLIN, 0}, {ticks, POLLIN, 0}, {stop, POLLIN, 0}};
  while (poll(all, 3, -1) > 0 && all[2].revents == 0) {
    if (all[0].revents != 0) {
      alignas(inotify_event) char room[sizeof(inotify_event) + NAME_MAX + 1];
      if (read(changes, room, sizeof room) > 0)
        printf("%s\n", reinterpret_cast<inotify_event*>(room)->name);
    }
    uint64_t times = 0;
    if (all[1].revents != 0 && read(ticks, &times, sizeof times) > 0)
      puts("tick");
  }
}
