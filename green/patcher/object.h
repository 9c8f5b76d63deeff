// SPDX-License-Identifier: MIT
#pragma once

#include <link.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace green::patcher {

/// A place where a loaded object keeps the address of an imported function: a
/// slot that calls jump through, or a pointer in its data.
struct slot {
  const char* function;
  void** place;
  bool sealed;  // closed to writes by the dynamic linker (RELRO)
  bool lazy;    // bound at the first call, perhaps right now
};

/// An executable or shared object in memory (dl_iterate_phdr(3)). Its pointers
/// are good while the object stays loaded.
class object {
 public:
  object(std::uintptr_t base, std::string path,
         std::span<const ElfW(Phdr)> headers);

  /// All objects, the executable first. Those of dlmopen(3) are missing.
  static std::vector<object> loaded();
  /// The number of loads so far. Takes some 16 ns.
  static unsigned long long loads() noexcept;
  /// Keeps the objects in memory for ever. Waits for another thread that loads
  /// one of them right now. Returns the objects for which that fails, with the
  /// reason.
  static std::vector<std::pair<object, std::string>> pin(
      const std::vector<object>& objects);

  /// Empty for the executable.
  const std::string& path() const noexcept { return path_; }
  /// The last part of the path; "main" for the executable.
  std::string name() const;
  std::uintptr_t base() const noexcept { return base_; }
  bool holds(const void* address) const noexcept;

  /// Is this a program that ld.so did not load?
  bool is_static() const noexcept;
  /// The C library and what belongs to it, the dynamic linker, liburing, the
  /// runtimes of sanitizers: their insides are left as they are.
  bool is_system() const;
  /// Is it libcrypto or libssl?
  bool is_openssl() const;

  /// Is the runtime of a sanitizer linked into it?
  bool has_sanitizer() const;
  /// Is ThreadSanitizer's?
  bool has_thread_sanitizer() const;

  /// DT_SONAME, or empty.
  std::string soname() const;
  /// DT_NEEDED: the names of the objects it is linked with.
  std::vector<std::string> needed() const;
  /// Calls f for each slot of a function that the object does not define.
  void each_slot(const std::function<void(const slot&)>& f) const;
  /// Calls f with the contents of each note of that owner and type 1.
  void each_note(const char* owner,
                 const std::function<void(const void*)>& f) const;
  /// The values that the object's thread-locals begin with, and their size.
  /// Zeros follow the values.
  struct thread_local_values {
    std::span<const std::byte> initial;
    std::size_t size = 0;
  };
  thread_local_values initial_thread_locals() const noexcept;
  /// May the object itself write to the place?
  bool writable(void* const* place) const noexcept;

 private:
  struct tables;
  tables dynamic() const;
  bool sealed(void* const* place) const noexcept;

  std::uintptr_t base_;
  std::string path_;
  std::span<const ElfW(Phdr)> headers_;
};

/// The address that a call of the function reaches in the default order, where
/// a sanitizer's interceptor comes first. Null if there is none. Unlike
/// dlsym(3), never the stub of an executable at a fixed place.
void* function_address(const char* name);

}  // namespace green::patcher
