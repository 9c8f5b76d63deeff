// SPDX-License-Identifier: MIT
// libmariadb, unmodified, against MariaDB.
#include <doctest/doctest.h>

#include "tests/clients/cases.h"
#include "tests/clients/mariadb.h"

TEST_CASE("libmariadb waits on fibers") {
  tests::check_client<tests::mariadb>();
}
