// SPDX-License-Identifier: MIT
#include "green/patcher/object.h"

#include <dlfcn.h>

#include <algorithm>
#include <cstring>
#include <string_view>
#include <utility>

#include "green/patcher/pages.h"

namespace green::patcher {

namespace {

// The three kinds of relocation that leave a function's address in memory.
#if defined __x86_64__
constexpr std::uint64_t jump_slot = R_X86_64_JUMP_SLOT;
constexpr std::uint64_t got_entry = R_X86_64_GLOB_DAT;
constexpr std::uint64_t pointer = R_X86_64_64;
#elif defined __aarch64__
constexpr std::uint64_t jump_slot = R_AARCH64_JUMP_SLOT;
constexpr std::uint64_t got_entry = R_AARCH64_GLOB_DAT;
constexpr std::uint64_t pointer = R_AARCH64_ABS64;
#else
constexpr std::uint64_t jump_slot = ~0ULL, got_entry = ~0ULL, pointer = ~0ULL;
#endif

// The names, up to a number or version, of objects that are never patched.
constexpr std::string_view system_names[] = {
    "libc.so",      "libc-2",      "ld-linux",    "ld-2",       "linux-vdso",
    "libpthread",   "libdl.so",    "librt.so",    "libutil.so", "libm.so",
    "libmvec",      "libresolv",   "libanl.so",   "libnsl.so",  "libnss_",
    "libthread_db", "libgcc_s.so", "libc_malloc", "liburing",   "libasan",
    "libtsan",      "liblsan",     "libubsan",    "libhwasan",  "libmsan",
    "libclang_rt.",
};

bool starts_with_any(std::string_view name,
                     std::span<const std::string_view> beginnings) {
  return std::ranges::any_of(beginnings, [name](std::string_view beginning) {
    return name.starts_with(beginning);
  });
}

const void* at(std::uintptr_t address) noexcept {
  return reinterpret_cast<const void*>(address);  // NOLINT: an address in ELF
}

}  // namespace

/// The tables that the dynamic section points to.
struct object::tables {
  const char* strings = "";
  const ElfW(Sym) * symbols = nullptr;
  std::span<const ElfW(Rela)> relocations;
  std::span<const ElfW(Rela)> calls;  // DT_JMPREL
  std::span<const ElfW(Dyn)> entries;
};

object::object(std::uintptr_t base, std::string path,
               std::span<const ElfW(Phdr)> headers)
    : base_(base), path_(std::move(path)), headers_(headers) {}

std::vector<object> object::loaded() {
  std::vector<object> found;
  ::dl_iterate_phdr(
      [](dl_phdr_info* info, std::size_t, void* to) {
        static_cast<std::vector<object>*>(to)->emplace_back(
            info->dlpi_addr, info->dlpi_name,
            std::span(info->dlpi_phdr, info->dlpi_phnum));
        return 0;
      },
      &found);
  return found;
}

unsigned long long object::loads() noexcept {
  unsigned long long count = 0;
  ::dl_iterate_phdr(
      [](dl_phdr_info* info, std::size_t, void* to) {
        *static_cast<unsigned long long*>(to) = info->dlpi_adds;
        return 1;
      },
      &count);
  return count;
}

std::vector<std::pair<object, std::string>> object::pin(
    const std::vector<object>& objects) {
  std::vector<std::pair<object, std::string>> failed;
  for (const object& o : objects) {
    if (o.path_.empty()) continue;
    void* const handle =
        ::dlopen(o.path_.c_str(), RTLD_LAZY | RTLD_NOLOAD | RTLD_NODELETE);
    if (handle != nullptr) {
      ::dlclose(handle);
      continue;
    }
    const char* const why = ::dlerror();
    failed.emplace_back(o, why == nullptr ? "it is not loaded" : why);
  }
  return failed;
}

std::string object::name() const {
  if (path_.empty()) return "main";
  if (path_.starts_with("/proc/")) return path_;  // a copy: only a number
  return path_.substr(path_.rfind('/') + 1);
}

bool object::holds(const void* address) const noexcept {
  const auto offset = reinterpret_cast<std::uintptr_t>(address) - base_;
  return std::ranges::any_of(headers_, [offset](const ElfW(Phdr) & header) {
    return header.p_type == PT_LOAD && offset - header.p_vaddr < header.p_memsz;
  });
}

bool object::is_static() const noexcept {
  return path_.empty() &&
         std::ranges::none_of(headers_, [](const ElfW(Phdr) & header) {
           return header.p_type == PT_INTERP;
         });
}

bool object::is_system() const {
  return !path_.empty() && starts_with_any(name(), system_names);
}

bool object::is_openssl() const {
  constexpr std::string_view names[] = {"libcrypto.so", "libssl.so"};
  return starts_with_any(name(), names) || starts_with_any(soname(), names);
}

bool object::has_sanitizer() const {
  constexpr const char* beginnings[] = {"__asan_init", "__msan_init",
                                        "__lsan_init"};
  return has_thread_sanitizer() ||
         std::ranges::any_of(beginnings, [this](const char* name) {
           return holds(::dlsym(RTLD_DEFAULT, name));
         });
}

bool object::has_thread_sanitizer() const {
  return holds(::dlsym(RTLD_DEFAULT, "__tsan_init"));
}

object::tables object::dynamic() const {
  tables found;
  for (const ElfW(Phdr) & header : headers_) {
    if (header.p_type != PT_DYNAMIC) continue;
    const auto* entry =
        static_cast<const ElfW(Dyn)*>(at(base_ + header.p_vaddr));
    std::size_t count = 0;
    while (entry[count].d_tag != DT_NULL) ++count;
    found.entries = {entry, count};
  }
  std::size_t size = 0, calls_size = 0;
  const void* relocations = nullptr;
  const void* calls = nullptr;
  for (const ElfW(Dyn) & entry : found.entries) {
    // glibc adds the base where the section may be written.
    const std::uintptr_t value = entry.d_un.d_ptr;
    const void* const there = at(value < base_ ? value + base_ : value);
    switch (entry.d_tag) {
      case DT_STRTAB:
        found.strings = static_cast<const char*>(there);
        break;
      case DT_SYMTAB:
        found.symbols = static_cast<const ElfW(Sym)*>(there);
        break;
      case DT_RELA:
        relocations = there;
        break;
      case DT_RELASZ:
        size = entry.d_un.d_val;
        break;
      case DT_JMPREL:
        calls = there;
        break;
      case DT_PLTRELSZ:
        calls_size = entry.d_un.d_val;
        break;
      default:
        break;
    }
  }
  if (relocations != nullptr) {
    found.relocations = {static_cast<const ElfW(Rela)*>(relocations),
                         size / sizeof(ElfW(Rela))};
  }
  if (calls != nullptr) {
    found.calls = {static_cast<const ElfW(Rela)*>(calls),
                   calls_size / sizeof(ElfW(Rela))};
  }
  return found;
}

std::string object::soname() const {
  const tables all = dynamic();
  for (const ElfW(Dyn) & entry : all.entries) {
    if (entry.d_tag == DT_SONAME) return all.strings + entry.d_un.d_val;
  }
  return {};
}

std::vector<std::string> object::needed() const {
  const tables all = dynamic();
  std::vector<std::string> names;
  for (const ElfW(Dyn) & entry : all.entries) {
    if (entry.d_tag != DT_NEEDED) continue;
    names.emplace_back(all.strings + entry.d_un.d_val);
  }
  return names;
}

void object::each_slot(const std::function<void(const slot&)>& f) const {
  const tables all = dynamic();
  if (all.symbols == nullptr) return;
  for (const auto* list : {&all.calls, &all.relocations}) {
    for (const ElfW(Rela) & r : *list) {
      const std::uint64_t type = ELF64_R_TYPE(r.r_info);
      const bool plain = type == jump_slot || type == got_entry;
      if (!plain && (type != pointer || r.r_addend != 0)) continue;
      const ElfW(Sym)& symbol = all.symbols[ELF64_R_SYM(r.r_info)];
      if (symbol.st_shndx != SHN_UNDEF || symbol.st_name == 0) continue;
      void** const place =
          const_cast<void**>(static_cast<void* const*>(at(base_ + r.r_offset)));
      const bool in_relro = sealed(place);
      f({all.strings + symbol.st_name, place, in_relro,
         type == jump_slot && !in_relro});
    }
  }
}

void object::each_note(const char* owner,
                       const std::function<void(const void*)>& f) const {
  // Linkers merge notes of several alignments, so each word may begin one.
  for (const ElfW(Phdr) & header : headers_) {
    if (header.p_type != PT_NOTE) continue;
    const std::size_t length = std::strlen(owner) + 1;
    const std::size_t name_size = (length + 3) & ~std::size_t{3};
    const std::uintptr_t begin = base_ + header.p_vaddr;
    const std::uintptr_t end = begin + header.p_memsz;
    for (std::uintptr_t p = begin; p + sizeof(ElfW(Nhdr)) + name_size < end;
         p += 4) {
      const auto* note = static_cast<const ElfW(Nhdr)*>(at(p));
      const void* const name = note + 1;
      if (note->n_type == 1 && note->n_namesz == length &&
          std::memcmp(name, owner, length) == 0) {
        f(at(p + sizeof *note + name_size));
      }
    }
  }
}

void* function_address(const char* name) {
  void* const found = ::dlsym(RTLD_DEFAULT, name);
  Dl_info in{};
  const ElfW(Sym)* symbol = nullptr;
  if (found != nullptr &&
      ::dladdr1(found, &in,
                const_cast<void**>(reinterpret_cast<const void**>(&symbol)),
                RTLD_DL_SYMENT) != 0 &&
      symbol != nullptr && symbol->st_shndx == SHN_UNDEF) {
    return ::dlsym(RTLD_NEXT, name);
  }
  return found;
}

object::thread_local_values object::initial_thread_locals() const noexcept {
  for (const ElfW(Phdr) & header : headers_) {
    if (header.p_type != PT_TLS) continue;
    const auto* const values =
        static_cast<const std::byte*>(at(base_ + header.p_vaddr));
    return {{values, header.p_filesz}, header.p_memsz};
  }
  return {};
}

bool object::writable(void* const* place) const noexcept {
  const auto offset = reinterpret_cast<std::uintptr_t>(place) - base_;
  return std::ranges::any_of(headers_, [offset](const ElfW(Phdr) & header) {
    return header.p_type == PT_LOAD && (header.p_flags & PF_W) != 0 &&
           offset - header.p_vaddr < header.p_memsz;
  });
}

bool object::sealed(void* const* place) const noexcept {
  // Like the dynamic linker, counts whole pages alone as closed.
  const auto address = reinterpret_cast<std::uintptr_t>(place);
  const std::uintptr_t mask = ~(page_size() - 1);
  return std::ranges::any_of(headers_, [&](const ElfW(Phdr) & header) {
    if (header.p_type != PT_GNU_RELRO) return false;
    const std::uintptr_t begin = base_ + header.p_vaddr;
    return address >= (begin & mask) &&
           address < ((begin + header.p_memsz) & mask);
  });
}

}  // namespace green::patcher
