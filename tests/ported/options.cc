// SPDX-License-Identifier: MIT
// Options of a tool, by getopt_long, and its exit statuses.
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

struct settings {
  bool quiet;
  uint64_t size;
  const char* name;
};

static bool number(const char* text, uint64_t* into) {
  char* end = nullptr;
  errno = 0;
  *into = strtoull(text, &end, 10);
  return errno == 0 && end != text && *end == '\0';
}

int main(int argc, char** argv) {
  static const option known[] = {{"quiet", no_argument, nullptr, 'q'},
                                 {"size", required_argument, nullptr, 's'},
                                 {nullptr, 0, nullptr, 0}};
  settings all = {false, 0, "none"};
  int c;
  while ((c = getopt_long(argc, argv, "qs:", known, nullptr)) != -1) {
    switch (c) {
      case 'q':
        all.quiet = true;
        break;
      case 's':
        if (!number(optarg, &all.size)) return EX_USAGE;
        break;
      default:
        return EX_USAGE;
    }
  }
  if (optind < argc) all.name = argv[optind];
  if (!all.quiet) printf("%s: %" PRIu64 "\n", all.name, all.size);
  return strlen(all.name) > 100 ? EX_DATAERR : EX_OK;
}
