// SPDX-License-Identifier: MIT
// socks5_blocking: RFC 1928 without passwords, a pthread for each client
#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { VERSION = 5, CONNECT = 1, IPV4 = 1, NAME = 3, IPV6 = 4 };
enum {
  SUCCEEDED = 0,
  FAILED = 1,
  UNREACHABLE = 4,
  NO_COMMAND = 7,
  NO_TYPE = 8
};

struct client {
  int fd;
  pthread_t thread;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static unsigned long served;

static int read_all(int fd, void* to, size_t length) {
  unsigned char* at = to;
  while (length > 0) {
    ssize_t n = recv(fd, at, length, 0);
    if (n <= 0) return -1;
    at += n;
    length -= (size_t)n;
  }
  return 0;
}

static int write_all(int fd, const void* from, size_t length) {
  const unsigned char* at = from;
  while (length > 0) {
    ssize_t n = send(fd, at, length, MSG_NOSIGNAL);
    if (n <= 0) return -1;
    at += n;
    length -= (size_t)n;
  }
  return 0;
}

// The client offers methods; the one without a password is taken.
static int greet(int fd) {
  unsigned char head[2], methods[255], answer[2] = {VERSION, 0xff};
  if (read_all(fd, head, 2) || head[0] != VERSION) return -1;
  if (read_all(fd, methods, head[1])) return -1;
  if (memchr(methods, 0, head[1])) answer[1] = 0;
  if (write_all(fd, answer, 2)) return -1;
  return answer[1] == 0 ? 0 : -1;
}

// Reads the address that the client asks for, as text.
static int read_address(int fd, int type, char* host, char* port) {
  unsigned char bytes[256], number[2], length;
  switch (type) {
    case IPV4:
      if (read_all(fd, bytes, 4)) return -1;
      inet_ntop(AF_INET, bytes, host, 256);
      break;
    case IPV6:
      if (read_all(fd, bytes, 16)) return -1;
      inet_ntop(AF_INET6, bytes, host, 256);
      break;
    case NAME:
      if (read_all(fd, &length, 1) || read_all(fd, host, length)) return -1;
      host[length] = 0;
      break;
    default:
      return -1;
  }
  if (read_all(fd, number, 2)) return -1;
  snprintf(port, 6, "%d", number[0] << 8 | number[1]);
  return 0;
}

static int connect_to(const char* host, const char* port) {
  struct addrinfo hints, *list, *a;
  int fd = -1, on = 1;
  memset(&hints, 0, sizeof hints);
  hints.ai_socktype = SOCK_STREAM;
  if (getaddrinfo(host, port, &hints, &list) != 0) return -1;
  for (a = list; a != NULL && fd < 0; a = a->ai_next) {
    fd = socket(a->ai_family, a->ai_socktype, a->ai_protocol);
    if (fd >= 0 && connect(fd, a->ai_addr, a->ai_addrlen) != 0) {
      close(fd);
      fd = -1;
    }
  }
  freeaddrinfo(list);
  if (fd >= 0) setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return fd;
}

// Answers the client's request; gives the connection that it asked for.
static int answer_request(int fd) {
  unsigned char head[4];
  unsigned char answer[10] = {VERSION, SUCCEEDED, 0, IPV4};
  char host[256], port[6];
  int target = -1;
  if (read_all(fd, head, 4) || head[0] != VERSION) return -1;
  if (head[1] != CONNECT) {
    answer[1] = NO_COMMAND;
  } else if (read_address(fd, head[3], host, port)) {
    answer[1] = NO_TYPE;
  } else {
    target = connect_to(host, port);
    if (target < 0) answer[1] = UNREACHABLE;
  }
  if (write_all(fd, answer, sizeof answer) && target >= 0) {
    close(target);
    return -1;
  }
  return target;
}

// Carries bytes both ways until one side ends.
static void relay(int client, int target) {
  struct pollfd ends[2] = {{client, POLLIN, 0}, {target, POLLIN, 0}};
  char buffer[4096];
  for (;;) {
    if (poll(ends, 2, 15 * 60 * 1000) <= 0) return;
    for (int i = 0; i < 2; ++i) {
      if (!ends[i].revents) continue;
      ssize_t n = recv(ends[i].fd, buffer, sizeof buffer, 0);
      if (n <= 0 || write_all(ends[!i].fd, buffer, (size_t)n)) return;
    }
  }
}

static void* serve(void* argument) {
  struct client* c = argument;
  int target;
  if (greet(c->fd) == 0 && (target = answer_request(c->fd)) >= 0) {
    relay(c->fd, target);
    close(target);
  }
  close(c->fd);
  free(c);
  pthread_mutex_lock(&lock);
  ++served;
  pthread_mutex_unlock(&lock);
  return NULL;
}

static int listen_on(const char* port) {
  struct sockaddr_in address;
  socklen_t size = sizeof address;
  int fd = socket(AF_INET, SOCK_STREAM, 0), on = 1;
  memset(&address, 0, sizeof address);
  address.sin_family = AF_INET;
  address.sin_port = htons((in_port_t)atoi(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (bind(fd, (struct sockaddr*)&address, size) != 0 ||
      listen(fd, SOMAXCONN) != 0) {
    perror("bind");
    exit(1);
  }
  getsockname(fd, (struct sockaddr*)&address, &size);
  printf("listening on 127.0.0.1:%d\n", ntohs(address.sin_port));
  fflush(stdout);
  return fd;
}

int main(int argc, char** argv) {
  if (argc != 2) {
    fprintf(stderr, "usage: %s PORT\n", argv[0]);
    return 2;
  }
  int listener = listen_on(argv[1]), on = 1;
  for (;;) {
    struct client* c = malloc(sizeof *c);
    if (c == NULL || (c->fd = accept(listener, NULL, NULL)) < 0) {
      free(c);
      usleep(10000);
      continue;
    }
    setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (pthread_create(&c->thread, NULL, serve, c) != 0) {
      close(c->fd);
      free(c);
    } else {
      pthread_detach(c->thread);
    }
  }
}
