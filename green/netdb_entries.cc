// SPDX-License-Identifier: MIT
// The part of <netdb.h> that goes through tables: hosts by their other
// functions, networks, protocols, services, programs and groups of the net.
#include "green/names/enumeration.h"
#include "green/netdb.h"

namespace green {

task<int> gethostbyname_r(const char* name, hostent* entry, char* memory,
                          size_t size, hostent** result, int* error) {
  const entry_place<hostent> place{entry, memory, size, result, error};
  return find_entry<&::gethostbyname_r>("gethostbyname_r", place, name);
}

task<hostent*> gethostbyname2(const char* name, int family) {
  return find_entry<&::gethostbyname2_r, hostent>("gethostbyname2", name,
                                                  family);
}

task<int> gethostbyname2_r(const char* name, int family, hostent* entry,
                           char* memory, size_t size, hostent** result,
                           int* error) {
  const entry_place<hostent> place{entry, memory, size, result, error};
  return find_entry<&::gethostbyname2_r>("gethostbyname2_r", place, name,
                                         family);
}

task<hostent*> gethostent() {
  return next_entry<&::gethostent_r, hostent>("gethostent");
}

task<int> gethostent_r(hostent* entry, char* memory, size_t size,
                       hostent** result, int* error) {
  const entry_place<hostent> place{entry, memory, size, result, error};
  return next_entry<&::gethostent_r>("gethostent_r", place);
}

task<> sethostent(int stays_open) {
  const auto change = [stays_open] { ::sethostent(stays_open); };
  return change_position<&::gethostent_r, hostent>("sethostent", change);
}

task<> endhostent() {
  return change_position<&::gethostent_r, hostent>("endhostent", &::endhostent);
}

task<netent*> getnetbyname(const char* name) {
  return find_entry<&::getnetbyname_r, netent>("getnetbyname", name);
}

task<int> getnetbyname_r(const char* name, netent* entry, char* memory,
                         size_t size, netent** result, int* error) {
  const entry_place<netent> place{entry, memory, size, result, error};
  return find_entry<&::getnetbyname_r>("getnetbyname_r", place, name);
}

task<netent*> getnetbyaddr(uint32_t net, int type) {
  return find_entry<&::getnetbyaddr_r, netent>("getnetbyaddr", net, type);
}

task<int> getnetbyaddr_r(uint32_t net, int type, netent* entry, char* memory,
                         size_t size, netent** result, int* error) {
  const entry_place<netent> place{entry, memory, size, result, error};
  return find_entry<&::getnetbyaddr_r>("getnetbyaddr_r", place, net, type);
}

task<netent*> getnetent() {
  return next_entry<&::getnetent_r, netent>("getnetent");
}

task<int> getnetent_r(netent* entry, char* memory, size_t size, netent** result,
                      int* error) {
  const entry_place<netent> place{entry, memory, size, result, error};
  return next_entry<&::getnetent_r>("getnetent_r", place);
}

task<> setnetent(int stays_open) {
  const auto change = [stays_open] { ::setnetent(stays_open); };
  return change_position<&::getnetent_r, netent>("setnetent", change);
}

task<> endnetent() {
  return change_position<&::getnetent_r, netent>("endnetent", &::endnetent);
}

task<protoent*> getprotobyname(const char* name) {
  return find_entry<&::getprotobyname_r, protoent>("getprotobyname", name);
}

task<int> getprotobyname_r(const char* name, protoent* entry, char* memory,
                           size_t size, protoent** result) {
  const entry_place<protoent> place{entry, memory, size, result};
  return find_entry<&::getprotobyname_r>("getprotobyname_r", place, name);
}

task<protoent*> getprotobynumber(int number) {
  return find_entry<&::getprotobynumber_r, protoent>("getprotobynumber",
                                                     number);
}

task<int> getprotobynumber_r(int number, protoent* entry, char* memory,
                             size_t size, protoent** result) {
  const entry_place<protoent> place{entry, memory, size, result};
  return find_entry<&::getprotobynumber_r>("getprotobynumber_r", place, number);
}

task<protoent*> getprotoent() {
  return next_entry<&::getprotoent_r, protoent>("getprotoent");
}

task<int> getprotoent_r(protoent* entry, char* memory, size_t size,
                        protoent** result) {
  const entry_place<protoent> place{entry, memory, size, result};
  return next_entry<&::getprotoent_r>("getprotoent_r", place);
}

task<> setprotoent(int stays_open) {
  const auto change = [stays_open] { ::setprotoent(stays_open); };
  return change_position<&::getprotoent_r, protoent>("setprotoent", change);
}

task<> endprotoent() {
  return change_position<&::getprotoent_r, protoent>("endprotoent",
                                                     &::endprotoent);
}

task<servent*> getservbyname(const char* name, const char* protocol) {
  return find_entry<&::getservbyname_r, servent>("getservbyname", name,
                                                 protocol);
}

task<int> getservbyname_r(const char* name, const char* protocol,
                          servent* entry, char* memory, size_t size,
                          servent** result) {
  const entry_place<servent> place{entry, memory, size, result};
  return find_entry<&::getservbyname_r>("getservbyname_r", place, name,
                                        protocol);
}

task<servent*> getservbyport(int port, const char* protocol) {
  return find_entry<&::getservbyport_r, servent>("getservbyport", port,
                                                 protocol);
}

task<int> getservbyport_r(int port, const char* protocol, servent* entry,
                          char* memory, size_t size, servent** result) {
  const entry_place<servent> place{entry, memory, size, result};
  return find_entry<&::getservbyport_r>("getservbyport_r", place, port,
                                        protocol);
}

task<servent*> getservent() {
  return next_entry<&::getservent_r, servent>("getservent");
}

task<int> getservent_r(servent* entry, char* memory, size_t size,
                       servent** result) {
  const entry_place<servent> place{entry, memory, size, result};
  return next_entry<&::getservent_r>("getservent_r", place);
}

task<> setservent(int stays_open) {
  const auto change = [stays_open] { ::setservent(stays_open); };
  return change_position<&::getservent_r, servent>("setservent", change);
}

task<> endservent() {
  return change_position<&::getservent_r, servent>("endservent", &::endservent);
}

task<rpcent*> getrpcbyname(const char* name) {
  return find_entry<&::getrpcbyname_r, rpcent>("getrpcbyname", name);
}

task<int> getrpcbyname_r(const char* name, rpcent* entry, char* memory,
                         size_t size, rpcent** result) {
  const entry_place<rpcent> place{entry, memory, size, result};
  return find_entry<&::getrpcbyname_r>("getrpcbyname_r", place, name);
}

task<rpcent*> getrpcbynumber(int number) {
  return find_entry<&::getrpcbynumber_r, rpcent>("getrpcbynumber", number);
}

task<int> getrpcbynumber_r(int number, rpcent* entry, char* memory, size_t size,
                           rpcent** result) {
  const entry_place<rpcent> place{entry, memory, size, result};
  return find_entry<&::getrpcbynumber_r>("getrpcbynumber_r", place, number);
}

task<rpcent*> getrpcent() {
  return next_entry<&::getrpcent_r, rpcent>("getrpcent");
}

task<int> getrpcent_r(rpcent* entry, char* memory, size_t size,
                      rpcent** result) {
  const entry_place<rpcent> place{entry, memory, size, result};
  return next_entry<&::getrpcent_r>("getrpcent_r", place);
}

task<> setrpcent(int stays_open) {
  const auto change = [stays_open] { ::setrpcent(stays_open); };
  return change_position<&::getrpcent_r, rpcent>("setrpcent", change);
}

task<> endrpcent() {
  return change_position<&::getrpcent_r, rpcent>("endrpcent", &::endrpcent);
}

}  // namespace green
