// SPDX-License-Identifier: MIT
//
// The names that green has, read from the lists that open its headers. So a new
// mirror needs no change here.
//
// Names are qualified from the global scope, and inline namespaces are left
// out: recv, std::mutex, std::mutex::lock, std::this_thread::yield,
// std::filesystem::exists. A member is one of the object's static type:
// libstdc++ declares std::future::wait in a base.
#pragma once

#include <filesystem>
#include <map>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace greenify {

/// The part of a mirror's lists in which a name stands.
enum class list {
  awaited,  // green::X is awaited
  own,      // green::X does not wait, and is green's own
  same,     // green::X is the original
  missing,  // there is no green::X. Words of the list's prose are here, too:
            // ask for names alone that the system's headers declare.
};

/// A header of green that stands for one of the system's.
struct mirror {
  /// The path below green/, which is the original's: sys/socket.h, mutex.
  std::string header;
  /// Qualifies the original's names: nothing, std::, std::filesystem::.
  std::string scope;
  /// Whether any name is awaited or green's own. If none is, then the header is
  /// the original by another path.
  bool has_names = false;
};

/// A name of the system that a mirror's lists tell of.
struct name {
  /// The original's, qualified: recv, std::mutex::lock.
  std::string original;
  /// The name in green: green::recv, green::mutex::lock. Empty if missing.
  std::string green;
  list in = list::same;
  /// Index into names::mirrors().
  std::size_t mirror = 0;
  /// Of a missing name: the part of the list that tells of it, as one line.
  std::string advice;
};

class names {
 public:
  /// Reads the headers below `green`, the folder that holds green.h. Throws
  /// std::runtime_error, with one line for the user, if there are none, or if a
  /// list cannot be understood.
  static names read(const std::filesystem::path& green);
  /// Of headers that are given as texts, by their paths below green/.
  static names parse(const std::map<std::string, std::string>& headers);

  std::span<const mirror> mirrors() const { return mirrors_; }
  /// The mirror of a header as it stands in an #include of the system's:
  /// sys/socket.h, mutex. Null if there is none; cstdio has none.
  const mirror* mirror_of(std::string_view header) const;

  /// The name of an original, or null. A name that several mirrors have is the
  /// awaited one first, then the own, the same, the missing one.
  const name* find(std::string_view original) const;
  /// A name that is awaited, or null.
  const name* awaited(std::string_view original) const;
  /// A name that takes green:: in a program: one that is awaited or green's
  /// own, but no member of a class.
  const name* prefixed(std::string_view original) const;

  /// "green/mutex": the include that brings a name.
  std::string include_of(const name& n) const;

  /// Leaves those names alone that are given, or whose header is. One name of
  /// std brings its header, for the types of a header work together. Returns a
  /// given word that is neither a name nor a header, or nothing.
  std::string choose(const std::set<std::string>& only);

  /// All names, by their originals.
  const std::map<std::string, name, std::less<>>& all() const { return all_; }

 private:
  void add_header(const std::string& path, const std::string& text);
  void add_missing(const std::string& path, const std::string& text);
  void add(name found);
  std::string original_of(const std::string& word) const;

  std::vector<mirror> mirrors_;
  std::map<std::string, name, std::less<>> all_;
};

}  // namespace greenify
