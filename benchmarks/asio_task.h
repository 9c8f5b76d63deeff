// SPDX-License-Identifier: MIT
#pragma once

#include <asio/awaitable.hpp>
#include <asio/io_context.hpp>
#include <asio/use_awaitable.hpp>

namespace benchmarks {

/// asio at its fastest: its coroutines know the executor's type, instead of
/// asking asio::any_io_executor.
using asio_executor = asio::io_context::executor_type;
template <class T>
using asio_task = asio::awaitable<T, asio_executor>;
inline constexpr asio::use_awaitable_t<asio_executor> use_asio_task;

}  // namespace benchmarks
