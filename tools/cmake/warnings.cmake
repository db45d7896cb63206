# Warnings for our own code. Libraries come in as system headers (dependencies.cmake) and stay silent.

add_library(geminate_warnings INTERFACE)
target_compile_options(
  geminate_warnings
  INTERFACE
    -Wall
    -Wextra
    -Wpedantic
    -Wshadow # a member or an outer local hidden by a local: a bug each time it was found
    -Wconversion # lengths that lose bits are how a proxy is broken into ...
    -Wno-sign-conversion # ... but signedness alone only makes noise around ssize_t and iterators
    -Wold-style-cast
    -Wnon-virtual-dtor
    -Woverloaded-virtual
    -Wextra-semi
    -Wimplicit-fallthrough
    $<$<BOOL:${GEMINATE_WERROR}>:-Werror>
)

if(CMAKE_CXX_COMPILER_ID MATCHES "Clang")
  # RapidJSON's iterators compare as C++17 let them; its templates become ours where they are used.
  target_compile_options(geminate_warnings INTERFACE -Wno-ambiguous-reversed-operator)
endif()
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  target_compile_options(
    geminate_warnings
    INTERFACE
      -Wduplicated-cond
      -Wduplicated-branches
      -Wlogical-op
      # gcc 12 reports overlapping copies inside libstdc++ for `"text" + std::string` (its bug 105651).
      -Wno-restrict
  )
  if(NOT GEMINATE_SANITIZER STREQUAL "none")
    # The sanitizers' own instructions make gcc 12 see uninitialised std::optional payloads.
    target_compile_options(geminate_warnings INTERFACE -Wno-maybe-uninitialized)
  endif()
endif()
