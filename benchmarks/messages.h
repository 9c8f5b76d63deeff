// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace benchmarks {

/// How the bytes of a message go to a server, and come back. Without any of it
/// they are echoed.
struct protocol {
  /// What a connection sends first, and the answer to it.
  std::function<std::string(unsigned id)> hello = {};
  std::string welcome = {};
  /// What stands around the bytes of a message.
  std::string before_request = {};
  std::string before_answer = {};
  std::string end = {};
  /// The bytes are letters.
  bool letters = false;
  /// So many connections are a room. The first one sends, and the answer
  /// reaches all of them.
  unsigned room = 1;
};

/// The bytes that clients of a protocol send and await.
class messages {
 public:
  messages(const protocol& p, std::size_t size);

  /// What a connection sends as its message of that number, and the answer to
  /// it. No two messages are the same. Valid until the next call.
  std::string_view request(std::uint32_t id, std::uint32_t number);
  std::string_view answer(std::uint32_t id, std::uint32_t number);
  std::size_t request_size() const { return request_.size(); }

 private:
  void write(std::string& whole, std::size_t at, std::uint64_t stamp) const;

  const protocol protocol_;
  const std::size_t size_;
  std::vector<char> pattern_;
  std::string request_, answer_;
};

}  // namespace benchmarks
