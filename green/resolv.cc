// SPDX-License-Identifier: MIT
#include "green/resolv.h"

#include <netdb.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <optional>
#include <type_traits>
#include <utility>
#include <vector>

#include "green/core/shield.h"
#include "green/core/sleep.h"
#include "green/names/look_up.h"

namespace green {

namespace {

using bytes = std::vector<unsigned char>;

// What a question gave.
struct resolved {
  int result;
  int error;
  int host_error;
  bytes answer;
};

// The values of a resolver that a program may change. Those of _res belong to
// one thread, so a helper thread uses a copy.
class resolver_values {
 public:
  explicit resolver_values(const struct __res_state& from) : values_(from) {
    for (std::size_t i = 0; i < domains_.size(); ++i) {
      const char* const domain = from.dnsrch[i];
      const bool own = domain >= from.defdname &&
                       domain < from.defdname + sizeof from.defdname;
      domains_[i] = own ? domain - from.defdname : -1;
    }
  }

  void put_into(struct __res_state& state) const {
    state.retrans = values_.retrans;
    state.retry = values_.retry;
    state.options = values_.options;
    state.ndots = values_.ndots;
    state.nscount = values_.nscount;
    std::copy(std::begin(values_.nsaddr_list), std::end(values_.nsaddr_list),
              std::begin(state.nsaddr_list));
    std::memcpy(state.defdname, values_.defdname, sizeof state.defdname);
    for (std::size_t i = 0; i < domains_.size(); ++i) {
      state.dnsrch[i] =
          domains_[i] < 0 ? nullptr : state.defdname + domains_[i];
    }
  }

 private:
  struct __res_state values_;
  std::array<std::ptrdiff_t, MAXDNSRCH + 1> domains_;
};

// Of this thread, if it has any.
std::optional<resolver_values> own_values() {
  const struct __res_state& own = _res;
  if ((own.options & RES_INIT) == 0) return std::nullopt;
  return resolver_values(own);
}

// A resolver for one question.
class resolver {
 public:
  explicit resolver(const std::optional<resolver_values>& values) {
    if (::res_ninit(&state_) < 0) return;
    if (values) values->put_into(state_);
  }
  resolver(const resolver&) = delete;
  resolver& operator=(const resolver&) = delete;
  ~resolver() { ::res_nclose(&state_); }

  res_state state() { return &state_; }

 private:
  struct __res_state state_{};
};

// A longer answer cannot come. The copy begins as the caller's memory does,
// because an answer may leave a part of it alone.
bytes copy_of(const unsigned char* memory, int length) {
  constexpr int most = 1 << 16;
  return bytes(memory, memory + std::clamp(length, 0, most));
}

// No error has this number: it says that h_errno was left alone.
constexpr int left_alone = -100;

template <class Ask>
int with_errors(resolved& into, Ask ask) {
  errno = 0;
  h_errno = left_alone;
  into.result = ask();
  into.error = errno;
  into.host_error = h_errno;
  return into.result;
}

int deliver(const resolved& came) {
  if (came.result < 0) errno = came.error;
  if (came.host_error != left_alone) h_errno = came.host_error;
  return came.result;
}

// Asks on a helper thread, with copies of all: ask(state, answer, length).
template <class Ask>
task<int> resolve(const char* what, unsigned char* answer, int length,
                  Ask ask) {
  const auto call = [ask = std::move(ask), values = own_values(),
                     memory = copy_of(answer, length)] {
    resolver own(values);
    resolved came{-1, 0, 0, memory};
    with_errors(came, [&] {
      return ask(own.state(), came.answer.data(),
                 static_cast<int>(came.answer.size()));
    });
    return came;
  };
  hub::offloaded<std::remove_const_t<decltype(call)>> wait(hub::name_helpers(),
                                                           what, call);
  const resolved came = co_await wait;
  std::copy(came.answer.begin(), came.answer.end(), answer);
  co_return deliver(came);
}

// Asks on a helper thread with the caller's own state and memory. So an
// interrupt that comes meanwhile is kept for the next await.
template <class Ask>
task<int> resolve_with(const char* what, Ask ask) {
  co_await core::yield_wait();
  const core::shield uninterrupted;
  const auto call = [ask = std::move(ask)] {
    resolved came{};
    with_errors(came, ask);
    return came;
  };
  hub::offloaded<std::remove_const_t<decltype(call)>> wait(hub::name_helpers(),
                                                           what, call);
  const resolved came = co_await wait;
  co_return deliver(came);
}

using text = kept_key<const char*>;

}  // namespace

task<int> res_query(const char* name, int address_class, int type,
                    unsigned char* answer, int length) {
  const auto ask = [key = text(name), address_class, type](
                       res_state state, unsigned char* into, int room) {
    return ::res_nquery(state, key.get(), address_class, type, into, room);
  };
  return resolve("res_query", answer, length, ask);
}

task<int> res_search(const char* name, int address_class, int type,
                     unsigned char* answer, int length) {
  const auto ask = [key = text(name), address_class, type](
                       res_state state, unsigned char* into, int room) {
    return ::res_nsearch(state, key.get(), address_class, type, into, room);
  };
  return resolve("res_search", answer, length, ask);
}

task<int> res_querydomain(const char* name, const char* domain,
                          int address_class, int type, unsigned char* answer,
                          int length) {
  const auto ask = [key = text(name), base = text(domain), address_class, type](
                       res_state state, unsigned char* into, int room) {
    return ::res_nquerydomain(state, key.get(), base.get(), address_class, type,
                              into, room);
  };
  return resolve("res_querydomain", answer, length, ask);
}

task<int> res_send(const unsigned char* message, int message_length,
                   unsigned char* answer, int length) {
  const auto ask = [sent = copy_of(message, message_length)](
                       res_state state, unsigned char* into, int room) {
    return ::res_nsend(state, sent.data(), static_cast<int>(sent.size()), into,
                       room);
  };
  return resolve("res_send", answer, length, ask);
}

task<int> res_nquery(res_state state, const char* name, int address_class,
                     int type, unsigned char* answer, int length) {
  const auto ask = [=] {
    return ::res_nquery(state, name, address_class, type, answer, length);
  };
  return resolve_with("res_nquery", ask);
}

task<int> res_nsearch(res_state state, const char* name, int address_class,
                      int type, unsigned char* answer, int length) {
  const auto ask = [=] {
    return ::res_nsearch(state, name, address_class, type, answer, length);
  };
  return resolve_with("res_nsearch", ask);
}

task<int> res_nquerydomain(res_state state, const char* name,
                           const char* domain, int address_class, int type,
                           unsigned char* answer, int length) {
  const auto ask = [=] {
    return ::res_nquerydomain(state, name, domain, address_class, type, answer,
                              length);
  };
  return resolve_with("res_nquerydomain", ask);
}

task<int> res_nsend(res_state state, const unsigned char* message,
                    int message_length, unsigned char* answer, int length) {
  const auto ask = [=] {
    return ::res_nsend(state, message, message_length, answer, length);
  };
  return resolve_with("res_nsend", ask);
}

}  // namespace green
