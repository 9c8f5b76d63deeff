/* C: jumps past initialisers, names in structs, and results without const. */
#include "green/pthread.h"
#include <string.h>
#include "green/unistd.h"
#include "green/green.h"

typedef enum { false_, true_ } bool_;

struct task {
  struct part {
    int size;
  } part;
  enum { idle, busy } state;
  green::task<> (*run)(int *);
};

static int count(int n);

static int clear() { return 0; }

static int count(int n) { return n; }

static green::task<> work(int *n) { *n += co_await green::sleep(0); }

static green::task<int *> serve(int *n) {
  co_await work(n);
  co_return n;
}

static green::task<int> handle(const char *text, int kind) {
  struct task::part p = {1};
  struct task t = {.run = work};
  bool_ found = (bool_)(kind == 1);
  unsigned limits[] = {(unsigned int)-1, 2};
  void *shown = (void *)"shown";
  if (kind < 0) goto out;
  char *colon, *end; colon = (char *)strchr(text, ':'); end = found ? (char *)"found" : colon;
  const char *name; name = end;
  switch (kind) {
    case 1:;
      int length; length = strlen(name);
      co_await green::usleep(length);
      break;
    default:
      t.state = task::busy;
      co_await t.run(&p.size);
  }
out:
  if (shown == name || limits[1] == 3) co_return 1;
  co_return t.state == task::busy ? count(kind) : clear();
}

green::task<int> green_main(void) {
  pthread_t thread;
  int n = 1;
  if (co_await green::pthread_create(&thread, NULL, [](void * argument) -> green::task<void *> { co_return (void *)co_await serve((int *)argument); }, &n)) co_return 1;
  co_await green::pthread_join(thread, NULL);
  co_return co_await handle("a:b", 1) + co_await handle("c", -1);
}

int main(void) {
  return green::run(green_main);
}
