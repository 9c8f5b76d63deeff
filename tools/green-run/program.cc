// SPDX-License-Identifier: MIT
#include "tools/green-run/program.h"

#include <elf.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <optional>
#include <sstream>
#include <vector>

namespace green_run {

namespace {

constexpr int cannot_run = 126, not_found = 127;

#if defined __aarch64__
constexpr int machine = EM_AARCH64;
#else
constexpr int machine = EM_X86_64;
#endif

[[noreturn]] void refuse(const std::string& path, const std::string& why) {
  throw refused(path + ": " + why, cannot_run);
}

// A path, or a name that PATH has.
std::string search(const std::string& name) {
  if (name.find('/') != name.npos) return name;
  const char* const path = std::getenv("PATH");
  std::istringstream folders(path == nullptr ? "/bin:/usr/bin" : path);
  std::optional<std::string> forbidden;
  for (std::string folder; std::getline(folders, folder, ':');) {
    const std::string file = (folder.empty() ? "." : folder) + "/" + name;
    struct stat found{};
    if (::stat(file.c_str(), &found) != 0 || !S_ISREG(found.st_mode)) continue;
    if (::access(file.c_str(), X_OK) == 0) return file;
    forbidden = file;
  }
  if (forbidden) return *forbidden;
  throw refused(name + ": no such program in PATH", not_found);
}

void check_file(const std::string& path) {
  struct stat found{};
  if (::stat(path.c_str(), &found) != 0) {
    throw refused(path + ": " + std::strerror(errno),
                  errno == ENOENT ? not_found : cannot_run);
  }
  if (S_ISDIR(found.st_mode)) refuse(path, "is a directory");
  if (!S_ISREG(found.st_mode)) refuse(path, "is no regular file");
  if (::access(path.c_str(), X_OK) != 0) refuse(path, std::strerror(errno));
  const bool other_user =
      (found.st_mode & S_ISUID) != 0 && found.st_uid != ::geteuid();
  const bool other_group =
      (found.st_mode & S_ISGID) != 0 && found.st_gid != ::getegid();
  const bool capable =
      ::geteuid() != 0 &&
      ::getxattr(path.c_str(), "security.capability", nullptr, 0) > 0;
  if (other_user || other_group || capable) {
    refuse(path,
           "runs with rights of its own (set-user-ID, set-group-ID or "
           "capabilities), so the dynamic linker loads nothing into it");
  }
}

// A part of the file; empty where the file ends before.
std::string part(std::ifstream& file, std::size_t from, std::size_t size) {
  std::string bytes(size, '\0');
  file.clear();
  file.seekg(static_cast<std::streamoff>(from));
  file.read(bytes.data(), static_cast<std::streamsize>(size));
  bytes.resize(static_cast<std::size_t>(file.gcount()));
  return bytes;
}

void check_elf(const std::string& path, std::ifstream& file) {
  Elf64_Ehdr head{};
  const std::string bytes = part(file, 0, sizeof head);
  if (bytes.size() < sizeof head) refuse(path, "is cut off");
  std::memcpy(&head, bytes.data(), sizeof head);
  if (head.e_ident[EI_CLASS] != ELFCLASS64 || head.e_machine != machine) {
    refuse(path, "is a program for another machine");
  }
  for (unsigned i = 0; i < head.e_phnum; ++i) {
    Elf64_Phdr segment{};
    const std::string header =
        part(file, head.e_phoff + i * sizeof segment, sizeof segment);
    if (header.size() < sizeof segment) refuse(path, "is cut off");
    std::memcpy(&segment, header.data(), sizeof segment);
    if (segment.p_type != PT_INTERP) continue;
    const std::string linker = part(file, segment.p_offset, segment.p_filesz);
    if (linker.find("/ld-linux") != linker.npos) return;
    refuse(path, "is for another C library than glibc (" +
                     std::string(linker.c_str()) + ")");
  }
  refuse(path,
         "is linked statically, or is a library: no dynamic linker leads its "
         "calls elsewhere");
}

// The interpreter that the first line names.
std::string interpreter(const std::string& path, std::ifstream& file) {
  std::istringstream line(part(file, 2, 256));
  std::string name;
  std::string rest;
  std::getline(line, rest);
  std::istringstream words(rest);
  if (words >> name) return name;
  refuse(path, "names no interpreter in its first line");
}

}  // namespace

std::string find_program(const std::string& name) {
  std::string found = search(name);
  std::string path = found;
  for (int depth = 0; depth < 4; ++depth) {
    check_file(path);
    std::ifstream file(path, std::ios::binary);
    const std::string magic = part(file, 0, SELFMAG);
    if (magic == ELFMAG) {
      check_elf(path, file);
      return found;
    }
    if (!magic.starts_with("#!")) {
      refuse(path, file.is_open()
                       ? "is neither a program nor a script with a first line "
                         "#!INTERPRETER"
                       : "cannot be read");
    }
    path = interpreter(path, file);
    if (::access(path.c_str(), F_OK) != 0) {
      throw refused(found + ": its interpreter " + path + " is missing",
                    not_found);
    }
  }
  refuse(name, "has interpreters of interpreters without end");
}

}  // namespace green_run
