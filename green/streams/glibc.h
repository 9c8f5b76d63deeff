// SPDX-License-Identifier: MIT
//
// The parts of the C library that no header declares and that the streams rely
// on. The library keeps each of them for the sake of old programs. This list is
// complete, and tests/green/streams/glibc_test.cc notices if an entry changes.
//
// - struct _IO_FILE of <bits/types/struct_FILE.h>: its pointers into the
//   buffer, `_flags`, `_mode`, `_fileno` and `_offset`.
// - The flags of this file.
// - A buffer without the flag user_buffer is from malloc, and the library frees
//   it.
// - ungetc of a byte that does not fit turns the pointers to a buffer of its
//   own. `_IO_save_base` and `_IO_save_end` keep the first ones meanwhile.
// - The list of all streams.
#pragma once

#include <stdio.h>
#include <sys/types.h>

namespace green::glibc {

// Of FILE::_flags, since version 2.0.
inline constexpr int user_buffer = 0x1;  // which the library does not free
inline constexpr int unbuffered = 0x2;
inline constexpr int no_reads = 0x4;
inline constexpr int no_writes = 0x8;
inline constexpr int in_put_back = 0x100;  // the pointers are to ungetc's bytes
inline constexpr int line_buffered = 0x200;
inline constexpr int putting = 0x800;  // the buffer is for writing
inline constexpr int appending = 0x1000;
inline constexpr int of_file = 0x2000;  // not so: open_memstream

// FILE::_fileno of a cookie and of fmemopen is negative.

// Of FILE::_offset.
inline constexpr off64_t unknown = -1;

// Since version 2.2.
extern "C" {
FILE* _IO_iter_begin();
FILE* _IO_iter_end();
FILE* _IO_iter_next(FILE* stream);
void _IO_list_lock();
void _IO_list_unlock();
}

}  // namespace green::glibc
