# greenify, which needs clang's libraries, and green-run.
set(GREEN_LLVM "/usr/lib/llvm-19" CACHE PATH "LLVM's folder, for greenify")
find_library(GREEN_CLANG_LIBRARY clang-cpp HINTS "${GREEN_LLVM}/lib"
  NO_DEFAULT_PATH)
find_library(GREEN_LLVM_LIBRARY NAMES LLVM LLVM-19 HINTS "${GREEN_LLVM}/lib"
  NO_DEFAULT_PATH)
if(NOT GREEN_CLANG_LIBRARY OR NOT GREEN_LLVM_LIBRARY OR
    NOT EXISTS "${GREEN_LLVM}/include/clang/AST/AST.h")
  green_needs("greenify needs clang's libraries, and ${GREEN_LLVM} has none: apt install libclang-19-dev llvm-19-dev libclang-cpp19-dev, or -DGREEN_LLVM=FOLDER")
endif()
if(NOT "patched" IN_LIST GREEN_PARTS)
  green_needs("green-run needs green::patched: leave out -DGREEN_PATCHED=OFF")
endif()

file(GLOB greenify_sources CONFIGURE_DEPENDS
  "${PROJECT_SOURCE_DIR}/tools/greenify/*.cc")
add_executable(greenify ${greenify_sources})
target_compile_features(greenify PRIVATE cxx_std_20)
target_compile_options(greenify PRIVATE -fno-rtti)
target_include_directories(greenify PRIVATE "${PROJECT_SOURCE_DIR}")
target_include_directories(greenify SYSTEM PRIVATE "${GREEN_LLVM}/include")
target_link_libraries(greenify PRIVATE
  ${GREEN_CLANG_LIBRARY} ${GREEN_LLVM_LIBRARY})

# The launcher, and the object that stands beside it and is preloaded.
set(green_run "${PROJECT_SOURCE_DIR}/tools/green-run")
add_executable(green-run "${green_run}/main.cc" "${green_run}/program.cc"
  "${green_run}/settings.cc")
add_library(green-run_object SHARED "${green_run}/start.cc"
  "${green_run}/program.cc" "${green_run}/settings.cc")
foreach(target green-run green-run_object)
  target_include_directories(${target} PRIVATE "${PROJECT_SOURCE_DIR}")
  target_link_libraries(${target} PRIVATE green_static)
endforeach()
target_link_libraries(green-run_object PRIVATE green_patched_static)
target_link_options(green-run_object PRIVATE
  "LINKER:--version-script=${green_run}/exports.lds")
set_target_properties(green-run_object PROPERTIES OUTPUT_NAME green-run
  LINK_DEPENDS "${green_run}/exports.lds")
