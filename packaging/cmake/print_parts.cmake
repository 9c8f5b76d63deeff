# Prints each library with its files, for the test that compares them with
# Bazel's: cmake -P packaging/cmake/print_parts.cmake
cmake_minimum_required(VERSION 3.22)
get_filename_component(PROJECT_SOURCE_DIR "${CMAKE_CURRENT_LIST_DIR}/../.."
  ABSOLUTE)
include("${CMAKE_CURRENT_LIST_DIR}/parts.cmake")
include("${PROJECT_SOURCE_DIR}/packaging/parts.cmake")
foreach(part main ${GREEN_PARTS})
  foreach(file IN LISTS green_${part}_files)
    message("${part} ${file}")
  endforeach()
endforeach()
