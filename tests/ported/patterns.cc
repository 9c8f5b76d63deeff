// SPDX-License-Identifier: MIT
// Patterns of three kinds, and names below a folder.
#include <dirent.h>
#include <fnmatch.h>
#include <glob.h>
#include <libgen.h>
#include <regex.h>
#include <search.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

static int by_name(const void* a, const void* b) {
  return strcasecmp(static_cast<const char*>(a), static_cast<const char*>(b));
}

int main() {
  regex_t number;
  if (regcomp(&number, "^[0-9]+$", REG_EXTENDED | REG_NOSUB) != 0) return 1;
  void* names = nullptr;
  if (DIR* folder = opendir("/proc")) {
    while (const dirent* entry = readdir(folder)) {
      if (regexec(&number, entry->d_name, 0, nullptr, 0) == 0) continue;
      if (fnmatch("*info", entry->d_name, 0) == 0)
        tsearch(strdup(entry->d_name), &names, by_name);
    }
    closedir(folder);
  }
  regfree(&number);
  glob_t found;
  if (glob("/proc/*stat", 0, nullptr, &found) == 0) {
    for (size_t i = 0; i < found.gl_pathc; ++i)
      puts(basename(found.gl_pathv[i]));
    globfree(&found);
  }
  return names == nullptr;
}
