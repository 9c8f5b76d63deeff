// SPDX-License-Identifier: MIT
#include "green/hub/opcodes.h"

#include <doctest/doctest.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <string>

#include "green/hub/transfer.h"

using namespace green::hub;

namespace {

template <class... Parameters, class... Arguments>
entry made(void (*prepare)(io_uring_sqe*, Parameters...),
           Arguments... arguments) {
  entry e;
  prepare(e.sqe(), static_cast<Parameters>(arguments)...);
  return e;
}

}  // namespace

TEST_CASE("a transfer's columns agree with each other") {
  for (const opcode& row : opcodes) {
    CAPTURE(row.name);
    const bool sends = row.steps == family::send || row.steps == family::write;
    const bool receives =
        row.steps == family::receive || row.steps == family::read;
    CHECK(row.has(opcode::sends_all) == sends);
    CHECK((row.bytes != memory::none) == (sends || receives));
    if (row.time_limit != 0) CHECK(row.has(opcode::may_wait));
    if (sends) CHECK(row.time_limit == SO_SNDTIMEO);
    if (receives) CHECK(row.time_limit == SO_RCVTIMEO);
    const bool file = row.steps == family::read || row.steps == family::write;
    CHECK(row.has(opcode::moves_file) == file);
    CHECK((row.name_at_offset != nullptr) == file);
  }
}

TEST_CASE("the name of a transfer tells whether it has an offset") {
  std::array<char, 4> data{};
  const auto name = [&](std::uint64_t offset) {
    const entry e = made(io_uring_prep_read, 0, data.data(), 4, offset);
    return std::string(name_of(*e.sqe()));
  };
  CHECK(name(at_file_position) == "read");
  CHECK(name(0) == "pread");
}

TEST_CASE("an operation without a plain system call is refused") {
  entry unknown;
  std::memset(unknown.bytes, 0, sizeof unknown.bytes);
  unknown.sqe()->opcode = 255;
  CHECK(perform(unknown) == -EOPNOTSUPP);
  CHECK(std::string(name_of(*unknown.sqe())) == "operation");
}
