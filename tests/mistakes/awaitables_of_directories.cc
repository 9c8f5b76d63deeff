// SPDX-License-Identifier: MIT
#include "tests/mistakes/awaitables.h"

namespace tests {

namespace {

const std::vector<awaitable> all = {
    {"opendir", "green::opendir(\"/\")"},
    {"fdopendir", "green::fdopendir(-1)"},
    {"readdir", "green::readdir(at<green::DIR>())"},
    {"closedir", "green::closedir(at<green::DIR>())"},
    {"rewinddir", "green::rewinddir(at<green::DIR>())"},
    {"seekdir", "green::seekdir(at<green::DIR>(), 0)"},
    {"scandir", "green::scandir(\"/\", at<dirent**>(), nullptr, nullptr)"},
    {"scandirat",
     "green::scandirat(-1, \"/\", at<dirent**>(), nullptr, nullptr)"},
    {"ftw", "green::ftw(\"/\", visited, 9)"},
    {"nftw", "green::nftw(\"/\", visited_deeply, 9, 0)"},
    {"glob", "green::glob(\"/\", 0, nullptr, at<glob_t>())"},
    {"getdents64", "green::getdents64(-1, at<char>(), 9)"},
    {"getdirentries", "green::getdirentries(-1, at<char>(), 9, at<off_t>())"},
};

}  // namespace

const std::vector<awaitable>& awaitables_of_directories() { return all; }

}  // namespace tests
