# The headers that are installed: the public ones and those that they include,
# and those of green itself that the other parts are made with.
#
# GREEN_HEADERS gets a copy of each. The library is compiled with hidden names,
# and the copies make visible the names that they declare. So the shared
# libraries export these names alone. A program that hides its own names still
# shares the library's inline variables.
set(GREEN_HEADERS "${PROJECT_BINARY_DIR}/include")

# includes_of FILE RESULT: the files of the tree that FILE includes.
function(includes_of file result)
  file(STRINGS "${PROJECT_SOURCE_DIR}/${file}" found
    REGEX "^# *include [\"<]green/")
  list(TRANSFORM found REPLACE "^[^\"<]*[\"<]([^\">]*)[\">].*" "\\1")
  list(TRANSFORM found REPLACE "^green/(core|hub)/" "\\1/")
  set(${result} ${found} PARENT_SCOPE)
endfunction()

# is_public FILE RESULT: a header directly in green/, or at the path of one that
# it mirrors.
function(is_public file result)
  set(mirrors "")
  if(NOT file MATCHES "^green/[^/]*$")
    file(STRINGS "${PROJECT_SOURCE_DIR}/${file}" mirrors LIMIT_COUNT 1
      REGEX "^// Mirrors <")
  elseif(NOT file MATCHES "\\.cc$")
    set(mirrors yes)
  endif()
  set(${result} "${mirrors}" PARENT_SCOPE)
endfunction()

function(find_headers result)
  set(todo "")
  foreach(part main ${GREEN_PARTS})
    foreach(file IN LISTS green_${part}_files)
      set(of_${file} ${part})
    endforeach()
  endforeach()
  foreach(part main ${GREEN_PARTS})
    foreach(file IN LISTS green_${part}_files)
      is_public(${file} public)
      if(public)
        list(APPEND todo ${file})
      elseif(NOT part STREQUAL "main")
        includes_of(${file} found)
        foreach(other IN LISTS found)
          if(NOT of_${other} STREQUAL part)
            list(APPEND todo ${other})
          endif()
        endforeach()
      endif()
    endforeach()
  endforeach()
  set(headers "")
  while(todo)
    list(POP_BACK todo file)
    if(NOT DEFINED seen_${file})
      set(seen_${file} yes)
      list(APPEND headers ${file})
      includes_of(${file} found)
      list(APPEND todo ${found})
    endif()
  endwhile()
  set(${result} ${headers} PARENT_SCOPE)
endfunction()

# copy_header FILE: writes it under GREEN_HEADERS. The lines keep their numbers.
function(copy_header file)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS
    "${PROJECT_SOURCE_DIR}/${file}")
  file(READ "${PROJECT_SOURCE_DIR}/${file}" text)
  string(REPLACE "#pragma once\n\n"
    "#pragma once\n#pragma GCC visibility push(default)\n" text "${text}")
  string(APPEND text "#pragma GCC visibility pop\n")
  string(REGEX REPLACE "^(core|hub)/" "green/\\1/" path "${file}")
  set(copy "${GREEN_HEADERS}/${path}")
  set(old "")
  if(EXISTS "${copy}")
    file(READ "${copy}" old)
  endif()
  if(NOT text STREQUAL old)
    file(WRITE "${copy}" "${text}")
  endif()
endfunction()

find_headers(green_headers)
foreach(file IN LISTS green_headers)
  copy_header(${file})
endforeach()
