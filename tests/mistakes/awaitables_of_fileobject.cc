// SPDX-License-Identifier: MIT
#include "tests/mistakes/awaitables.h"

namespace tests {

namespace {

// The functions of readers and writers.
const std::vector<awaitable> all = {
    {"fileobject.h read_line", "of<green::reader>().read_line(9)"},
    {"fileobject.h read_until", "of<green::reader>().read_until(\"--\", 9)"},
    {"fileobject.h read_exactly", "of<green::reader>().read_exactly(9)"},
    {"fileobject.h read_exactly",
     "of<green::reader>().read_exactly(at<char>(), 9)"},
    {"fileobject.h read", "of<green::reader>().read(9)"},
    {"fileobject.h read", "of<green::reader>().read(at<char>(), 9)"},
    {"fileobject.h read_some", "of<green::reader>().read_some(9)"},
    {"fileobject.h read_some", "of<green::reader>().read_some(at<char>(), 9)"},
    {"fileobject.h peek", "of<green::reader>().peek(9)"},
    {"fileobject.h write", "of<green::writer>().write(\"\")"},
    {"fileobject.h flush", "of<green::writer>().flush()"},
};

}  // namespace

const std::vector<awaitable>& awaitables_of_fileobject() { return all; }

}  // namespace tests
