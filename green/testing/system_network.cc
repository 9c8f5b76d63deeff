// SPDX-License-Identifier: MIT
// Internet sockets and look-ups of a simulation, under the C library's names.
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <string>

#include "green/endpoint.h"
#include "green/testing/system.h"
#include "green/testing/world.h"

using green::testing::fault;
using green::testing::network;
using green::testing::original_as;
using green::testing::world;

namespace {

// A system call that gives an address, and the address for the caller.
template <class Call>
auto with_address(int fd, sockaddr* address, socklen_t* length, bool of_peer,
                  const Call& call) -> decltype(call(address, length)) {
  const network& net = world::here()->net();
  if (!net.has(fd)) return call(address, length);
  sockaddr_un name;
  socklen_t size = sizeof name;
  const auto result = call(reinterpret_cast<sockaddr*>(&name), &size);
  if (result < 0 || address == nullptr || length == nullptr) return result;
  if (!net.give(name, size, address, length, of_peer)) {
    net.give_none(fd, address, length);
  }
  return result;
}

// A datagram for nobody is lost, and its sender does not learn of it.
ssize_t lost_if_refused(ssize_t result, std::size_t size) {
  const bool nobody = errno == ECONNREFUSED || errno == ENOENT;
  return result < 0 && nobody ? static_cast<ssize_t>(size) : result;
}

std::size_t length_of(const msghdr& message) {
  std::size_t sum = 0;
  for (std::size_t i = 0; i < message.msg_iovlen; ++i) {
    sum += message.msg_iov[i].iov_len;
  }
  return sum;
}

}  // namespace

void green::testing::take_network() noexcept {}

// The whole program finds them, of a shared object, too.
#pragma GCC visibility push(default)

extern "C" {

int socket(int domain, int type, int protocol) noexcept {
  static auto* const call = original_as<int(int, int, int)>("socket");
  world* const around = world::here();
  if (around == nullptr) return call(domain, type, protocol);
  if (!around->hostile() &&
      around->happens(fault::no_descriptor, "socket: EMFILE")) {
    errno = EMFILE;
    return -1;
  }
  if (const auto fd = around->net().socket(domain, type, protocol)) return *fd;
  return call(domain, type, protocol);
}

int connect(int fd, const sockaddr* address, socklen_t length) {
  static auto* const call =
      original_as<int(int, const sockaddr*, socklen_t)>("connect");
  world* const around = world::here();
  if (around != nullptr && address != nullptr) {
    const auto result =
        around->net().connect(fd, address, length, around->current_name());
    if (result) return *result;
  }
  return call(fd, address, length);
}

int accept4(int fd, sockaddr* address, socklen_t* length, int flags) {
  static auto* const call =
      original_as<int(int, sockaddr*, socklen_t*, int)>("accept4");
  const auto accept_it = [=](sockaddr* a, socklen_t* l) {
    return call(fd, a, l, flags);
  };
  return world::here() == nullptr
             ? accept_it(address, length)
             : with_address(fd, address, length, true, accept_it);
}

int accept(int fd, sockaddr* address, socklen_t* length) {
  return accept4(fd, address, length, 0);
}

int getsockname(int fd, sockaddr* address, socklen_t* length) noexcept {
  static auto* const call =
      original_as<int(int, sockaddr*, socklen_t*)>("getsockname");
  const auto ask = [=](sockaddr* a, socklen_t* l) { return call(fd, a, l); };
  return world::here() == nullptr
             ? ask(address, length)
             : with_address(fd, address, length, false, ask);
}

int getpeername(int fd, sockaddr* address, socklen_t* length) noexcept {
  static auto* const call =
      original_as<int(int, sockaddr*, socklen_t*)>("getpeername");
  const auto ask = [=](sockaddr* a, socklen_t* l) { return call(fd, a, l); };
  return world::here() == nullptr
             ? ask(address, length)
             : with_address(fd, address, length, true, ask);
}

// An option of TCP or IP reads as zero.
int getsockopt(int fd, int level, int option, void* value,
               socklen_t* length) noexcept {
  static auto* const call =
      original_as<int(int, int, int, void*, socklen_t*)>("getsockopt");
  world* const around = world::here();
  if (around != nullptr && level != SOL_SOCKET && around->net().has(fd)) {
    std::memset(value, 0, *length);
    return 0;
  }
  return call(fd, level, option, value, length);
}

ssize_t sendmsg(int fd, const msghdr* message, int flags) {
  static auto* const call =
      original_as<ssize_t(int, const msghdr*, int)>("sendmsg");
  world* const around = world::here();
  if (around == nullptr || message == nullptr || message->msg_name == nullptr) {
    return call(fd, message, flags);
  }
  auto name =
      around->net().name_of(fd, static_cast<const sockaddr*>(message->msg_name),
                            message->msg_namelen, around->current_name());
  if (!name) return call(fd, message, flags);
  msghdr translated = *message;
  translated.msg_name = &name->first;
  translated.msg_namelen = name->second;
  return lost_if_refused(call(fd, &translated, flags), length_of(*message));
}

ssize_t recvmsg(int fd, msghdr* message, int flags) {
  static auto* const call = original_as<ssize_t(int, msghdr*, int)>("recvmsg");
  if (world::here() == nullptr || message == nullptr ||
      message->msg_name == nullptr) {
    return call(fd, message, flags);
  }
  const auto receive = [=](sockaddr* a, socklen_t* l) {
    msghdr translated = *message;
    translated.msg_name = a;
    translated.msg_namelen = *l;
    const ssize_t result = call(fd, &translated, flags);
    *l = translated.msg_namelen;
    message->msg_flags = translated.msg_flags;
    message->msg_controllen = translated.msg_controllen;
    return result;
  };
  return with_address(fd, static_cast<sockaddr*>(message->msg_name),
                      &message->msg_namelen, true, receive);
}

ssize_t sendto(int fd, const void* data, std::size_t size, int flags,
               const sockaddr* address, socklen_t length) {
  static auto* const call =
      original_as<ssize_t(int, const void*, std::size_t, int, const sockaddr*,
                          socklen_t)>("sendto");
  if (world::here() == nullptr || address == nullptr) {
    return call(fd, data, size, flags, address, length);
  }
  iovec all{const_cast<void*>(data), size};
  msghdr message{};
  message.msg_name = const_cast<sockaddr*>(address);
  message.msg_namelen = length;
  message.msg_iov = &all;
  message.msg_iovlen = 1;
  return sendmsg(fd, &message, flags);
}

ssize_t recvfrom(int fd, void* data, std::size_t size, int flags,
                 sockaddr* address, socklen_t* length) {
  static auto* const call =
      original_as<ssize_t(int, void*, std::size_t, int, sockaddr*, socklen_t*)>(
          "recvfrom");
  const auto receive = [=](sockaddr* a, socklen_t* l) {
    return call(fd, data, size, flags, a, l);
  };
  return world::here() == nullptr || address == nullptr
             ? receive(address, length)
             : with_address(fd, address, length, true, receive);
}

// Only numbers and the simulation's own hosts are found, at once.
int getaddrinfo(const char* node, const char* service, const addrinfo* hints,
                addrinfo** result) {
  static auto* const call =
      original_as<int(const char*, const char*, const addrinfo*, addrinfo**)>(
          "getaddrinfo");
  world* const around = world::here();
  if (around == nullptr) return call(node, service, hints, result);
  addrinfo wanted{};
  if (hints != nullptr) wanted = *hints;
  wanted.ai_flags &= ~AI_ADDRCONFIG;
  const bool numeric = (wanted.ai_flags & AI_NUMERICHOST) != 0;
  wanted.ai_flags |= AI_NUMERICHOST;
  const int found = call(node, service, &wanted, result);
  if (found != EAI_NONAME || numeric || node == nullptr) return found;
  const std::string told = std::string("getaddrinfo of ") + node;
  if (around->happens(fault::failed_look_up, told + ": EAI_AGAIN")) {
    return EAI_AGAIN;
  }
  const auto address = around->address_of(node);
  if (!address) return EAI_NONAME;
  return call(address->c_str(), service, &wanted, result);
}

// The hosts of the simulation have names, and others have numbers alone.
int getnameinfo(const sockaddr* address, socklen_t length, char* host,
                socklen_t host_size, char* service, socklen_t service_size,
                int flags) {
  static auto* const call =
      original_as<int(const sockaddr*, socklen_t, char*, socklen_t, char*,
                      socklen_t, int)>("getnameinfo");
  const world* const around = world::here();
  const bool named = host != nullptr && (flags & NI_NUMERICHOST) == 0;
  if (around == nullptr || !named) {
    return call(address, length, host, host_size, service, service_size, flags);
  }
  const auto name = around->host_of(green::endpoint(address, length));
  if (!name && (flags & NI_NAMEREQD) != 0) return EAI_NONAME;
  const int code = call(address, length, host, host_size, service, service_size,
                        (flags & ~NI_NAMEREQD) | NI_NUMERICHOST);
  if (code != 0 || !name) return code;
  if (name->size() >= host_size) return EAI_OVERFLOW;
  std::memcpy(host, name->c_str(), name->size() + 1);
  return 0;
}
}

#pragma GCC visibility pop
