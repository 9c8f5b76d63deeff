// SPDX-License-Identifier: MIT
//
// Mirrors <scsi/sg.h>. Made by tests/plain_mirrors_test.cc.
//
// Awaited: (nothing)
// Same: all else is the original: Sg_io_hdr Sg_io_vec Sg_req_info Sg_scsi_id
//   sg_header sg_io_hdr sg_io_hdr_t sg_io_vec sg_iovec sg_iovec_t sg_req_info
//   sg_req_info_t sg_scsi_id size_t and all macros
// Differs: nothing.
// Missing: nothing.
#pragma once

#include <scsi/sg.h>  // the original

namespace green {

using ::sg_header;
using ::Sg_io_hdr;
using ::sg_io_hdr, ::sg_io_hdr_t;
using ::Sg_io_vec;
using ::sg_io_vec;
using ::sg_iovec, ::sg_iovec_t;
using ::Sg_req_info;
using ::sg_req_info, ::sg_req_info_t;
using ::Sg_scsi_id;
using ::sg_scsi_id;
using ::size_t;

}  // namespace green
