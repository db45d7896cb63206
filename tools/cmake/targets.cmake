# The few shapes that a target of ours can have. Folders' CMakeLists.txt files use these and nothing lower.

# A folder may come later than the line that names it (tests of a part that is planned, for instance).
function(add_subdirectory_if_present folder)
  if(EXISTS "${CMAKE_CURRENT_SOURCE_DIR}/${folder}/CMakeLists.txt")
    add_subdirectory(${folder})
  endif()
endfunction()

# `keys` means our library geminate_keys; anything with `::` or already a full name stays as it is.
function(geminate_resolve_dependencies result)
  set(resolved)
  foreach(name IN LISTS ARGN)
    if(name MATCHES "::" OR name MATCHES "^geminate_")
      list(APPEND resolved "${name}")
    else()
      list(APPEND resolved "geminate_${name}")
    endif()
  endforeach()
  set(${result} "${resolved}" PARENT_SCOPE)
endfunction()

# geminate_library(<name> [SOURCES <file>...] [DEPENDS <name>|dep::<name>...] [PRIVATE_DEPENDS ...])
#
# One library per folder: geminate_<name>, static; without SOURCES it is header-only. DEPENDS pass on to whoever
# links it, PRIVATE_DEPENDS are for libraries that appear in .cpp files only (an edge's one library).
function(geminate_library name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;DEPENDS;PRIVATE_DEPENDS")
  if(arg_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "geminate_library(${name}): what is \"${arg_UNPARSED_ARGUMENTS}\"?")
  endif()
  geminate_resolve_dependencies(depends ${arg_DEPENDS})
  geminate_resolve_dependencies(private_depends ${arg_PRIVATE_DEPENDS})
  set(target geminate_${name})
  if(arg_SOURCES)
    add_library(${target} STATIC ${arg_SOURCES})
    target_link_libraries(
      ${target}
      PUBLIC geminate_compiler geminate_sanitizers ${depends}
      PRIVATE geminate_warnings ${private_depends}
    )
  else()
    add_library(${target} INTERFACE)
    target_link_libraries(${target} INTERFACE geminate_compiler geminate_sanitizers ${depends} ${private_depends})
  endif()
endfunction()

# geminate_executable(<name> OUTPUT <file name> SOURCES <file>... [DEPENDS ...]) puts the file at the top of the
# build folder: build/<preset>/<file name>.
function(geminate_executable name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "OUTPUT" "SOURCES;DEPENDS")
  geminate_resolve_dependencies(depends ${arg_DEPENDS})
  add_executable(${name} ${arg_SOURCES})
  if(arg_OUTPUT)
    set_target_properties(${name} PROPERTIES OUTPUT_NAME "${arg_OUTPUT}")
  endif()
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}")
  target_link_libraries(
    ${name} PRIVATE geminate_compiler geminate_warnings geminate_sanitizers ${depends} $<TARGET_NAME_IF_EXISTS:geminate_sanitizer_settings>)
endfunction()
