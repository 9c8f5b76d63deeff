# The sources of each library: all of core, hub and green but for the parts that
# are libraries of their own. green/BUILD leaves out the same (a test compares).
# green/core and green/hub are links to the other two folders.

file(GLOB_RECURSE green_all CONFIGURE_DEPENDS
  RELATIVE "${PROJECT_SOURCE_DIR}"
  "${PROJECT_SOURCE_DIR}/core/*.cc" "${PROJECT_SOURCE_DIR}/hub/*.cc"
  "${PROJECT_SOURCE_DIR}/green/*.cc")
list(FILTER green_all EXCLUDE REGEX "^green/(core|hub)/")

set(GREEN_SOURCES ${green_all})
list(FILTER GREEN_SOURCES EXCLUDE REGEX "^green/(openssl/|patched|patcher)")
set(GREEN_OPENSSL_SOURCES ${green_all})
list(FILTER GREEN_OPENSSL_SOURCES INCLUDE REGEX "^green/openssl/")
set(GREEN_PATCHED_SOURCES ${green_all})
list(FILTER GREEN_PATCHED_SOURCES INCLUDE REGEX "^green/(patched|patcher)")
