// SPDX-License-Identifier: MIT
#include <pthread.h>

#include <cerrno>
#include <iterator>
#include <new>
#include <vector>

#include "green/patcher/keys.h"
#include "green/patcher/replacement.h"

namespace green::patcher {

namespace {

// A library's data of a thread, above all OpenSSL's queue of errors and GLib's
// contexts. After a switch the data would be another fiber's.

using key_create_type = int(pthread_key_t*, void (*)(void*));
using delete_type = int(pthread_key_t);
using get_type = void*(pthread_key_t);
using set_type = int(pthread_key_t, const void*);

void* original_value(pthread_key_t key) {
  return original<"pthread_getspecific", get_type>(key);
}

void* value_of(pthread_key_t key) {
  const fiber& me = this_fiber();
  if (me.is_main_thread()) return original_value(key);
  return const_cast<void*>(me.keys().get(key));
}

int set_value(pthread_key_t key, const void* value) {
  const shut_gate shut;
  fiber& me = shut.owner();
  // Is it a key at all?
  const void* const same = me.is_main_thread() ? value : original_value(key);
  const int error = original<"pthread_setspecific", set_type>(key, same);
  if (error != 0 || me.is_main_thread()) return error;
  try {
    me.keys().set(key, value);
    return 0;
  } catch (const std::bad_alloc&) {
    return ENOMEM;
  }
}

int create_anywhere(pthread_key_t* key, void (*destroy)(void*)) {
  const int error =
      original<"pthread_key_create", key_create_type>(key, destroy);
  if (error == 0) note_key(*key, destroy);
  return error;
}

int delete_anywhere(pthread_key_t key) {
  note_deleted_key(key);
  return original<"pthread_key_delete", delete_type>(key);
}

}  // namespace

void add_key_hooks(std::vector<hook>& all) {
  const hook mine[] = {
      make_hook<"pthread_getspecific", get_type, value_of>("thread"),
      make_hook<"pthread_setspecific", set_type, set_value>("thread"),
      make_whole_hook<"pthread_key_create", key_create_type, create_anywhere>(
          "thread"),
      make_whole_hook<"pthread_key_delete", delete_type, delete_anywhere>(
          "thread"),
  };
  all.insert(all.end(), std::begin(mine), std::end(mine));
}

}  // namespace green::patcher
