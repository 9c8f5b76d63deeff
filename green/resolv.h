// SPDX-License-Identifier: MIT
//
// Mirrors <resolv.h>. A kill or timeout is thrown (docs/contract.md).
//
// Awaited: res_query res_search res_querydomain res_send res_nquery res_nsearch
//   res_nquerydomain res_nsend
// Same: all else is the original: b64_ntop b64_pton dn_comp dn_expand
//   dn_skipname res_close res_dnok res_hnok res_init res_mailok res_mkquery
//   res_nclose res_ninit res_nmkquery res_ownok res_state and the macros
// Differs: questions are asked on the helper threads of netdb.h. A kill or
//   timeout abandons res_query, res_search, res_querydomain and res_send. They
//   use the values of _res of their hub's thread, once it has called res_init:
//   servers, options, times and domains. res_nquery and its like use the
//   caller's own state. So a kill or timeout waits there until the resolver has
//   given up. h_errno belongs to the OS thread, because a copy at each switch
//   would cost all green threads. So it is to be read before the next await.
//   res_init and res_ninit read a small file at once.
// Missing: the names that the C library calls deprecated: fp_nquery fp_query
//   fp_resstat hostalias p_query res_hostalias and their like.
#pragma once

#include <resolv.h>  // the original

#include "green/core/attributes.h"
#include "green/task.h"

namespace green {

using ::b64_ntop;
using ::b64_pton;
using ::dn_comp;
using ::dn_expand;
using ::dn_skipname;
using ::res_close;
using ::res_dnok;
using ::res_hnok;
using ::res_init;
using ::res_mailok;
using ::res_mkquery;
using ::res_nclose;
using ::res_ninit;
using ::res_nmkquery;
using ::res_ownok;
using ::res_state;

/// res_query(3)
task<int> res_query(const char* name GREEN_KEPT, int address_class, int type,
                    unsigned char* answer GREEN_KEPT, int length);
/// res_search(3)
task<int> res_search(const char* name GREEN_KEPT, int address_class, int type,
                     unsigned char* answer GREEN_KEPT, int length);
/// res_querydomain(3)
task<int> res_querydomain(const char* name GREEN_KEPT,
                          const char* domain GREEN_KEPT, int address_class,
                          int type, unsigned char* answer GREEN_KEPT,
                          int length);
/// res_send(3)
task<int> res_send(const unsigned char* message GREEN_KEPT, int message_length,
                   unsigned char* answer GREEN_KEPT, int length);

/// res_nquery(3): see Differs.
task<int> res_nquery(res_state state, const char* name GREEN_KEPT,
                     int address_class, int type,
                     unsigned char* answer GREEN_KEPT, int length);
/// res_nsearch(3)
task<int> res_nsearch(res_state state, const char* name GREEN_KEPT,
                      int address_class, int type,
                      unsigned char* answer GREEN_KEPT, int length);
/// res_nquerydomain(3)
task<int> res_nquerydomain(res_state state, const char* name GREEN_KEPT,
                           const char* domain GREEN_KEPT, int address_class,
                           int type, unsigned char* answer GREEN_KEPT,
                           int length);
/// res_nsend(3)
task<int> res_nsend(res_state state, const unsigned char* message GREEN_KEPT,
                    int message_length, unsigned char* answer GREEN_KEPT,
                    int length);

}  // namespace green
