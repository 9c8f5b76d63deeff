// SPDX-License-Identifier: MIT
//
// The functions of <netinet/ether.h> that wait.
// Made by tests/greenify/lint_test.cc.
#pragma once

#include <netinet/ether.h>

extern "C" {

decltype(::ether_hostton) ether_hostton
    [[deprecated("holds the hub: see Missing in green/netinet/ether.h")]];
decltype(::ether_ntohost) ether_ntohost
    [[deprecated("holds the hub: see Missing in green/netinet/ether.h")]];

}  // extern "C"
