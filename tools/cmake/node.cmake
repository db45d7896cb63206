# Node and the browser that tests drive. Where the system's Node is older than 20, tools/setup puts another one
# (npm's package `node`) into the build folder; that one is preferred.

find_program(GEMINATE_NODE node HINTS "${PROJECT_SOURCE_DIR}/build/third_party/node/node_modules/node/bin")
find_program(GEMINATE_CHROMIUM NAMES chromium chromium-browser google-chrome)
mark_as_advanced(GEMINATE_NODE GEMINATE_CHROMIUM)

if(GEMINATE_NODE)
  execute_process(COMMAND "${GEMINATE_NODE}" --version OUTPUT_VARIABLE _node_version OUTPUT_STRIP_TRAILING_WHITESPACE)
endif()
if(NOT _node_version MATCHES "^v([0-9]+)" OR CMAKE_MATCH_1 LESS 20)
  message(FATAL_ERROR "The tests need Node 20 or newer (found: \"${_node_version}\"). Run tools/setup.")
endif()
