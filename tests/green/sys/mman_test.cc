// SPDX-License-Identifier: MIT
#include "green/sys/mman.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <unistd.h>

#include <cstring>
#include <functional>
#include <string>

#include "green/hub/offloaded.h"
#include "tests/support/answers.h"
#include "tests/support/files.h"
#include "tests/support/mirror.h"
#include "tests/support/oracle.h"
#include "tests/support/sockets.h"
#include "tests/support/waiting.h"

using tests::answers;
using tests::descriptor;
using tests::task_of;

static_assert(tests::mirrors(green::msync, ::msync));

namespace {

struct original : tests::system_side {
  static constexpr tests::blocking_call msync = &::msync;
};

struct mirror : tests::green_side {
  static constexpr auto msync = &green::msync;
};

// Two pages of a file.
class mapping {
 public:
  mapping() { REQUIRE(page != MAP_FAILED); }
  ~mapping() { green::munmap(page, size); }

  const std::size_t size =
      2 * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  tests::temporary_folder folder;
  std::string path = folder.file("a", std::string(size, '-'));
  descriptor file = descriptor(::open(path.c_str(), O_RDWR));
  void* page =
      green::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
};

template <class S>
task_of<S> every_call(answers& out) {
  mapping m;
  char* const bytes = static_cast<char*>(m.page);
  bytes[0] = 'x';
  out.add("sync", co_await S::msync(m.page, m.size, MS_SYNC));
  out.add("async", co_await S::msync(m.page, m.size, MS_ASYNC));
  out.add("both", co_await S::msync(m.page, m.size, MS_SYNC | MS_ASYNC));
  out.add("invalidate",
          co_await S::msync(m.page, m.size, MS_SYNC | MS_INVALIDATE));
  out.add("neither", co_await S::msync(m.page, m.size, 0));
  out.add("odd", co_await S::msync(m.page, m.size, 64 | MS_SYNC));
  out.add("between pages", co_await S::msync(bytes + 1, 10, MS_SYNC));
  out.add("nothing", co_await S::msync(m.page, 0, MS_SYNC));
  out.add("a part", co_await S::msync(m.page, 10, MS_SYNC));
  REQUIRE(green::munmap(bytes + m.size / 2, m.size / 2) == 0);
  out.add("what is not mapped", co_await S::msync(m.page, m.size, MS_SYNC));
  CHECK(tests::contents(m.path)[0] == 'x');
}

}  // namespace

TEST_CASE("msync answers as the original does") {
  answers by_green, by_original;
  mirror::run(every_call<mirror>, std::ref(by_green));
  original::run(every_call<original>, std::ref(by_original));
  CHECK(differences(by_green, by_original) == "");
  CHECK(by_original.has("between pages EINVAL"));
}

TEST_CASE("killed while it waits, the writing goes on") {
  green::run([]() -> green::task<> {
    mapping m;
    const auto syncs = [&m]() -> green::task<> {
      for (;;) co_await green::msync(m.page, m.size, MS_SYNC);
    };
    const auto first = green::spawn(syncs), second = green::spawn(syncs);
    co_await tests::others_wait();
    co_await first.kill();
    co_await second.kill();
    CHECK(first.was_killed());
    co_await green::core::timed<green::hub::offload::idle_wait, void>(
        green::hub::file_helpers());
  });
}
