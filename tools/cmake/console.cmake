# The console in the server. Web build: `console_site` turns the target `console` (frontend-wasm) into served
# files and a C++ table of them. Native build: runs the web build first, then compiles that table.

# Called once all folders are in, as `console` is made by one of them.
function(geminate_pack_console)
  if(NOT TARGET console)
    return()
  endif()
  find_package(Python3 REQUIRED COMPONENTS Interpreter)
  find_program(GEMINATE_BROTLI brotli)
  if(NOT GEMINATE_BROTLI)
    geminate_missing_dependency(brotli)
  endif()
  # Debian's own Python has Debian's fonttools, whichever comes first in the PATH.
  find_program(GEMINATE_DEBIAN_PYTHON python3 PATHS /usr/bin NO_DEFAULT_PATH)
  execute_process(
    COMMAND "${GEMINATE_DEBIAN_PYTHON}" -c "import brotli, fontTools" RESULT_VARIABLE no_fonttools OUTPUT_QUIET ERROR_QUIET
  )
  if(no_fonttools)
    geminate_missing_dependency("python3-fonttools with python3-brotli")
  endif()
  set(GEMINATE_HAN_FONT
      "/usr/share/fonts/truetype/wqy/wqy-microhei.ttc"
      CACHE FILEPATH "The font that the console brings for systems without one for Chinese"
  )
  set(GEMINATE_HAN_LICENCE "/usr/share/common-licenses/Apache-2.0" CACHE FILEPATH "Its licence")
  if(NOT EXISTS "${GEMINATE_HAN_FONT}" OR NOT EXISTS "${GEMINATE_HAN_LICENCE}")
    geminate_missing_dependency(fonts-wqy-microhei)
  endif()
  # Always run: it takes a moment and leaves alone what has not changed.
  add_custom_target(
    console_site ALL
    COMMAND "${GEMINATE_DEBIAN_PYTHON}" "${PROJECT_SOURCE_DIR}/tools/cmake/subset_font.py" "${GEMINATE_HAN_FONT}"
            "${PROJECT_BINARY_DIR}/han.woff2" "${PROJECT_SOURCE_DIR}/frontend-wasm" "${PROJECT_SOURCE_DIR}/shared"
            "${PROJECT_SOURCE_DIR}/backend"
    # The font's licence goes with it.
    COMMAND "${CMAKE_COMMAND}" -E copy_if_different "${GEMINATE_HAN_LICENCE}" "${PROJECT_BINARY_DIR}/han-licence.txt"
    COMMAND Python3::Interpreter "${PROJECT_SOURCE_DIR}/tools/cmake/pack_console.py" "${PROJECT_BINARY_DIR}"
            "${PROJECT_BINARY_DIR}/site"
    COMMENT "Packing the console"
    VERBATIM
  )
  add_dependencies(console_site console)
endfunction()

# geminate_console_files: backend/http/embedded_files.h with the console's files, or with none.
function(geminate_embed_console)
  if(GEMINATE_CONSOLE AND NOT EXISTS "${PROJECT_SOURCE_DIR}/frontend-wasm/CMakeLists.txt")
    message(STATUS "No console yet (frontend-wasm/CMakeLists.txt): the server is built without one")
    set(GEMINATE_CONSOLE OFF)
  endif()
  if(NOT GEMINATE_CONSOLE)
    geminate_library(console_files SOURCES "${PROJECT_SOURCE_DIR}/tools/cmake/no_console.cpp")
    return()
  endif()
  find_program(GEMINATE_EMCC emcc)
  if(NOT GEMINATE_EMCC)
    message(FATAL_ERROR "emcc was not found: run tools/setup, or build without the console (-DGEMINATE_CONSOLE=OFF)")
  endif()
  if(NOT EXISTS "${GEMINATE_IMGUI_SOURCE}/imgui.h")
    message(FATAL_ERROR "Dear ImGui is not in ${GEMINATE_IMGUI_SOURCE}: run tools/setup, set GEMINATE_IMGUI_SOURCE, "
                        "or build without the console (-DGEMINATE_CONSOLE=OFF)")
  endif()
  set(table "${PROJECT_SOURCE_DIR}/build/web/site/embedded_files.cpp")
  set(inner_targets console_site)
  if(GEMINATE_TESTS)
    list(APPEND inner_targets wasm_tests)
  endif()
  # No dependencies are listed: the inner build knows them better and does nothing when nothing changed.
  add_custom_target(
    geminate_console_build
    COMMAND "${CMAKE_COMMAND}" -E env "GEMINATE_IMGUI_SOURCE=${GEMINATE_IMGUI_SOURCE}"
            "${PROJECT_SOURCE_DIR}/tools/cmake/build_console" "${GEMINATE_INNER_JOBS}" ${inner_targets}
    BYPRODUCTS "${table}"
    COMMENT "Building the console"
    USES_TERMINAL VERBATIM
  )
  geminate_library(console_files SOURCES "${table}")
  add_dependencies(geminate_console_files geminate_console_build)
endfunction()

if(NOT GEMINATE_WEB)
  geminate_embed_console()
endif()
