// SPDX-License-Identifier: MIT
//
// Mirrors <string.h>. Made by tests/plain_mirrors_test.cc.
//
// Awaited: (nothing)
// Same: all else is the original: basename explicit_bzero memccpy memchr memcmp
//   memcpy memfrob memmem memmove mempcpy memrchr memset rawmemchr sigabbrev_np
//   sigdescr_np stpcpy stpncpy strcasestr strcat strchr strchrnul strcmp
//   strcoll strcoll_l strcpy strcspn strdup strerror strerror_l strerror_r
//   strerrordesc_np strerrorname_np strfry strlen strncat strncmp strncpy
//   strndup strnlen strpbrk strrchr strsep strsignal strspn strstr strtok
//   strtok_r strverscmp strxfrm strxfrm_l and all macros
// Differs: nothing.
// Missing: nothing.
#pragma once

#include <string.h>  // the original

#include "green/strings.h"

namespace green {

using ::basename;
using ::explicit_bzero;
using ::memccpy;
using ::memchr;
using ::memcmp;
using ::memcpy;
using ::memfrob;
using ::memmem;
using ::memmove;
using ::mempcpy;
using ::memrchr;
using ::memset;
using ::rawmemchr;
using ::sigabbrev_np;
using ::sigdescr_np;
using ::stpcpy;
using ::stpncpy;
using ::strcasestr;
using ::strcat;
using ::strchr;
using ::strchrnul;
using ::strcmp;
using ::strcoll;
using ::strcoll_l;
using ::strcpy;
using ::strcspn;
using ::strdup;
using ::strerror;
using ::strerror_l;
using ::strerror_r;
using ::strerrordesc_np;
using ::strerrorname_np;
using ::strfry;
using ::strlen;
using ::strncat;
using ::strncmp;
using ::strncpy;
using ::strndup;
using ::strnlen;
using ::strpbrk;
using ::strrchr;
using ::strsep;
using ::strsignal;
using ::strspn;
using ::strstr;
using ::strtok;
using ::strtok_r;
using ::strverscmp;
using ::strxfrm;
using ::strxfrm_l;

}  // namespace green
