# libFuzzer is clang's, and clang warns of other things than gcc. Debian's emscripten already brings a versioned one.

find_program(GEMINATE_CLANGXX NAMES clang++ clang++-19 clang++-16 clang++-15 clang++-14 REQUIRED)
set(CMAKE_CXX_COMPILER "${GEMINATE_CLANGXX}")
