# libFuzzer is clang's. Debian's emscripten already brings a versioned clang.

find_program(GEMINATE_CLANGXX NAMES clang++ clang++-19 clang++-16 clang++-15 clang++-14 REQUIRED)
set(CMAKE_CXX_COMPILER "${GEMINATE_CLANGXX}")
