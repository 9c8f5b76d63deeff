// SPDX-License-Identifier: MIT
//
// Those of std::filesystem that read a folder or change one.
// Made by tests/greenify/lint_test.cc.
#pragma once

#include <bits/fs_fwd.h>

#include <cstdint>
#include <system_error>
#include <type_traits>

namespace std::filesystem {

inline namespace __cxx11 {

class [[deprecated(
    "holds the hub: co_await "
    "green::filesystem::directory_iterator")]] directory_iterator;
class [[deprecated(
    "holds the hub: co_await "
    "green::filesystem::recursive_directory_"
    "iterator")]] recursive_directory_iterator;

}  // namespace __cxx11

type_identity_t<void(const path&, const path&)> copy
    [[deprecated("holds the hub: co_await green::filesystem::copy")]];
type_identity_t<void(const path&, const path&, copy_options)> copy
    [[deprecated("holds the hub: co_await green::filesystem::copy")]];
type_identity_t<void(const path&, const path&, copy_options, error_code&)> copy
    [[deprecated("holds the hub: co_await green::filesystem::copy")]];
type_identity_t<void(const path&, const path&, error_code&)> copy
    [[deprecated("holds the hub: co_await green::filesystem::copy")]];
type_identity_t<bool(const path&, const path&)> copy_file
    [[deprecated("holds the hub: co_await green::filesystem::copy_file")]];
type_identity_t<bool(const path&, const path&, copy_options)> copy_file
    [[deprecated("holds the hub: co_await green::filesystem::copy_file")]];
type_identity_t<bool(const path&, const path&, copy_options, error_code&)>
    copy_file
    [[deprecated("holds the hub: co_await green::filesystem::copy_file")]];
type_identity_t<bool(const path&, const path&, error_code&)> copy_file
    [[deprecated("holds the hub: co_await green::filesystem::copy_file")]];
type_identity_t<void(const path&, const path&)> copy_symlink
    [[deprecated("holds the hub: co_await green::filesystem::copy_symlink")]];
type_identity_t<void(const path&, const path&, error_code&) noexcept>
    copy_symlink
    [[deprecated("holds the hub: co_await green::filesystem::copy_symlink")]];
type_identity_t<bool(const path&)> create_directories [[deprecated(
    "holds the hub: co_await green::filesystem::create_directories")]];
type_identity_t<bool(const path&, error_code&)> create_directories [[deprecated(
    "holds the hub: co_await green::filesystem::create_directories")]];
type_identity_t<bool(const path&)> create_directory [[deprecated(
    "holds the hub: co_await green::filesystem::create_directory")]];
type_identity_t<bool(const path&, const path&)> create_directory [[deprecated(
    "holds the hub: co_await green::filesystem::create_directory")]];
type_identity_t<bool(const path&, const path&, error_code&) noexcept>
    create_directory [[deprecated(
        "holds the hub: co_await green::filesystem::create_directory")]];
type_identity_t<bool(const path&, error_code&) noexcept> create_directory
    [[deprecated(
        "holds the hub: co_await green::filesystem::create_directory")]];
type_identity_t<void(const path&, const path&)> create_directory_symlink
    [[deprecated("holds the hub: co_await "
                 "green::filesystem::create_directory_symlink")]];
type_identity_t<void(const path&, const path&, error_code&) noexcept>
    create_directory_symlink
    [[deprecated("holds the hub: co_await "
                 "green::filesystem::create_directory_symlink")]];
type_identity_t<void(const path&, const path&)> create_hard_link [[deprecated(
    "holds the hub: co_await green::filesystem::create_hard_link")]];
type_identity_t<void(const path&, const path&, error_code&) noexcept>
    create_hard_link [[deprecated(
        "holds the hub: co_await green::filesystem::create_hard_link")]];
type_identity_t<void(const path&, const path&)> create_symlink
    [[deprecated("holds the hub: co_await green::filesystem::create_symlink")]];
type_identity_t<void(const path&, const path&, error_code&) noexcept>
    create_symlink
    [[deprecated("holds the hub: co_await green::filesystem::create_symlink")]];
type_identity_t<void(const path&)> current_path
    [[deprecated("holds the hub: co_await green::filesystem::current_path")]];
type_identity_t<void(const path&, error_code&) noexcept> current_path
    [[deprecated("holds the hub: co_await green::filesystem::current_path")]];
type_identity_t<file_time_type(const path&)> last_write_time [[deprecated(
    "holds the hub: co_await green::filesystem::last_write_time")]];
type_identity_t<file_time_type(const path&, error_code&) noexcept>
    last_write_time [[deprecated(
        "holds the hub: co_await green::filesystem::last_write_time")]];
type_identity_t<void(const path&, file_time_type)> last_write_time [[deprecated(
    "holds the hub: co_await green::filesystem::last_write_time")]];
type_identity_t<void(const path&, file_time_type, error_code&) noexcept>
    last_write_time [[deprecated(
        "holds the hub: co_await green::filesystem::last_write_time")]];
type_identity_t<void(const path&, perms, error_code&) noexcept> permissions
    [[deprecated("holds the hub: co_await green::filesystem::permissions")]];
type_identity_t<void(const path&, perms, perm_options)> permissions
    [[deprecated("holds the hub: co_await green::filesystem::permissions")]];
type_identity_t<void(const path&, perms, perm_options, error_code&) noexcept>
    permissions
    [[deprecated("holds the hub: co_await green::filesystem::permissions")]];
type_identity_t<bool(const path&)> remove
    [[deprecated("holds the hub: co_await green::filesystem::remove")]];
type_identity_t<bool(const path&, error_code&) noexcept> remove
    [[deprecated("holds the hub: co_await green::filesystem::remove")]];
type_identity_t<uintmax_t(const path&)> remove_all
    [[deprecated("holds the hub: co_await green::filesystem::remove_all")]];
type_identity_t<uintmax_t(const path&, error_code&)> remove_all
    [[deprecated("holds the hub: co_await green::filesystem::remove_all")]];
type_identity_t<void(const path&, const path&)> rename
    [[deprecated("holds the hub: co_await green::filesystem::rename")]];
type_identity_t<void(const path&, const path&, error_code&) noexcept> rename
    [[deprecated("holds the hub: co_await green::filesystem::rename")]];
type_identity_t<void(const path&, uintmax_t)> resize_file
    [[deprecated("holds the hub: co_await green::filesystem::resize_file")]];
type_identity_t<void(const path&, uintmax_t, error_code&) noexcept> resize_file
    [[deprecated("holds the hub: co_await green::filesystem::resize_file")]];

}  // namespace std::filesystem
