/* C: jumps past initialisers, names in structs, and results without const. */
#include <pthread.h>
#include <string.h>
#include <unistd.h>

typedef enum { false, true } bool;

struct task {
  struct part {
    int size;
  } part;
  enum { idle, busy } state;
  void (*run)(int *);
};

static int count();

static int clear() { return 0; }

static int count(int n) { return n; }

static void work(int *n) { *n += sleep(0); }

static int *serve(int *n) {
  work(n);
  return n;
}

static int handle(const char *text, int kind) {
  struct part p = {1};
  struct task t = {.run = (void (*)(int *))(void *)work};
  bool found = kind == 1;
  unsigned limits[] = {-1, 2};
  void *shown = "shown";
  if (kind < 0) goto out;
  char *colon = strchr(text, ':'), *end = found ? "found" : colon;
  const char *name = end;
  switch (kind) {
    case 1:;
      int length = strlen(name);
      usleep(length);
      break;
    default:
      t.state = busy;
      t.run(&p.size);
  }
out:
  if (shown == name || limits[1] == 3) return 1;
  return t.state == busy ? count(kind) : clear(kind);
}

int main(void) {
  pthread_t thread;
  int n = 1;
  if (pthread_create(&thread, NULL, (void *(*)(void *))serve, &n)) return 1;
  pthread_join(thread, NULL);
  return handle("a:b", 1) + handle("c", -1);
}
