// SPDX-License-Identifier: MIT
//
// Mirrors <netinet/in.h>.
//
// Awaited: (nothing)
// Same: all else is the original: bindresvport bindresvport6 cmsghdr
//   getipv4sourcefilter getsourcefilter group_filter group_req group_source_req
//   htonl htons in6_addr in6_pktinfo in6addr_any in6addr_loopback in_addr
//   in_addr_t in_pktinfo in_port_t inet6_opt_append inet6_opt_find
//   inet6_opt_finish inet6_opt_get_val inet6_opt_init inet6_opt_next
//   inet6_opt_set_val inet6_option_alloc inet6_option_append inet6_option_find
//   inet6_option_init inet6_option_next inet6_option_space inet6_rth_add
//   inet6_rth_getaddr inet6_rth_init inet6_rth_reverse inet6_rth_segments
//   inet6_rth_space ip6_mtuinfo ip_mreq ip_mreq_source ip_mreqn ip_msfilter
//   ip_opts ipv6_mreq ntohl ntohs sa_family_t setipv4sourcefilter
//   setsourcefilter sockaddr_in sockaddr_in6 uint16_t uint32_t uint8_t and the
//   IPPORT_ constants
// Differs: nothing.
// Missing: nothing.
#pragma once

#include <netinet/in.h>  // the original

namespace green {

using ::bindresvport;
using ::bindresvport6;
using ::cmsghdr;
using ::getipv4sourcefilter;
using ::getsourcefilter;
using ::group_filter;
using ::group_req;
using ::group_source_req;
using ::htonl;
using ::htons;
using ::in6_addr;
using ::in6_pktinfo;
using ::in6addr_any;
using ::in6addr_loopback;
using ::in_addr;
using ::in_addr_t;
using ::in_pktinfo;
using ::in_port_t;
using ::inet6_opt_append;
using ::inet6_opt_find;
using ::inet6_opt_finish;
using ::inet6_opt_get_val;
using ::inet6_opt_init;
using ::inet6_opt_next;
using ::inet6_opt_set_val;
using ::inet6_option_alloc;
using ::inet6_option_append;
using ::inet6_option_find;
using ::inet6_option_init;
using ::inet6_option_next;
using ::inet6_option_space;
using ::inet6_rth_add;
using ::inet6_rth_getaddr;
using ::inet6_rth_init;
using ::inet6_rth_reverse;
using ::inet6_rth_segments;
using ::inet6_rth_space;
using ::ip6_mtuinfo;
using ::ip_mreq;
using ::ip_mreq_source;
using ::ip_mreqn;
using ::ip_msfilter;
using ::ip_opts;
using ::IPPORT_BIFFUDP;
using ::IPPORT_CMDSERVER;
using ::IPPORT_DAYTIME;
using ::IPPORT_DISCARD;
using ::IPPORT_ECHO;
using ::IPPORT_EFSSERVER;
using ::IPPORT_EXECSERVER;
using ::IPPORT_FINGER;
using ::IPPORT_FTP;
using ::IPPORT_LOGINSERVER;
using ::IPPORT_MTP;
using ::IPPORT_NAMESERVER;
using ::IPPORT_NETSTAT;
using ::IPPORT_RJE;
using ::IPPORT_ROUTESERVER;
using ::IPPORT_SMTP;
using ::IPPORT_SUPDUP;
using ::IPPORT_SYSTAT;
using ::IPPORT_TELNET;
using ::IPPORT_TFTP;
using ::IPPORT_TIMESERVER;
using ::IPPORT_TTYLINK;
using ::IPPORT_USERRESERVED;
using ::IPPORT_WHOIS;
using ::IPPORT_WHOSERVER;
using ::ipv6_mreq;
using ::ntohl;
using ::ntohs;
using ::sa_family_t;
using ::setipv4sourcefilter;
using ::setsourcefilter;
using ::sockaddr_in;
using ::sockaddr_in6;
using ::uint16_t;
using ::uint32_t;
using ::uint8_t;

// The macros of the C library use these in optimised code.
using ::__bswap_16;
using ::__bswap_32;

}  // namespace green
