// SPDX-License-Identifier: MIT
// The shared object that green-run preloads: the program's main runs on a
// fiber.
#include <dlfcn.h>
#include <signal.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string>

#include "green/debug.h"
#include "green/green.h"
#include "green/patched.h"
#include "green/patcher.h"
#include "green/patcher/made_thread.h"
#include "green/signal.h"
#include "tools/green-run/settings.h"

namespace {

namespace patcher = green::patcher;
using green_run::settings;
using main_type = int(int, char**, char**);

struct program {
  main_type* main;
  int argc;
  char** argv;
  char** environment;
};
program started;

void* call_main(void*) {
  std::exit(started.main(started.argc, started.argv, started.environment));
}

settings take_settings() {
  const char* const packed = std::getenv(green_run::variable);
  return settings::unpack(packed == nullptr ? "" : packed);
}

// Programs that this one starts are none of green-run's, unless told so.
void leave_children_alone() {
  ::unsetenv("LD_PRELOAD");
  ::unsetenv(green_run::variable);
  ::unsetenv("GREEN_MAX_BLOCKING_TIME");
}

patcher::on groups_of(const settings& chosen) {
  patcher::on groups = patcher::on::everything();
  for (const std::string& name : chosen.without) groups.leave_out(name.c_str());
  return groups;
}

void say(const patcher::report& done) {
  std::fprintf(stderr, "green-run: %u calls of %u modules are patched\n",
               done.slots, done.modules);
  for (const patcher::patched_module& one : done.patched) {
    std::string line = "green-run: in " + one.name + ":";
    for (const std::string& function : one.functions) line += " " + function;
    std::fprintf(stderr, "%s\n", line.c_str());
  }
  for (const patcher::refusal& one : done.refused) {
    std::fprintf(stderr, "green-run: %s in %s is not patched: %s\n",
                 one.function.c_str(), one.module.c_str(), one.why.c_str());
  }
}

void patch(const settings& chosen) {
  for (const std::string& name : chosen.shared) {
    patcher::share_thread_locals(name);
  }
  const patcher::on groups = groups_of(chosen);
  if (chosen.only.empty()) {
    const patcher::report done = patcher::monkey_patch(groups);
    if (chosen.verbose) say(done);
  }
  for (const std::string& name : chosen.only) {
    const patcher::module one = patcher::import_patched(name.c_str(), groups);
    if (chosen.verbose) say(one.patched());
  }
  for (const std::string& pattern : chosen.real) {
    patcher::keep_real_threads(pattern);
  }
  if (chosen.moves_computing) patcher::move_computing_threads();
  patcher::spread_threads(chosen.hubs, chosen.spread_by_load
                                           ? patcher::spread::load
                                           : patcher::spread::turns);
}

green::task<> dump_at(int number) {
  sigset_t set;
  ::sigemptyset(&set);
  ::sigaddset(&set, number);
  for (;;) {
    if (co_await green::sigwaitinfo(&set, nullptr) == number) green::dump();
  }
}

green::task<> run_program(settings chosen) {
  if (!chosen.children) leave_children_alone();
  if (chosen.dump_signal != 0) {
    sigset_t set;
    ::sigemptyset(&set);
    ::sigaddset(&set, chosen.dump_signal);
    ::pthread_sigmask(SIG_BLOCK, &set, nullptr);
    green::spawn(dump_at, chosen.dump_signal);
  }
  const std::size_t stack =
      chosen.stack != 0 ? chosen.stack : patcher::made_thread::usual_stack();
  co_await patcher::run_as_thread(
      stack, [](void*) { patcher::made_thread::run_main(call_main, nullptr); },
      nullptr, patcher::thread_locals::start::copied);
}

int tell(const std::exception& e, int status) {
  std::fprintf(stderr, "green-run: %s\n", e.what());
  return status;
}

int run_main(int argc, char** argv, char** environment) try {
  started = {started.main, argc, argv, environment};
  settings chosen;
  try {
    chosen = take_settings();
    patch(chosen);
  } catch (const std::exception& e) {
    constexpr int wrong_use = 2;
    return tell(e, wrong_use);
  }
  green::run(run_program, chosen);
  return EXIT_SUCCESS;
} catch (const std::exception& e) {
  return tell(e, EXIT_FAILURE);
}

using start_type = int(main_type*, int, char**, void (*)(), void (*)(),
                       void (*)(), void*);

}  // namespace

extern "C" {
// Every program calls it, with its main.
[[gnu::visibility("default")]] int __libc_start_main(
    main_type* main, int argc, char** argv, void (*initialise)(),
    void (*finish)(), void (*end_linker)(), void* stack_end) {
  auto* const next =
      reinterpret_cast<start_type*>(::dlsym(RTLD_NEXT, "__libc_start_main"));
  started.main = main;
  const bool chosen = std::getenv(green_run::variable) != nullptr;
  return next(chosen ? run_main : main, argc, argv, initialise, finish,
              end_linker, stack_end);
}
}
