# The language, the include root and what every target of ours is compiled with.
# Warnings and sanitizers have files of their own.

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)

# CMake's own -O3 makes the server larger and not faster; -O1 keeps a sanitized suite of thousands of tests
# quick while its stack traces stay readable.
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -DNDEBUG")
set(CMAKE_CXX_FLAGS_DEBUG "-O1 -g1 -fno-omit-frame-pointer")

add_library(geminate_compiler INTERFACE)
# The one include root: `#include "shared/core/result.h"`, `#include "backend/keys/key_pool.h"`.
# An include names its folder, which is what tools/check_layers reads.
target_include_directories(geminate_compiler INTERFACE "${PROJECT_SOURCE_DIR}")
target_compile_definitions(geminate_compiler INTERFACE "GEMINATE_VERSION=\"${PROJECT_VERSION}\"")

if(NOT GEMINATE_WEB)
  set(THREADS_PREFER_PTHREAD_FLAG ON)
  find_package(Threads REQUIRED)
  target_link_libraries(geminate_compiler INTERFACE Threads::Threads)
  # A parser of hostile bytes: checked indexing where tests run, the libc's and the stack's guards in what
  # is shipped (FORTIFY wants optimisation and quarrels with sanitizers).
  target_compile_options(geminate_compiler INTERFACE -fstack-protector-strong)
  target_compile_definitions(
    geminate_compiler INTERFACE "$<$<CONFIG:Debug>:_GLIBCXX_ASSERTIONS>" "$<$<CONFIG:Release>:_FORTIFY_SOURCE=2>")
endif()

# ccache is a developer's help, never needed. Without the folder in the hash, two build folders share objects.
find_program(GEMINATE_CCACHE_PROGRAM ccache)
mark_as_advanced(GEMINATE_CCACHE_PROGRAM)
if(GEMINATE_CCACHE AND GEMINATE_CCACHE_PROGRAM AND NOT GEMINATE_WEB AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER "${CMAKE_COMMAND};-E;env;CCACHE_NOHASHDIR=1;${GEMINATE_CCACHE_PROGRAM}")
endif()
