// SPDX-License-Identifier: MIT
#pragma once

#include <sys/types.h>

#include <vector>

#include "green/endpoint.h"
#include "green/unique_fd.h"

namespace green {

/// A server's socket. The destructor removes its file, if it has one.
class bound_socket {
 public:
  struct settings {
    int type;
    int backlog;
    bool reuse_port;
    bool no_delay;
  };

  /// Binds to the first address that bind(2) accepts, and for a stream socket
  /// calls listen(2). Before that, removes a Unix path on which nobody listens
  /// any more. Throws std::system_error that names the last address.
  bound_socket(const std::vector<endpoint>& addresses, const settings& how);
  bound_socket(bound_socket&&) noexcept = default;
  bound_socket& operator=(bound_socket&&) = delete;
  ~bound_socket();

  int fd() const noexcept { return fd_.get(); }
  const endpoint& address() const noexcept { return address_; }

 private:
  bool open(const endpoint& where, const settings& how);

  unique_fd fd_;
  endpoint address_;
  dev_t device_ = 0;  // of the file that is the socket's
  ino_t inode_ = 0;
};

}  // namespace green
