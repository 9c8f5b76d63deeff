// SPDX-License-Identifier: MIT
#include "green/streams/every.h"

#include "green/streams/glibc.h"

namespace green {

namespace {

class list_lock {
 public:
  list_lock() noexcept { glibc::_IO_list_lock(); }
  list_lock(const list_lock&) = delete;
  list_lock& operator=(const list_lock&) = delete;
  ~list_lock() { glibc::_IO_list_unlock(); }
};

}  // namespace

std::vector<FILE*> unwritten_streams() {
  std::vector<FILE*> found;
  const list_lock lock;
  for (FILE* f = glibc::_IO_iter_begin(); f != glibc::_IO_iter_end();
       f = glibc::_IO_iter_next(f)) {
    if (f->_mode > 0 || f->_IO_write_ptr > f->_IO_write_base) {
      found.push_back(f);
    }
  }
  return found;
}

}  // namespace green
