// SPDX-License-Identifier: MIT
#include "green/syslog.h"

#include <errno.h>
#include <fcntl.h>
#include <paths.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include <cstddef>
#include <cstdio>
#include <cstring>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "green/core/fork_mutex.h"
#include "green/core/made_once.h"
#include "green/fcntl.h"
#include "green/mutex"
#include "green/posix/kept_errno.h"
#include "green/sys/socket.h"
#include "green/unique_fd.h"
#include "green/unistd.h"

namespace green {

namespace {

// A socket that is connected to the log. Who sends holds a reference, so that
// closelog cannot give its number to another file.
struct connection {
  connection(int descriptor, int its_type) : fd(descriptor), type(its_type) {}

  unique_fd fd;
  const int type;  // SOCK_DGRAM or SOCK_STREAM
  const pid_t process = ::getpid();
  mutex sending;
};
using connection_ptr = std::shared_ptr<connection>;

// What openlog and setlogmask have said, and the connection.
struct log_settings {
  const char* name = nullptr;  // the program's own
  int options = 0;
  int facility = LOG_USER;
  int mask = 0xff;
  int type = SOCK_DGRAM;
  connection_ptr connected;
};

constinit core::fork_mutex settings_mutex;  // guards the settings

log_settings& settings() {
  static constinit core::made_once<log_settings> all;
  return all.get();
}

log_settings current_settings() {
  const std::lock_guard guard(settings_mutex);
  return settings();
}

struct record {
  std::string text;
  std::size_t message = 0;  // where it begins, behind the time
  int options = 0;
};

// "Nov  5 09:07:01 ", in English as the original has it.
std::string time_stamp() {
  constexpr const char* months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                    "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const time_t now = ::time(nullptr);
  tm parts{};
  if (::localtime_r(&now, &parts) == nullptr) return "";
  char text[64];
  std::snprintf(text, sizeof text, "%s %2d %02d:%02d:%02d ",
                months[parts.tm_mon], parts.tm_mday, parts.tm_hour,
                parts.tm_min, parts.tm_sec);
  return text;
}

// Appends what printf would print. False: the format is wrong.
[[gnu::format(printf, 2, 0)]]
bool print(std::string& out, const char* format, std::va_list arguments) {
  std::va_list again;
  va_copy(again, arguments);
  const int error = errno;  // for %m
  const int length = std::vsnprintf(nullptr, 0, format, arguments);
  const std::size_t begin = out.size();
  if (length >= 0) {
    const auto size = static_cast<std::size_t>(length);
    out.resize(begin + size + 1);
    errno = error;
    (void)std::vsnprintf(out.data() + begin, size + 1, format, again);
    out.resize(begin + size);
  }
  va_end(again);
  return length >= 0;
}

// Makes the record, unless the mask leaves it out.
[[gnu::format(printf, 3, 0)]]
void add_record(std::vector<record>& all, int priority, const char* format,
                std::va_list arguments) {
  const int error = errno;
  const log_settings now = current_settings();
  if ((LOG_MASK(LOG_PRI(priority)) & now.mask) == 0) return;
  if ((priority & LOG_FACMASK) == 0) priority |= now.facility;
  record made;
  made.options = now.options;
  made.text = "<" + std::to_string(priority) + ">" + time_stamp();
  made.message = made.text.size();
  made.text += now.name != nullptr ? now.name : program_invocation_short_name;
  if ((now.options & LOG_PID) != 0) {
    made.text += "[" + std::to_string(::getpid()) + "]";
  }
  made.text += ": ";
  errno = error;
  if (print(made.text, format, arguments)) all.push_back(std::move(made));
}

[[gnu::format(printf, 3, 4)]]
void add_own_record(std::vector<record>& all, int priority, const char* format,
                    ...) {
  std::va_list arguments;
  va_start(arguments, format);
  add_record(all, priority, format, arguments);
  va_end(arguments);
}

[[gnu::format(printf, 2, 0)]]
std::vector<record> records_of(int priority, const char* format,
                               std::va_list arguments) {
  std::vector<record> all;
  constexpr int known = LOG_PRIMASK | LOG_FACMASK;
  if ((priority & ~known) != 0) {
    const int error = errno;
    // The original gives options for a priority here, too.
    add_own_record(all, LOG_ERR | LOG_CONS | LOG_PERROR | LOG_PID,
                   "syslog: unknown facility/priority: %x",
                   static_cast<unsigned>(priority));
    errno = error;
  }
  add_record(all, priority & known, format, arguments);
  return all;
}

// The connection that there is. A child of fork goes on with the socket of its
// parent, but not with the lock.
connection_ptr connection_now() {
  const std::lock_guard guard(settings_mutex);
  connection_ptr& now = settings().connected;
  if (now != nullptr && now->process != ::getpid()) {
    const int own = ::fcntl(now->fd.get(), F_DUPFD_CLOEXEC, 0);
    const int type = now->type;
    now.reset();
    if (own >= 0) now = std::make_shared<connection>(own, type);
  }
  return now;
}

// Another green thread may have been faster.
connection_ptr use(connection_ptr fresh) {
  if (const connection_ptr now = connection_now()) return now;
  const std::lock_guard guard(settings_mutex);
  settings().connected = fresh;
  return fresh;
}

// The next call connects again.
void leave(const connection_ptr& failed) {
  const std::lock_guard guard(settings_mutex);
  if (settings().connected == failed) settings().connected.reset();
}

void use_other_type(int refused) {
  const std::lock_guard guard(settings_mutex);
  settings().type = refused == SOCK_DGRAM ? SOCK_STREAM : SOCK_DGRAM;
}

// Null: there is no log.
task<connection_ptr> connected() {
  if (connection_ptr now = connection_now()) co_return now;
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, _PATH_LOG, sizeof address.sun_path - 1);
  for (int trial = 0; trial < 2; ++trial) {
    const int type = current_settings().type;
    const int fd = ::socket(AF_UNIX, type | SOCK_CLOEXEC, 0);
    if (fd < 0) break;
    const connection_ptr fresh = std::make_shared<connection>(fd, type);
    const int done = co_await green::connect(
        fd, reinterpret_cast<const sockaddr*>(&address), sizeof address);
    if (done == 0) co_return use(fresh);
    if (errno != EPROTOTYPE) break;
    use_other_type(type);
  }
  co_return nullptr;
}

// Leaves the connection if only a part of a record has been sent: the rest must
// not be taken for another record.
class sent_part {
 public:
  explicit sent_part(const connection_ptr& over) : over_(over) {}
  sent_part(const sent_part&) = delete;
  sent_part& operator=(const sent_part&) = delete;
  ~sent_part() {
    if (cut) leave(over_);
  }

  bool cut = false;

 private:
  const connection_ptr over_;
};

// A record in a stream ends with a null byte.
task<bool> send_record(connection_ptr over, const std::string& text) {
  const auto lock = co_await over->sending.scoped_lock();
  const std::size_t size = text.size() + (over->type == SOCK_STREAM ? 1 : 0);
  sent_part part(over);
  std::size_t done = 0;
  do {
    const ssize_t sent = co_await green::send(
        over->fd.get(), text.c_str() + done, size - done, MSG_NOSIGNAL);
    if (sent < 0) co_return false;
    done += static_cast<std::size_t>(sent);
    part.cut = done < size;
  } while (part.cut);
  co_return true;
}

task<> write_to_console(const record& what) {
  unique_fd console(
      co_await green::open(_PATH_CONSOLE, O_WRONLY | O_NOCTTY | O_CLOEXEC));
  if (!console) co_return;
  const std::string line = what.text.substr(what.message) + "\r\n";
  (void)co_await green::write(console.get(), line.data(), line.size());
  (void)co_await green::close(console.release());
}

task<> deliver(const record& what) {
  if ((what.options & LOG_PERROR) != 0) {
    std::string line = what.text.substr(what.message);
    if (!line.ends_with('\n')) line += '\n';
    (void)co_await green::write(STDERR_FILENO, line.data(), line.size());
  }
  for (int trial = 0; trial < 2; ++trial) {
    const connection_ptr over = co_await connected();
    if (over == nullptr) break;
    if (co_await send_record(over, what.text)) co_return;
    leave(over);
  }
  if ((what.options & LOG_CONS) != 0) co_await write_to_console(what);
}

task<> deliver_all(std::vector<record> all) {
  const kept_errno at_start;
  for (const record& one : all) co_await deliver(one);
  at_start.put_back();
}

}  // namespace

task<> openlog(const char* name, int options, int facility) {
  const kept_errno at_start;
  {
    const std::lock_guard guard(settings_mutex);
    log_settings& now = settings();
    if (name != nullptr) now.name = name;
    now.options = options;
    if ((facility & ~LOG_FACMASK) == 0) now.facility = facility;
  }
  if ((options & LOG_NDELAY) != 0) co_await connected();
  at_start.put_back();
}

task<> syslog(int priority, const char* format, ...) {
  std::va_list arguments;
  va_start(arguments, format);
  std::vector<record> all = records_of(priority, format, arguments);
  va_end(arguments);
  return deliver_all(std::move(all));
}

task<> vsyslog(int priority, const char* format, std::va_list arguments) {
  return deliver_all(records_of(priority, format, arguments));
}

task<> closelog() {
  connection_ptr closed;  // by the last one who sends
  const std::lock_guard guard(settings_mutex);
  log_settings& now = settings();
  closed.swap(now.connected);
  now.name = nullptr;
  now.type = SOCK_DGRAM;
  co_return;
}

int setlogmask(int mask) {
  const std::lock_guard guard(settings_mutex);
  const int before = settings().mask;
  if (mask != 0) settings().mask = mask;
  return before;
}

}  // namespace green
