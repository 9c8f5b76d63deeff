// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>

namespace green::dumps {

/// If GREEN_DUMP_SIGNAL is set, writes dump_all whenever that signal comes. It
/// goes to stderr, or is added to the file that GREEN_DUMP_FILE names. A thread
/// is started for that. The signal's handler only wakes the thread. run calls
/// this function, which does its work once in a process.
void dump_by_signal_if_told();

/// The number of a signal, as in "QUIT", "SIGQUIT", "RTMIN+1" and "3"; 0 when
/// there is none.
int signal_number(std::string_view name);

}  // namespace green::dumps
