# Everything a builder can choose, in one place.

option(GEMINATE_CONSOLE "Build the console too and put it into the server (needs emcc)" ON)
option(GEMINATE_TESTS "Build the tests" ON)
option(GEMINATE_FUZZ "Build the fuzz targets in place of the other tests (needs clang's libFuzzer)" OFF)
option(GEMINATE_WERROR "Treat warnings in our own code as errors" ON)
option(GEMINATE_CCACHE "Use ccache if it is there" ON)
set(GEMINATE_SANITIZER "none" CACHE STRING "none, address (with undefined) or thread")
set_property(CACHE GEMINATE_SANITIZER PROPERTY STRINGS none address thread)
set(GEMINATE_INNER_JOBS "2" CACHE STRING "Jobs of the console's inner build (it runs beside the native one)")

# tools/setup puts Dear ImGui's source here; the environment variable names another copy and wins over the cache.
set(GEMINATE_IMGUI_SOURCE "${PROJECT_SOURCE_DIR}/build/third_party/imgui"
    CACHE PATH "Folder with Dear ImGui's source, 1.92 or newer"
)
if(NOT "$ENV{GEMINATE_IMGUI_SOURCE}" STREQUAL "")
  set_property(CACHE GEMINATE_IMGUI_SOURCE PROPERTY VALUE "$ENV{GEMINATE_IMGUI_SOURCE}")
endif()
