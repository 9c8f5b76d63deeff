// SPDX-License-Identifier: MIT
//
// What the tables of names say, in words, so that two sides can be compared.
#pragma once

#include <doctest/doctest.h>
#include <grp.h>
#include <netdb.h>
#include <pwd.h>

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "green/hub/offloaded.h"
#include "tests/support/oracle.h"

namespace tests {

inline std::string words_of(const char* text) {
  return text == nullptr ? "(null)" : text;
}

inline std::string words_of(char** list) {
  std::string words;
  if (list == nullptr) return "(null)";
  for (; *list != nullptr; ++list) words += std::string(" ") + *list;
  return words;
}

inline std::string words_of(const passwd& e) {
  return words_of(e.pw_name) + ":" + words_of(e.pw_passwd) + ":" +
         std::to_string(e.pw_uid) + ":" + std::to_string(e.pw_gid) + ":" +
         words_of(e.pw_gecos) + ":" + words_of(e.pw_dir) + ":" +
         words_of(e.pw_shell);
}

inline std::string words_of(const ::group& e) {
  return words_of(e.gr_name) + ":" + words_of(e.gr_passwd) + ":" +
         std::to_string(e.gr_gid) + ":" + words_of(e.gr_mem);
}

inline std::string words_of(const hostent& e) {
  std::string words = words_of(e.h_name) + words_of(e.h_aliases) + " " +
                      std::to_string(e.h_addrtype);
  for (char** address = e.h_addr_list; *address != nullptr; ++address) {
    words += " ";
    for (int i = 0; i < e.h_length; ++i) {
      words += std::to_string(static_cast<unsigned char>((*address)[i])) + ".";
    }
  }
  return words;
}

inline std::string words_of(const netent& e) {
  return words_of(e.n_name) + words_of(e.n_aliases) + " " +
         std::to_string(e.n_addrtype) + " " + std::to_string(e.n_net);
}

inline std::string words_of(const protoent& e) {
  return words_of(e.p_name) + words_of(e.p_aliases) + " " +
         std::to_string(e.p_proto);
}

inline std::string words_of(const servent& e) {
  return words_of(e.s_name) + words_of(e.s_aliases) + " " +
         std::to_string(e.s_port) + "/" + words_of(e.s_proto);
}

inline std::string words_of(const rpcent& e) {
  return words_of(e.r_name) + words_of(e.r_aliases) + " " +
         std::to_string(e.r_number);
}

/// The same of a result, which may be none.
template <class Entry>
std::string words_of(const Entry* entry) {
  return entry == nullptr ? "none" : words_of(*entry);
}

using words = std::vector<std::string>;

/// Asks on both sides and compares the words.
template <class Ask, class AskOriginal>
void check_same(Ask ask, AskOriginal ask_original) {
  words by_green, by_original;
  green_side::run(ask, std::ref(by_green));
  system_side::run(ask_original, std::ref(by_original));
  REQUIRE(by_green.size() == by_original.size());
  for (std::size_t i = 0; i < by_original.size(); ++i) {
    CAPTURE(i);
    CHECK(by_green[i] == by_original[i]);
  }
}

/// Waits until the helpers have ended what was abandoned.
inline green::task<> look_ups_end() {
  co_await green::core::timed<green::hub::offload::idle_wait, void>(
      green::hub::name_helpers());
}

}  // namespace tests
