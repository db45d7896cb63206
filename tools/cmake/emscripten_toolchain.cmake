# Finds emscripten's own CMake toolchain through the emcc that is on the path (Debian's or an emsdk's), so
# that presets name no folder of anybody's machine.

find_program(GEMINATE_EMCC emcc REQUIRED)
file(REAL_PATH "${GEMINATE_EMCC}" _emcc)
cmake_path(GET _emcc PARENT_PATH _emcc_folder)
# Debian's /usr/bin/emcc is a wrapper script beside the real tree; elsewhere emcc stands in the tree itself.
foreach(_candidate "$ENV{EMSCRIPTEN}" "${_emcc_folder}" "${_emcc_folder}/../share/emscripten" "/usr/share/emscripten")
  if(EXISTS "${_candidate}/cmake/Modules/Platform/Emscripten.cmake")
    set(_emscripten_toolchain "${_candidate}/cmake/Modules/Platform/Emscripten.cmake")
    break()
  endif()
endforeach()
if(NOT _emscripten_toolchain)
  message(FATAL_ERROR "emcc is at ${GEMINATE_EMCC}, but its CMake files were not found; set EMSCRIPTEN to its tree")
endif()
include("${_emscripten_toolchain}")

# With a Node other than Debian's own, emcc's optimised links do not find the JavaScript parser (acorn) that
# Debian's package brings. Set for links only, and here, so that a plain `ninja` works as well.
if(EXISTS "/usr/share/nodejs" AND NOT CMAKE_CXX_LINKER_LAUNCHER)
  set(CMAKE_CXX_LINKER_LAUNCHER "${CMAKE_COMMAND};-E;env;NODE_PATH=/usr/share/nodejs")
endif()
