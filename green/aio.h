// SPDX-License-Identifier: MIT
//
// Mirrors <aio.h>. Made by tests/plain_mirrors_test.cc.
//
// Awaited: (nothing)
// Same: all else is the original: AIO_ALLDONE AIO_CANCELED AIO_NOTCANCELED
//   LIO_NOP LIO_NOWAIT LIO_READ LIO_WAIT LIO_WRITE aio_cancel aio_error
//   aio_fsync aio_init aio_read aio_return aio_write aiocb aioinit and all
//   macros
// Differs: the calls start threads of glibc, which do the work.
// Missing: aio_suspend lio_listio: both wait. Await green::pread and
//   green::pwrite of "green/unistd.h", in as many green threads.
#pragma once

#include <aio.h>  // the original

#include "green/signal.h"
#include "green/sys/select.h"
#include "green/sys/types.h"

namespace green {

using ::AIO_ALLDONE;
using ::aio_cancel;
using ::AIO_CANCELED;
using ::aio_error;
using ::aio_fsync;
using ::aio_init;
using ::AIO_NOTCANCELED;
using ::aio_read;
using ::aio_return;
using ::aio_write;
using ::aiocb;
using ::aioinit;
using ::LIO_NOP;
using ::LIO_NOWAIT;
using ::LIO_READ;
using ::LIO_WAIT;
using ::LIO_WRITE;

}  // namespace green
