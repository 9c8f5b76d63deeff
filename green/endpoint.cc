// SPDX-License-Identifier: MIT
#include "green/endpoint.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <linux/vm_sockets.h>
#include <net/if.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstddef>
#include <cstring>
#include <stdexcept>

#include "green/core/immortal.h"
#include "green/netdb.h"

namespace green {

namespace {

constexpr std::string_view unix_prefix = "unix:";
constexpr std::string_view vsock_prefix = "vsock:";
constexpr std::size_t path_begin = offsetof(sockaddr_un, sun_path);

[[noreturn]] void refuse(std::string_view text, std::string_view why) {
  throw std::invalid_argument(
      fmt::format("green::endpoint: '{}' {}", text, why));
}

struct host_and_port {
  std::string host;
  std::string port;
  bool brackets;
};

// Parts "host:port" and "[host]:port". Throws with a text that says which part
// is missing.
host_and_port split(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  const std::size_t bracket = text.rfind(']');
  if (text.starts_with('[')) {
    if (bracket == std::string_view::npos) {
      refuse(text, "has no ']': write \"[::1]:80\"");
    }
    if (bracket + 1 != colon) {
      refuse(text, "has no port after the ']': write \"[::1]:80\"");
    }
    return {std::string(text.substr(1, bracket - 1)),
            std::string(text.substr(colon + 1)), true};
  }
  if (colon == std::string_view::npos) {
    refuse(text, "has no port: write \"127.0.0.1:80\" or \"unix:/path\"");
  }
  if (text.find(':') != colon) {
    refuse(text, "has several colons: write IPv6 as \"[::1]:80\"");
  }
  return {std::string(text.substr(0, colon)),
          std::string(text.substr(colon + 1)), false};
}

bool all_digits(std::string_view text) {
  return !text.empty() &&
         text.find_first_not_of("0123456789") == std::string_view::npos;
}

std::uint16_t parse_port(std::string_view text, std::string_view port) {
  std::uint16_t number = 0;
  const char* const end = port.data() + port.size();
  const auto parsed = std::from_chars(port.data(), end, number);
  if (!all_digits(port) || parsed.ec != std::errc() || parsed.ptr != end) {
    refuse(
        text,
        fmt::format("has the port '{}': write a number from 0 to 65535", port));
  }
  return number;
}

std::uint32_t parse_vsock_number(std::string_view text, std::string_view part,
                                 const char* kind) {
  std::uint32_t number = 0;
  const char* const end = part.data() + part.size();
  const auto parsed = std::from_chars(part.data(), end, number);
  if (!all_digits(part) || parsed.ec != std::errc() || parsed.ptr != end) {
    refuse(text, fmt::format("has the {} '{}': write a number from 0 to "
                             "4294967295, as in \"vsock:2:1024\"",
                             kind, part));
  }
  return number;
}

sockaddr_vm parse_vsock(std::string_view text) {
  const std::string_view numbers = text.substr(vsock_prefix.size());
  const std::size_t colon = numbers.find(':');
  if (colon == std::string_view::npos) {
    refuse(text, "has no port: write \"vsock:2:1024\"");
  }
  const std::string_view cid = numbers.substr(0, colon);
  const bool every = cid.empty() || cid == "*";
  sockaddr_vm address{};
  address.svm_family = AF_VSOCK;
  address.svm_cid =
      every ? VMADDR_CID_ANY : parse_vsock_number(text, cid, "CID");
  address.svm_port =
      parse_vsock_number(text, numbers.substr(colon + 1), "port");
  return address;
}

// The interface of "fe80::1%lo", by name or by number; 0 when there is none.
std::uint32_t scope_of(const std::string& name) {
  if (!all_digits(name)) return ::if_nametoindex(name.c_str());
  std::uint32_t number = 0;
  std::from_chars(name.data(), name.data() + name.size(), number);
  return number;
}

bool parse_ip4(const host_and_port& parts, in_addr& address) {
  if (parts.brackets) return false;
  const bool every = parts.host.empty() || parts.host == "*";
  if (!every) return ::inet_pton(AF_INET, parts.host.c_str(), &address) == 1;
  address.s_addr = INADDR_ANY;
  return true;
}

bool parse_ip6(const host_and_port& parts, sockaddr_in6& address) {
  if (!parts.brackets) return false;
  const std::size_t percent = parts.host.find('%');
  if (percent != std::string::npos) {
    address.sin6_scope_id = scope_of(parts.host.substr(percent + 1));
    if (address.sin6_scope_id == 0) return false;
  }
  return ::inet_pton(AF_INET6, parts.host.substr(0, percent).c_str(),
                     &address.sin6_addr) == 1;
}

// Is the host a name that getaddrinfo can look up?
bool may_be_name(const host_and_port& parts) {
  return !parts.brackets && !parts.host.empty() && parts.host != "*" &&
         !parts.port.empty();
}

std::string scope_text(std::uint32_t scope) {
  if (scope == 0) return {};
  std::array<char, IF_NAMESIZE> name{};
  if (::if_indextoname(scope, name.data()) == nullptr) {
    return fmt::format("%{}", scope);
  }
  return fmt::format("%{}", name.data());
}

}  // namespace

endpoint::endpoint(std::string_view text) {
  if (text.find('\0') != std::string_view::npos) {
    refuse(text.substr(0, text.find('\0')),
           "is followed by a zero byte: write it without");
  }
  if (text.starts_with(unix_prefix)) {
    std::string name(text.substr(unix_prefix.size()));
    if (name.empty() || name == "@") {
      refuse(text, "has no path: write \"unix:/path\" or \"unix:@name\"");
    }
    // The kernel wants room for a zero at the end of a path.
    if (name.size() > sizeof address_.local.sun_path - 1) {
      refuse(text, "is too long: write a path of at most 107 bytes");
    }
    if (name[0] == '@') name[0] = '\0';
    set_unix(name);
    return;
  }
  if (text.starts_with(vsock_prefix)) {
    const sockaddr_vm vm = parse_vsock(text);
    std::memcpy(&address_.local, &vm, sizeof vm);
    length_ = sizeof vm;
    return;
  }
  const host_and_port parts = split(text);
  const std::uint16_t port = htons(parse_port(text, parts.port));
  sockaddr_in ip4{};
  sockaddr_in6 ip6{};
  if (parse_ip4(parts, ip4.sin_addr)) {
    ip4.sin_family = AF_INET;
    ip4.sin_port = port;
    address_.ip4 = ip4;
    length_ = sizeof ip4;
  } else if (parse_ip6(parts, ip6)) {
    ip6.sin6_family = AF_INET6;
    ip6.sin6_port = port;
    address_.ip6 = ip6;
    length_ = sizeof ip6;
  } else if (parts.brackets) {
    refuse(text, "is no IPv6 address in '[]': write \"[::1]:80\"");
  } else {
    refuse(text,
           "is no IPv4 address: write \"127.0.0.1:80\", or let "
           "endpoint::from_name look a name up");
  }
}

endpoint::endpoint(const ::sockaddr* address, socklen_t length) noexcept {
  if (address == nullptr || length < sizeof(sa_family_t)) return;
  const std::size_t given = std::min<std::size_t>(length, sizeof address_);
  if (address->sa_family == AF_UNIX) {
    const char* const name =
        reinterpret_cast<const sockaddr_un*>(address)->sun_path;
    // The length may count a zero byte that had no room in the path.
    const std::size_t most =
        std::clamp(given, path_begin, sizeof(sockaddr_un)) - path_begin;
    const bool is_path = most != 0 && name[0] != '\0';
    set_unix({name, is_path ? ::strnlen(name, most) : most});
  } else if (address->sa_family == AF_INET && given >= sizeof(sockaddr_in)) {
    sockaddr_in ip4;
    std::memcpy(&ip4, address, sizeof ip4);
    std::memset(ip4.sin_zero, 0, sizeof ip4.sin_zero);
    address_.ip4 = ip4;
    length_ = sizeof(sockaddr_in);
  } else if (address->sa_family == AF_INET6 && given >= sizeof(sockaddr_in6)) {
    sockaddr_in6 ip6;
    std::memcpy(&ip6, address, sizeof ip6);
    address_.ip6 = ip6;
    length_ = sizeof(sockaddr_in6);
  } else if (address->sa_family == AF_VSOCK && given >= sizeof(sockaddr_vm)) {
    sockaddr_vm vm;
    std::memcpy(&vm, address, sizeof vm);
    const sockaddr_vm plain{.svm_family = AF_VSOCK,
                            .svm_reserved1 = 0,
                            .svm_port = vm.svm_port,
                            .svm_cid = vm.svm_cid,
                            .svm_flags = 0,
                            .svm_zero = {}};
    std::memcpy(&address_.local, &plain, sizeof plain);
    length_ = sizeof plain;
  }
}

// A name in the abstract namespace begins with a zero and has none at its end;
// an unnamed socket has an empty one.
void endpoint::set_unix(std::string_view name) noexcept {
  address_.local = {};
  address_.local.sun_family = AF_UNIX;
  std::copy(name.begin(), name.end(), address_.local.sun_path);
  const bool is_path = !name.empty() && name[0] != '\0';
  // A path that the kernel returns may fill the array without a zero byte.
  length_ = static_cast<socklen_t>(std::min(
      path_begin + name.size() + (is_path ? 1 : 0), sizeof address_.local));
}

std::string_view endpoint::unix_name() const noexcept {
  const std::string_view name(address_.local.sun_path, length_ - path_begin);
  const bool is_path = !name.empty() && name[0] != '\0';
  return is_path ? name.substr(0, name.find('\0')) : name;
}

std::uint16_t endpoint::port() const noexcept {
  if (family() == AF_INET) return ntohs(address_.ip4.sin_port);
  if (family() == AF_INET6) return ntohs(address_.ip6.sin6_port);
  return 0;
}

std::string endpoint::path() const {
  if (family() != AF_UNIX) return {};
  const std::string_view name = unix_name();
  return name.starts_with('\0') ? std::string() : std::string(name);
}

std::string endpoint::to_string() const {
  std::array<char, INET6_ADDRSTRLEN> text{};
  switch (family()) {
    case AF_UNIX: {
      std::string name(unix_name());
      if (name.starts_with('\0')) name[0] = '@';
      return fmt::format("{}{}", unix_prefix, name);
    }
    case AF_INET:
      ::inet_ntop(AF_INET, &address_.ip4.sin_addr, text.data(), text.size());
      return fmt::format("{}:{}", text.data(), port());
    case AF_INET6:
      ::inet_ntop(AF_INET6, &address_.ip6.sin6_addr, text.data(), text.size());
      return fmt::format("[{}{}]:{}", text.data(),
                         scope_text(address_.ip6.sin6_scope_id), port());
    case AF_VSOCK: {
      sockaddr_vm vm;
      std::memcpy(&vm, &address_.local, sizeof vm);
      return fmt::format("{}{}:{}", vsock_prefix, vm.svm_cid, vm.svm_port);
    }
    default:
      return "none";
  }
}

std::strong_ordering endpoint::operator<=>(
    const endpoint& other) const noexcept {
  if (length_ != other.length_) return length_ <=> other.length_;
  return std::memcmp(&address_.local, &other.address_.local, length_) <=> 0;
}

namespace {

class addrinfo_errors final : public std::error_category {
 public:
  const char* name() const noexcept override { return "addrinfo"; }
  std::string message(int value) const override {
    return ::gai_strerror(value);
  }
};

// A question to getaddrinfo, and its answer.
struct question {
  explicit question(const std::string& t) : text(t), parts(split(t)) {
    hints.ai_socktype = SOCK_STREAM;
  }
  question(const question&) = delete;
  question& operator=(const question&) = delete;
  ~question() {
    if (list != nullptr) ::freeaddrinfo(list);
  }

  std::vector<endpoint> answer(int code) const;

  const std::string& text;
  const host_and_port parts;
  addrinfo hints{};
  addrinfo* list = nullptr;
};

std::vector<endpoint> question::answer(int code) const {
  std::vector<endpoint> found;
  const int error = errno;
  for (const addrinfo* a = list; a != nullptr; a = a->ai_next) {
    const endpoint one(a->ai_addr, a->ai_addrlen);
    if (one.family() != AF_UNSPEC) found.push_back(one);
  }
  if (code == 0 && found.empty()) code = EAI_NONAME;
  if (code == 0) return found;
  std::string what = fmt::format("look up {}", text);
  if (code == EAI_SYSTEM) {
    throw std::system_error(error, std::generic_category(), what);
  }
  if (code == EAI_SERVICE) {
    what += fmt::format(", whose port '{}' is no number and no service",
                        parts.port);
  }
  throw std::system_error(code, addrinfo_category(), what);
}

constinit const core::immortal<addrinfo_errors> category;

}  // namespace

const std::error_category& addrinfo_category() noexcept {
  return category.value;
}

std::optional<endpoint> endpoint::without_look_up(std::string_view text) {
  if (text.starts_with(unix_prefix) || text.starts_with(vsock_prefix)) {
    return endpoint(text);
  }
  const host_and_port parts = split(text);
  in_addr ignored;
  const bool numeric = parse_ip4(parts, ignored) && all_digits(parts.port);
  if (numeric || !may_be_name(parts)) return endpoint(text);
  if (all_digits(parts.port)) parse_port(text, parts.port);
  return std::nullopt;
}

task<std::vector<endpoint>> endpoint::from_name(std::string text) {
  if (const auto known = without_look_up(text)) {
    co_return std::vector<endpoint>{*known};
  }
  question asked(text);
  const int code = co_await green::getaddrinfo(asked.parts.host.c_str(),
                                               asked.parts.port.c_str(),
                                               &asked.hints, &asked.list);
  co_return asked.answer(code);
}

std::vector<endpoint> endpoint::from_name_now(const std::string& text) {
  if (const auto known = without_look_up(text)) return {*known};
  question asked(text);
  const int code =
      ::getaddrinfo(asked.parts.host.c_str(), asked.parts.port.c_str(),
                    &asked.hints, &asked.list);
  return asked.answer(code);
}

}  // namespace green
