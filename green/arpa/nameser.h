// SPDX-License-Identifier: MIT
//
// Mirrors <arpa/nameser.h>. Made by tests/plain_mirrors_test.cc.
//
// Awaited: (nothing)
// Same: all else is the original: cert_t_oid cert_t_pgp cert_t_pkix cert_t_spki
//   cert_t_url ns_c_2 ns_c_any ns_c_chaos ns_c_hs ns_c_in ns_c_invalid ns_c_max
//   ns_c_none ns_cert_types ns_class ns_datetosecs ns_f_aa ns_f_ad ns_f_cd
//   ns_f_max ns_f_opcode ns_f_qr ns_f_ra ns_f_rcode ns_f_rd ns_f_tc ns_f_z
//   ns_flag ns_format_ttl ns_get16 ns_get32 ns_initparse ns_makecanon ns_msg
//   ns_msg_getflag ns_name_compress ns_name_ntol ns_name_ntop ns_name_pack
//   ns_name_pton ns_name_rollback ns_name_skip ns_name_uncompress
//   ns_name_unpack ns_o_iquery ns_o_max ns_o_notify ns_o_query ns_o_status
//   ns_o_update ns_opcode ns_parse_ttl ns_parserr ns_put16 ns_put32 ns_r_badkey
//   ns_r_badsig ns_r_badtime ns_r_badvers ns_r_formerr ns_r_max ns_r_noerror
//   ns_r_notauth ns_r_notimpl ns_r_notzone ns_r_nxdomain ns_r_nxrrset
//   ns_r_refused ns_r_servfail ns_r_yxdomain ns_r_yxrrset ns_rcode ns_rr
//   ns_s_an ns_s_ar ns_s_max ns_s_ns ns_s_pr ns_s_qd ns_s_ud ns_s_zn
//   ns_samedomain ns_samename ns_sect ns_skiprr ns_sprintrr ns_sprintrrf
//   ns_subdomain ns_t_a ns_t_a6 ns_t_aaaa ns_t_afsdb ns_t_any ns_t_apl
//   ns_t_atma ns_t_avc ns_t_axfr ns_t_caa ns_t_cdnskey ns_t_cds ns_t_cert
//   ns_t_cname ns_t_csync ns_t_dhcid ns_t_dlv ns_t_dname ns_t_dnskey ns_t_ds
//   ns_t_eid ns_t_eui48 ns_t_eui64 ns_t_gid ns_t_gpos ns_t_hinfo ns_t_hip
//   ns_t_invalid ns_t_ipseckey ns_t_isdn ns_t_ixfr ns_t_key ns_t_kx ns_t_l32
//   ns_t_l64 ns_t_loc ns_t_lp ns_t_maila ns_t_mailb ns_t_max ns_t_mb ns_t_md
//   ns_t_mf ns_t_mg ns_t_minfo ns_t_mr ns_t_mx ns_t_naptr ns_t_nid ns_t_nimloc
//   ns_t_ninfo ns_t_ns ns_t_nsap ns_t_nsap_ptr ns_t_nsec ns_t_nsec3
//   ns_t_nsec3param ns_t_null ns_t_nxt ns_t_openpgpkey ns_t_opt ns_t_ptr
//   ns_t_px ns_t_rkey ns_t_rp ns_t_rrsig ns_t_rt ns_t_sig ns_t_sink ns_t_smimea
//   ns_t_soa ns_t_spf ns_t_srv ns_t_sshfp ns_t_ta ns_t_talink ns_t_tkey
//   ns_t_tlsa ns_t_tsig ns_t_txt ns_t_uid ns_t_uinfo ns_t_unspec ns_t_uri
//   ns_t_wks ns_t_x25 ns_tcp_tsig_state ns_tsig_key ns_type ns_uop_add
//   ns_uop_delete ns_uop_max ns_update_operation and all macros
// Differs: nothing.
// Missing: nothing.
#pragma once

#include <arpa/nameser.h>  // the original

#include "green/arpa/nameser_compat.h"
#include "green/signal.h"
#include "green/stdint.h"
#include "green/sys/param.h"
#include "green/sys/select.h"
#include "green/sys/types.h"
#include "green/sys/ucontext.h"
#include "green/unistd.h"

namespace green {

using ::cert_t_oid;
using ::cert_t_pgp;
using ::cert_t_pkix;
using ::cert_t_spki;
using ::cert_t_url;
using ::ns_c_2;
using ::ns_c_any;
using ::ns_c_chaos;
using ::ns_c_hs;
using ::ns_c_in;
using ::ns_c_invalid;
using ::ns_c_max;
using ::ns_c_none;
using ::ns_cert_types;
using ::ns_class;
using ::ns_datetosecs;
using ::ns_f_aa;
using ::ns_f_ad;
using ::ns_f_cd;
using ::ns_f_max;
using ::ns_f_opcode;
using ::ns_f_qr;
using ::ns_f_ra;
using ::ns_f_rcode;
using ::ns_f_rd;
using ::ns_f_tc;
using ::ns_f_z;
using ::ns_flag;
using ::ns_format_ttl;
using ::ns_get16;
using ::ns_get32;
using ::ns_initparse;
using ::ns_makecanon;
using ::ns_msg;
using ::ns_msg_getflag;
using ::ns_name_compress;
using ::ns_name_ntol;
using ::ns_name_ntop;
using ::ns_name_pack;
using ::ns_name_pton;
using ::ns_name_rollback;
using ::ns_name_skip;
using ::ns_name_uncompress;
using ::ns_name_unpack;
using ::ns_o_iquery;
using ::ns_o_max;
using ::ns_o_notify;
using ::ns_o_query;
using ::ns_o_status;
using ::ns_o_update;
using ::ns_opcode;
using ::ns_parse_ttl;
using ::ns_parserr;
using ::ns_put16;
using ::ns_put32;
using ::ns_r_badkey;
using ::ns_r_badsig;
using ::ns_r_badtime;
using ::ns_r_badvers;
using ::ns_r_formerr;
using ::ns_r_max;
using ::ns_r_noerror;
using ::ns_r_notauth;
using ::ns_r_notimpl;
using ::ns_r_notzone;
using ::ns_r_nxdomain;
using ::ns_r_nxrrset;
using ::ns_r_refused;
using ::ns_r_servfail;
using ::ns_r_yxdomain;
using ::ns_r_yxrrset;
using ::ns_rcode;
using ::ns_rr;
using ::ns_s_an;
using ::ns_s_ar;
using ::ns_s_max;
using ::ns_s_ns;
using ::ns_s_pr;
using ::ns_s_qd;
using ::ns_s_ud;
using ::ns_s_zn;
using ::ns_samedomain;
using ::ns_samename;
using ::ns_sect;
using ::ns_skiprr;
using ::ns_sprintrr;
using ::ns_sprintrrf;
using ::ns_subdomain;
using ::ns_t_a;
using ::ns_t_a6;
using ::ns_t_aaaa;
using ::ns_t_afsdb;
using ::ns_t_any;
using ::ns_t_apl;
using ::ns_t_atma;
using ::ns_t_avc;
using ::ns_t_axfr;
using ::ns_t_caa;
using ::ns_t_cdnskey;
using ::ns_t_cds;
using ::ns_t_cert;
using ::ns_t_cname;
using ::ns_t_csync;
using ::ns_t_dhcid;
using ::ns_t_dlv;
using ::ns_t_dname;
using ::ns_t_dnskey;
using ::ns_t_ds;
using ::ns_t_eid;
using ::ns_t_eui48;
using ::ns_t_eui64;
using ::ns_t_gid;
using ::ns_t_gpos;
using ::ns_t_hinfo;
using ::ns_t_hip;
using ::ns_t_invalid;
using ::ns_t_ipseckey;
using ::ns_t_isdn;
using ::ns_t_ixfr;
using ::ns_t_key;
using ::ns_t_kx;
using ::ns_t_l32;
using ::ns_t_l64;
using ::ns_t_loc;
using ::ns_t_lp;
using ::ns_t_maila;
using ::ns_t_mailb;
using ::ns_t_max;
using ::ns_t_mb;
using ::ns_t_md;
using ::ns_t_mf;
using ::ns_t_mg;
using ::ns_t_minfo;
using ::ns_t_mr;
using ::ns_t_mx;
using ::ns_t_naptr;
using ::ns_t_nid;
using ::ns_t_nimloc;
using ::ns_t_ninfo;
using ::ns_t_ns;
using ::ns_t_nsap;
using ::ns_t_nsap_ptr;
using ::ns_t_nsec;
using ::ns_t_nsec3;
using ::ns_t_nsec3param;
using ::ns_t_null;
using ::ns_t_nxt;
using ::ns_t_openpgpkey;
using ::ns_t_opt;
using ::ns_t_ptr;
using ::ns_t_px;
using ::ns_t_rkey;
using ::ns_t_rp;
using ::ns_t_rrsig;
using ::ns_t_rt;
using ::ns_t_sig;
using ::ns_t_sink;
using ::ns_t_smimea;
using ::ns_t_soa;
using ::ns_t_spf;
using ::ns_t_srv;
using ::ns_t_sshfp;
using ::ns_t_ta;
using ::ns_t_talink;
using ::ns_t_tkey;
using ::ns_t_tlsa;
using ::ns_t_tsig;
using ::ns_t_txt;
using ::ns_t_uid;
using ::ns_t_uinfo;
using ::ns_t_unspec;
using ::ns_t_uri;
using ::ns_t_wks;
using ::ns_t_x25;
using ::ns_tcp_tsig_state;
using ::ns_tsig_key;
using ::ns_type;
using ::ns_uop_add;
using ::ns_uop_delete;
using ::ns_uop_max;
using ::ns_update_operation;

}  // namespace green
