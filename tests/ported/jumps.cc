// SPDX-License-Identifier: MIT
// Contexts, jumps, loaded libraries and a stack that names itself.
#include <dlfcn.h>
#include <elf.h>
#include <execinfo.h>
#include <link.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ptrace.h>
#include <sys/ucontext.h>
#include <sys/user.h>
#include <ucontext.h>

static jmp_buf back;
static ucontext_t first, second;

static void runs() { swapcontext(&second, &first); }

static int counts(dl_phdr_info*, size_t, void* sum) {
  ++*static_cast<int*>(sum);
  return 0;
}

int main() {
  static char stack[64 * 1024];
  getcontext(&second);
  second.uc_stack.ss_sp = stack;
  second.uc_stack.ss_size = sizeof stack;
  makecontext(&second, runs, 0);
  swapcontext(&first, &second);
  int libraries = 0;
  dl_iterate_phdr(counts, &libraries);
  void* places[10];
  const int depth = backtrace(places, 10);
  char** const names = backtrace_symbols(places, depth);
  Dl_info about;
  if (depth > 0 && dladdr(places[0], &about) != 0)
    printf("%s %d %d\n", names[0], libraries, EM_X86_64);
  free(names);
  if (setjmp(back) == 0) longjmp(back, 1);
  return ptrace(PTRACE_TRACEME, 0, nullptr, nullptr) == -1;
}
