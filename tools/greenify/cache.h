// SPDX-License-Identifier: MIT
//
// Results of earlier runs, in files. An entry holds all that its result came
// from: the question, and the state of each path that the compiler asked for.
// An entry whose paths have other states now is no answer. Neither is a file
// that is broken, or that something else wrote.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <set>
#include <string>

namespace greenify {

/// Texts that stand for the files at their paths.
using texts = std::map<std::string, std::string>;

/// Tells bytes from others: FNV-1a of 128 bits.
std::string digest(const std::string& bytes);

/// The paths that a compiler asked for, whether they are there or not. A path
/// that ends in / was listed.
using paths_read = std::set<std::string>;

class cache {
 public:
  /// Without a folder nothing is found or kept.
  explicit cache(std::string folder) : folder_(std::move(folder)) {}

  /// The bytes that were kept for a question, if nothing has changed since.
  std::optional<std::string> find(const std::string& question,
                                  const texts& given);
  /// Keeps bytes that come from work which began at a time. They are not kept
  /// if a file may have changed in the meantime, or if nothing can be written.
  void keep(const std::string& question, const paths_read& read,
            const texts& given, std::chrono::system_clock::time_point began,
            const std::string& bytes);
  /// Removes the entries that were not used for longest, until the others have
  /// no more than so many bytes together.
  void trim(std::uintmax_t most) const;

 private:
  std::string path_of(const std::string& question) const;
  const std::string& state_of(const std::string& path, const texts& given);

  std::string folder_;
  std::map<std::string, std::string> states_;  // of the disk's paths
  std::string given_state_;
};

}  // namespace greenify
