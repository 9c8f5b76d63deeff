// SPDX-License-Identifier: MIT
//
// Mirrors <netdb.h>. A kill or timeout is thrown (docs/contract.md).
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
// Differs: look-ups run on helper threads of their own, with the answers of the
//   C library. Numeric hosts and services are answered at once. A kill or
//   timeout abandons the look-up. The results of gethostbyname and
//   gethostbyaddr belong to the green thread, until its next such call. A fork
//   during a look-up may leave a lock of the C library's held in the child for
//   ever. Only a timeout or a kill ends a look-up there then.
// Missing: the other look-ups that can block: gethostbyname2 gethostbyname_r
//   gethostbyaddr_r gethostbyname2_r gethostent gethostent_r getnetbyname
//   getnetbyname_r getnetbyaddr getnetbyaddr_r getaddrinfo_a gai_suspend
//   innetgr rcmd rexec ruserok rcmd_af rexec_af iruserok ruserok_af iruserok_af
#pragma once

#include <netdb.h>  // the original

#include "green/core/attributes.h"
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

/// getaddrinfo(3)
task<int> getaddrinfo(const char* node GREEN_KEPT,
                      const char* service GREEN_KEPT,
                      const addrinfo* hints GREEN_KEPT,
                      addrinfo** result GREEN_KEPT);
/// getnameinfo(3)
task<int> getnameinfo(const sockaddr* address GREEN_KEPT, socklen_t length,
                      char* host GREEN_KEPT, socklen_t host_length,
                      char* service GREEN_KEPT, socklen_t service_length,
                      int flags);
/// gethostbyname(3)
task<hostent*> gethostbyname(const char* name GREEN_KEPT);
/// gethostbyaddr(3)
task<hostent*> gethostbyaddr(const void* address GREEN_KEPT, socklen_t length,
                             int type);

}  // namespace green
