// SPDX-License-Identifier: MIT
//
// The steps of calls on a stream. Whoever takes them has the stream's turn.
#pragma once

#include <stdio.h>

#include <cstddef>
#include <span>

#include "green/streams/file_buffer.h"
#include "green/task.h"

namespace green {

/// Waits for the lock while another OS thread is in a call on the stream.
task<> until_locked(file_lock& lock);

/// Waits for bytes, and reads some: into the room, if it is not empty, or else
/// into the buffer. `got` are those in the room. The stream knows of an end or
/// an error.
task<file_buffer::outcome> read_more(FILE* stream, std::span<char> room,
                                     std::size_t& got);

/// Adds the text to the unwritten bytes, and writes what is due. Without a text
/// that is all. An interrupt leaves in the buffer what is not written yet.
/// `taken` is what became of the text where it fails: the number of its bytes
/// that were written.
task<file_buffer::outcome> write_out(FILE* stream, std::span<const char> text,
                                     std::size_t& taken);

}  // namespace green
