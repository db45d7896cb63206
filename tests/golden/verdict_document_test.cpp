// docs/VERDICTS.md is made from the table that the server decides by. After a change of that table, run this
// test with GEMINATE_UPDATE_GOLDEN=1 in the environment and look at the difference before committing it.
#include <set>
#include <string>

#include "backend/keys/verdict_table.h"
#include "tests/golden/committed_file.h"

namespace geminate::keys {
namespace {

TEST(VerdictDocument, IsWhatTheTableSays) { test::expect_committed("docs/VERDICTS.md", verdicts_markdown()); }

TEST(VerdictDocument, HasAnEffectForEveryVerdictAtItsOwnPlace) {
  std::size_t place = 0;
  for (const VerdictEffect& effect : verdict_effects()) {
    EXPECT_EQ(static_cast<std::size_t>(effect.kind), place++) << effect.name;
  }
  EXPECT_EQ(place, static_cast<std::size_t>(VerdictKind::Egress) + 1) << "Egress is the last of the verdicts";
}

TEST(VerdictDocument, TellsItsRowsApart) {
  std::set<std::string> names;
  for (const VerdictRow& row : verdict_rows()) {
    EXPECT_TRUE(names.insert(std::string(row.name)).second) << row.name;
    EXPECT_EQ(row.meaning.empty(), row.kind == VerdictKind::Fine) << row.name;
    const bool rests = row.kind == VerdictKind::Limited || row.kind == VerdictKind::NoQuotaForModel;
    EXPECT_EQ(row.rest.count() > 0, rests) << row.name;
  }
}

}  // namespace
}  // namespace geminate::keys
