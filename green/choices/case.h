// SPDX-License-Identifier: MIT
#pragma once

#include <type_traits>
#include <utility>

namespace green {

/// A case of choose. It is the wait of a function, as q.get(), that only begins
/// in choose, and its result is R. Source is the object that is waited for, or
/// its address. A case may be kept, copied, and given to choose again and
/// again.
template <class Wait, class Source, class R>
class [[nodiscard("give it to green::choose")]] choice_case {
 public:
  using wait = Wait;
  using result = R;

  /// The wait for this source.
  explicit choice_case(Source source) noexcept : source_(std::move(source)) {}

  /// For choose: the wait.
  Wait begin() const {
    if constexpr (std::is_pointer_v<Source>) {
      return Wait(*source_);
    } else {
      return Wait(source_);
    }
  }

 private:
  Source source_;
};

template <class T>
inline constexpr bool is_choice_case = false;
template <class Wait, class Source, class R>
inline constexpr bool is_choice_case<choice_case<Wait, Source, R>> = true;

}  // namespace green
