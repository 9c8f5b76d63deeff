// SPDX-License-Identifier: MIT
//
// gevent.fileobject and Python's io: lines and pieces of a stream of bytes.
//
//   green::task<> serve(green::unique_fd fd, green::endpoint) {
//     green::reader in(fd.get());
//     green::writer out(fd.get());
//     while (auto line = co_await in.read_line(4096)) {
//       co_await out.write("you said " + *line + "\n");
//       co_await out.flush();
//     }
//   }
//
// Both take a descriptor of any kind, a unique_fd that they own from then on,
// or an SSL* by "green/openssl/ssl.h". They wait in spite of O_NONBLOCK.
//
// A kill or timeout that ends a call loses no byte (docs/contract.md). Bytes
// that came stay in the reader, and the next call gives them. Bytes that were
// not written stay in the writer, and flush goes on with them. Errors of the
// stream are thrown as std::system_error, EPIPE and no SIGPIPE among them.
//
// Each is for one green thread at a time, of any hub. A reader and a writer of
// one descriptor may be used at once.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "green/fileobjects/byte_buffer.h"
#include "green/fileobjects/errors.h"
#include "green/fileobjects/transport_ptr.h"
#include "green/task.h"

namespace green {

namespace subprocess {
class reader;
}

/// io.BufferedReader: reads ahead into a buffer. So no other may read the
/// stream, unless buffered() is empty. The first read takes the memory of the
/// buffer. A call that needs more gets at most twice of its need.
class reader {
 public:
  /// The usual size of a buffer, in bytes.
  static constexpr std::size_t usual_size = 8192;

  /// Reads from a descriptor, a unique_fd, an SSL* or a transport.
  explicit reader(transport_ptr from, std::size_t size = usual_size) noexcept
      : from_(std::move(from)), kept_(size) {}
  reader(const reader&) = delete;
  reader& operator=(const reader&) = delete;

  /// io.IOBase.readline: the next line without its '\n'. The last line may have
  /// had none: eof() is true then. Nothing at the end of file. Throws
  /// limit_overrun for a line of more than `most` bytes, and keeps it.
  task<std::optional<std::string>> read_line(std::size_t most);
  /// asyncio.StreamReader.readuntil: read_line for another end of lines. Throws
  /// std::invalid_argument for an empty delimiter.
  task<std::optional<std::string>> read_until(std::string delimiter,
                                              std::size_t most);

  /// asyncio.StreamReader.readexactly: so many bytes. Throws incomplete_read if
  /// the end of file comes before, and keeps the bytes that came.
  task<std::string> read_exactly(std::size_t length);
  task<> read_exactly(void* into, std::size_t length);
  /// io.BufferedReader.read: so many bytes; fewer only at the end of file.
  task<std::string> read(std::size_t length);
  /// The same into the caller's memory; gives their number. A rest of at least
  /// the buffer's usual size comes there without a copy.
  task<std::size_t> read(void* into, std::size_t length);
  /// io.BufferedReader.read1: the bytes that are there, at least one and at
  /// most `length`. Empty, or 0, at the end of file.
  task<std::string> read_some(std::size_t length);
  task<std::size_t> read_some(void* into, std::size_t length);
  /// io.BufferedReader.peek: so many bytes, which the next call gives again;
  /// fewer only at the end of file.
  task<std::string> peek(std::size_t length);

  /// The bytes that were read and not given. A call of another function ends
  /// the view.
  std::string_view buffered() const noexcept { return kept_.bytes(); }
  /// std::istream::eof: has the last call met the end of file? The next call
  /// reads again, as a terminal allows.
  bool eof() const noexcept { return eof_; }

 private:
  friend class subprocess::reader;
  class call;

  task<bool> fill();
  task<std::size_t> next(char* into, std::size_t length);
  task<std::size_t> gather(char* into, std::size_t length);
  task<std::string> collect(std::size_t length);
  std::string take(std::size_t length);

  const transport_ptr from_;
  byte_buffer kept_;
  bool eof_ = false;
  bool used_ = false;
};

/// io.BufferedWriter: gathers small writes. A destructor cannot wait: the bytes
/// that are not flushed before are lost. Builds without NDEBUG say so on
/// stderr, unless a call or another exception has told of them.
class writer {
 public:
  /// Writes to a descriptor, a unique_fd, an SSL* or a transport. With a size
  /// of 0 each write is written at once.
  explicit writer(transport_ptr to,
                  std::size_t size = reader::usual_size) noexcept
      : to_(std::move(to)), size_(size) {}
  writer(const writer&) = delete;
  writer& operator=(const writer&) = delete;
  ~writer();

  /// io.BufferedWriter.write: keeps the bytes if the buffer has room for them.
  /// Else writes the buffer. Bytes that are more than the buffer are written
  /// without a copy. A write that throws has taken its bytes, so they must not
  /// be given again. The call after it first flushes. If that throws, it takes
  /// nothing. So the buffer and one write bound the memory.
  task<> write(std::string_view bytes);
  /// io.BufferedWriter.flush: writes all that is kept.
  task<> flush();

  /// The bytes that were taken and not written.
  std::string_view buffered() const noexcept {
    return std::string_view(kept_).substr(written_);
  }

 private:
  task<> write_kept();
  bool nothing_lost() const noexcept;

  const transport_ptr to_;
  const std::size_t size_;
  std::string kept_;
  std::size_t written_ = 0;  // of these bytes
  bool overdue_ = false;     // a call has thrown and left bytes
  bool used_ = false;
};

}  // namespace green
