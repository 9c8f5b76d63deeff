// SPDX-License-Identifier: MIT
//
// The functions of <gshadow.h> that wait.
// Made by tests/greenify/lint_test.cc.
#pragma once

#include <gshadow.h>

extern "C" {

decltype(::endsgent) endsgent
    [[deprecated("holds the hub: see Missing in green/gshadow.h")]];
decltype(::fgetsgent) fgetsgent
    [[deprecated("holds the hub: see Missing in green/gshadow.h")]];
decltype(::fgetsgent_r) fgetsgent_r
    [[deprecated("holds the hub: see Missing in green/gshadow.h")]];
decltype(::getsgent) getsgent
    [[deprecated("holds the hub: see Missing in green/gshadow.h")]];
decltype(::getsgent_r) getsgent_r
    [[deprecated("holds the hub: see Missing in green/gshadow.h")]];
decltype(::getsgnam) getsgnam
    [[deprecated("holds the hub: see Missing in green/gshadow.h")]];
decltype(::getsgnam_r) getsgnam_r
    [[deprecated("holds the hub: see Missing in green/gshadow.h")]];
decltype(::putsgent) putsgent
    [[deprecated("holds the hub: see Missing in green/gshadow.h")]];
decltype(::setsgent) setsgent
    [[deprecated("holds the hub: see Missing in green/gshadow.h")]];

}  // extern "C"
