# The shapes of a test. All of them end in ctest, labelled by their folder under tests/ (unit, contract, ...).

# Tests are given where things are as compile definitions (C++) or environment variables (node).
set(GEMINATE_SERVER_FILE "${PROJECT_BINARY_DIR}/geminate")
set(GEMINATE_SIMULATOR_FILE "${PROJECT_BINARY_DIR}/geminate-simulator")
set(GEMINATE_ARTIFACTS_FOLDER "${PROJECT_BINARY_DIR}/artifacts")
file(MAKE_DIRECTORY "${GEMINATE_ARTIFACTS_FOLDER}")

if(GEMINATE_WEB)
  add_custom_target(wasm_tests)
elseif(NOT GEMINATE_FUZZ)
  include(node)
endif()

# The first folder below tests/ on the way to the calling CMakeLists.txt.
function(geminate_test_label result)
  cmake_path(RELATIVE_PATH CMAKE_CURRENT_SOURCE_DIR BASE_DIRECTORY "${PROJECT_SOURCE_DIR}/tests" OUTPUT_VARIABLE path)
  string(REGEX REPLACE "/.*" "" label "${path}")
  set(${result} "${label}" PARENT_SCOPE)
endfunction()

# geminate_test(<name> SOURCES <file>... [DEPENDS ...] [TIMEOUT <seconds>] [RESOURCE_LOCK <name>] [SERIAL])
#
# A GoogleTest executable build/<preset>/tests/test_<name>; each of its tests is a ctest "<label>.<name>.<Suite>.<Test>".
# Give RESOURCE_LOCK to tests that share something (a CPU budget counts), SERIAL to those that measure time.
function(geminate_test name)
  if(GEMINATE_WEB)
    return()
  endif()
  cmake_parse_arguments(PARSE_ARGV 1 arg "SERIAL" "TIMEOUT;RESOURCE_LOCK" "SOURCES;DEPENDS")
  if(arg_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "geminate_test(${name}): what is \"${arg_UNPARSED_ARGUMENTS}\"?")
  endif()
  geminate_resolve_dependencies(depends ${arg_DEPENDS})
  geminate_test_label(label)
  set(target test_${name})
  add_executable(${target} ${arg_SOURCES})
  set_target_properties(${target} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/tests")
  target_link_libraries(
    ${target}
    PRIVATE geminate_compiler geminate_warnings geminate_sanitizers geminate_test_places ${depends} dep::gtest
            $<TARGET_NAME_IF_EXISTS:geminate_sanitizer_settings>
  )
  # What is tested runs often and is optimised; the test's own code runs once, and is compiled in two thirds of the time.
  target_compile_options(${target} PRIVATE "$<$<CONFIG:Debug>:-O0>")
  if(NOT arg_TIMEOUT)
    set(arg_TIMEOUT 60)
  endif()
  set(properties LABELS "${label}" TIMEOUT ${arg_TIMEOUT})
  if(arg_RESOURCE_LOCK)
    list(APPEND properties RESOURCE_LOCK "${arg_RESOURCE_LOCK}")
  endif()
  if(arg_SERIAL)
    list(APPEND properties RUN_SERIAL TRUE)
  endif()
  # PRE_TEST: an executable is asked for its tests when ctest starts, not in the middle of the build.
  gtest_discover_tests(
    ${target}
    TEST_PREFIX "${label}.${name}."
    DISCOVERY_MODE PRE_TEST
    DISCOVERY_TIMEOUT 60
    PROPERTIES ${properties}
  )
endfunction()

# geminate_wasm_test(<name> SOURCES <file>... [DEPENDS ...]) proves that what both targets compile behaves alike: one
# program with a main of its own (0: passed), run natively and, compiled by emcc, in node. The web build makes
# build/web/tests/test_<name>.js (target wasm_tests), the native build registers both runs.
function(geminate_wasm_test name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;DEPENDS")
  geminate_resolve_dependencies(depends ${arg_DEPENDS})
  geminate_test_label(label)
  set(target test_${name})
  add_executable(${target} ${arg_SOURCES})
  set_target_properties(${target} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/tests")
  target_link_libraries(
    ${target} PRIVATE geminate_compiler geminate_warnings geminate_sanitizers ${depends}
                      $<TARGET_NAME_IF_EXISTS:geminate_sanitizer_settings>
  )
  if(GEMINATE_WEB)
    set_target_properties(${target} PROPERTIES SUFFIX ".js" EXCLUDE_FROM_ALL TRUE)
    target_link_options(${target} PRIVATE -sENVIRONMENT=node -sALLOW_MEMORY_GROWTH=1 -sEXIT_RUNTIME=1)
    add_dependencies(wasm_tests ${target})
    return()
  endif()
  add_test(NAME ${label}.${name}.native COMMAND ${target})
  set_tests_properties(${label}.${name}.native PROPERTIES LABELS "${label}" TIMEOUT 60)
  if(TARGET geminate_console_build)
    # emcc 3.1.6 would try fetch() on a file name in a Node that has one.
    add_test(NAME ${label}.${name}.wasm COMMAND "${GEMINATE_NODE}" --no-experimental-fetch
                                                "${PROJECT_SOURCE_DIR}/build/web/tests/${target}.js"
    )
    set_tests_properties(${label}.${name}.wasm PROPERTIES LABELS "${label}" TIMEOUT 60)
  endif()
endfunction()

# geminate_node_test(<name> SCRIPT <file> [ARGS ...] [ENV <NAME=value>...] [TIMEOUT <seconds>] [RESOURCE_LOCK <name>])
#
# A script for node (0: passed). npm's packages of tests/package.json are found by `import` and `require` alike. The
# environment names the built server and simulator (GEMINATE_SERVER, GEMINATE_SIMULATOR), the browser
# (GEMINATE_CHROMIUM), the repository (GEMINATE_REPOSITORY) and where to leave screenshots and logs
# (GEMINATE_ARTIFACTS). Scripts start their own server on a free port, so they can run side by side.
function(geminate_node_test name)
  if(GEMINATE_WEB)
    return()
  endif()
  cmake_parse_arguments(PARSE_ARGV 1 arg "SERIAL" "SCRIPT;TIMEOUT;RESOURCE_LOCK" "ARGS;ENV")
  if(arg_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "geminate_node_test(${name}): what is \"${arg_UNPARSED_ARGUMENTS}\"?")
  endif()
  geminate_test_label(label)
  cmake_path(ABSOLUTE_PATH arg_SCRIPT BASE_DIRECTORY "${CMAKE_CURRENT_SOURCE_DIR}")
  set(test "${label}.${name}")
  add_test(NAME ${test} COMMAND "${GEMINATE_NODE}" "${arg_SCRIPT}" ${arg_ARGS})
  if(NOT arg_TIMEOUT)
    set(arg_TIMEOUT 120)
  endif()
  set_tests_properties(
    ${test}
    PROPERTIES LABELS "${label}"
               TIMEOUT ${arg_TIMEOUT}
               ENVIRONMENT
               "NODE_PATH=${PROJECT_SOURCE_DIR}/tests/node_modules;GEMINATE_SERVER=${GEMINATE_SERVER_FILE};\
GEMINATE_SIMULATOR=${GEMINATE_SIMULATOR_FILE};GEMINATE_CHROMIUM=${GEMINATE_CHROMIUM};\
GEMINATE_REPOSITORY=${PROJECT_SOURCE_DIR};GEMINATE_ARTIFACTS=${GEMINATE_ARTIFACTS_FOLDER};${arg_ENV}"
  )
  if(arg_RESOURCE_LOCK)
    set_tests_properties(${test} PROPERTIES RESOURCE_LOCK "${arg_RESOURCE_LOCK}")
  endif()
  if(arg_SERIAL)
    set_tests_properties(${test} PROPERTIES RUN_SERIAL TRUE)
  endif()
endfunction()

# geminate_fuzz(<name> SOURCES <file>... [DEPENDS ...] [SECONDS <n>]) is a libFuzzer target (preset fuzz) over the seeds
# in the caller's folder corpus/<name>. ctest runs it for a minute; tools/fuzz runs it as long as you let it.
# Without the preset, its sources are kept for geminate_fuzz_corpora_test.
function(geminate_fuzz name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "SECONDS" "SOURCES;DEPENDS")
  if(NOT GEMINATE_FUZZ)
    # All targets go into one program, so each entry has a name of its own there.
    set_source_files_properties(${arg_SOURCES} PROPERTIES COMPILE_DEFINITIONS "LLVMFuzzerTestOneInput=fuzz_${name}")
    set_property(DIRECTORY APPEND PROPERTY GEMINATE_FUZZ_NAMES ${name})
    set_property(DIRECTORY APPEND PROPERTY GEMINATE_FUZZ_SOURCES ${arg_SOURCES})
    set_property(DIRECTORY APPEND PROPERTY GEMINATE_FUZZ_DEPENDS ${arg_DEPENDS})
    return()
  endif()
  if(NOT arg_SECONDS)
    set(arg_SECONDS 60)
  endif()
  geminate_resolve_dependencies(depends ${arg_DEPENDS})
  set(target fuzz_${name})
  add_executable(${target} ${arg_SOURCES})
  set_target_properties(${target} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/tests")
  target_link_libraries(
    ${target} PRIVATE geminate_compiler geminate_warnings geminate_sanitizers ${depends}
                      $<TARGET_NAME_IF_EXISTS:geminate_sanitizer_settings>
  )
  target_link_options(${target} PRIVATE -fsanitize=fuzzer)
  # What the fuzzer finds worth keeping goes into the first folder: the build's, not the repository's seeds.
  set(found "${PROJECT_BINARY_DIR}/corpus/${name}")
  file(MAKE_DIRECTORY "${found}")
  set(seeds "${CMAKE_CURRENT_SOURCE_DIR}/corpus/${name}")
  if(NOT EXISTS "${seeds}")
    set(seeds)
  endif()
  math(EXPR timeout "${arg_SECONDS} + 60")
  add_test(NAME fuzz.${name} COMMAND ${target} -max_total_time=${arg_SECONDS} -timeout=5 -rss_limit_mb=4096
                                     -print_final_stats=1 "${found}" ${seeds}
  )
  set_tests_properties(fuzz.${name} PROPERTIES LABELS fuzz TIMEOUT ${timeout})
endfunction()

# geminate_fuzz_corpora_test() makes one test of the targets that geminate_fuzz has named in this folder: each is run over
# its corpus/<name>, as any test is.
function(geminate_fuzz_corpora_test)
  get_property(names DIRECTORY PROPERTY GEMINATE_FUZZ_NAMES)
  get_property(sources DIRECTORY PROPERTY GEMINATE_FUZZ_SOURCES)
  get_property(depends DIRECTORY PROPERTY GEMINATE_FUZZ_DEPENDS)
  list(REMOVE_DUPLICATES depends)
  set(declarations "")
  set(rows "")
  foreach(name IN LISTS names)
    string(APPEND declarations "extern \"C\" int fuzz_${name}(const std::uint8_t* data, std::size_t size);\n")
    string(APPEND rows "    {\"${name}\", fuzz_${name}},\n")
  endforeach()
  set(table "${CMAKE_CURRENT_BINARY_DIR}/fuzz_targets.cpp")
  configure_file(fuzz_targets.cpp.in "${table}" @ONLY)
  geminate_test(fuzz_corpora SOURCES corpora_test.cpp "${table}" ${sources} DEPENDS ${depends})
endfunction()
