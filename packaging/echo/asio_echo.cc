// SPDX-License-Identifier: MIT
// asio_echo: the same server as echo.cc, by asio's coroutines
#include <asio.hpp>
#include <cstdio>
#include <cstdlib>

using asio::ip::tcp;

asio::awaitable<void> echo(tcp::socket client) try {
  char data[4096];
  for (;;) {
    size_t n = co_await client.async_read_some(asio::buffer(data),
                                               asio::use_awaitable);
    co_await asio::async_write(client, asio::buffer(data, n),
                               asio::use_awaitable);
  }
} catch (const asio::system_error&) {  // the end of file, too
}

asio::awaitable<void> serve(unsigned short port) {
  const auto executor = co_await asio::this_coro::executor;
  tcp::acceptor listener(executor, {asio::ip::address_v4::loopback(), port});
  std::printf("127.0.0.1:%d\n", listener.local_endpoint().port());
  std::fflush(stdout);
  for (;;) {
    auto client = co_await listener.async_accept(asio::use_awaitable);
    asio::co_spawn(executor, echo(std::move(client)), asio::detached);
  }
}

int main(int argc, char** argv) {
  asio::io_context context;
  const int port = argc > 1 ? std::atoi(argv[1]) : 7000;
  asio::co_spawn(context, serve(static_cast<unsigned short>(port)),
                 asio::detached);
  context.run();
}
