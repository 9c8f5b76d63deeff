// SPDX-License-Identifier: MIT
#include "green/streams/steps.h"

#include <sys/uio.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <exception>
#include <memory>
#include <string>

#include "green/core/green_thread.h"
#include "green/core/parking_lot.h"
#include "green/core/shield.h"
#include "green/hub/operation.h"
#include "green/hub/prep.h"
#include "green/hub/transfer.h"
#include "green/streams/turns.h"

namespace green {

using outcome = file_buffer::outcome;

task<> until_locked(file_lock& lock) {
  const auto key = reinterpret_cast<std::uint64_t>(lock.stream());
  for (unsigned round = 0; !lock.try_again(); ++round) {
    const unsigned turn = core::parking_lot::turn(key);
    co_await core::parking_lot::wait_a_while(key, turn, "a stream", round);
  }
}

namespace {

task<outcome> write_all(FILE* stream) {
  std::size_t taken = 0;
  co_return co_await write_out(stream, {}, taken);
}

// What has to be written before the stream is read, and where its bytes go.
struct reading_plan {
  bool writes_own = false;
  bool writes_lines = false;
  int descriptor = -1;
  std::unique_ptr<char[]> own;
  std::span<char> room;
};

task<reading_plan> plan_reading(FILE* stream, std::span<char> room) {
  reading_plan plan;
  file_lock lock(stream);
  if (!lock.held()) co_await until_locked(lock);
  file_buffer buffer(stream);
  plan.writes_own = !buffer.unwritten().empty();
  plan.writes_lines = buffer.reads_with_prompt();
  plan.descriptor = buffer.descriptor();
  plan.room = room;
  if (room.empty()) {
    const std::size_t size = buffer.size();
    plan.own = std::make_unique_for_overwrite<char[]>(size);
    plan.room = {plan.own.get(), size};
  }
  co_return plan;
}

}  // namespace

task<outcome> read_more(FILE* stream, std::span<char> room, std::size_t& got) {
  const reading_plan plan = co_await plan_reading(stream, room);
  if (plan.writes_own && co_await write_all(stream) == outcome::failed) {
    co_return outcome::failed;
  }
  if (plan.writes_lines) {
    stream_turn turn(stdout);
    co_await turn.wait();
    co_await write_all(stdout);
  }
  hub::operation<ssize_t> reading{
      io_uring_prep_read, plan.descriptor, plan.room.data(),
      hub::limited(plan.room.size()), hub::at_file_position};
  const std::int32_t result = co_await reading.raw();
  const core::shield uninterrupted;  // the bytes must not be lost
  file_lock lock(stream);
  if (!lock.held()) co_await until_locked(lock);
  file_buffer buffer(stream);
  if (result > 0) {
    const auto count = static_cast<std::size_t>(result);
    if (plan.own != nullptr) {
      buffer.place(plan.room.data(), count);
    } else {
      got = count;
      buffer.passed(count);
    }
    co_return outcome::done;
  }
  if (result == 0) {
    buffer.set_end();
    co_return outcome::end;
  }
  buffer.set_failed();
  errno = -result;
  co_return outcome::failed;
}

namespace {

// Bytes on their way from the stream's buffer and from a text to the
// descriptor.
class outgoing {
 public:
  outgoing(std::span<const char> kept, std::span<const char> text,
           std::size_t due)
      : kept_(kept.begin(), kept.end()), text_(text), due_(due) {}

  task<std::int32_t> write(int descriptor);
  std::size_t written() const noexcept { return done_; }
  std::size_t written_of_text() const noexcept {
    return done_ - std::min(done_, kept_.size());
  }
  std::span<const char> rest_of_kept() const noexcept {
    return std::span(kept_).subspan(std::min(done_, kept_.size()));
  }
  std::span<const char> rest_of_text() const noexcept {
    return text_.subspan(written_of_text());
  }

 private:
  const std::string kept_;
  const std::span<const char> text_;
  const std::size_t due_;
  std::size_t done_ = 0;
};

// Returns 0 or an error. Throws an interrupt, and knows what was written.
task<std::int32_t> outgoing::write(int descriptor) {
  while (done_ < due_) {
    const std::span<const char> one = rest_of_kept(), two = rest_of_text();
    const std::size_t first = std::min(one.size(), due_ - done_);
    const std::array<iovec, 2> parts{
        {{const_cast<char*>(one.data()), first},
         {const_cast<char*>(two.data()), due_ - done_ - first}}};
    hub::operation<ssize_t> writing{io_uring_prep_writev, descriptor,
                                    parts.data(), 2u, hub::at_file_position};
    const std::int32_t wrote = co_await writing.raw();
    if (wrote <= 0) co_return wrote == 0 ? EIO : -wrote;
    done_ += static_cast<std::size_t>(wrote);
  }
  co_return 0;
}

}  // namespace

task<outcome> write_out(FILE* stream, std::span<const char> text,
                        std::size_t& taken) {
  std::unique_ptr<outgoing> out;
  int descriptor = -1;
  {
    file_lock lock(stream);
    if (!lock.held()) co_await until_locked(lock);
    file_buffer buffer(stream);
    bool all = false;
    const outcome tried = buffer.write(text.data(), text.size(), all);
    taken = all ? text.size() : 0;
    if (tried != outcome::waits) co_return tried;
    if (all) text = {};
    out = std::make_unique<outgoing>(buffer.unwritten(), text,
                                     buffer.due(text.data(), text.size()));
    buffer.drop_unwritten();
    descriptor = buffer.descriptor();
  }
  std::exception_ptr interrupt;
  std::int32_t error = 0;
  try {
    error = co_await out->write(descriptor);
  } catch (...) {
    interrupt = std::current_exception();
  }
  const core::shield uninterrupted;
  {
    file_lock lock(stream);
    if (!lock.held()) co_await until_locked(lock);
    file_buffer buffer(stream);
    buffer.advance(out->written());
    const bool kept = error != 0 || buffer.put_before(out->rest_of_kept(),
                                                      out->rest_of_text());
    if (!kept) error = ENOMEM;
    if (error != 0) buffer.set_failed();
  }
  if (interrupt) std::rethrow_exception(interrupt);
  if (error == 0) co_return outcome::done;
  taken += out->written_of_text();
  errno = error;
  co_return outcome::failed;
}

}  // namespace green
