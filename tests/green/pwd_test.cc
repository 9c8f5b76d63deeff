// SPDX-License-Identifier: MIT
#include "green/pwd.h"

#include <doctest/doctest.h>

#include "tests/support/mirror.h"
#include "tests/support/oracle.h"
#include "tests/support/user_tables.h"

static_assert(tests::mirrors(green::getpwnam, ::getpwnam));
static_assert(tests::mirrors(green::getpwnam_r, ::getpwnam_r));
static_assert(tests::mirrors(green::getpwuid, ::getpwuid));
static_assert(tests::mirrors(green::getpwuid_r, ::getpwuid_r));
static_assert(tests::mirrors(green::getpwent, ::getpwent));
static_assert(tests::mirrors(green::getpwent_r, ::getpwent_r));
static_assert(tests::mirrors(green::setpwent, ::setpwent));
static_assert(tests::mirrors(green::endpwent, ::endpwent));

namespace {

struct original : tests::system_side {
  using entry = passwd;
  static constexpr tests::blocking_call find = &::getpwnam;
  static constexpr tests::blocking_call find_r = &::getpwnam_r;
  static constexpr tests::blocking_call by_id = &::getpwuid;
  static constexpr tests::blocking_call by_id_r = &::getpwuid_r;
  static constexpr tests::blocking_call begin = &::setpwent;
  static constexpr tests::blocking_call next = &::getpwent;
  static constexpr tests::blocking_call next_r = &::getpwent_r;
  static constexpr tests::blocking_call end = &::endpwent;
};

struct mirror : tests::green_side {
  using entry = passwd;
  static constexpr auto find = &green::getpwnam;
  static constexpr auto find_r = &green::getpwnam_r;
  static constexpr auto by_id = &green::getpwuid;
  static constexpr auto by_id_r = &green::getpwuid_r;
  static constexpr auto begin = &green::setpwent;
  static constexpr auto next = &green::getpwent;
  static constexpr auto next_r = &green::getpwent_r;
  static constexpr auto end = &green::endpwent;
};

}  // namespace

TEST_CASE("users are found as by the C library") {
  tests::check_found<mirror, original>();
}

TEST_CASE("users come one by one as from the C library") {
  tests::check_one_by_one<mirror, original>();
}

TEST_CASE("a result in static memory is the green thread's own") {
  green::run(tests::keep_own_entry<mirror>);
}

TEST_CASE("a look-up that is killed or timed out is abandoned") {
  tests::check_abandoned(tests::keep_asking<mirror>);
}

TEST_CASE("an entry that a killed call has taken comes again") {
  green::run(tests::lose_no_entry<mirror>);
}
