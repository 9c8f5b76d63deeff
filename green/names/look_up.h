// SPDX-License-Identifier: MIT
#pragma once

#include <netdb.h>

#include <cerrno>
#include <cstddef>
#include <optional>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>

#include "green/core/made_once.h"
#include "green/hub/offloaded.h"
#include "green/local.h"
#include "green/names/answer.h"
#include "green/task.h"

namespace green {

/// An argument of a look-up, as its helper thread keeps it. The helper may go
/// on when the caller has been killed.
template <class T>
class kept_key {
 public:
  explicit kept_key(T value) : value_(value) {}
  T get() const noexcept { return value_; }

 private:
  T value_;
};

template <>
class kept_key<const char*> {
 public:
  explicit kept_key(const char* text) {
    if (text != nullptr) text_ = text;
  }
  const char* get() const noexcept { return text_ ? text_->c_str() : nullptr; }

 private:
  std::optional<std::string> text_;
};

/// Does the C library's function tell h_errno by a last parameter?
template <auto Call, class Entry, class... Keys>
inline constexpr bool tells_host_error =
    std::is_invocable_v<decltype(Call), Keys..., Entry*, char*, std::size_t,
                        Entry**, int*>;

/// Call, as getpwnam_r, with its keys, on a helper thread.
template <auto Call, class Entry, class... Keys>
class name_look_up {
 public:
  explicit name_look_up(const entry_room& room, Keys... keys)
      : room_(room), keys_(keys...) {}

  answer<Entry> operator()() const {
    return ask<Entry>(room_, [this](Entry* entry, char* memory,
                                    std::size_t size, Entry** found,
                                    int* host_error) {
      return std::apply(
          [&](const kept_key<Keys>&... key) {
            if constexpr (tells_host_error<Call, Entry, Keys...>) {
              return Call(key.get()..., entry, memory, size, found, host_error);
            } else {
              return Call(key.get()..., entry, memory, size, found);
            }
          },
          keys_);
    });
  }

 private:
  entry_room room_;
  std::tuple<kept_key<Keys>...> keys_;
};

/// Stands for the static memory of one of the C library's functions: each green
/// thread has its own.
template <auto Call, class Entry>
Entry* keep(answer<Entry> found) {
  static constinit core::made_once<local<answer<Entry>>> made;
  const local<answer<Entry>>& own = made.get();
  if (found.host_error != 0) h_errno = found.host_error;
  if (!found.found) {
    errno = found.error;
    return nullptr;
  }
  *own = std::move(found);
  return &own->entry;
}

/// Awaits a look-up whose result is in static memory.
template <auto Call, class Entry, class LookUp>
task<Entry*> await_static(const char* what, LookUp call) {
  hub::offloaded<LookUp> wait(hub::name_helpers(), what, std::move(call));
  answer<Entry> found = co_await wait;
  co_return keep<Call, Entry>(std::move(found));
}

/// Awaits a look-up whose result is in the caller's memory.
template <class Entry, class LookUp>
task<int> await_placed(const char* what, entry_place<Entry> place,
                       LookUp call) {
  hub::offloaded<LookUp> wait(hub::name_helpers(), what, std::move(call));
  const answer<Entry> found = co_await wait;
  co_return place.put(found);
}

/// `return find_entry<&::getpwnam_r, passwd>("getpwnam", name);` is a mirror's
/// body.
template <auto Call, class Entry, class... Keys>
task<Entry*> find_entry(const char* what, Keys... keys) {
  using call = name_look_up<Call, Entry, Keys...>;
  return await_static<Call, Entry>(what, call(entry_room(), keys...));
}

/// The same with the caller's memory.
template <auto Call, class Entry, class... Keys>
task<int> find_entry(const char* what, const entry_place<Entry>& place,
                     Keys... keys) {
  using call = name_look_up<Call, Entry, Keys...>;
  return await_placed(what, place, call(place.room(), keys...));
}

}  // namespace green
