// SPDX-License-Identifier: MIT
// child: gives stdin to a child by a pipe, and prints the child's answer. A
// thread writes while main reads.
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <string>
#include <thread>

static void copy(int from, int to) {
  char part[300];
  for (ssize_t n; (n = read(from, part, sizeof part)) > 0;) {
    if (write(to, part, size_t(n)) != n) break;
  }
  close(to);
}

int main() {
  int in[2], out[2];
  if (pipe(in) != 0 || pipe(out) != 0) return 1;
  const pid_t child = fork();
  if (child == 0) {
    dup2(in[0], 0);
    dup2(out[1], 1);
    for (const int end : {in[0], in[1], out[0], out[1]}) close(end);
    execlp("tr", "tr", "a-z", "A-Z", static_cast<char*>(nullptr));
    _exit(127);
  }
  close(in[0]);
  close(out[1]);
  std::thread writer(copy, 0, in[1]);
  printf("ready\n");
  fflush(stdout);
  std::string answer;
  char part[300];
  for (ssize_t n; (n = read(out[0], part, sizeof part)) > 0;) {
    answer.append(part, size_t(n));
  }
  writer.join();
  int status = 0;
  waitpid(child, &status, 0);
  printf("%s%zu bytes, status %d\n", answer.c_str(), answer.size(),
         WEXITSTATUS(status));
  return 0;
}
