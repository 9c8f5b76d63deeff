// SPDX-License-Identifier: MIT
#include "green/patcher/copy.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <link.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <system_error>
#include <vector>

#include "green/unique_fd.h"

namespace green::patcher {

namespace {

[[noreturn]] void fail(int error, const std::string& what) {
  throw std::system_error(error, std::generic_category(), what);
}

template <class T>
bool read_at(int fd, T* to, std::size_t count, off_t from) noexcept {
  const std::size_t size = count * sizeof(T);
  return ::pread(fd, to, size, from) == static_cast<ssize_t>(size);
}

// Removes the name from the file, so that the dynamic linker never takes the
// copy for the library.
bool make_nameless(int fd) {
  ElfW(Ehdr) file;
  if (!read_at(fd, &file, 1, 0)) return false;
  std::vector<ElfW(Phdr)> headers(file.e_phnum);
  if (!read_at(fd, headers.data(), headers.size(),
               static_cast<off_t>(file.e_phoff))) {
    return false;
  }
  for (const ElfW(Phdr) & header : headers) {
    if (header.p_type != PT_DYNAMIC) continue;
    auto next = static_cast<off_t>(header.p_offset);
    const off_t end = next + static_cast<off_t>(header.p_filesz);
    for (ElfW(Dyn) entry; next < end; next += off_t{sizeof entry}) {
      if (!read_at(fd, &entry, 1, next)) return false;
      if (entry.d_tag != DT_SONAME) continue;
      entry.d_tag = DT_DEBUG;  // which means nothing in a shared object
      entry.d_un.d_val = 0;
      return ::pwrite(fd, &entry, sizeof entry, next) ==
             static_cast<ssize_t>(sizeof entry);
    }
  }
  return true;
}

// A sanitizer's runtime must be the first object that a look-up finds.
bool has_sanitizer() noexcept {
  for (const char* name : {"__asan_init", "__tsan_init", "__msan_init"}) {
    if (::dlsym(RTLD_DEFAULT, name) != nullptr) return true;
  }
  return false;
}

}  // namespace

void* load_copy(const std::string& path) {
  if (has_sanitizer()) {
    fail(ENOTSUP,
         fmt::format("green::patcher: no copy of {} under a sanitizer", path));
  }
  const unique_fd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  struct stat found{};
  if (!file || ::fstat(file.get(), &found) != 0) fail(errno, path);
  unique_fd copy(::memfd_create("green copy", MFD_CLOEXEC));
  if (!copy) fail(errno, "memfd_create");
  for (off_t done = 0; done < found.st_size;) {
    const auto rest = static_cast<std::size_t>(found.st_size - done);
    const ssize_t n = ::sendfile(copy.get(), file.get(), &done, rest);
    if (n <= 0) fail(n < 0 ? errno : EIO, path);
  }
  if (!make_nameless(copy.get())) fail(ENOEXEC, path);
  // The path must name no other copy while this one is loaded.
  const std::string name = fmt::format("/proc/self/fd/{}", copy.get());
  void* const handle = ::dlopen(
      name.c_str(), RTLD_NOW | RTLD_LOCAL | RTLD_DEEPBIND | RTLD_NODELETE);
  if (handle == nullptr) {
    const char* const why = ::dlerror();
    fail(ENOEXEC, why == nullptr ? path : why);
  }
  (void)copy.release();
  return handle;
}

}  // namespace green::patcher
