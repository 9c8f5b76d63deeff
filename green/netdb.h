// SPDX-License-Identifier: MIT
//
// Mirrors <netdb.h>.
//
// Awaited: getaddrinfo getnameinfo gethostbyname gethostbyaddr
// Same: all else is the original: addrinfo endhostent endnetent endnetgrent
//   endprotoent endrpcent endservent freeaddrinfo gai_cancel gai_error
//   gai_strerror gaicb getnetent getnetent_r getnetgrent getnetgrent_r
//   getprotobyname getprotobyname_r getprotobynumber getprotobynumber_r
//   getprotoent getprotoent_r getrpcbyname getrpcbyname_r getrpcbynumber
//   getrpcbynumber_r getrpcent getrpcent_r getservbyname getservbyname_r
//   getservbyport getservbyport_r getservent getservent_r herror hostent
//   hstrerror in_addr_t in_port_t netent protoent rpcent rresvport rresvport_af
//   servent sethostent setnetent setnetgrent setprotoent setrpcent setservent
//   sigevent socklen_t uint32_t
// Differs: look-ups run on helper threads of their own, with the answers of
//   the C library; a kill abandons the look-up. What gethostbyname and
//   gethostbyaddr give belongs to the green thread, until its next such call.
// Missing: the other look-ups that can block: gethostbyname2 gethostbyname_r
//   gethostbyaddr_r gethostbyname2_r gethostent gethostent_r getnetbyname
//   getnetbyname_r getnetbyaddr getnetbyaddr_r getaddrinfo_a gai_suspend
//   innetgr rcmd rexec ruserok rcmd_af rexec_af iruserok ruserok_af iruserok_af
#pragma once

#include <netdb.h>  // the original

#include "green/task.h"

namespace green {

using ::addrinfo;
using ::endhostent;
using ::endnetent;
using ::endnetgrent;
using ::endprotoent;
using ::endrpcent;
using ::endservent;
using ::freeaddrinfo;
using ::gai_cancel;
using ::gai_error;
using ::gai_strerror;
using ::gaicb;
using ::getnetent;
using ::getnetent_r;
using ::getnetgrent;
using ::getnetgrent_r;
using ::getprotobyname;
using ::getprotobyname_r;
using ::getprotobynumber;
using ::getprotobynumber_r;
using ::getprotoent;
using ::getprotoent_r;
using ::getrpcbyname;
using ::getrpcbyname_r;
using ::getrpcbynumber;
using ::getrpcbynumber_r;
using ::getrpcent;
using ::getrpcent_r;
using ::getservbyname;
using ::getservbyname_r;
using ::getservbyport;
using ::getservbyport_r;
using ::getservent;
using ::getservent_r;
using ::herror;
using ::hostent;
using ::hstrerror;
using ::in_addr_t;
using ::in_port_t;
using ::netent;
using ::protoent;
using ::rpcent;
using ::rresvport;
using ::rresvport_af;
using ::servent;
using ::sethostent;
using ::setnetent;
using ::setnetgrent;
using ::setprotoent;
using ::setrpcent;
using ::setservent;
using ::sigevent;
using ::socklen_t;
using ::uint32_t;

/// getaddrinfo(3). Numeric hosts need no helper thread.
task<int> getaddrinfo(const char* node, const char* service,
                      const addrinfo* hints, addrinfo** result);
/// getnameinfo(3)
task<int> getnameinfo(const sockaddr* address, socklen_t length, char* host,
                      socklen_t host_length, char* service,
                      socklen_t service_length, int flags);
/// gethostbyname(3)
task<hostent*> gethostbyname(const char* name);
/// gethostbyaddr(3)
task<hostent*> gethostbyaddr(const void* address, socklen_t length, int type);

}  // namespace green
