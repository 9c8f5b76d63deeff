/* C: what C++ wants otherwise, and a pthread for each client. */
#include "green/pthread.h"
#include "green/stdio.h"
#include "green/stdlib.h"
#include <string.h>
#include "green/sys/socket.h"
#include "green/unistd.h"
#include "green/green.h"

enum state { idle, busy };

struct client {
  int fd;
  enum state state;
  struct client *next;
  char *name;
};

static struct client *all;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static const char *const template_ = "new \"class\"\n";

static green::task<struct client *> new_(int fd, const char *__restrict name) {
  struct client *this_ = (struct client *)malloc(sizeof *this_);
  int number = 1;
  if (!this_) co_return 0;
  this_->fd = fd;
  this_->state = (enum state)number;
  this_->name = strdup(name);
  co_await green::pthread_mutex_lock(&lock);
  this_->next = all;
  all = this_;
  green::pthread_mutex_unlock(&lock);
  co_return this_;
}

static green::task<void *> serve(void *argument) {
  struct client *c = (struct client *)argument;
  unsigned char buffer[16];
  ssize_t n;
  int sizes[2] = {c->fd, 3};
  while ((n = co_await green::recv(c->fd, buffer, sizeof buffer, 0)) > 0) {
    if (co_await green::send(c->fd, buffer, n, MSG_NOSIGNAL) != n) break;
  }
  co_await green::close(c->fd);
  c->state = busy;
  (void)sizes;
  (void)template_;
  co_return NULL;
}

green::task<int> green_main(void) {
  int fds[2];
  pthread_t thread;
  struct client *c;
  if (socketpair(AF_UNIX, SOCK_STREAM, 0, fds)) co_return 1;
  c = co_await new_(fds[1], "first");
  if (!c || co_await green::pthread_create(&thread, NULL, serve, c)) co_return 1;
  co_await green::write(fds[0], "hello", 5);
  shutdown(fds[0], SHUT_WR);
  co_await green::pthread_join(thread, NULL);
  co_return c->state != busy;
}

int main(void) {
  return green::run(green_main);
}
