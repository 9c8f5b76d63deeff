// SPDX-License-Identifier: MIT
// A daemon: its session, its limits, its log and its signals.
#include <fcntl.h>
#include <grp.h>
#include <paths.h>
#include <pwd.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signal.h>
#include <sys/stat.h>
#include <sys/syslog.h>
#include <sys/types.h>
#include <unistd.h>
#include <wait.h>

static volatile sig_atomic_t ends = 0;

static void end(int) { ends = 1; }

int main() {
  if (fork() > 0) _exit(0);
  setsid();
  umask(022);
  rlimit none = {0, 0};
  setrlimit(RLIMIT_CORE, &none);
  const int null = open(_PATH_DEVNULL, O_RDWR);
  for (int fd = 0; fd <= 2; ++fd) dup2(null, fd);
  openlog("daemon", LOG_PID, LOG_DAEMON);
  if (const passwd* nobody = getpwnam("nobody")) {
    if (setgroups(0, nullptr) != 0 || setgid(nobody->pw_gid) != 0 ||
        setuid(nobody->pw_uid) != 0)
      syslog(LOG_WARNING, "rights are kept");
  }
  prctl(PR_SET_DUMPABLE, 0);
  struct sigaction action = {};
  action.sa_handler = end;
  sigaction(SIGTERM, &action, nullptr);
  while (ends == 0) pause();
  while (waitpid(-1, nullptr, WNOHANG) > 0) continue;
  closelog();
}
