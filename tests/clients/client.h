// SPDX-License-Identifier: MIT
//
// What a client that blocks is to tests and benchmarks: an object that starts a
// server of its own, and sessions with it whose calls block.
#pragma once

#include <chrono>
#include <concepts>
#include <string>

#include "green/green.h"
#include "green/greenlet.h"
#include "green/patcher.h"

namespace tests {

template <class C>
concept client = std::default_initializable<C> &&
                 requires(C c, typename C::session s, std::string text) {
                   typename C::session;
                   // What it is called, and the shared object.
                   { C::name } -> std::convertible_to<std::string>;
                   { C::module } -> std::convertible_to<const char*>;
                   // Part of its error when a call is killed, when the time of
                   // green's is over, and when that of its own is; empty where
                   // that depends.
                   { C::when_killed } -> std::convertible_to<std::string>;
                   { C::when_late } -> std::convertible_to<std::string>;
                   { C::own_timeout } -> std::convertible_to<std::string>;
                   // How many sessions wait for ever with this tag.
                   { c.waiting(text) } -> std::same_as<int>;
                   // Kills the server.
                   c.kill();
                   requires std::constructible_from<typename C::session, C&>;
                   // The text as the server gives it back, or the error.
                   { s.echo(text) } -> std::same_as<std::string>;
                   // Nothing, or the error.
                   { s.wait(0.1) } -> std::same_as<std::string>;
                   { s.wait_for_ever(text) } -> std::same_as<std::string>;
                   // Waits for ever but for a timeout of the library's own.
                   { s.outwait() } -> std::same_as<std::string>;
                 };

/// Returns when so many sessions wait in the server for ever.
template <client Client>
green::task<> until_waiting(const Client& c, const std::string& tag,
                            int count) {
  while (c.waiting(tag) != count) {
    co_await green::sleep(std::chrono::milliseconds(1));
  }
}

/// Patches its library, as long as it lives.
template <client Client>
struct patched_client {
  patched_client() { green::patcher::import_patched(Client::module); }
  patched_client(const patched_client&) = delete;
  patched_client& operator=(const patched_client&) = delete;
  ~patched_client() { green::patcher::unpatch(); }
};

}  // namespace tests
