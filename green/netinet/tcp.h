// SPDX-License-Identifier: MIT
//
// Mirrors <netinet/tcp.h>.
//
// Awaited: (nothing)
// Same: all else is the original: tcp_cookie_transactions tcp_info tcp_md5sig
//   tcp_repair_opt tcp_repair_window tcp_seq tcp_zerocopy_receive tcphdr
// Differs: nothing.
// Missing: nothing.
#pragma once

#include <netinet/tcp.h>  // the original

namespace green {

using ::tcp_cookie_transactions;
using ::tcp_info;
using ::tcp_md5sig;
using ::tcp_repair_opt;
using ::tcp_repair_window;
using ::tcp_seq;
using ::tcp_zerocopy_receive;
using ::tcphdr;

}  // namespace green
