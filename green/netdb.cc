// SPDX-License-Identifier: MIT
#include "green/netdb.h"

#include <arpa/inet.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

#include "green/hub/hubs.h"
#include "green/hub/offloaded.h"
#include "green/names/look_up.h"
#include "green/posix/kept_errno.h"

namespace green {

namespace {

struct free_list {
  void operator()(addrinfo* list) const noexcept { ::freeaddrinfo(list); }
};

// The answer of a helper thread: an error code, errno, and the list with its
// owner.
struct found_addresses {
  int code;
  int error;
  std::unique_ptr<addrinfo, free_list> list;
};

found_addresses look_up(const char* node, const char* service,
                        const addrinfo* hints) {
  addrinfo* list = nullptr;
  const kept_errno at_start;
  errno = 0;
  const int code = ::getaddrinfo(node, service, hints, &list);
  const int error = errno;
  at_start.put_back();
  return {code, error, std::unique_ptr<addrinfo, free_list>(list)};
}

// Can the service be answered without a look-up? The C library takes for a
// number whatever strtoul takes for one.
bool numeric(const char* service, const addrinfo* hints) {
  if (service == nullptr || std::strcmp(service, "*") == 0) return true;
  if (hints != nullptr && (hints->ai_flags & AI_NUMERICSERV) != 0) return true;
  char* end = nullptr;
  (void)std::strtoul(service, &end, 10);
  return *end == 0;
}

int deliver(found_addresses found, addrinfo** result) {
  *result = found.list.release();
  if (found.code == EAI_SYSTEM) errno = found.error;
  return found.code;
}

// Numeric hosts and services need no look-up. Yet glibc asks for the interfaces
// there are, with a lock held.
std::optional<found_addresses> without_look_up(const char* node,
                                               const char* service,
                                               const addrinfo* hints) {
  if (!numeric(service, hints) || hub::forked_beside_threads()) {
    return std::nullopt;
  }
  addrinfo wanted{};
  if (hints != nullptr) wanted = *hints;
  // The flags of a look-up whose hints are null.
  if (hints == nullptr) wanted.ai_flags = AI_V4MAPPED | AI_ADDRCONFIG;
  wanted.ai_flags |= AI_NUMERICHOST;
  const bool only_numeric =
      hints != nullptr && (hints->ai_flags & AI_NUMERICHOST) != 0;
  auto found = look_up(node, service, &wanted);
  if (found.code == EAI_NONAME && !only_numeric) return std::nullopt;
  for (addrinfo* a = found.list.get(); a != nullptr && !only_numeric;
       a = a->ai_next) {
    a->ai_flags &= ~AI_NUMERICHOST;  // they tell what was asked
  }
  return found;
}

std::optional<std::string> copy(const char* text) {
  if (text == nullptr) return std::nullopt;
  return text;
}

const char* pointer(const std::optional<std::string>& text) {
  return text ? text->c_str() : nullptr;
}

}  // namespace

task<int> getaddrinfo(const char* node, const char* service,
                      const addrinfo* hints, addrinfo** result) {
  if (auto found = without_look_up(node, service, hints)) {
    co_return deliver(std::move(*found), result);
  }
  std::optional<addrinfo> wanted;
  if (hints != nullptr) wanted = *hints;
  auto call = [node = copy(node), service = copy(service), wanted] {
    return look_up(pointer(node), pointer(service),
                   wanted ? &*wanted : nullptr);
  };
  hub::offloaded<decltype(call)> wait(hub::name_helpers(), "getaddrinfo",
                                      std::move(call));
  auto found = co_await wait;
  co_return deliver(std::move(found), result);
}

namespace {

struct found_name {
  int code;
  int error;
  std::string host;
  std::string service;
};

// The parts of a name that the caller asked for: whether there is a buffer, and
// its length.
struct wanted_name {
  bool given;
  socklen_t room;
};

found_name name_of(const sockaddr_storage& address, socklen_t length,
                   wanted_name wanted_host, wanted_name wanted_service,
                   int flags) {
  // No name is longer, and a buffer of any length may be announced.
  const auto host_length = std::min<socklen_t>(wanted_host.room, NI_MAXHOST);
  const auto service_length =
      std::min<socklen_t>(wanted_service.room, NI_MAXHOST);
  std::vector<char> host(host_length + 1);
  std::vector<char> service(service_length + 1);
  errno = 0;
  const int code = ::getnameinfo(
      reinterpret_cast<const sockaddr*>(&address), length,
      wanted_host.given ? host.data() : nullptr, host_length,
      wanted_service.given ? service.data() : nullptr, service_length, flags);
  return {code, errno, host.data(), service.data()};
}

void put(const std::string& text, char* into, socklen_t room) {
  if (into != nullptr && room > text.size()) {
    std::memcpy(into, text.c_str(), text.size() + 1);
  }
}

}  // namespace

task<int> getnameinfo(const sockaddr* address, socklen_t length, char* host,
                      socklen_t host_length, char* service,
                      socklen_t service_length, int flags) {
  const bool names_host =
      host != nullptr && host_length != 0 && (flags & NI_NUMERICHOST) == 0;
  const bool names_service = service != nullptr && service_length != 0 &&
                             (flags & NI_NUMERICSERV) == 0;
  sockaddr_storage kept{};
  if ((!names_host && !names_service) || address == nullptr ||
      length > sizeof kept) {
    const kept_errno at_start;
    const int code = ::getnameinfo(address, length, host, host_length, service,
                                   service_length, flags);
    if (code == 0) at_start.put_back();
    co_return code;
  }
  std::memcpy(&kept, address, length);
  const wanted_name wanted_host{host != nullptr, host_length};
  const wanted_name wanted_service{service != nullptr, service_length};
  const auto call = [=] {
    return name_of(kept, length, wanted_host, wanted_service, flags);
  };
  hub::offloaded<std::remove_const_t<decltype(call)>> wait(hub::name_helpers(),
                                                           "getnameinfo", call);
  const found_name found = co_await wait;
  if (found.code == 0) {
    put(found.host, host, host_length);
    put(found.service, service, service_length);
  } else if (found.code == EAI_SYSTEM) {
    errno = found.error;
  }
  co_return found.code;
}

namespace {

// The C library makes no look-up for an address, nor for other text of digits
// and dots.
bool is_address(const char* name) {
  const std::size_t length = std::strlen(name);
  return *name >= '0' && *name <= '9' && name[length - 1] != '.' &&
         std::strspn(name, "0123456789.") == length;
}

// The call of gethostbyaddr_r with a copy of the address.
class look_up_address {
 public:
  look_up_address(const entry_room& room, const void* address, socklen_t length,
                  int type)
      : room_(room),
        address_(static_cast<const char*>(address), length),
        type_(type) {}

  answer<hostent> operator()() const {
    return ask<hostent>(
        room_, [this](hostent* entry, char* memory, std::size_t size,
                      hostent** found, int* error) {
          return ::gethostbyaddr_r(address_.data(),
                                   static_cast<socklen_t>(address_.size()),
                                   type_, entry, memory, size, found, error);
        });
  }

 private:
  entry_room room_;
  std::string address_;
  int type_;
};

}  // namespace

task<hostent*> gethostbyname(const char* name) {
  constexpr auto call = &::gethostbyname_r;
  const kept_errno at_start;
  if (is_address(name) && !hub::forked_beside_threads()) {
    const name_look_up<call, hostent, const char*> now(entry_room(), name);
    hostent* const found = keep<call>(now());
    if (found != nullptr) at_start.put_back();
    co_return found;
  }
  co_return co_await find_entry<call, hostent>("gethostbyname", name);
}

task<hostent*> gethostbyaddr(const void* address, socklen_t length, int type) {
  return await_static<&::gethostbyaddr_r, hostent>(
      "gethostbyaddr", look_up_address(entry_room(), address, length, type));
}

task<int> gethostbyaddr_r(const void* address, socklen_t length, int type,
                          hostent* entry, char* memory, size_t size,
                          hostent** result, int* error) {
  const entry_place<hostent> place{entry, memory, size, result, error};
  return await_placed("gethostbyaddr_r", place,
                      look_up_address(place.room(), address, length, type));
}

}  // namespace green
