// SPDX-License-Identifier: MIT
//
// Mirrors <netdb.h>. A kill or timeout is thrown (docs/contract.md).
//
// Awaited: getaddrinfo getnameinfo gethostbyname gethostbyname_r gethostbyname2
//   gethostbyname2_r gethostbyaddr gethostbyaddr_r gethostent gethostent_r
//   sethostent endhostent getnetbyname getnetbyname_r getnetbyaddr
//   getnetbyaddr_r getnetent getnetent_r setnetent endnetent getprotobyname
//   getprotobyname_r getprotobynumber getprotobynumber_r getprotoent
//   getprotoent_r setprotoent endprotoent getservbyname getservbyname_r
//   getservbyport getservbyport_r getservent getservent_r setservent endservent
//   getrpcbyname getrpcbyname_r getrpcbynumber getrpcbynumber_r getrpcent
//   getrpcent_r setrpcent endrpcent setnetgrent endnetgrent getnetgrent
//   getnetgrent_r innetgr
// Same: all else is the original: addrinfo freeaddrinfo gai_cancel gai_error
//   gai_strerror gaicb herror hostent hstrerror in_addr_t in_port_t netent
//   protoent rpcent rresvport rresvport_af servent sigevent size_t socklen_t
//   uint32_t
// Differs: look-ups run on helper threads of their own, with the answers of the
//   C library. Numeric hosts and services are answered at once. A kill or
//   timeout abandons the look-up. What the original keeps in static memory
//   belongs to the green thread, until its next call of that function. h_errno
//   belongs to the OS thread, because a copy at each switch would cost all
//   green threads. So it is to be read before the next await. The positions of
//   gethostent and its like are the process's, as the original's are. If such a
//   call is killed while it takes an entry, that entry comes again. A fork
//   during a look-up may leave a lock of the C library's held in the child for
//   ever. Only a timeout or a kill ends a look-up there then.
// Missing: getaddrinfo_a gai_suspend, which start threads: await getaddrinfo in
//   green threads. rcmd rexec ruserok rcmd_af rexec_af iruserok ruserok_af
//   iruserok_af
#pragma once

#include <netdb.h>  // the original

#include "green/core/attributes.h"
#include "green/task.h"

namespace green {

using ::addrinfo;
using ::freeaddrinfo;
using ::gai_cancel;
using ::gai_error;
using ::gai_strerror;
using ::gaicb;
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
using ::sigevent;
using ::size_t;
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
/// gethostbyname_r(3)
task<int> gethostbyname_r(const char* name GREEN_KEPT,
                          hostent* entry GREEN_KEPT, char* memory GREEN_KEPT,
                          size_t size, hostent** result GREEN_KEPT,
                          int* error GREEN_KEPT);
/// gethostbyname2(3)
task<hostent*> gethostbyname2(const char* name GREEN_KEPT, int family);
/// gethostbyname2_r(3)
task<int> gethostbyname2_r(const char* name GREEN_KEPT, int family,
                           hostent* entry GREEN_KEPT, char* memory GREEN_KEPT,
                           size_t size, hostent** result GREEN_KEPT,
                           int* error GREEN_KEPT);
/// gethostbyaddr_r(3)
task<int> gethostbyaddr_r(const void* address GREEN_KEPT, socklen_t length,
                          int type, hostent* entry GREEN_KEPT,
                          char* memory GREEN_KEPT, size_t size,
                          hostent** result GREEN_KEPT, int* error GREEN_KEPT);

/// gethostent(3)
task<hostent*> gethostent();
/// gethostent_r(3)
task<int> gethostent_r(hostent* entry GREEN_KEPT, char* memory GREEN_KEPT,
                       size_t size, hostent** result GREEN_KEPT,
                       int* error GREEN_KEPT);
/// sethostent(3)
task<> sethostent(int stays_open);
/// endhostent(3)
task<> endhostent();

/// getnetbyname(3)
task<netent*> getnetbyname(const char* name GREEN_KEPT);
/// getnetbyname_r(3)
task<int> getnetbyname_r(const char* name GREEN_KEPT, netent* entry GREEN_KEPT,
                         char* memory GREEN_KEPT, size_t size,
                         netent** result GREEN_KEPT, int* error GREEN_KEPT);
/// getnetbyaddr(3)
task<netent*> getnetbyaddr(uint32_t net, int type);
/// getnetbyaddr_r(3)
task<int> getnetbyaddr_r(uint32_t net, int type, netent* entry GREEN_KEPT,
                         char* memory GREEN_KEPT, size_t size,
                         netent** result GREEN_KEPT, int* error GREEN_KEPT);

/// getnetent(3)
task<netent*> getnetent();
/// getnetent_r(3)
task<int> getnetent_r(netent* entry GREEN_KEPT, char* memory GREEN_KEPT,
                      size_t size, netent** result GREEN_KEPT,
                      int* error GREEN_KEPT);
/// setnetent(3)
task<> setnetent(int stays_open);
/// endnetent(3)
task<> endnetent();

/// getprotobyname(3)
task<protoent*> getprotobyname(const char* name GREEN_KEPT);
/// getprotobyname_r(3)
task<int> getprotobyname_r(const char* name GREEN_KEPT,
                           protoent* entry GREEN_KEPT, char* memory GREEN_KEPT,
                           size_t size, protoent** result GREEN_KEPT);
/// getprotobynumber(3)
task<protoent*> getprotobynumber(int number);
/// getprotobynumber_r(3)
task<int> getprotobynumber_r(int number, protoent* entry GREEN_KEPT,
                             char* memory GREEN_KEPT, size_t size,
                             protoent** result GREEN_KEPT);

/// getprotoent(3)
task<protoent*> getprotoent();
/// getprotoent_r(3)
task<int> getprotoent_r(protoent* entry GREEN_KEPT, char* memory GREEN_KEPT,
                        size_t size, protoent** result GREEN_KEPT);
/// setprotoent(3)
task<> setprotoent(int stays_open);
/// endprotoent(3)
task<> endprotoent();

/// getservbyname(3)
task<servent*> getservbyname(const char* name GREEN_KEPT,
                             const char* protocol GREEN_KEPT);
/// getservbyname_r(3)
task<int> getservbyname_r(const char* name GREEN_KEPT,
                          const char* protocol GREEN_KEPT,
                          servent* entry GREEN_KEPT, char* memory GREEN_KEPT,
                          size_t size, servent** result GREEN_KEPT);
/// getservbyport(3)
task<servent*> getservbyport(int port, const char* protocol GREEN_KEPT);
/// getservbyport_r(3)
task<int> getservbyport_r(int port, const char* protocol GREEN_KEPT,
                          servent* entry GREEN_KEPT, char* memory GREEN_KEPT,
                          size_t size, servent** result GREEN_KEPT);

/// getservent(3)
task<servent*> getservent();
/// getservent_r(3)
task<int> getservent_r(servent* entry GREEN_KEPT, char* memory GREEN_KEPT,
                       size_t size, servent** result GREEN_KEPT);
/// setservent(3)
task<> setservent(int stays_open);
/// endservent(3)
task<> endservent();

/// getrpcbyname(3)
task<rpcent*> getrpcbyname(const char* name GREEN_KEPT);
/// getrpcbyname_r(3)
task<int> getrpcbyname_r(const char* name GREEN_KEPT, rpcent* entry GREEN_KEPT,
                         char* memory GREEN_KEPT, size_t size,
                         rpcent** result GREEN_KEPT);
/// getrpcbynumber(3)
task<rpcent*> getrpcbynumber(int number);
/// getrpcbynumber_r(3)
task<int> getrpcbynumber_r(int number, rpcent* entry GREEN_KEPT,
                           char* memory GREEN_KEPT, size_t size,
                           rpcent** result GREEN_KEPT);

/// getrpcent(3)
task<rpcent*> getrpcent();
/// getrpcent_r(3)
task<int> getrpcent_r(rpcent* entry GREEN_KEPT, char* memory GREEN_KEPT,
                      size_t size, rpcent** result GREEN_KEPT);
/// setrpcent(3)
task<> setrpcent(int stays_open);
/// endrpcent(3)
task<> endrpcent();

/// setnetgrent(3)
task<int> setnetgrent(const char* group GREEN_KEPT);
/// endnetgrent(3)
task<> endnetgrent();
/// getnetgrent(3)
task<int> getnetgrent(char** host GREEN_KEPT, char** user GREEN_KEPT,
                      char** domain GREEN_KEPT);
/// getnetgrent_r(3)
task<int> getnetgrent_r(char** host GREEN_KEPT, char** user GREEN_KEPT,
                        char** domain GREEN_KEPT, char* memory GREEN_KEPT,
                        size_t size);
/// innetgr(3)
task<int> innetgr(const char* group GREEN_KEPT, const char* host GREEN_KEPT,
                  const char* user GREEN_KEPT, const char* domain GREEN_KEPT);

}  // namespace green
