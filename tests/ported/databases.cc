// SPDX-License-Identifier: MIT
// Users, mounts, services and words of a shell.
#include <aio.h>
#include <argz.h>
#include <envz.h>
#include <err.h>
#include <error.h>
#include <fstab.h>
#include <fts.h>
#include <grp.h>
#include <mntent.h>
#include <netdb.h>
#include <pty.h>
#include <pwd.h>
#include <shadow.h>
#include <stdio.h>
#include <stdlib.h>
#include <termios.h>
#include <utime.h>
#include <utmp.h>
#include <wordexp.h>

int main() {
  FILE* const mounts = setmntent("/proc/self/mounts", "r");
  if (mounts == nullptr) err(1, "mounts");
  while (const mntent* one = getmntent(mounts)) puts(one->mnt_dir);
  endmntent(mounts);
  if (getspnam("root") == nullptr) warnx("no shadow");
  if (getservbyname("http", "tcp") == nullptr) error(0, 0, "no http");
  wordexp_t words;
  if (wordexp("~root/*", &words, WRDE_NOCMD) == 0) wordfree(&words);
  char* all = nullptr;
  size_t size = 0;
  argz_create_sep("a=1:b=2", ':', &all, &size);
  puts(envz_get(all, size, "b"));
  free(all);
  utime("/nowhere", nullptr);
  int ends[2];
  return openpty(&ends[0], &ends[1], nullptr, nullptr, nullptr);
}
