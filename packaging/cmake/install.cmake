include(CMakePackageConfigHelpers)

set(green_targets "")
foreach(kind IN LISTS GREEN_KINDS)
  list(APPEND green_targets green_${kind})
  foreach(name IN LISTS GREEN_PARTS)
    list(APPEND green_targets green_${name}_${kind})
  endforeach()
endforeach()
install(TARGETS ${green_targets} EXPORT green
  ARCHIVE DESTINATION "${CMAKE_INSTALL_LIBDIR}"
  LIBRARY DESTINATION "${CMAKE_INSTALL_LIBDIR}")
set(green_config "${CMAKE_INSTALL_LIBDIR}/cmake/green")
install(EXPORT green NAMESPACE green:: FILE green-targets.cmake
  DESTINATION "${green_config}")

foreach(file IN LISTS green_headers)
  string(REGEX REPLACE "^(core|hub)/" "green/\\1/" path "${file}")
  get_filename_component(folder "${path}" DIRECTORY)
  install(FILES "${GREEN_HEADERS}/${path}"
    DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}/${folder}")
endforeach()

configure_package_config_file(packaging/cmake/green-config.cmake.in
  green-config.cmake INSTALL_DESTINATION "${green_config}")
write_basic_package_version_file(green-config-version.cmake
  COMPATIBILITY SameMajorVersion)
install(FILES
  "${PROJECT_BINARY_DIR}/green-config.cmake"
  "${PROJECT_BINARY_DIR}/green-config-version.cmake"
  packaging/cmake/green-liburing.cmake
  DESTINATION "${green_config}")

# gdb loads it with the shared library, if it trusts the prefix (/usr).
install(FILES tools/gdb/green_gdb.py
  DESTINATION
    "${CMAKE_INSTALL_DATADIR}/gdb/auto-load${CMAKE_INSTALL_FULL_LIBDIR}"
  RENAME "libgreen.so.${PROJECT_VERSION}-gdb.py")

# pkg-config: one file for each library. Its prefix is relative to itself, so
# that an installation may be moved. An absolute libdir makes it absolute.
set(green_libdir "${CMAKE_INSTALL_LIBDIR}")
set(green_includedir "${CMAKE_INSTALL_INCLUDEDIR}")
if(IS_ABSOLUTE "${green_libdir}" OR IS_ABSOLUTE "${green_includedir}")
  set(green_prefix "${CMAKE_INSTALL_PREFIX}")
else()
  file(RELATIVE_PATH green_prefix "/${green_libdir}/pkgconfig" "/")
  string(REGEX REPLACE "/$" "" green_prefix "\${pcfiledir}/${green_prefix}")
  set(green_libdir "\${prefix}/${green_libdir}")
  set(green_includedir "\${prefix}/${green_includedir}")
endif()
set(green_uring "-luring")
if(GREEN_LIBURING MATCHES "\\.a$")
  set(green_uring "-l:liburing.a")
endif()
foreach(part green ${GREEN_PARTS})
  set(name "green-${part}")
  set(file_name "green_${part}")
  list(JOIN part_${part}_PACKAGES " " packages)
  set(needs "green = ${PROJECT_VERSION} ${packages}")
  set(words "green::${part}, a library beside green")
  if(part STREQUAL "green")
    set(name green)
    set(file_name green)
    set(needs "")
    set(words "${PROJECT_DESCRIPTION}")
  endif()
  configure_file(packaging/green.pc.in ${name}.pc @ONLY)
  install(FILES "${PROJECT_BINARY_DIR}/${name}.pc"
    DESTINATION "${CMAKE_INSTALL_LIBDIR}/pkgconfig")
endforeach()

# green-run stands beside its object. The link brings it onto the PATH.
if(GREEN_TOOLS)
  install(TARGETS greenify DESTINATION "${CMAKE_INSTALL_BINDIR}")
  install(TARGETS green-run green-run_object
    RUNTIME DESTINATION "${CMAKE_INSTALL_LIBDIR}/green"
    LIBRARY DESTINATION "${CMAKE_INSTALL_LIBDIR}/green")
  file(RELATIVE_PATH green_run_path "${CMAKE_INSTALL_FULL_BINDIR}"
    "${CMAKE_INSTALL_FULL_LIBDIR}/green/green-run")
  file(CREATE_LINK "${green_run_path}" "${PROJECT_BINARY_DIR}/bin-green-run"
    SYMBOLIC)
  install(FILES "${PROJECT_BINARY_DIR}/bin-green-run"
    DESTINATION "${CMAKE_INSTALL_BINDIR}" RENAME green-run)
endif()
