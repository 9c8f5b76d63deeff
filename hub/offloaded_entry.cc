// SPDX-License-Identifier: MIT
#include "green/hub/offloaded_entry.h"

#include <netinet/in.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <new>
#include <system_error>
#include <utility>

#include "green/hub/offloaded.h"
#include "green/hub/opcodes.h"

namespace green::hub {

offloaded_results::offloaded_results() : bell_(::eventfd(0, EFD_CLOEXEC)) {
  if (bell_ < 0) {
    throw std::system_error(errno, std::generic_category(), "green: eventfd");
  }
}

offloaded_results::~offloaded_results() {
  while (offloaded_entry* const call = done_.pop_front()) call->unref();
  close_bell();
}

void offloaded_results::close_bell() noexcept {
  if (bell_ >= 0) ::close(std::exchange(bell_, -1));
}

void offloaded_results::put(offloaded_entry& done) noexcept {
  done.ref();
  const std::lock_guard guard(mutex_);
  const bool first = done_.empty();
  done_.push_back(done);
  if (!first) return;
  const std::uint64_t one = 1;
  [[maybe_unused]] const ssize_t written = ::write(bell_, &one, sizeof one);
}

void offloaded_results::take(core::list<offloaded_entry>& into) noexcept {
  const std::lock_guard guard(mutex_);
  if (done_.empty()) return;
  std::uint64_t count;
  [[maybe_unused]] const ssize_t got = ::read(bell_, &count, sizeof count);
  into.splice(done_);
}

offloaded_entry::offloaded_entry(const entry& what,
                                 std::shared_ptr<offloaded_results> results,
                                 void* who)
    : owner(who), entry_(what), results_(std::move(results)) {
  what_ = name_of(*what.sqe());
  struct stat file{};
  if (accepts() && ::fstat(what.sqe()->fd, &file) == 0) {
    listener_device_ = file.st_dev;
    listener_ = file.st_ino;
  }
}

offloaded_entry::~offloaded_entry() {
  if (has_connection()) ::close(result_);
}

bool offloaded_entry::accepts() const noexcept {
  return opcode_of(*entry_.sqe()).steps == family::accept;
}

bool offloaded_entry::stop() noexcept {
  stage expected = stage::queued;
  return stage_.compare_exchange_strong(expected, stage::stopped);
}

bool offloaded_entry::can_be_left() const noexcept {
  const io_uring_sqe& sqe = *entry_.sqe();
  const bool moves_nothing =
      opcode_of(sqe).has(opcode::moves_file) && sqe.len == 0;
  return accepts() || moves_nothing;
}

bool offloaded_entry::has_connection() const noexcept {
  return accepts() && result_ >= 0;
}

bool offloaded_entry::accepts_from(int fd) const noexcept {
  struct stat file{};
  return ::fstat(fd, &file) == 0 && file.st_dev == listener_device_ &&
         file.st_ino == listener_;
}

void offloaded_entry::work() noexcept {
  stage expected = stage::queued;
  if (!stage_.compare_exchange_strong(expected, stage::running)) return;
  result_ = accepts() ? accept() : hub::perform(entry_);
  over_.store(true);
  // An entry that stands in the results must not hold them, or neither would
  // ever be freed.
  std::shared_ptr<offloaded_results> results = std::move(results_);
  results->put(*this);
}

namespace {

// Connects to a listener and closes the connection, so that a helper thread
// returns from its accept. It tries again, because another process may be
// faster to accept.
class visitor final : public offload_job {
 public:
  visitor(offloaded_entry& accepting, int listener) : accepting_(accepting) {
    accepting.ref();
    ::getsockname(listener, reinterpret_cast<sockaddr*>(&there_), &size_);
    socklen_t size = sizeof type_;
    ::getsockopt(listener, SOL_SOCKET, SO_TYPE, &type_, &size);
    // A listener of any address is reached by the loopback address.
    auto* const ip4 = reinterpret_cast<sockaddr_in*>(&there_);
    auto* const ip6 = reinterpret_cast<sockaddr_in6*>(&there_);
    if (there_.ss_family == AF_INET && ip4->sin_addr.s_addr == INADDR_ANY) {
      ip4->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    }
    if (there_.ss_family == AF_INET6 &&
        IN6_IS_ADDR_UNSPECIFIED(&ip6->sin6_addr)) {
      ip6->sin6_addr = in6addr_loopback;
    }
  }

 private:
  ~visitor() override { accepting_.unref(); }

  void work() noexcept override {
    constexpr int visits = 10;
    timespec pause{.tv_sec = 0, .tv_nsec = 1'000'000};
    for (int i = 0; i < visits && accepting_.at_work(); ++i) {
      const int fd =
          ::socket(there_.ss_family, type_ | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
      if (fd < 0) return;
      (void)::connect(fd, reinterpret_cast<const sockaddr*>(&there_), size_);
      ::nanosleep(&pause, nullptr);
      ::close(fd);
      pause.tv_nsec = std::min(pause.tv_nsec * 2, 100'000'000L);
    }
  }

  offloaded_entry& accepting_;
  sockaddr_storage there_{};
  socklen_t size_ = sizeof there_;
  int type_ = SOCK_STREAM;
};

}  // namespace

void offloaded_entry::end_accept(int listener) noexcept {
  ends_ = true;
  if (!at_work()) return;
  try {
    auto* const visits = new visitor(*this, listener);
    try {
      file_helpers().submit(*visits);
    } catch (const std::system_error&) {
      // Without a thread for the visit, the accept waits for another client.
    }
    visits->unref();
  } catch (const std::bad_alloc&) {
    // The same, for want of memory.
  }
}

std::int32_t offloaded_entry::accept() noexcept {
  const io_uring_sqe& sqe = *entry_.sqe();
  return raw_result(::accept4(sqe.fd, reinterpret_cast<sockaddr*>(&peer_),
                              &peer_size_, static_cast<int>(sqe.accept_flags)));
}

std::int32_t offloaded_entry::take(const entry& asked) noexcept {
  const std::int32_t result = std::exchange(result_, -1);
  const io_uring_sqe& sqe = *asked.sqe();
  if (!accepts() || result < 0 || sqe.addr == 0) return result;
  auto* const address = pointer<sockaddr>(sqe.addr);
  auto* const size = pointer<socklen_t>(sqe.addr2);
  if (::getpeername(result, address, size) == 0) return result;
  if (errno == ENOTCONN) {  // the peer has left already
    std::memcpy(address, &peer_, std::min(*size, peer_size_));
    *size = peer_size_;
    return result;
  }
  const int error = errno;
  ::close(result);
  return -error;
}

}  // namespace green::hub
