# The target green::liburing, or a reason in green_liburing_is_missing. Installed
# beside green-config.cmake, too.
#
# The archive comes first, because the shared object of liburing 2.3 lacks
# functions.
find_library(GREEN_LIBURING NAMES liburing.a uring)
find_path(GREEN_LIBURING_HEADERS liburing.h)
mark_as_advanced(GREEN_LIBURING GREEN_LIBURING_HEADERS)
set(green_liburing_is_missing "")
if(NOT GREEN_LIBURING OR NOT GREEN_LIBURING_HEADERS)
  set(green_liburing_is_missing "none is there")
else()
  # 2.3 is the oldest that has this function. No header tells its number.
  file(STRINGS "${GREEN_LIBURING_HEADERS}/liburing.h" green_new_function
    LIMIT_COUNT 1 REGEX "io_uring_prep_send_zc")
  if(NOT green_new_function)
    set(green_liburing_is_missing "${GREEN_LIBURING_HEADERS} has an older one")
  elseif(NOT TARGET green::liburing)
    add_library(green::liburing UNKNOWN IMPORTED GLOBAL)
    set_target_properties(green::liburing PROPERTIES
      IMPORTED_LOCATION "${GREEN_LIBURING}"
      INTERFACE_INCLUDE_DIRECTORIES "${GREEN_LIBURING_HEADERS}")
  endif()
endif()
