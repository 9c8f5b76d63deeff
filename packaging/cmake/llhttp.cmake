# The target green_llhttp, for green::http alone: its headers show nothing of
# llhttp. Debian 12 has its sources in node-llhttp. They become a part of
# green::http. Later systems have an archive in libllhttp-dev.
find_library(GREEN_LLHTTP libllhttp.a llhttp)
find_path(GREEN_LLHTTP_SOURCES llhttp.c PATHS /usr/share/llhttp)
find_path(GREEN_LLHTTP_HEADERS NAMES llhttp/llhttp.h llhttp.h
  PATHS /usr/share/include)
mark_as_advanced(GREEN_LLHTTP GREEN_LLHTTP_SOURCES GREEN_LLHTTP_HEADERS)
set(green_llhttp_is_missing YES)
if(GREEN_LLHTTP_HEADERS AND (GREEN_LLHTTP OR GREEN_LLHTTP_SOURCES))
  set(green_llhttp_is_missing NO)
  set(green_llhttp_folder "${GREEN_LLHTTP_HEADERS}")
  if(NOT EXISTS "${GREEN_LLHTTP_HEADERS}/llhttp/llhttp.h")
    set(green_llhttp_folder "${PROJECT_BINARY_DIR}/llhttp")
    file(WRITE "${green_llhttp_folder}/llhttp/llhttp.h"
      "#include \"${GREEN_LLHTTP_HEADERS}/llhttp.h\"\n")
  endif()
  set(part_http_INCLUDES "${green_llhttp_folder}"
    "${green_llhttp_folder}/llhttp")
  if(GREEN_LLHTTP)
    set(part_http_PRIVATE "${GREEN_LLHTTP}")
    set(part_http_PACKAGES libllhttp)
  else()
    enable_language(C)
    file(GLOB part_http_SOURCES "${GREEN_LLHTTP_SOURCES}/*.c")
  endif()
endif()
