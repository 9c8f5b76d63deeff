# An overlay port of a checkout of green:
#
#   vcpkg install green --overlay-ports=packaging/vcpkg
#
# A port in a registry has vcpkg_from_github(...) in place of the next line.
get_filename_component(SOURCE_PATH "${CURRENT_PORT_DIR}/../../.." ABSOLUTE)

vcpkg_check_features(OUT_FEATURE_OPTIONS parts
  FEATURES
    http GREEN_HTTP
    openssl GREEN_OPENSSL
    patched GREEN_PATCHED
    testing GREEN_TESTING)
vcpkg_cmake_configure(
  SOURCE_PATH "${SOURCE_PATH}"
  OPTIONS ${parts} "-DGREEN_KINDS=${VCPKG_LIBRARY_LINKAGE}")
vcpkg_cmake_install()
vcpkg_cmake_config_fixup(CONFIG_PATH lib/cmake/green)
vcpkg_fixup_pkgconfig()
file(REMOVE_RECURSE "${CURRENT_PACKAGES_DIR}/debug/include"
  "${CURRENT_PACKAGES_DIR}/debug/share")
vcpkg_install_copyright(FILE_LIST "${SOURCE_PATH}/LICENSE")
