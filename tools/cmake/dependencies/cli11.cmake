# Command-line flags of the executables.
geminate_header_dependency(cli11 CLI/CLI.hpp)
