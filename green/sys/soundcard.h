// SPDX-License-Identifier: MIT
//
// Mirrors <sys/soundcard.h>. Made by tests/plain_mirrors_test.cc.
//
// Awaited: (nothing)
// Same: all else is the original: audio_buf_info buffmem_desc copr_buffer
//   copr_debug_buf copr_msg count_info midi_info mixer_info mixer_record
//   mixer_vol_table mpu_command_rec patch_info remove_sample sbi_instr_data
//   sbi_instrument seq_event_rec seqbuf_dump sound_timer_info synth_control
//   synth_info sysex_info and all macros
// Differs: nothing.
// Missing: nothing.
#pragma once

#include <sys/soundcard.h>  // the original

namespace green {

using ::audio_buf_info;
using ::buffmem_desc;
using ::copr_buffer;
using ::copr_debug_buf;
using ::copr_msg;
using ::count_info;
using ::midi_info;
using ::mixer_info;
using ::mixer_record;
using ::mixer_vol_table;
using ::mpu_command_rec;
using ::patch_info;
using ::remove_sample;
using ::sbi_instr_data;
using ::sbi_instrument;
using ::seq_event_rec;
using ::seqbuf_dump;
using ::sound_timer_info;
using ::synth_control;
using ::synth_info;
using ::sysex_info;

}  // namespace green
