// The committed documents that are made from the list of settings. After a change of that list, run this test
// with GEMINATE_UPDATE_GOLDEN=1 in the environment and look at the difference before committing it.
#include "backend/config/config.h"
#include "tests/golden/committed_file.h"

namespace geminate::config {
namespace {

TEST(ConfigDocuments, TheExampleFileIsWhatTheSettingsSay) {
  test::expect_committed(".env.example", dot_env_example());
}

TEST(ConfigDocuments, TheManualIsWhatTheSettingsSay) {
  test::expect_committed("backend/config/CONFIGURATION.md", configuration_markdown());
}

}  // namespace
}  // namespace geminate::config
