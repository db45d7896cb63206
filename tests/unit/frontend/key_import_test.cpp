#include "tests/unit/frontend/console_fixture.h"

namespace geminate::ui {
namespace {

class KeyImports : public ConsoleFixture {
 protected:
  void SetUp() override {
    sign_in(KeyStorageMode::Memory);
    load_keys({key(1, "aaaa", "first")});
  }
  SendKeyImport submit(std::string text) {
    act(OpenAddKeys{});
    drafts.key_texts = std::move(text);
    act(SubmitNewKeys{});
    return only<SendKeyImport>();
  }
  void answer(KeyImportResult result) { happen(KeysImported{std::move(result), import().serial}); }
  const KeyImportState& import() const { return state.keys.import; }
  std::vector<ImportFate> fates() const {
    std::vector<ImportFate> all;
    for (const ImportRow& row : import().rows) all.push_back(row.fate);
    return all;
  }
  static RejectedKey rejected(std::int64_t position) {
    return {position, "", KeyRejection::NotPlain, "the server's sentence"};
  }
  static std::string numbered(std::size_t count) {
    std::string text;
    for (std::size_t i = 0; i < count; ++i) text += "AIza" + std::to_string(i) + "\n";
    return text;
  }
};
using Fates = std::vector<ImportFate>;

TEST_F(KeyImports, SeveralKeysAreTriedBeforeAnythingIsAdded) {
  const SendKeyImport request = submit("AIzaOne\nAIzaTwo, AIzaOne\nbad-密钥 AIzaThere");
  EXPECT_EQ(request.body.dry_run, true);
  ASSERT_TRUE(request.body.keys) << "the bad one would fall apart in a text";
  EXPECT_EQ(request.body.keys->size(), 4U) << "what stands there twice is asked about once";
  EXPECT_EQ(import().stage, ImportStage::Check);
  answer({2, 1, {4}, {rejected(3)}});
  EXPECT_EQ(import().stage, ImportStage::Preview);
  EXPECT_EQ(fates(), (Fates{ImportFate::New, ImportFate::New, ImportFate::Twice, ImportFate::Rejected,
                            ImportFate::InPool}));
  EXPECT_EQ(import().rows[2].twin, 1U);
  EXPECT_EQ(import().rows[3].entry.place, 3U);
  EXPECT_EQ(import().counts.fresh, 2U);
  EXPECT_EQ(import().counts.duplicate, 2U);
  EXPECT_EQ(import().counts.rejected, 1U);
  EXPECT_EQ(count<SendKeyImport>(), 0);
}

TEST_F(KeyImports, OnlyWhatIsNewIsSentAndThenForgotten) {
  submit("AIzaOne AIzaThere AIzaTwo");
  answer({2, 1, {2}, {}});
  act(SubmitNewKeys{});
  const auto request = only<SendKeyImport>();
  EXPECT_FALSE(request.body.dry_run.value_or(false));
  EXPECT_EQ(request.body.text, "AIzaOne\nAIzaTwo\n");
  act(SubmitNewKeys{});
  EXPECT_TRUE(requests().empty()) << "a second press is no second import";
  answer({2, 0, {}, {}});
  only<FetchKeys>();
  EXPECT_EQ(newest_toast(), "已导入 2 个 Key，重复 1 个");
  EXPECT_EQ(newest_note(), "(内存模式下，更改仅当前会话有效)");
  EXPECT_EQ(state.keys.overlay, KeyOverlay::None);
  EXPECT_TRUE(import().rows.empty()) << "whole keys must not stay in memory";
  EXPECT_TRUE(drafts.key_texts.empty());
}

TEST_F(KeyImports, SettingsTravelWithTheirKeys) {
  const auto request = submit("key,project,description,tags\nAIzaOne,alpha,主力,\"a, b\"\nAIzaTwo,,,\n");
  ASSERT_TRUE(request.body.keys);
  EXPECT_TRUE(request.body.text.empty());
  EXPECT_EQ(request.body.keys->at(0).project, "alpha");
  EXPECT_EQ(request.body.keys->at(0).description, "主力");
  EXPECT_EQ(request.body.keys->at(0).tags, (std::vector<std::string>{"a", "b"}));
  EXPECT_FALSE(request.body.keys->at(1).project);
}

TEST_F(KeyImports, ALongOneGoesInSlicesWithProgress) {
  EXPECT_EQ(submit(numbered(kKeysASlice + 3)).body.text.find("AIza2000\n"), std::string::npos);
  answer({static_cast<std::int64_t>(kKeysASlice), 0, {}, {}});
  EXPECT_EQ(import().stage, ImportStage::Check);
  EXPECT_EQ(import().answered, kKeysASlice);
  EXPECT_EQ(only<SendKeyImport>().body.text, "AIza2000\nAIza2001\nAIza2002\n");
  answer({2, 0, {}, {rejected(2)}});
  EXPECT_EQ(import().stage, ImportStage::Preview);
  EXPECT_EQ(import().rows[2001].fate, ImportFate::Rejected) << "positions count from the slice's beginning";
}

TEST_F(KeyImports, WhatIsTakenOnTheWayIsTold) {
  submit("AIzaOne AIzaTwo");
  answer({2, 0, {}, {}});
  act(SubmitNewKeys{});
  answer({1, 1, {2}, {}});
  EXPECT_EQ(newest_toast(), "已导入 1 个 Key，重复 1 个");
}

TEST_F(KeyImports, RejectedOnesLeaveAReport) {
  submit("AIzaOne 密钥");
  answer({1, 0, {}, {rejected(2)}});
  act(SubmitNewKeys{});
  answer({1, 0, {}, {}});
  EXPECT_EQ(state.keys.overlay, KeyOverlay::Add);
  EXPECT_EQ(import().stage, ImportStage::Report);
  EXPECT_EQ(import().counts.added, 1U);
  EXPECT_EQ(import().counts.rejected, 1U);
  act(CloseOverlay{});
  EXPECT_TRUE(import().rows.empty());
}

TEST_F(KeyImports, AFaultOnTheWayLeavesTheRestToBeSentAgain) {
  submit(numbered(kKeysASlice + 1));
  answer({static_cast<std::int64_t>(kKeysASlice), 0, {}, {}});
  answer({1, 0, {}, {}});
  act(SubmitNewKeys{});
  answer({static_cast<std::int64_t>(kKeysASlice), 0, {}, {}});
  happen(RequestFailed{SendKeyImport{{}, import().serial}, unreachable()});
  EXPECT_EQ(import().stage, ImportStage::Report);
  EXPECT_EQ(import().counts.unsent, 1U);
  EXPECT_EQ(import().problem->id, TextId::FailedUnreachable);
  act(RetryImport{});
  EXPECT_EQ(only<SendKeyImport>().body.text, "AIza2000\n");
  answer({1, 0, {}, {}});
  EXPECT_EQ(newest_toast(), "已导入 2001 个 Key，重复 0 个");
  EXPECT_EQ(state.keys.overlay, KeyOverlay::None);
}

TEST_F(KeyImports, AFaultWhileTryingIsSaidAndCanBeTriedAgain) {
  submit("AIzaOne AIzaTwo");
  happen(RequestFailed{SendKeyImport{{}, import().serial}, unreachable()});
  EXPECT_EQ(import().stage, ImportStage::Check);
  EXPECT_TRUE(import().problem);
  act(RetryImport{});
  EXPECT_EQ(only<SendKeyImport>().body.text, "AIzaOne\nAIzaTwo\n");
  happen(RequestFailed{SendKeyImport{{}, import().serial}, unreachable()});
  act(ReviseImport{});
  EXPECT_EQ(import().stage, ImportStage::Write);
  EXPECT_EQ(drafts.key_texts, "AIzaOne AIzaTwo") << "nothing that was typed is lost";
}

TEST_F(KeyImports, StoppingKeepsWhatIsThereAndSendsNoMore) {
  submit(numbered(2 * kKeysASlice));
  answer({static_cast<std::int64_t>(kKeysASlice), 0, {}, {}});
  answer({static_cast<std::int64_t>(kKeysASlice), 0, {}, {}});
  act(SubmitNewKeys{});
  act(StopImport{});
  answer({static_cast<std::int64_t>(kKeysASlice), 0, {}, {}});
  EXPECT_EQ(count<SendKeyImport>(), 0);
  EXPECT_EQ(import().stage, ImportStage::Report);
  EXPECT_EQ(import().counts.added, kKeysASlice);
  EXPECT_EQ(import().counts.unsent, kKeysASlice);
}

TEST_F(KeyImports, AFileOpensTheDialogWithItsPreview) {
  act(OfferKeyFile{"keys.csv", "key,project\nAIzaOne,alpha"});
  EXPECT_EQ(only<SendKeyImport>().body.dry_run, true);
  EXPECT_EQ(state.keys.overlay, KeyOverlay::Add);
  EXPECT_EQ(import().source, "keys.csv");
  answer({1, 0, {}, {}});
  act(ReviseImport{});
  EXPECT_EQ(import().stage, ImportStage::Write);
  EXPECT_TRUE(drafts.key_texts.empty());
}

TEST_F(KeyImports, AFileThatHoldsNoKeysIsSaidAtTheField) {
  act(OfferKeyFile{"keys.json", "{\"rows\":[]}"});
  EXPECT_TRUE(requests().empty());
  EXPECT_EQ(state.keys.field_errors["key_string"].id, TextId::ImportBadJson);
}

TEST_F(KeyImports, AFileIsNotTakenWhereItIsNotMeant) {
  act(OpenKey{1});
  act(OfferKeyFile{"keys.txt", "AIzaOne AIzaTwo"});
  EXPECT_EQ(count<SendKeyImport>(), 0) << "a drawer is open";
  act(CloseOverlay{});
  act(OfferKeyFile{"", "AIzaOne AIzaTwo"});
  EXPECT_EQ(count<SendKeyImport>(), 0) << "a paste with no dialog";
  act(Navigate{Page::Tokens});
  act(OfferKeyFile{"keys.txt", "AIzaOne AIzaTwo"});
  EXPECT_EQ(count<SendKeyImport>(), 0) << "another page";
}

TEST_F(KeyImports, AnAnswerToAClosedDialogShowsNothingButLooksAtTheList) {
  submit("AIzaOne AIzaTwo");
  const std::uint64_t serial = import().serial;
  act(CloseOverlay{});
  act(DiscardChanges{});
  act(OpenAddKeys{});
  happen(KeysImported{{2, 0, {}, {}}, serial});
  EXPECT_EQ(import().stage, ImportStage::Write);
  only<FetchKeys>();
}

TEST_F(KeyImports, FiltersShowOnePartOfThePreview) {
  submit("AIzaOne AIzaTwo AIzaOne");
  answer({1, 1, {2}, {}});
  EXPECT_EQ(import().shown.size(), 3U);
  act(FilterImport{ImportFilter::Duplicate});
  EXPECT_EQ(import().shown, (std::vector<std::uint32_t>{1, 2}));
  act(FilterImport{ImportFilter::New});
  EXPECT_EQ(import().shown, std::vector<std::uint32_t>{0});
}

}  // namespace
}  // namespace geminate::ui
