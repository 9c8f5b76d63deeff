// SPDX-License-Identifier: MIT
#include "green/openssl/socket_bio.h"

#include <fcntl.h>
#include <openssl/bio.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <new>

#include "green/core/made_once.h"

namespace green {

namespace {

// The data of the BIO is the descriptor itself; whether it is closed with the
// BIO is OpenSSL's own shutdown flag.
int descriptor(BIO* bio) {
  return static_cast<int>(reinterpret_cast<std::intptr_t>(::BIO_get_data(bio)));
}

int finished(ssize_t moved, BIO* bio, void (*retry)(BIO*)) {
  if (moved < 0 && (errno == EAGAIN || errno == EINTR)) retry(bio);
  return static_cast<int>(moved);
}

int write_bio(BIO* bio, const char* data, int length) {
  ::BIO_clear_retry_flags(bio);
  return finished(::send(descriptor(bio), data, static_cast<size_t>(length),
                         MSG_DONTWAIT | MSG_NOSIGNAL),
                  bio, [](BIO* b) { BIO_set_retry_write(b); });
}

int read_bio(BIO* bio, char* into, int length) {
  ::BIO_clear_retry_flags(bio);
  const ssize_t got =
      ::recv(descriptor(bio), into, static_cast<size_t>(length), MSG_DONTWAIT);
  if (got == 0) ::BIO_set_flags(bio, BIO_FLAGS_IN_EOF);
  return finished(got, bio, [](BIO* b) { BIO_set_retry_read(b); });
}

long control(BIO* bio, int command, long number, void* pointer) {
  switch (command) {
    case BIO_C_GET_FD:
      if (pointer != nullptr) *static_cast<int*>(pointer) = descriptor(bio);
      return descriptor(bio);
    case BIO_CTRL_GET_CLOSE:
      return ::BIO_get_shutdown(bio);
    case BIO_CTRL_SET_CLOSE:
      ::BIO_set_shutdown(bio, static_cast<int>(number));
      return 1;
    case BIO_CTRL_DUP:
    case BIO_CTRL_FLUSH:
      return 1;
    case BIO_CTRL_EOF:
      return ::BIO_test_flags(bio, BIO_FLAGS_IN_EOF) != 0;
    default:
      return 0;
  }
}

int destroy(BIO* bio) {
  if (::BIO_get_shutdown(bio) != 0 && ::BIO_get_init(bio) != 0) {
    ::close(descriptor(bio));
  }
  return 1;
}

BIO_METHOD* make_method() {
  BIO_METHOD* const method = ::BIO_meth_new(
      ::BIO_get_new_index() | BIO_TYPE_SOURCE_SINK | BIO_TYPE_DESCRIPTOR,
      "green socket");
  if (method == nullptr) throw std::bad_alloc();
  ::BIO_meth_set_write(method, write_bio);
  ::BIO_meth_set_read(method, read_bio);
  ::BIO_meth_set_ctrl(method, control);
  ::BIO_meth_set_destroy(method, destroy);
  return method;
}

const BIO_METHOD* socket_method() {
  static constinit core::made_once<BIO_METHOD*> method;
  return method.get(make_method);
}

bool is_plain_socket(BIO* bio) {
  return bio != nullptr && ::BIO_method_type(bio) == BIO_TYPE_SOCKET;
}

// OpenSSL's own BIO alone can hand its keys to the kernel, and it waits where
// the descriptor does.
void set_nonblocking(BIO* bio) {
  int fd = -1;
  BIO_get_fd(bio, &fd);
  const int flags = ::fcntl(fd, F_GETFL);
  if (flags >= 0 && (flags & O_NONBLOCK) == 0) {
    ::fcntl(fd, F_SETFL, flags | O_NONBLOCK);
  }
}

// Of the same descriptor, which the old one no longer closes.
BIO* replacement(BIO* old) {
  BIO* const bio = ::BIO_new(socket_method());
  if (bio == nullptr) throw std::bad_alloc();
  int fd = -1;
  BIO_get_fd(old, &fd);
  ::BIO_set_data(bio, reinterpret_cast<void*>(std::intptr_t{fd}));
  ::BIO_set_shutdown(bio, BIO_get_close(old) != 0);
  ::BIO_set_init(bio, 1);
  (void)BIO_set_close(old, BIO_NOCLOSE);
  return bio;
}

}  // namespace

void use_socket_bio(SSL* ssl) {
  BIO* const reading = ::SSL_get_rbio(ssl);
  BIO* const writing = ::SSL_get_wbio(ssl);
  if (!is_plain_socket(reading) || !is_plain_socket(writing)) return;
  if ((::SSL_get_options(ssl) & SSL_OP_ENABLE_KTLS) != 0) {
    set_nonblocking(reading);
    if (reading != writing) set_nonblocking(writing);
    return;
  }
  BIO* const in = replacement(reading);
  if (reading == writing) {
    ::SSL_set_bio(ssl, in, in);
    return;
  }
  BIO* const out = replacement(writing);
  ::SSL_set_bio(ssl, in, out);
}

}  // namespace green
