// SPDX-License-Identifier: MIT
#pragma once

#include <sys/types.h>

#include <mutex>
#include <string>
#include <thread>

#include "green/endpoint.h"
#include "green/unique_fd.h"

namespace green::dumps {

/// A thread that answers the clients of a socket, one after another. It is
/// never destroyed, because the process may exit meanwhile.
class service {
 public:
  /// Listens, and starts the thread. Throws a std::exception whose message is
  /// the reason why it cannot.
  service(const std::string& address, bool may_kill);
  service(const service&) = delete;
  service& operator=(const service&) = delete;
  ~service() = delete;

  bool serving() const noexcept;
  std::string address() const;
  /// Ends the thread, and removes a socket from the file system.
  void stop();
  /// The same of all services of this process.
  static void stop_all() noexcept;

 private:
  void listen(const std::string& text);
  void serve();
  void answer(int client);

  const bool may_kill_;
  const pid_t process_;
  endpoint address_;
  unique_fd listener_, bell_;
  mutable std::mutex lock_;  // guards what follows
  bool stopped_ = false;
  std::thread thread_;
};

/// The answer to a line, as "json threads worker".
std::string answer_to(std::string line, bool may_kill);

}  // namespace green::dumps
