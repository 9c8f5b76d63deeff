// SPDX-License-Identifier: MIT
#include "green/servers/core.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <iterator>
#include <stdexcept>
#include <system_error>

#include "green/error_handler.h"
#include "green/greenlet.h"
#include "green/poll.h"

namespace green {

namespace {

// The first pause is gevent's min_delay. Later ones double, up to a length at
// which a server still looks alive.
constexpr std::chrono::milliseconds first_pause{10};
constexpr unsigned most_doublings = 4;

enum class accept_failure { of_a_peer, shortage, of_the_socket };

accept_failure kind_of(int error) {
  switch (error) {
    case ECONNABORTED:
    case EPROTO:
    case EINTR:
    case EMSGSIZE:
    case ECONNREFUSED:
      return accept_failure::of_a_peer;
    case EBADF:
    case EINVAL:
    case ENOTSOCK:
    case EOPNOTSUPP:
    case EFAULT:
      return accept_failure::of_the_socket;
    default:
      return accept_failure::shortage;
  }
}

class counted {
 public:
  explicit counted(unsigned& count) noexcept : count_(count) { ++count_; }
  counted(const counted&) = delete;
  counted& operator=(const counted&) = delete;
  ~counted() { --count_; }

 private:
  unsigned& count_;
};

// A number that no other socket has until the next boot; 0 where there is none.
std::uint64_t cookie_of(int fd) {
  std::uint64_t cookie = 0;
  socklen_t length = sizeof cookie;
  if (fd < 0) return 0;
  const int result = ::getsockopt(fd, SOL_SOCKET, SO_COOKIE, &cookie, &length);
  return result == 0 ? cookie : 0;
}

}  // namespace

server_core::server_core(server_address where, int type,
                         const server_settings& chosen,
                         const core::site& made_at)
    : made_at_(made_at),
      settings_(chosen),
      text_(std::move(where.text_)),
      type_(type),
      given_(std::move(where.socket_)) {
  if (where.given_) {
    address_ = bound_socket::check(given_.get(), type);
  } else if (const auto known = endpoint::without_look_up(text_)) {
    address_ = *known;
  }
  if (settings_.limit == 0) {
    throw std::invalid_argument(
        "green: a server with a limit of 0 handlers: write 1 or more");
  }
  renew_places();
}

// Nothing receives now, so only handlers hold places. In a child of fork most
// handlers are missing, and so is the receiver with its place.
void server_core::renew_places() {
  std::erase_if(handlers_, [](const handler_record& record) {
    return record.thread.valid() && record.thread.ready();
  });
  if (!settings_.limit) return;
  const std::size_t busy = std::min(handlers_.size(), *settings_.limit);
  places_.emplace(static_cast<std::ptrdiff_t>(*settings_.limit - busy));
}

bool server_core::started() const noexcept {
  return receiver_.valid() && !receiver_.ready();
}

void server_core::start(const std::vector<endpoint>& addresses) {
  if (started()) {
    throw std::logic_error(
        fmt::format("green: the server on {} is started already: stop it first",
                    address_.to_string()));
  }
  const bound_socket::settings how{.type = type_,
                                   .backlog = settings_.backlog,
                                   .reuse_port = settings_.reuse_port,
                                   .no_delay = settings_.no_delay};
  auto socket = given_ ? std::make_shared<bound_socket>(std::move(given_), how)
                       : std::make_shared<bound_socket>(addresses, how);
  renew_places();
  accepting_.set();
  pausable_ = nullptr;  // in a child of fork it may be the parent's
  address_ = socket->address();
  std::string name = fmt::format("server on {}", address_.to_string());
  receiver_ = spawn_at(made_at_, &server_core::run, shared_from_this(),
                       std::move(socket));
  receiver_.set_name(std::move(name));
}

void server_core::start_now() {
  const bool known = address_.family() != AF_UNSPEC || given_;
  start(known ? std::vector{address_} : endpoint::from_name_now(text_));
}

void server_core::accept(bool on) {
  if (!started()) return;
  if (on) {
    accepting_.set();
    return;
  }
  accepting_.clear();
  if (pausable_ != nullptr && !pausable_->linked()) {
    receiver_.state().interrupt_with(*pausable_);
  }
}

std::exception_ptr server_core::pausable::exception() noexcept {
  return std::make_exception_ptr(paused());
}

// The coroutine owns the core and the socket, so both stay until it ends.
task<> server_core::run(std::shared_ptr<server_core> self,
                        std::shared_ptr<bound_socket> socket) {
  self->failures_ = 0;
  try {
    co_await self->receive(std::move(socket));
  } catch (const core::killed&) {
    throw;
  } catch (...) {
    if (self->awaited_ == 0) self->report();
    throw;
  }
}

// Takes the error, because the core's handle would keep it unreported while the
// server lives.
void server_core::report() {
  const std::exception_ptr error = std::current_exception();
  receiver_.state().take_error();
  report_unhandled(
      {receiver_.name(), made_at_, error, describe_exception(error)});
}

task<> server_core::stop(std::shared_ptr<server_core> self,
                         core::deadline grace) {
  if (!self->receiver_.valid()) co_return;
  co_await self->receiver_.kill();
  if (self->settings_.end_reads) self->end_reads();
  const std::vector<greenlet<>> busy = self->other_handlers();
  co_await joinall(busy, grace);
  co_await killall(busy);
}

task<> server_core::serve_forever(std::shared_ptr<server_core> self) {
  if (!self->started()) {
    std::vector<endpoint> where{self->address_};
    const bool known = where[0].family() != AF_UNSPEC || self->given_;
    if (!known) where = co_await endpoint::from_name(self->text_);
    self->start(where);
  }
  const greenlet<> receiver = self->receiver_;
  std::exception_ptr failed;
  try {
    const counted one(self->awaited_);
    co_await receiver.get();
  } catch (...) {
    failed = std::current_exception();
  }
  if (failed != nullptr) {
    co_await stop(self, std::chrono::seconds(0));
    std::rethrow_exception(failed);
  }
  // The caller of stop lets the handlers end, or kills them.
  co_await joinall(self->other_handlers());
}

void server_core::abandon() noexcept {
  if (receiver_.valid()) receiver_.kill_nowait();
  const any_greenlet here = getcurrent();
  for (auto next = handlers_.begin(); next != handlers_.end();) {
    // A handler that has not begun ends at once, and removes its record.
    const greenlet<> thread = (next++)->thread;
    if (thread.valid() && thread != here) thread.kill_nowait();
  }
}

void server_core::end_reads() noexcept {
  for (const handler_record& record : handlers_) {
    // The handler may have closed the descriptor, and another socket may have
    // the number.
    if (record.cookie != 0 && cookie_of(record.fd) == record.cookie) {
      if (const auto tls = record.secured.lock()) tls->expect_end();
      ::shutdown(record.fd, SHUT_RD);
    }
  }
}

std::vector<greenlet<>> server_core::other_handlers() const {
  const any_greenlet here = getcurrent();
  std::vector<greenlet<>> others;
  for (const handler_record& record : handlers_) {
    if (record.thread.valid() && record.thread != here) {
      others.push_back(record.thread);
    }
  }
  return others;
}

task<server_core::place> server_core::next_place() {
  if (places_) co_await places_->acquire();
  place next(shared_from_this());
  while (!accepting_.is_set()) co_await accepting_.wait();
  co_return next;
}

server_core::handler_record& server_core::place::enter(int fd) {
  core_->handlers_.push_back({{}, fd, cookie_of(fd)});
  record_ = std::prev(core_->handlers_.end());
  return **record_;
}

void server_core::place::failed(const endpoint& peer) {
  getcurrent().set_name(fmt::format("handler of {}", peer.to_string()));
}

server_core::place::~place() {
  if (core_ == nullptr) return;
  if (record_) core_->handlers_.erase(*record_);
  if (core_->places_) core_->places_->release();
}

task<> server_core::recover(int error, const bound_socket& socket) {
  if (error == EAGAIN) {  // a socket that is given may be non-blocking
    try {
      const pausable here(*this);
      pollfd readable{socket.fd(), POLLIN, 0};
      co_await green::poll(&readable, 1, -1);
    } catch (const paused&) {
      // next_place waits until it goes on.
    }
    co_return;
  }
  const accept_failure kind = kind_of(error);
  if (kind == accept_failure::of_the_socket) {
    throw std::system_error(error, std::generic_category(),
                            fmt::format("server on {}", address_.to_string()));
  }
  if (kind == accept_failure::of_a_peer) co_return;
  co_await green::sleep(first_pause * (1 << failures_));
  failures_ = std::min(failures_ + 1, most_doublings);
}

}  // namespace green
