// SPDX-License-Identifier: MIT
//
// Work in processes of its own: clang parses in as many as there are
// processors, and one that crashes takes nothing else with it.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

namespace greenify {

/// The strings f(0), f(1) ... f(count - 1), each made in a process, `jobs` of
/// them at a time. began(i) is called here when one starts. Throws
/// std::runtime_error if a process cannot start or does not end by itself.
std::vector<std::string> in_processes(
    std::size_t count, unsigned jobs,
    const std::function<std::string(std::size_t)>& f,
    const std::function<void(std::size_t)>& began);

}  // namespace greenify
