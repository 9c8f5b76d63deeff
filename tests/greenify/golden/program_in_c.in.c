/* C: what C++ wants otherwise, and a pthread for each client. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum state { idle, busy };

struct client {
  int fd;
  enum state state;
  struct client *next;
  char *name;
};

static struct client *all;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static const char *const template = "new \"class\"\n";

static struct client *new(int fd, const char *restrict name) {
  struct client *this = malloc(sizeof *this);
  int number = 1;
  if (!this) return 0;
  this->fd = fd;
  this->state = number;
  this->name = strdup(name);
  pthread_mutex_lock(&lock);
  this->next = all;
  all = this;
  pthread_mutex_unlock(&lock);
  return this;
}

static void *serve(void *argument) {
  struct client *c = argument;
  unsigned char buffer[16];
  ssize_t n;
  int sizes[2] = {c->fd, 3};
  while ((n = recv(c->fd, buffer, sizeof buffer, 0)) > 0) {
    if (send(c->fd, buffer, n, MSG_NOSIGNAL) != n) break;
  }
  close(c->fd);
  c->state = busy;
  (void)sizes;
  (void)template;
  return NULL;
}

int main(void) {
  int fds[2];
  pthread_t thread;
  struct client *c;
  if (socketpair(AF_UNIX, SOCK_STREAM, 0, fds)) return 1;
  c = new(fds[1], "first");
  if (!c || pthread_create(&thread, NULL, serve, c)) return 1;
  write(fds[0], "hello", 5);
  shutdown(fds[0], SHUT_WR);
  pthread_join(thread, NULL);
  return c->state != busy;
}
