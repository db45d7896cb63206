#include "frontend-wasm/app/key_export.h"

#include "shared/codec/codec.h"
#include "tests/unit/frontend/console_fixture.h"

namespace geminate::ui {
namespace {

class KeyExports : public ConsoleFixture {
 protected:
  void SetUp() override {
    sign_in();
    UpstreamKeyView first = key(1, "-a3F", "=cmd|calc");
    first.project = "alpha, beta";
    first.tags = {"t1", "t2"};
    first.max_tokens_per_day = 600;
    load_keys({first, key(2, "bbbb", "said \"so\"\nover two lines"), key(3, "cccc")});
    state.wall_now = Timestamp(std::chrono::sys_days(std::chrono::year(2026) / 11 / 27));
  }
  SaveFile file() const {
    for (const Effect& effect : effects) {
      if (const auto* found = std::get_if<SaveFile>(&effect)) return *found;
    }
    ADD_FAILURE() << "no file";
    return {};
  }
};

TEST_F(KeyExports, ACsvHoldsWhatIsShownAndRunsNoFormula) {
  act(ExportKeys{ExportForm::Csv});
  const SaveFile csv = file();
  EXPECT_EQ(csv.name, "geminate-keys-2026-11-27.csv");
  EXPECT_TRUE(csv.content.starts_with("\xEF\xBB\xBFid,key_preview,"));
  EXPECT_NE(csv.content.find(
                "1,\"'-a3F\",,\"'=cmd|calc\",\"alpha, beta\",\"t1, t2\",,ready,,,true,console,0,600,,1,0,"),
            std::string::npos)
      << csv.content;
  EXPECT_NE(csv.content.find("\"said \"\"so\"\"\nover two lines\""), std::string::npos);
  EXPECT_EQ(newest_toast(), "已导出 3 个 Key 的信息（不含完整 Key）");
}

TEST_F(KeyExports, JsonIsWhatTheApiWrites) {
  act(ExportKeys{ExportForm::Json});
  const auto list = codec::from_json<KeyImportResult>(file().content);
  EXPECT_FALSE(list.ok()) << "it is no other DTO by chance";
  const codec::JsonInput json(file().content);
  ASSERT_FALSE(json.fault());
  ASSERT_EQ(json.root()["keys"].Size(), 3U);
  EXPECT_STREQ(json.root()["keys"][0]["key_preview"].GetString(), "cccc") << "in the order that is shown";
  EXPECT_STREQ(json.root()["keys"][2]["key_preview"].GetString(), "-a3F");
}

TEST_F(KeyExports, ASelectionIsExportedInsteadOfWhatIsShown) {
  act(SearchKeys{"cccc"});
  act(ExportKeys{ExportForm::Csv});
  EXPECT_EQ(file().content.find("bbbb"), std::string::npos);
  EXPECT_NE(file().content.find("cccc"), std::string::npos);
  act(SelectKey{2, true, false});
  act(ExportKeys{ExportForm::Csv});
  EXPECT_NE(file().content.find("bbbb"), std::string::npos);
  EXPECT_EQ(file().content.find("cccc"), std::string::npos);
}

TEST_F(KeyExports, NothingIsNoFile) {
  act(SearchKeys{"no such key"});
  act(ExportKeys{ExportForm::Csv});
  EXPECT_FALSE(caused<SaveFile>());
}

}  // namespace
}  // namespace geminate::ui
