#pragma once

#include <filesystem>

namespace geminate::test {

// Where the files are that tests use. Each place is compiled into one file alone, so that the rest of a
// test's objects are the same whichever folder they are built in.

std::filesystem::path repository();

/// The server of this build, or the one that GEMINATE_SERVER_FILE names.
std::filesystem::path server_program();

/// A file of recorded exchanges: in GEMINATE_RECORDINGS, else beside the repository. They are no part of the
/// project; a test that needs them skips, saying so, where the file is absent.
std::filesystem::path recordings_file(const std::filesystem::path& name);

}  // namespace geminate::test
