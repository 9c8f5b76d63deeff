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
static_assert(tests::mirrors(green::shm_open, ::shm_open));
static_assert(tests::mirrors(green::shm_unlink, ::shm_unlink));

namespace {

struct original : tests::system_side {
  static constexpr tests::blocking_call msync = &::msync;
  static constexpr tests::blocking_call shm_open = &::shm_open;
  static constexpr tests::blocking_call shm_unlink = &::shm_unlink;
};

struct mirror : tests::green_side {
  static constexpr auto msync = &green::msync;
  static constexpr auto shm_open = &green::shm_open;
  static constexpr auto shm_unlink = &green::shm_unlink;
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

namespace {

// Is there a place for memory with a name?
bool names_are_kept() {
  const bool there = ::access("/dev/shm", W_OK) == 0;
  if (!there) MESSAGE("skipped: no /dev/shm");
  return there;
}

template <class S>
task_of<S> shared_by_name(answers& out) {
  const std::string text = "/green-shm-" + std::to_string(::getpid());
  const char* const name = text.c_str();
  out.add("none", co_await S::shm_open(name, O_RDWR, 0));
  out.add("odd", co_await S::shm_open("/a/b", O_RDWR | O_CREAT, 0600));
  out.add("no name", co_await S::shm_open("", O_RDWR | O_CREAT, 0600));
  const int fd = co_await S::shm_open(name, O_RDWR | O_CREAT | O_EXCL, 0600);
  out.add("made", fd >= 0 ? 0 : fd);
  out.add("closed by exec", ::fcntl(fd, F_GETFD));
  out.add("again", co_await S::shm_open(name, O_RDWR | O_CREAT | O_EXCL, 0));
  out.add("unlink", co_await S::shm_unlink(name));
  out.add("unlink again", co_await S::shm_unlink(name));
  out.add("unlink odd", co_await S::shm_unlink("/a/b"));
  ::close(fd);
}

}  // namespace

TEST_CASE("shared memory is opened and unlinked as by the originals") {
  if (!names_are_kept()) return;
  answers by_green, by_original;
  mirror::run(shared_by_name<mirror>, std::ref(by_green));
  original::run(shared_by_name<original>, std::ref(by_original));
  CHECK(differences(by_green, by_original) == "");
  CHECK(by_original.has("made 0"));
}

TEST_CASE("a kill keeps shm_open from opening, or waits for it") {
  if (!names_are_kept()) return;
  const int before = tests::open_descriptors();
  green::run([]() -> green::task<> {
    const std::string name = "/green-kill-" + std::to_string(::getpid());
    for (int turns = 0; turns < 20; ++turns) {
      int opened = -1;
      const auto opens = [&]() -> green::task<> {
        opened = co_await green::shm_open(name.c_str(),
                                          O_RDWR | O_CREAT | O_EXCL, 0600);
      };
      const green::greenlet<> opener = green::spawn(opens);
      for (int i = 0; i < turns; ++i) co_await green::sleep();
      co_await opener.kill();
      const bool there = co_await green::shm_unlink(name.c_str()) == 0;
      CHECK(there == (opened >= 0));
      if (there) ::close(opened);
    }
  });
  CHECK(tests::open_descriptors() == before);
}
