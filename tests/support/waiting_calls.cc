// SPDX-License-Identifier: MIT
#include "tests/support/waiting_calls.h"

#include <fcntl.h>
#include <sys/ipc.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <memory>
#include <utility>

#include "green/fcntl.h"
#include "green/mqueue.h"
#include "green/poll.h"
#include "green/semaphore.h"
#include "green/signal.h"
#include "green/sys/epoll.h"
#include "green/sys/eventfd.h"
#include "green/sys/file.h"
#include "green/sys/msg.h"
#include "green/sys/select.h"
#include "green/sys/socket.h"
#include "green/sys/uio.h"
#include "green/sys/wait.h"
#include "green/time.h"
#include "green/unistd.h"
#include "tests/support/files.h"
#include "tests/support/processes.h"
#include "tests/support/signals.h"
#include "tests/support/sockets.h"

namespace tests {

namespace {

using enum waiting_call::after_handler;
using calls = std::vector<waiting_call>;

template <class Awaitable>
green::task<long> awaiting(Awaitable a) {
  co_return static_cast<long>(co_await std::move(a));
}

// clock_nanosleep and sigwait give their error.
green::task<long> as_posix(green::task<int> a) {
  const int error = co_await std::move(a);
  if (error == 0) co_return 0;
  errno = error;
  co_return -1;
}

struct memory {
  char bytes[64] = {};
  iovec part{bytes, sizeof bytes};
  msghdr message{};
  mmsghdr messages[1] = {};
  sockaddr_storage from{};
  socklen_t from_size = sizeof from;
  epoll_event event{};
  eventfd_t value = 0;
  siginfo_t info{};
  fd_set set{};

  memory() {
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    messages[0].msg_hdr = message;
  }
};

// Each row has a pipe or a pair, and bytes that come at last.
template <class Make>
void reading(calls& all, const char* name, two_descriptors ends, Make make) {
  auto own = std::make_shared<two_descriptors>(std::move(ends));
  auto m = std::make_shared<memory>();
  all.push_back({name, restarts, [own, m, make] { return make(own->a, *m); },
                 [own] { (void)!::write(own->b, "12345678", 8); }});
}

void add_reads(calls& all) {
  reading(all, "read", pipe_descriptors(), [](int fd, memory& m) {
    return awaiting(green::read(fd, m.bytes, 1));
  });
  reading(all, "readv", stream_pair(), [](int fd, memory& m) {
    return awaiting(green::readv(fd, &m.part, 1));
  });
  reading(all, "recv", stream_pair(), [](int fd, memory& m) {
    return awaiting(green::recv(fd, m.bytes, 1, 0));
  });
  reading(all, "recv, MSG_WAITALL", tcp_pair(), [](int fd, memory& m) {
    return awaiting(green::recv(fd, m.bytes, 8, MSG_WAITALL));
  });
  reading(all, "recvfrom", datagram_pair(), [](int fd, memory& m) {
    return awaiting(green::recvfrom(
        fd, m.bytes, 8, 0, reinterpret_cast<sockaddr*>(&m.from), &m.from_size));
  });
  reading(all, "recvmsg", stream_pair(), [](int fd, memory& m) {
    return awaiting(green::recvmsg(fd, &m.message, 0));
  });
  reading(all, "recvmmsg", stream_pair(), [](int fd, memory& m) {
    return awaiting(green::recvmmsg(fd, m.messages, 1, 0, nullptr));
  });
  reading(all, "splice", pipe_descriptors(), [](int fd, memory&) {
    static const auto sink = std::make_shared<two_descriptors>(stream_pair());
    return awaiting(green::splice(fd, nullptr, sink->b, nullptr, 8, 0));
  });
  auto listens = std::make_shared<descriptor>(tcp_listener());
  auto client = std::make_shared<descriptor>(::socket(AF_INET, SOCK_STREAM, 0));
  all.push_back({"accept", restarts,
                 [listens] {
                   return awaiting(green::accept(*listens, nullptr, nullptr));
                 },
                 [listens, client] {
                   ipv4 there = local_address(*listens);
                   (void)::connect(*client, there.get(), there.length);
                 }});
}

template <class Make>
void writing(calls& all, const char* name, Make make) {
  auto own = std::make_shared<two_descriptors>(stream_pair());
  fill(own->b);
  auto m = std::make_shared<memory>();
  all.push_back({name, restarts, [own, m, make] { return make(own->b, *m); },
                 [own] { drain(own->a); }});
}

void add_writes(calls& all) {
  writing(all, "write", [](int fd, memory& m) {
    return awaiting(green::write(fd, m.bytes, sizeof m.bytes));
  });
  writing(all, "writev", [](int fd, memory& m) {
    return awaiting(green::writev(fd, &m.part, 1));
  });
  writing(all, "send", [](int fd, memory& m) {
    return awaiting(green::send(fd, m.bytes, sizeof m.bytes, 0));
  });
  writing(all, "sendmsg", [](int fd, memory& m) {
    return awaiting(green::sendmsg(fd, &m.message, 0));
  });
  writing(all, "sendmmsg", [](int fd, memory& m) {
    return awaiting(green::sendmmsg(fd, m.messages, 1, 0));
  });
  writing(all, "sendto", [](int fd, memory& m) {
    return awaiting(green::sendto(fd, m.bytes, 1, 0, nullptr, 0));
  });
}

void add_polls(calls& all) {
  const auto poll_row = [&all](const char* name, auto make) {
    reading(all, name, pipe_descriptors(), make);
    all.back().how = ends;
  };
  poll_row("poll", [](int fd, memory& m) {
    auto* const asked = reinterpret_cast<pollfd*>(m.bytes);
    *asked = {fd, POLLIN, 0};
    return awaiting(green::poll(asked, 1, -1));
  });
  poll_row("ppoll", [](int fd, memory& m) {
    auto* const asked = reinterpret_cast<pollfd*>(m.bytes);
    *asked = {fd, POLLIN, 0};
    return awaiting(green::ppoll(asked, 1, nullptr, nullptr));
  });
  poll_row("select", [](int fd, memory& m) {
    FD_SET(fd, &m.set);
    return awaiting(green::select(fd + 1, &m.set, nullptr, nullptr, nullptr));
  });
  poll_row("pselect", [](int fd, memory& m) {
    FD_SET(fd, &m.set);
    return awaiting(
        green::pselect(fd + 1, &m.set, nullptr, nullptr, nullptr, nullptr));
  });
  auto set = std::make_shared<descriptor>(::epoll_create1(0));
  poll_row("epoll_wait", [set](int fd, memory& m) {
    m.event.events = EPOLLIN;
    ::epoll_ctl(*set, EPOLL_CTL_ADD, fd, &m.event);
    return awaiting(green::epoll_wait(*set, &m.event, 1, -1));
  });
}

struct held_file {
  temporary_folder folder;
  descriptor owner{::open(folder.file("held").c_str(), O_RDWR)};
  descriptor other{::open(folder.at("held").c_str(), O_RDWR)};
  struct ::flock lock{};
  held_file() {
    lock.l_type = F_WRLCK;
    lock.l_whence = SEEK_SET;
  }
};

void add_locks(calls& all) {
  auto file = std::make_shared<held_file>();
  ::flock(file->owner, LOCK_EX);
  all.push_back(
      {"flock", restarts,
       [file] { return awaiting(green::flock(file->other, LOCK_EX)); },
       [file] { ::flock(file->owner, LOCK_UN); }});
  auto record = std::make_shared<held_file>();
  ::fcntl(record->owner, F_OFD_SETLK, &record->lock);
  all.push_back({"fcntl", restarts,
                 [record] {
                   return awaiting(green::fcntl(record->other, F_OFD_SETLKW,
                                                &record->lock));
                 },
                 [record] {
                   struct ::flock none = record->lock;
                   none.l_type = F_UNLCK;
                   ::fcntl(record->owner, F_OFD_SETLK, &none);
                 }});
  auto permits = std::make_shared<sem_t>();
  ::sem_init(permits.get(), 0, 0);
  all.push_back({"sem_wait", restarts,
                 [permits] { return awaiting(green::sem_wait(permits.get())); },
                 [permits] { ::sem_post(permits.get()); }});
}

struct message_queue {
  int id = ::msgget(IPC_PRIVATE, 0600);
  message_queue() = default;
  message_queue(const message_queue&) = delete;
  message_queue& operator=(const message_queue&) = delete;
  ~message_queue() { ::msgctl(id, IPC_RMID, nullptr); }
};

void add_others(calls& all) {
  auto queue = std::make_shared<message_queue>();
  auto m = std::make_shared<memory>();
  all.push_back({"msgrcv", ends,
                 [queue, m] {
                   return awaiting(green::msgrcv(queue->id, m->bytes, 8, 0, 0));
                 },
                 [queue] {
                   const long message[2] = {1, 0};
                   ::msgsnd(queue->id, message, 8, 0);
                 }});
  auto child = std::make_shared<waiting_child>();
  all.push_back(
      {"waitpid", restarts,
       [child] { return awaiting(green::waitpid(child->pid(), nullptr, 0)); },
       [child] { child->tell(0); }});
  auto event = std::make_shared<descriptor>(::eventfd(0, 0));
  all.push_back(
      {"eventfd_read", restarts,
       [event, m] { return awaiting(green::eventfd_read(*event, &m->value)); },
       [event] { ::eventfd_write(*event, 1); }});
  auto folder = std::make_shared<temporary_folder>();
  ::mkfifo(folder->at("fifo").c_str(), 0600);
  auto end = std::make_shared<int>(-1);
  all.push_back(
      {"open", restarts,
       [folder, path = std::make_shared<std::string>(folder->at("fifo"))] {
         return awaiting(green::open(path->c_str(), O_RDONLY, 0));
       },
       [folder, end] { *end = ::open(folder->at("fifo").c_str(), O_RDWR); }});
}

// A signal of its own for each row, which is blocked from now on.
template <class Make>
void waiting_for_signal(calls& all, const char* name,
                        waiting_call::after_handler how, int number,
                        Make make) {
  auto set = std::make_shared<sigset_t>(set_of({number}));
  ::pthread_sigmask(SIG_BLOCK, set.get(), nullptr);
  auto m = std::make_shared<memory>();
  all.push_back({name, how, [set, m, make] { return make(set.get(), *m); },
                 [number] { ::raise(number); }});
}

void add_signals(calls& all) {
  waiting_for_signal(all, "sigwaitinfo", ends, SIGRTMIN + 3,
                     [](const sigset_t* set, memory& m) {
                       return awaiting(green::sigwaitinfo(set, &m.info));
                     });
  waiting_for_signal(
      all, "sigtimedwait", ends, SIGRTMIN + 4,
      [](const sigset_t* set, memory& m) {
        return awaiting(green::sigtimedwait(set, &m.info, nullptr));
      });
  waiting_for_signal(
      all, "sigwait", goes_on, SIGRTMIN + 5,
      [](const sigset_t* set, memory& m) {
        return as_posix(green::sigwait(set, reinterpret_cast<int*>(m.bytes)));
      });
}

}  // namespace

std::vector<waiting_call> waiting_calls() {
  calls all;
  add_reads(all);
  add_writes(all);
  add_polls(all);
  add_locks(all);
  add_others(all);
  add_signals(all);
  return all;
}

}  // namespace tests
