// SPDX-License-Identifier: MIT
#pragma once

namespace green {

/// Lets green threads report the errors that nobody takes (error_handler.cc).
bool report_errors() noexcept;

/// Each file that can spawn has this, so that each such program links the
/// report.
inline const bool errors_are_reported = report_errors();

}  // namespace green
