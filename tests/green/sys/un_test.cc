// SPDX-License-Identifier: MIT
#include "green/sys/un.h"

#include <doctest/doctest.h>

#include <cstring>
#include <string>

#include "green/sys/socket.h"
#include "tests/support/files.h"
#include "tests/support/oracle.h"
#include "tests/support/sockets.h"

using tests::descriptor;
using tests::task_of;

TEST_CASE_TEMPLATE("a Unix socket with a path", S, SIDES) {
  S::run([]() -> task_of<S> {
    const tests::temporary_folder folder;
    green::sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, folder.at("s").c_str(),
                 sizeof address.sun_path - 1);
    auto* const generic = reinterpret_cast<sockaddr*>(&address);
    const descriptor listener(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    REQUIRE(::bind(listener, generic, sizeof address) == 0);
    REQUIRE(::listen(listener, 5) == 0);
    const descriptor client(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    CHECK(co_await S::connect(client, generic, sizeof address) == 0);
    const descriptor server(co_await S::accept(listener, nullptr, nullptr));
    CHECK(co_await S::send(client, "x", 1, 0) == 1);
    char byte = 0;
    CHECK(co_await S::recv(server, &byte, 1, 0) == 1);
    CHECK(byte == 'x');
  });
}
