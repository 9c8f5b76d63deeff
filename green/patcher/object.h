// SPDX-License-Identifier: MIT
#pragma once

#include <link.h>

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace green::patcher {

/// Where a loaded object keeps the address of a function that it imports: what
/// a call jumps through, or a pointer in its data.
struct slot {
  const char* function;
  void** place;
  bool sealed;  // closed to writes by the dynamic linker (RELRO)
  bool lazy;    // bound at the first call, perhaps right now
};

/// An executable or shared object in memory (dl_iterate_phdr(3)). What it
/// points to is good for as long as the object stays loaded.
class object {
 public:
  object(std::uintptr_t base, std::string path,
         std::span<const ElfW(Phdr)> headers);

  /// All, the executable first; those of dlmopen(3) are not among them.
  static std::vector<object> loaded();
  /// How often objects were loaded so far; costs some 16 ns.
  static unsigned long long loads() noexcept;
  /// Keeps the objects in memory for ever, and waits until another thread that
  /// loads one right now has done so. Those which that fails for, with the
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
  /// OpenSSL's two.
  bool is_openssl() const;

  /// DT_SONAME, or empty.
  std::string soname() const;
  /// DT_NEEDED: the names of the objects it is linked with.
  std::vector<std::string> needed() const;
  /// Calls f for each slot of a function that the object does not define.
  void each_slot(const std::function<void(const slot&)>& f) const;
  /// Calls f with the contents of each note of that owner and type 1.
  void each_note(const char* owner,
                 const std::function<void(const void*)>& f) const;
  /// May the object itself write there?
  bool writable(void* const* place) const noexcept;

 private:
  struct tables;
  tables dynamic() const;
  bool sealed(void* const* place) const noexcept;

  std::uintptr_t base_;
  std::string path_;
  std::span<const ElfW(Phdr)> headers_;
};

/// What a call of that function reaches by the default order, which has a
/// sanitizer's interceptor before the C library's own; null if there is none.
/// Never a slot's own stub, as dlsym(3) has it in executables at fixed places.
void* function_address(const char* name);

}  // namespace green::patcher
