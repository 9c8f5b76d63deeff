// SPDX-License-Identifier: MIT
// Threads that have a main context of GLib each, while they wait. It prints how
// many of them find their own again. GLib warns on stderr where one does not.
#include <dlfcn.h>
#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <thread>
#include <vector>

namespace {

void* library = nullptr;

template <class F>
F* find(const char* name) {
  return reinterpret_cast<F*>(::dlsym(library, name));
}

}  // namespace

int main() {
  library = ::dlopen("libglib-2.0.so.0", RTLD_NOW);
  if (library == nullptr) {
    std::puts("no GLib");
    return 0;
  }
  const auto make = find<void*()>("g_main_context_new");
  const auto unref = find<void(void*)>("g_main_context_unref");
  const auto push = find<void(void*)>("g_main_context_push_thread_default");
  const auto pop = find<void(void*)>("g_main_context_pop_thread_default");
  const auto get = find<void*()>("g_main_context_get_thread_default");
  std::atomic<int> same = 0;
  std::vector<std::thread> all;
  for (int i = 0; i < 20; ++i) {
    all.emplace_back([&] {
      void* const mine = make();
      push(mine);
      ::usleep(1000);
      if (get() == mine) ++same;
      ::usleep(1000);
      pop(mine);
      unref(mine);
    });
  }
  for (std::thread& each : all) each.join();
  std::printf("%d have their own\n", same.load());
}
