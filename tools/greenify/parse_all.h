// SPDX-License-Identifier: MIT
//
// The facts of all units of a program: from the cache, or by processes that
// parse.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "tools/greenify/cache.h"
#include "tools/greenify/collect.h"
#include "tools/greenify/facts.h"

namespace greenify {

/// The part of a question to the cache that is the same for all units: the tool
/// itself, its options, and the names of green.
std::string question_of(const names& green, const options& wanted);

class parser {
 public:
  /// Parses so many units at a time; 0 means one for each processor.
  parser(cache& kept, std::string question, unsigned jobs);

  /// Finds the facts of one unit, and the paths that they come from.
  using work = std::function<facts(const unit&, paths_read&)>;

  /// The facts that `find` finds in all units, together. Its name stands in the
  /// cache's questions.
  facts all(const std::string& name, const std::vector<unit>& units,
            const texts& given, const work& find);

 private:
  cache& cache_;
  std::string question_;
  unsigned jobs_;
};

}  // namespace greenify
