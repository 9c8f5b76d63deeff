// SPDX-License-Identifier: MIT
//
// Servers of Debian's packages, on free ports, with their files in a folder
// that is gone at the end of the scope. As root, those that refuse it are
// started as an ordinary user. Ended with the scope, and by the kernel when
// this process dies first.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tests/support/files.h"
#include "tests/support/program.h"

namespace tests {

/// A certificate for localhost and 127.0.0.1, signed by itself.
struct certificate {
  explicit certificate(const temporary_folder& folder);
  std::string file, key;
};

/// `openssl s_server -WWW`, with the files of its folder.
class https_server {
 public:
  https_server();
  std::string url(const std::string& path) const;
  const std::string& authorities() const noexcept { return tls_.file; }

 private:
  temporary_folder folder_;
  certificate tls_;
  int port_;
  std::unique_ptr<program> process_;
};

/// tests/clients/page_server.cc, by HTTP or HTTPS.
class page_server {
 public:
  explicit page_server(bool tls);
  std::string url(const std::string& path) const;
  const std::string& authorities() const noexcept { return tls_->file; }
  program& process() noexcept { return *process_; }

 private:
  temporary_folder folder_;
  std::optional<certificate> tls_;
  int port_;
  std::unique_ptr<program> process_;
};

class redis_server {
 public:
  redis_server();
  int port() const noexcept { return port_; }
  program& process() noexcept { return *process_; }

 private:
  int port_;
  std::unique_ptr<program> process_;
};

/// With TLS, and with neither passwords nor much care for its files.
class postgres_server {
 public:
  postgres_server();
  postgres_server(const postgres_server&) = delete;
  postgres_server& operator=(const postgres_server&) = delete;
  /// Shuts it down, so that it gives its shared memory back.
  ~postgres_server();

  /// What libpq's PQconnectdb is given.
  std::string where(bool tls = false) const;
  /// Kills it, and gives its shared memory back.
  void kill();

 private:
  temporary_folder folder_;
  int port_;
  std::unique_ptr<program> process_;
};

class mariadb_server {
 public:
  mariadb_server();
  const std::string& user() const noexcept { return user_; }
  int port() const noexcept { return port_; }
  program& process() noexcept { return *process_; }

 private:
  temporary_folder folder_;
  std::string user_ = "root";
  int port_;
  std::unique_ptr<program> process_;
};

/// Where Debian keeps a version's programs of PostgreSQL, or empty.
std::string postgres_folder();

}  // namespace tests
