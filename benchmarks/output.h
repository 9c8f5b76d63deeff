// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "benchmarks/chart.h"

namespace benchmarks {

/// $TMPDIR or /tmp.
std::string default_folder();

/// Throws std::system_error.
void write_file(const std::string& path, const std::string& text);

/// Says no before a minute of measuring rather than after it, by a
/// std::system_error.
void check_writable(const std::string& path);

/// Makes the folder, and checks that a picture can be written there.
void prepare_pictures(const std::string& folder, const std::string& name);

/// Writes FOLDER/NAME.svg and, if that can be, a PNG beside it; tells on stdout
/// where they are.
void write_picture(const chart& picture, const std::string& folder,
                   const std::string& name);

}  // namespace benchmarks
