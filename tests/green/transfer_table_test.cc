// SPDX-License-Identifier: MIT
// Each call that transfers bytes on each kind of descriptor, with no byte, with
// one, with eight and with many, judged by the originals.
#include <doctest/doctest.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include <vector>

#include "green/sys/eventfd.h"
#include "green/sys/socket.h"
#include "green/sys/uio.h"
#include "green/unistd.h"
#include "tests/support/descriptor_table.h"
#include "tests/support/oracle.h"

using tests::much;
using tests::table_call;
using tests::task_of;

namespace {

struct original : tests::system_side {
  static constexpr tests::blocking_call readv = &::readv;
  static constexpr tests::blocking_call writev = &::writev;
  static constexpr tests::blocking_call preadv = &::preadv;
  static constexpr tests::blocking_call pwritev = &::pwritev;
  static constexpr tests::blocking_call eventfd_read = &::eventfd_read;
  static constexpr tests::blocking_call eventfd_write = &::eventfd_write;
};

struct mirror : tests::green_side {
  static constexpr auto readv = &green::readv;
  static constexpr auto writev = &green::writev;
  static constexpr auto preadv = &green::preadv;
  static constexpr auto pwritev = &green::pwritev;
  static constexpr auto eventfd_read = &green::eventfd_read;
  static constexpr auto eventfd_write = &green::eventfd_write;
};

template <class S>
std::vector<table_call<S>> reads() {
  return {TABLE_CALL("read", read(fd, m.bytes.data(), size)),
          TABLE_CALL("readv", readv(fd, m.in_parts(size), 2)),
          TABLE_CALL("readv of no part", readv(fd, m.parts, 0)),
          TABLE_CALL("pread", pread(fd, m.bytes.data(), size, 0)),
          TABLE_CALL("preadv", preadv(fd, m.in_parts(size), 2, 0))};
}

template <class S>
std::vector<table_call<S>> writes() {
  return {TABLE_CALL("write", write(fd, m.bytes.data(), size)),
          TABLE_CALL("writev", writev(fd, m.in_parts(size), 2)),
          TABLE_CALL("writev of no part", writev(fd, m.parts, 0)),
          TABLE_CALL("pwrite", pwrite(fd, m.bytes.data(), size, 0)),
          TABLE_CALL("pwritev", pwritev(fd, m.in_parts(size), 2, 0))};
}

template <class S>
std::vector<table_call<S>> receives() {
  return {
      TABLE_CALL("recv", recv(fd, m.bytes.data(), size, 0)),
      TABLE_CALL("recvfrom",
                 recvfrom(fd, m.bytes.data(), size, 0, nullptr, nullptr)),
      TABLE_CALL("recvmsg", recvmsg(fd, m.as_message(size), 0)),
      TABLE_CALL("recvmmsg", recvmmsg(fd, m.as_messages(size), 1, 0, nullptr)),
      TABLE_CALL("recv at once", recv(fd, m.bytes.data(), size, MSG_DONTWAIT)),
      TABLE_CALL("recv all", recv(fd, m.bytes.data(), size, MSG_WAITALL)),
      TABLE_CALL("recvmsg of all",
                 recvmsg(fd, m.as_message(size), MSG_WAITALL)),
      TABLE_CALL("peek", recv(fd, m.bytes.data(), size, MSG_PEEK)),
      TABLE_CALL("peek all",
                 recv(fd, m.bytes.data(), size, MSG_PEEK | MSG_WAITALL)),
      TABLE_CALL("recv cut", recv(fd, m.bytes.data(), size, MSG_TRUNC)),
      TABLE_CALL("recv urgent", recv(fd, m.bytes.data(), size, MSG_OOB)),
      TABLE_CALL("recv errors", recv(fd, m.bytes.data(), size, MSG_ERRQUEUE)),
  };
}

template <class S>
std::vector<table_call<S>> sends() {
  return {
      TABLE_CALL("send", send(fd, m.bytes.data(), size, 0)),
      TABLE_CALL("sendto", sendto(fd, m.bytes.data(), size, 0, nullptr, 0)),
      TABLE_CALL("sendmsg", sendmsg(fd, m.as_message(size), 0)),
      TABLE_CALL("sendmmsg", sendmmsg(fd, m.as_messages(size), 1, 0)),
      TABLE_CALL("send at once", send(fd, m.bytes.data(), size, MSG_DONTWAIT)),
      TABLE_CALL("send more", send(fd, m.bytes.data(), size, MSG_MORE)),
      TABLE_CALL("send urgent", send(fd, m.bytes.data(), size, MSG_OOB)),
  };
}

template <class S>
std::vector<table_call<S>> counts() {
  return {
      TABLE_CALL("eventfd_read", eventfd_read(fd, reinterpret_cast<eventfd_t*>(
                                                      m.bytes.data()))),
      TABLE_CALL("eventfd_write", eventfd_write(fd, size)),
  };
}

}  // namespace

TEST_CASE("what is read") {
  CHECK_TABLE(reads, tests::any_kind, {0, 1, 8, much});
}
TEST_CASE("what is written") {
  CHECK_TABLE(writes, tests::is_no_terminal, {0, 1, 8, much});
}
TEST_CASE("what is received") {
  CHECK_TABLE(receives, tests::any_kind, {0, 1, 8, much});
}
TEST_CASE("what is sent") {
  CHECK_TABLE(sends, tests::any_kind, {0, 1, 8, much});
}
TEST_CASE("what is counted") { CHECK_TABLE(counts, tests::any_kind, {0, 1}); }
TEST_CASE("what a terminal is written") {
  CHECK_TABLE(writes, tests::is_terminal, {0, 1, 8});
}
TEST_CASE("much that a terminal is written") {
  CHECK_TABLE(writes, tests::is_slave, {much});
}
