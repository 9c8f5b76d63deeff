// SPDX-License-Identifier: MIT
#pragma once

#include <sys/types.h>

#include <optional>
#include <vector>

#include "green/endpoint.h"
#include "green/servers/options.h"
#include "green/unique_fd.h"

namespace green {

/// A server's socket. The destructor removes its file, if the socket has made
/// one.
class bound_socket {
 public:
  struct settings {
    int type;
    int backlog;
    bool reuse_port;
    bool reuse_address = true;
    bool no_delay = false;
    std::optional<bool> dual_stack{};
  };

  /// Binds to the first address that bind(2) accepts, and for a stream socket
  /// calls listen(2). Before that, removes a Unix path on which nobody listens
  /// any more. Throws std::system_error that names the last address.
  bound_socket(const std::vector<endpoint>& addresses, const settings& how);
  /// Takes over a socket that listens, or a datagram socket, and leaves its
  /// file alone.
  bound_socket(unique_fd given, const settings& how);
  bound_socket(bound_socket&&) noexcept = default;
  bound_socket& operator=(bound_socket&&) = delete;
  ~bound_socket();

  int fd() const noexcept { return fd_.get(); }
  const endpoint& address() const noexcept { return address_; }

  /// A stream socket that listens on the first address that works, and whose
  /// file stays. Throws as the constructor.
  static unique_fd listener(const std::vector<endpoint>& addresses,
                            const listen_options& how);
  /// The address of a socket that a server of this type can use. Of another
  /// descriptor it throws the std::system_error that accept(2) would have.
  static endpoint check(int given, int type);

 private:
  unique_fd fd_;
  endpoint address_;
  dev_t device_ = 0;  // of the file that is the socket's
  ino_t inode_ = 0;
};

}  // namespace green
