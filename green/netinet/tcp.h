// SPDX-License-Identifier: MIT
//
// Mirrors <netinet/tcp.h>.
//
// Awaited: (nothing)
// Same: all else is the original: tcp_ca_state tcp_cookie_transactions tcp_info
//   tcp_md5sig tcp_repair_opt tcp_repair_window tcp_seq tcp_zerocopy_receive
//   tcphdr and the TCP_ constants
// Differs: nothing.
// Missing: nothing.
#pragma once

#include <netinet/tcp.h>  // the original

namespace green {

using ::TCP_CA_CWR;
using ::TCP_CA_Disorder;
using ::TCP_CA_Loss;
using ::TCP_CA_Open;
using ::TCP_CA_Recovery;
using ::tcp_ca_state;
using ::TCP_CLOSE;
using ::TCP_CLOSE_WAIT;
using ::TCP_CLOSING;
using ::tcp_cookie_transactions;
using ::TCP_ESTABLISHED;
using ::TCP_FIN_WAIT1;
using ::TCP_FIN_WAIT2;
using ::tcp_info;
using ::TCP_LAST_ACK;
using ::TCP_LISTEN;
using ::tcp_md5sig;
using ::TCP_NO_QUEUE;
using ::TCP_QUEUES_NR;
using ::TCP_RECV_QUEUE;
using ::tcp_repair_opt;
using ::tcp_repair_window;
using ::TCP_SEND_QUEUE;
using ::tcp_seq;
using ::TCP_SYN_RECV;
using ::TCP_SYN_SENT;
using ::TCP_TIME_WAIT;
using ::tcp_zerocopy_receive;
using ::tcphdr;

}  // namespace green
