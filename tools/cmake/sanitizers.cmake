# Sanitizers for everything of ours in one build folder (the presets dev, tsan and fuzz choose).

add_library(geminate_sanitizers INTERFACE)

if(GEMINATE_SANITIZER STREQUAL "address")
  set(_flags -fsanitize=address,undefined -fno-sanitize-recover=all)
elseif(GEMINATE_SANITIZER STREQUAL "thread")
  set(_flags -fsanitize=thread)
elseif(GEMINATE_SANITIZER STREQUAL "none")
  set(_flags)
else()
  message(FATAL_ERROR "GEMINATE_SANITIZER is \"${GEMINATE_SANITIZER}\": none, address or thread is possible")
endif()

if(GEMINATE_FUZZ)
  list(APPEND _flags -fsanitize=fuzzer-no-link) # coverage, without libFuzzer's main
  # RapidJSON's empty stack adds to a null pointer before it allocates. Clang reports that, gcc (preset dev) has no
  # such check.
  list(APPEND _flags -fno-sanitize=pointer-overflow)
endif()

if(_flags)
  target_compile_options(geminate_sanitizers INTERFACE ${_flags})
  target_link_options(geminate_sanitizers INTERFACE ${_flags})
  # Executables carry their sanitizer settings inside, so that they behave alike under ctest, in a debugger
  # and by hand. As an object library: a static one's symbols would not be pulled in.
  add_library(geminate_sanitizer_settings OBJECT "${CMAKE_CURRENT_LIST_DIR}/sanitizer_settings.cpp")
  target_link_libraries(geminate_sanitizer_settings PRIVATE geminate_warnings)
endif()
unset(_flags)
