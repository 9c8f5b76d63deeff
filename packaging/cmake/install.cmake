include(CMakePackageConfigHelpers)

get_property(green_targets GLOBAL PROPERTY GREEN_TARGETS)
install(TARGETS ${green_targets} EXPORT green
  ARCHIVE DESTINATION "${CMAKE_INSTALL_LIBDIR}"
  LIBRARY DESTINATION "${CMAKE_INSTALL_LIBDIR}")
set(green_config "${CMAKE_INSTALL_LIBDIR}/cmake/green")
install(EXPORT green NAMESPACE green:: FILE green-targets.cmake
  DESTINATION "${green_config}")

# Every file of green/ that is no source is a header. The links to core and hub
# become folders.
set(green_left_out
  PATTERN "*.cc" EXCLUDE PATTERN "BUILD" EXCLUDE
  PATTERN "green/core" EXCLUDE PATTERN "green/hub" EXCLUDE)
if(NOT GREEN_OPENSSL)
  list(APPEND green_left_out PATTERN "openssl" EXCLUDE)
endif()
if(NOT GREEN_PATCHED)
  list(APPEND green_left_out REGEX "green/patche[dr]" EXCLUDE)
endif()
install(DIRECTORY green/ DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}/green"
  ${green_left_out})
foreach(layer core hub)
  install(DIRECTORY ${layer}/
    DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}/green/${layer}"
    FILES_MATCHING PATTERN "*.h")
endforeach()

configure_package_config_file(packaging/cmake/green-config.cmake.in
  green-config.cmake INSTALL_DESTINATION "${green_config}")
write_basic_package_version_file(green-config-version.cmake
  COMPATIBILITY SameMajorVersion)
install(FILES
  "${CMAKE_CURRENT_BINARY_DIR}/green-config.cmake"
  "${CMAKE_CURRENT_BINARY_DIR}/green-config-version.cmake"
  DESTINATION "${green_config}")

# pkg-config: one file for each library.
foreach(part green openssl patched)
  if(NOT TARGET ${part}_static)
    continue()
  endif()
  set(name "green-${part}")
  set(needs "green")
  set(private "")
  set(libraries "-lgreen_${part}")
  set(words "${part} for green")
  if(part STREQUAL green)
    set(name green)
    set(needs "fmt")
    set(private "-luring -pthread")
    set(libraries "-lgreen")
    set(words "${PROJECT_DESCRIPTION}")
  elseif(part STREQUAL openssl)
    set(needs "green openssl")
  else()
    set(private "-ldl")
  endif()
  configure_file(packaging/green.pc.in ${name}.pc @ONLY)
  install(FILES "${CMAKE_CURRENT_BINARY_DIR}/${name}.pc"
    DESTINATION "${CMAKE_INSTALL_LIBDIR}/pkgconfig")
endforeach()
