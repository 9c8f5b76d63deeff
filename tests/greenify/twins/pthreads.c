/* SPDX-License-Identifier: MIT
 * pthreads: threads read lines of stdin in turns, and count them. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

struct turn {
  pthread_mutex_t mutex;
  pthread_cond_t changed;
  int whose;
  int ended;
  long lines[3];
};

static struct turn all = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER,
                          0, 0, {0, 0, 0}};

static int read_line(void) {
  char c;
  while (read(0, &c, 1) == 1) {
    if (c == '\n') return 1;
  }
  return 0;
}

static void *take_turns(void *given) {
  const int *me = given;
  for (;;) {
    int ended;
    pthread_mutex_lock(&all.mutex);
    while (all.whose != *me && !all.ended)
      pthread_cond_wait(&all.changed, &all.mutex);
    if (!all.ended && !read_line()) all.ended = 1;
    ended = all.ended;
    if (!ended) all.lines[*me]++;
    all.whose = (*me + 1) % 3;
    pthread_cond_broadcast(&all.changed);
    pthread_mutex_unlock(&all.mutex);
    if (ended) return NULL;
  }
}

int main(void) {
  pthread_t threads[3];
  int *numbers = malloc(3 * sizeof *numbers);
  int i;
  for (i = 0; i < 3; i++) {
    numbers[i] = i;
    pthread_create(&threads[i], NULL, take_turns, &numbers[i]);
  }
  printf("ready\n");
  fflush(stdout);
  for (i = 0; i < 3; i++) pthread_join(threads[i], NULL);
  printf("%ld %ld %ld\n", all.lines[0], all.lines[1], all.lines[2]);
  free(numbers);
  return 0;
}
