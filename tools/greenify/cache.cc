// SPDX-License-Identifier: MIT
#include "tools/greenify/cache.h"

#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <tuple>
#include <vector>

#include "tools/greenify/archive.h"

namespace greenify {

namespace fs = std::filesystem;

namespace {

// Opens each file of the cache, so that no other file is one.
const std::string mark = "greenify's cache, 1\n";

std::optional<std::string> bytes_of(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream bytes;
  bytes << file.rdbuf();
  if (!file) return {};
  return std::move(bytes).str();
}

// A link that leads elsewhere changes the state, for facts hold real paths.
std::string state_on_disk(const std::string& path) {
  std::error_code failed;
  const fs::path real = fs::canonical(path, failed);
  if (failed) return "none";
  const std::string where = real.string() + '\0';
  if (path.ends_with('/')) {
    std::set<std::string> entries;
    for (const auto& entry : fs::directory_iterator(real, failed)) {
      entries.insert(entry.path().filename().string());
    }
    std::string list = where;
    for (const std::string& entry : entries) list += entry + '\0';
    return "list " + digest(list);
  }
  if (fs::is_directory(real, failed)) return "folder " + digest(where);
  const auto bytes = bytes_of(real);
  return bytes ? "file " + digest(where + *bytes) : "unreadable";
}

bool is_older(const std::string& path, fs::file_time_type time) {
  std::error_code failed;
  const auto written = fs::last_write_time(path, failed);
  return failed || written < time;
}

}  // namespace

std::string digest(const std::string& bytes) {
  __extension__ typedef unsigned __int128 wide;
  const wide prime = (wide(0x1000000) << 64) | 0x13b;
  wide hash = (wide(0x6c62272e07bb0142) << 64) | 0x62b821756295c58d;
  for (const char c : bytes) {
    hash = (hash ^ static_cast<unsigned char>(c)) * prime;
  }
  std::string text;
  for (int shift = 124; shift >= 0; shift -= 4) {
    text += "0123456789abcdef"[unsigned(hash >> shift) & 15];
  }
  return text;
}

std::string cache::path_of(const std::string& question) const {
  return folder_ + "/" + digest(question) + ".facts";
}

const std::string& cache::state_of(const std::string& path,
                                   const texts& given) {
  const auto text = given.find(fs::path(path).lexically_normal().string());
  if (text != given.end()) {
    given_state_ = "text " + digest(text->second);
    return given_state_;
  }
  const auto [it, fresh] = states_.try_emplace(path);
  if (fresh) it->second = state_on_disk(path);
  return it->second;
}

std::optional<std::string> cache::find(const std::string& question,
                                       const texts& given) {
  if (folder_.empty()) return {};
  const std::string path = path_of(question);
  const auto bytes = bytes_of(path);
  const std::size_t head = mark.size() + digest("").size();
  if (!bytes || !bytes->starts_with(mark) || bytes->size() < head) return {};
  const std::string body = bytes->substr(head);
  if (bytes->substr(mark.size(), head - mark.size()) != digest(body)) return {};
  entry found;
  try {
    found = unpack_entry(body);
  } catch (const std::runtime_error&) {
    return {};
  }
  if (found.question != question) return {};
  for (const auto& [read, state] : found.states) {
    if (state_of(read, given) != state) return {};
  }
  std::error_code ignored;
  fs::last_write_time(path, fs::file_time_type::clock::now(), ignored);
  return std::move(found.bytes);
}

void cache::keep(const std::string& question, const paths_read& read,
                 const texts& given,
                 std::chrono::system_clock::time_point began,
                 const std::string& bytes) {
  if (folder_.empty()) return;
  // The clock that stamps files lags behind by up to a tick.
  const auto time =
      std::chrono::file_clock::from_sys(began - std::chrono::milliseconds(10));
  entry made{question, {}, bytes};
  for (const std::string& path : read) {
    const std::string& state = state_of(path, given);
    if (state.starts_with("file ") && !is_older(path, time)) return;
    made.states.emplace(path, state);
  }
  const std::string body = pack_entry(made);
  std::error_code ignored;
  fs::create_directories(folder_, ignored);
  const std::string path = path_of(question);
  const std::string beside = path + "." + std::to_string(::getpid());
  std::ofstream file(beside, std::ios::binary);
  file << mark << digest(body) << body;
  file.close();
  if (file) fs::rename(beside, path, ignored);
  if (!file || ignored) fs::remove(beside, ignored);
}

void cache::trim(std::uintmax_t most) const {
  if (folder_.empty()) return;
  std::vector<std::tuple<fs::file_time_type, std::uintmax_t, fs::path>> kept;
  std::uintmax_t sum = 0;
  std::error_code failed;
  for (const auto& file : fs::directory_iterator(folder_, failed)) {
    // What a run that was killed left behind is one, too.
    if (file.path().filename().string().find(".facts") == std::string::npos) {
      continue;
    }
    const auto size = file.file_size(failed);
    if (failed) continue;
    kept.emplace_back(file.last_write_time(failed), size, file.path());
    sum += size;
  }
  std::ranges::sort(kept);
  for (const auto& [time, size, path] : kept) {
    if (sum <= most) return;
    fs::remove(path, failed);
    sum -= size;
  }
}

}  // namespace greenify
