# The libraries: green itself, and the parts that are libraries of their own.

# The sources and headers as paths of the tree. green/core and green/hub are
# links to the folders core and hub.
set(green_again CONFIGURE_DEPENDS)
if(CMAKE_SCRIPT_MODE_FILE)
  set(green_again "")
endif()
file(GLOB_RECURSE green_files ${green_again}
  RELATIVE "${PROJECT_SOURCE_DIR}" "${PROJECT_SOURCE_DIR}/core/*"
  "${PROJECT_SOURCE_DIR}/hub/*" "${PROJECT_SOURCE_DIR}/green/*")
list(FILTER green_files EXCLUDE REGEX "^green/(core|hub)(/|$)|(^|/)BUILD$|[.]bzl$")
set(GREEN_PARTS "")
set(green_main_files ${green_files})

# declare_part(NAME FILES name... [LIBRARIES target...] [PACKAGES package...]):
# a library green_NAME of the files green/name, green/name.* and green/name/*.
# Its users get LIBRARIES, or pkg-config's PACKAGES.
macro(declare_part name)
  cmake_parse_arguments(part_${name} "" "" "FILES;LIBRARIES;PACKAGES" ${ARGN})
  string(TOUPPER ${name} upper_name)
  option(GREEN_${upper_name} "build green::${name}" ON)
  string(REPLACE ";" "|" names "${part_${name}_FILES}")
  set(green_${name}_files ${green_files})
  list(FILTER green_${name}_files INCLUDE REGEX "^green/(${names})([./]|$)")
  list(REMOVE_ITEM green_main_files ${green_${name}_files})
  if(GREEN_${upper_name})
    list(APPEND GREEN_PARTS ${name})
  endif()
endmacro()

# add_library_pair NAME FILE...: green::NAME_static and green::NAME_shared of the
# same objects, or one of them by GREEN_KINDS. green::NAME is one of them by
# BUILD_SHARED_LIBS. As a part of another project they are built when something
# needs them.
function(add_library_pair name)
  set(sources ${ARGN})
  list(FILTER sources INCLUDE REGEX "\\.cc$")
  set(base green_${name})
  if(name STREQUAL "green")
    set(base green)
  endif()
  set(all "")
  if(NOT GREEN_INSTALL)
    set(all EXCLUDE_FROM_ALL)
  endif()
  add_library(${base}_objects OBJECT ${all} ${sources} ${part_${name}_SOURCES})
  # The compiler may inline a function that the shared library exports.
  target_compile_options(${base}_objects PRIVATE -fno-semantic-interposition)
  set_target_properties(${base}_objects PROPERTIES CXX_EXTENSIONS OFF
    POSITION_INDEPENDENT_CODE ON
    CXX_VISIBILITY_PRESET hidden C_VISIBILITY_PRESET hidden)
  # Headers that are not installed stand in the tree alone.
  target_include_directories(${base}_objects BEFORE PRIVATE
    "${GREEN_HEADERS}" "${PROJECT_SOURCE_DIR}")
  target_include_directories(${base}_objects SYSTEM PRIVATE
    ${part_${name}_INCLUDES})
  foreach(kind IN LISTS GREEN_KINDS)
    string(TOUPPER ${kind} upper_kind)
    add_library(${base}_${kind} ${upper_kind} ${all}
      $<TARGET_OBJECTS:${base}_objects>)
  endforeach()
  if(TARGET ${base}_shared)
    set(script "${PROJECT_SOURCE_DIR}/packaging/exports.map")
    target_link_options(${base}_shared PRIVATE
      "LINKER:--version-script=${script}" "LINKER:--exclude-libs,ALL")
    set_target_properties(${base}_shared PROPERTIES LINK_DEPENDS "${script}")
    if(NOT GREEN_SANITIZE)  # the executable brings a sanitizer's functions
      target_link_options(${base}_shared PRIVATE "LINKER:-z,defs")
    endif()
  endif()

  foreach(kind objects ${GREEN_KINDS})
    set(target ${base}_${kind})
    target_compile_features(${target} PUBLIC cxx_std_20)
    if(GREEN_SANITIZE)
      target_compile_options(${target} PUBLIC -fsanitize=${GREEN_SANITIZE})
      target_link_options(${target} PUBLIC -fsanitize=${GREEN_SANITIZE})
    endif()
    target_link_libraries(${target} PUBLIC ${part_${name}_LIBRARIES}
      PRIVATE ${part_${name}_PRIVATE} fmt::fmt green::liburing Threads::Threads ${CMAKE_DL_LIBS})
    if(kind STREQUAL "objects")
      continue()
    endif()
    target_include_directories(${target} PUBLIC
      $<BUILD_INTERFACE:${GREEN_HEADERS}>
      $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
    set_target_properties(${target} PROPERTIES OUTPUT_NAME ${base}
      EXPORT_NAME ${name}_${kind} LINKER_LANGUAGE CXX
      VERSION ${PROJECT_VERSION} SOVERSION ${PROJECT_VERSION_MAJOR})
    add_library(green::${name}_${kind} ALIAS ${target})
    if(NOT name STREQUAL "green")
      target_link_libraries(${target} PUBLIC green_${kind})
    endif()
  endforeach()
  set(chosen static)
  if(BUILD_SHARED_LIBS)
    set(chosen shared)
  endif()
  if(NOT chosen IN_LIST GREEN_KINDS)
    set(chosen ${GREEN_KINDS})
  endif()
  add_library(green::${name} ALIAS ${base}_${chosen})
endfunction()

function(add_parts)
  add_library_pair(green ${green_main_files})
  foreach(name IN LISTS GREEN_PARTS)
    add_library_pair(${name} ${green_${name}_files})
  endforeach()
endfunction()
