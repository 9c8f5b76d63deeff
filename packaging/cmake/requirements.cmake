# Stops with one line when something is missing.
if(NOT CMAKE_SYSTEM_NAME STREQUAL "Linux")
  message(FATAL_ERROR "green needs Linux, and this system is "
    "${CMAKE_SYSTEM_NAME}: green stands on io_uring and epoll")
endif()
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  set(green_oldest 12)
elseif(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  set(green_oldest 16)
else()
  set(green_oldest 0)
  message(WARNING "green is tested with g++ and clang++, and not with "
    "${CMAKE_CXX_COMPILER_ID}")
endif()
if(CMAKE_CXX_COMPILER_VERSION VERSION_LESS green_oldest)
  message(FATAL_ERROR "green needs g++ 12 or clang++ 16, and "
    "${CMAKE_CXX_COMPILER} is ${CMAKE_CXX_COMPILER_VERSION}: "
    "name another with -DCMAKE_CXX_COMPILER=clang++-19 (apt install clang-19)")
endif()

find_package(Threads REQUIRED)
find_package(fmt QUIET)
if(NOT fmt_FOUND)
  message(FATAL_ERROR "green needs the library fmt: apt install libfmt-dev")
endif()

# The archive comes first: the shared object of liburing 2.3 lacks functions.
find_library(GREEN_LIBURING NAMES liburing.a uring)
find_path(GREEN_LIBURING_HEADERS liburing.h)
if(NOT GREEN_LIBURING OR NOT GREEN_LIBURING_HEADERS)
  message(FATAL_ERROR
    "green needs liburing 2.3 or newer: apt install liburing-dev")
endif()
# Version 2.3 has no header that tells its number, and is the oldest that has
# this function.
file(STRINGS "${GREEN_LIBURING_HEADERS}/liburing.h" green_liburing_is_new
  REGEX "io_uring_prep_send_zc")
if(NOT green_liburing_is_new)
  message(FATAL_ERROR "green needs liburing 2.3 or newer, and the one in "
    "${GREEN_LIBURING_HEADERS} is older: apt install liburing-dev")
endif()

if(GREEN_OPENSSL)
  find_package(OpenSSL 3 QUIET)
  if(NOT OPENSSL_FOUND)
    message(FATAL_ERROR "green::openssl needs OpenSSL 3: "
      "apt install libssl-dev, or leave it out with -DGREEN_OPENSSL=OFF")
  endif()
endif()
