// SPDX-License-Identifier: MIT
//
// Mirrors <libintl.h>. Made by tests/plain_mirrors_test.cc.
//
// Awaited: (nothing)
// Same: all else is the original: bind_textdomain_codeset bindtextdomain
//   dcgettext dcngettext dgettext dngettext gettext ngettext textdomain and all
//   macros
// Differs: a text's file is read from the disk at the first look-up in its
//   domain.
// Missing: nothing.
#pragma once

#include <libintl.h>  // the original

namespace green {

using ::bind_textdomain_codeset;
using ::bindtextdomain;
using ::dcgettext;
using ::dcngettext;
using ::dgettext;
using ::dngettext;
using ::gettext;
using ::ngettext;
using ::textdomain;

}  // namespace green
