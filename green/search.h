// SPDX-License-Identifier: MIT
//
// Mirrors <search.h>. Made by tests/plain_mirrors_test.cc.
//
// Awaited: (nothing)
// Same: all else is the original: ACTION ENTER ENTRY FIND VISIT comparison_fn_t
//   endorder entry hcreate hcreate_r hdestroy hdestroy_r hsearch hsearch_data
//   hsearch_r insque leaf lfind lsearch postorder preorder qelem remque size_t
//   tdelete tdestroy tfind tsearch twalk twalk_r and all macros
// Differs: nothing.
// Missing: nothing.
#pragma once

#include <search.h>  // the original

namespace green {

using ::ACTION;
using ::comparison_fn_t;
using ::endorder;
using ::ENTER;
using ::ENTRY;
using ::entry;
using ::FIND;
using ::hcreate;
using ::hcreate_r;
using ::hdestroy;
using ::hdestroy_r;
using ::hsearch;
using ::hsearch_data;
using ::hsearch_r;
using ::insque;
using ::leaf;
using ::lfind;
using ::lsearch;
using ::postorder;
using ::preorder;
using ::qelem;
using ::remque;
using ::size_t;
using ::tdelete;
using ::tdestroy;
using ::tfind;
using ::tsearch;
using ::twalk;
using ::twalk_r;
using ::VISIT;

}  // namespace green
