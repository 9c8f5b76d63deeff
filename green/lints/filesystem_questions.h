// SPDX-License-Identifier: MIT
//
// The functions of std::filesystem that look at a path.
// Made by tests/greenify/lint_test.cc.
#pragma once

#include <bits/fs_fwd.h>

#include <cstdint>
#include <system_error>
#include <type_traits>

namespace std::filesystem {

type_identity_t<path(const path&)> canonical
    [[deprecated("holds the hub: co_await green::filesystem::canonical")]];
type_identity_t<path(const path&, error_code&)> canonical
    [[deprecated("holds the hub: co_await green::filesystem::canonical")]];
type_identity_t<bool(const path&, const path&)> equivalent
    [[deprecated("holds the hub: co_await green::filesystem::equivalent")]];
type_identity_t<bool(const path&, const path&, error_code&) noexcept> equivalent
    [[deprecated("holds the hub: co_await green::filesystem::equivalent")]];
type_identity_t<bool(const path&)> exists
    [[deprecated("holds the hub: co_await green::filesystem::exists")]];
type_identity_t<bool(const path&, error_code&) noexcept> exists
    [[deprecated("holds the hub: co_await green::filesystem::exists")]];
type_identity_t<uintmax_t(const path&)> file_size
    [[deprecated("holds the hub: co_await green::filesystem::file_size")]];
type_identity_t<uintmax_t(const path&, error_code&) noexcept> file_size
    [[deprecated("holds the hub: co_await green::filesystem::file_size")]];
type_identity_t<uintmax_t(const path&)> hard_link_count [[deprecated(
    "holds the hub: co_await green::filesystem::hard_link_count")]];
type_identity_t<uintmax_t(const path&, error_code&) noexcept> hard_link_count
    [[deprecated(
        "holds the hub: co_await green::filesystem::hard_link_count")]];
type_identity_t<bool(const path&)> is_block_file
    [[deprecated("holds the hub: co_await green::filesystem::is_block_file")]];
type_identity_t<bool(const path&, error_code&) noexcept> is_block_file
    [[deprecated("holds the hub: co_await green::filesystem::is_block_file")]];
type_identity_t<bool(const path&)> is_character_file [[deprecated(
    "holds the hub: co_await green::filesystem::is_character_file")]];
type_identity_t<bool(const path&, error_code&) noexcept> is_character_file
    [[deprecated(
        "holds the hub: co_await green::filesystem::is_character_file")]];
type_identity_t<bool(const path&)> is_directory
    [[deprecated("holds the hub: co_await green::filesystem::is_directory")]];
type_identity_t<bool(const path&, error_code&) noexcept> is_directory
    [[deprecated("holds the hub: co_await green::filesystem::is_directory")]];
type_identity_t<bool(const path&)> is_empty
    [[deprecated("holds the hub: co_await green::filesystem::is_empty")]];
type_identity_t<bool(const path&, error_code&)> is_empty
    [[deprecated("holds the hub: co_await green::filesystem::is_empty")]];
type_identity_t<bool(const path&)> is_fifo
    [[deprecated("holds the hub: co_await green::filesystem::is_fifo")]];
type_identity_t<bool(const path&, error_code&) noexcept> is_fifo
    [[deprecated("holds the hub: co_await green::filesystem::is_fifo")]];
type_identity_t<bool(const path&)> is_other
    [[deprecated("holds the hub: co_await green::filesystem::is_other")]];
type_identity_t<bool(const path&, error_code&) noexcept> is_other
    [[deprecated("holds the hub: co_await green::filesystem::is_other")]];
type_identity_t<bool(const path&)> is_regular_file [[deprecated(
    "holds the hub: co_await green::filesystem::is_regular_file")]];
type_identity_t<bool(const path&, error_code&) noexcept> is_regular_file
    [[deprecated(
        "holds the hub: co_await green::filesystem::is_regular_file")]];
type_identity_t<bool(const path&)> is_socket
    [[deprecated("holds the hub: co_await green::filesystem::is_socket")]];
type_identity_t<bool(const path&, error_code&) noexcept> is_socket
    [[deprecated("holds the hub: co_await green::filesystem::is_socket")]];
type_identity_t<bool(const path&)> is_symlink
    [[deprecated("holds the hub: co_await green::filesystem::is_symlink")]];
type_identity_t<bool(const path&, error_code&) noexcept> is_symlink
    [[deprecated("holds the hub: co_await green::filesystem::is_symlink")]];
type_identity_t<path(const path&, const path&)> proximate
    [[deprecated("holds the hub: co_await green::filesystem::proximate")]];
type_identity_t<path(const path&, const path&, error_code&)> proximate
    [[deprecated("holds the hub: co_await green::filesystem::proximate")]];
type_identity_t<path(const path&, error_code&)> proximate
    [[deprecated("holds the hub: co_await green::filesystem::proximate")]];
type_identity_t<path(const path&)> read_symlink
    [[deprecated("holds the hub: co_await green::filesystem::read_symlink")]];
type_identity_t<path(const path&, error_code&)> read_symlink
    [[deprecated("holds the hub: co_await green::filesystem::read_symlink")]];
type_identity_t<path(const path&, const path&)> relative
    [[deprecated("holds the hub: co_await green::filesystem::relative")]];
type_identity_t<path(const path&, const path&, error_code&)> relative
    [[deprecated("holds the hub: co_await green::filesystem::relative")]];
type_identity_t<path(const path&, error_code&)> relative
    [[deprecated("holds the hub: co_await green::filesystem::relative")]];
type_identity_t<space_info(const path&)> space
    [[deprecated("holds the hub: co_await green::filesystem::space")]];
type_identity_t<space_info(const path&, error_code&) noexcept> space
    [[deprecated("holds the hub: co_await green::filesystem::space")]];
type_identity_t<file_status(const path&)> status
    [[deprecated("holds the hub: co_await green::filesystem::status")]];
type_identity_t<file_status(const path&, error_code&) noexcept> status
    [[deprecated("holds the hub: co_await green::filesystem::status")]];
type_identity_t<file_status(const path&)> symlink_status
    [[deprecated("holds the hub: co_await green::filesystem::symlink_status")]];
type_identity_t<file_status(const path&, error_code&) noexcept> symlink_status
    [[deprecated("holds the hub: co_await green::filesystem::symlink_status")]];
type_identity_t<path()> temp_directory_path [[deprecated(
    "holds the hub: co_await green::filesystem::temp_directory_path")]];
type_identity_t<path(error_code&)> temp_directory_path [[deprecated(
    "holds the hub: co_await green::filesystem::temp_directory_path")]];
type_identity_t<path(const path&)> weakly_canonical [[deprecated(
    "holds the hub: co_await green::filesystem::weakly_canonical")]];
type_identity_t<path(const path&, error_code&)> weakly_canonical [[deprecated(
    "holds the hub: co_await green::filesystem::weakly_canonical")]];

}  // namespace std::filesystem
