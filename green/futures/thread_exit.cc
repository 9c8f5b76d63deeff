// SPDX-License-Identifier: MIT
#include "green/futures/thread_exit.h"

#include <pthread.h>

#include <memory>
#include <system_error>
#include <utility>
#include <vector>

#include "green/core/green_thread.h"
#include "green/core/made_once.h"
#include "green/core/scheduler.h"

namespace green {

namespace {

using actions = std::vector<std::function<void()>>;
using local_value = core::green_thread::local_value;

const char exit_key = 0;

void run_all(actions& todo) noexcept {
  for (std::function<void()>& action : todo) action();
}

// The list of actions is a local of the green thread, and is destroyed after
// all others.
struct green_exit final : local_value {
  explicit green_exit(core::green_thread& t) : thread(&t) { key = &exit_key; }
  ~green_exit() override {
    while (local_value* other = thread->locals().pop_front()) delete other;
    run_all(todo);
  }

  core::green_thread* thread;
  actions todo;
};

actions& of_green_thread(core::green_thread& thread) {
  green_exit* mine = nullptr;
  thread.locals().for_each([&mine](local_value& value) {
    if (value.key == &exit_key) mine = static_cast<green_exit*>(&value);
  });
  if (mine == nullptr) {
    mine = new green_exit(thread);
    thread.locals().push_back(*mine);
  }
  return mine->todo;
}

// The system calls a key's destructor after those of thread_local objects.
pthread_key_t make_key() {
  pthread_key_t key;
  const int error = ::pthread_key_create(&key, [](void* list) {
    const std::unique_ptr<actions> todo(static_cast<actions*>(list));
    run_all(*todo);
  });
  if (error == 0) return key;
  throw std::system_error(error, std::generic_category(),
                          "green: the end of an OS thread cannot be awaited");
}

actions& of_os_thread() {
  static constinit core::made_once<pthread_key_t> made_key;
  const pthread_key_t key = made_key.get(make_key);
  if (void* const list = ::pthread_getspecific(key)) {
    return *static_cast<actions*>(list);
  }
  auto made = std::make_unique<actions>();
  if (const int error = ::pthread_setspecific(key, made.get())) {
    throw std::system_error(error, std::generic_category(),
                            "green: the end of an OS thread cannot be awaited");
  }
  return *made.release();
}

}  // namespace

void at_thread_exit(std::function<void()> action) {
  const core::scheduler* const here = core::scheduler::here();
  core::green_thread* const current =
      here == nullptr ? nullptr : here->current();
  actions& todo =
      current == nullptr ? of_os_thread() : of_green_thread(*current);
  todo.push_back(std::move(action));
}

}  // namespace green
