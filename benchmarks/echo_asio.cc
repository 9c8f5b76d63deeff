// SPDX-License-Identifier: MIT
// echo_asio: the echo server on asio's coroutines, a baseline for `echo`

#include <array>
#include <asio/awaitable.hpp>
#include <asio/basic_waitable_timer.hpp>
#include <asio/buffer.hpp>
#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>
#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/redirect_error.hpp>
#include <asio/use_awaitable.hpp>
#include <asio/write.hpp>
#include <chrono>
#include <utility>

#include "benchmarks/listener.h"

namespace {

using asio::ip::tcp;

// asio at its fastest: everything knows the executor's type, instead of asking
// asio::any_io_executor.
using executor = asio::io_context::executor_type;
using task = asio::awaitable<void, executor>;
using tcp_socket = asio::basic_stream_socket<tcp, executor>;
using tcp_acceptor = asio::basic_socket_acceptor<tcp, executor>;
using pause_timer =
    asio::basic_waitable_timer<std::chrono::steady_clock,
                               asio::wait_traits<std::chrono::steady_clock>,
                               executor>;
constexpr asio::use_awaitable_t<executor> use_task;

task serve(tcp_socket socket) {
  std::array<char, benchmarks::buffer_size> buffer;
  asio::error_code error;
  auto token = asio::redirect_error(use_task, error);
  for (;;) {
    const std::size_t n =
        co_await socket.async_read_some(asio::buffer(buffer), token);
    if (error) co_return;
    co_await asio::async_write(socket, asio::buffer(buffer.data(), n), token);
    if (error) co_return;
  }
}

task accept_all(tcp_acceptor acceptor) {
  asio::error_code error;
  auto token = asio::redirect_error(use_task, error);
  for (;;) {
    tcp_socket socket = co_await acceptor.async_accept(token);
    if (!error) {
      asio::co_spawn(acceptor.get_executor(), serve(std::move(socket)),
                     asio::detached);
    } else if (error != asio::error::connection_aborted) {
      pause_timer pause(acceptor.get_executor(),
                        std::chrono::milliseconds(benchmarks::accept_pause_ms));
      co_await pause.async_wait(token);
    }
  }
}

}  // namespace

int main(int argc, char** argv) {
  asio::io_context context(1);  // one thread runs it
  const int fd = benchmarks::listen_on_arguments(argc, argv);
  tcp_acceptor acceptor(context, tcp::v4(), fd);
  asio::co_spawn(context, accept_all(std::move(acceptor)), asio::detached);
  context.run();
}
