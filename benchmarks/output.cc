// SPDX-License-Identifier: MIT
#include "benchmarks/output.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <system_error>

#include <fmt/core.h>

namespace benchmarks {

std::string default_folder() {
  const char* folder = std::getenv("TMPDIR");
  return folder != nullptr && *folder != 0 ? folder : "/tmp";
}

void write_file(const std::string& path, const std::string& text) {
  std::ofstream file(path);
  if (!(file << text << std::flush)) {
    throw std::system_error(errno, std::generic_category(), path);
  }
}

void check_writable(const std::string& path) {
  const int fd = open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
  if (fd < 0) throw std::system_error(errno, std::generic_category(), path);
  close(fd);
}

void prepare_pictures(const std::string& folder, const std::string& name) {
  std::filesystem::create_directories(folder);
  check_writable(folder + "/" + name + ".svg");
}

void write_picture(const chart& picture, const std::string& folder,
                   const std::string& name) {
  const std::string svg = folder + "/" + name + ".svg";
  const std::string png = folder + "/" + name + ".png";
  write_file(svg, draw(picture));
  if (convert_to_png(svg, png)) {
    fmt::print("Picture: {} and {}\n", svg, png);
  } else {
    fmt::print(
        "Picture: {} (for a PNG too, install rsvg-convert: apt-get install "
        "librsvg2-bin)\n",
        svg);
  }
}

}  // namespace benchmarks
