// docs/FIELDS.md is made from the lists that requests are read by. After a change of one, run this test with
// GEMINATE_UPDATE_GOLDEN=1 in the environment and look at the difference before committing it.
#include "backend/translate/field_document.h"

#include "tests/golden/committed_file.h"

namespace geminate::translate {
namespace {

TEST(FieldDocument, IsWhatTheListsSay) { test::expect_committed("docs/FIELDS.md", fields_markdown()); }

}  // namespace
}  // namespace geminate::translate
