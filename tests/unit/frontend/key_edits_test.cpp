#include "tests/unit/frontend/console_fixture.h"

namespace geminate::ui {
namespace {

class KeyEdits : public ConsoleFixture {
 protected:
  void SetUp() override { open(KeyStorageMode::Database); }
  void open(KeyStorageMode mode) {
    state = {};
    drafts = {};
    sign_in(mode);
    load_keys({key(1, "aaaa", "first"), key(2, "bbbb")});
    load_tokens({});
  }
};

TEST_F(KeyEdits, AddsOneKeyWithItsSettings) {
  act(OpenAddKeys{});
  drafts.key_texts = "  AIzaOne \n";
  drafts.key.description = "主力";
  act(SubmitNewKeys{});
  const auto request = only<SendNewKey>();
  EXPECT_EQ(request.body.key_string, "AIzaOne");
  EXPECT_EQ(request.body.description, "主力");
  EXPECT_TRUE(state.keys.saving);
  act(SubmitNewKeys{});
  EXPECT_TRUE(requests().empty()) << "a second press is no second request";
  happen(KeyAdded{key(3, "aOne", "主力")});
  EXPECT_EQ(state.keys.keys.size(), 3U);
  EXPECT_EQ(state.keys.overlay, KeyOverlay::None);
  EXPECT_TRUE(drafts.key_texts.empty()) << "a key's text must not stay in memory";
  EXPECT_TRUE(requests().empty());
  EXPECT_EQ(newest_toast(), "已添加 Key …aOne");
}

TEST_F(KeyEdits, OnlyMemoryModeCallsChangesTemporary) {
  happen(KeyAdded{key(3, "cccc")});
  EXPECT_EQ(newest_note(), "");
  open(KeyStorageMode::Memory);
  happen(KeyAdded{key(3, "cccc")});
  EXPECT_EQ(newest_note(), "(内存模式下，更改仅当前会话有效)");
  happen(KeySaved{key(1, "aaaa"), RowChange::Saved});
  EXPECT_EQ(newest_note(), "(内存模式下，更改仅当前会话有效)");
  happen(KeyDeleted{1});
  EXPECT_EQ(newest_note(), "(此操作仅影响当前会话)");
}

TEST_F(KeyEdits, AddingNothingIsAnErrorOfTheField) {
  act(OpenAddKeys{});
  drafts.key_texts = " \n ,";
  act(SubmitNewKeys{});
  EXPECT_TRUE(requests().empty());
  EXPECT_EQ(state.keys.field_errors["key_string"].id, TextId::FieldRequired);
}

TEST_F(KeyEdits, ADuplicateReopensTheDraftWithTheFieldsError) {
  act(OpenAddKeys{});
  drafts.key_texts = "AIzaOne";
  act(SubmitNewKeys{});
  act(CloseOverlay{});
  happen(RequestFailed{SendNewKey{}, refused(409)});
  EXPECT_EQ(state.keys.overlay, KeyOverlay::Add);
  EXPECT_EQ(drafts.key_texts, "AIzaOne");
  EXPECT_EQ(state.keys.field_errors["key_string"].id, TextId::FieldNothingNew);
  EXPECT_FALSE(state.keys.saving);
}

TEST_F(KeyEdits, ARefusedFieldIsNamedInItsForm) {
  act(OpenAddKeys{});
  drafts.key_texts = "AIzaOne";
  act(SubmitNewKeys{});
  happen(RequestFailed{SendNewKey{}, refused(400, "project")});
  EXPECT_EQ(state.phrasebook()(state.keys.field_errors["project"]).str(), "the server's sentence");
  EXPECT_EQ(drafts.key_texts, "AIzaOne");
}

TEST_F(KeyEdits, SavesWhatChangedAgainstTheRevisionThatWasOpened) {
  act(OpenKey{1});
  EXPECT_EQ(drafts.key.description, "first");
  UpstreamKeyView newer = key(1, "aaaa", "first");
  newer.revision = 5;
  load_keys({newer, key(2, "bbbb")});
  drafts.key.project = "alpha";
  act(SaveKey{1});
  const auto request = only<SendKeyPatch>();
  EXPECT_EQ(request.body.revision, 1) << "the server has to notice that the row moved on";
  EXPECT_EQ(request.body.project.value, "alpha");
  EXPECT_FALSE(request.body.description.present);
}

TEST_F(KeyEdits, TheAnsweredRowReplacesTheOldOne) {
  act(OpenKey{1});
  drafts.key.description = "second";
  act(SaveKey{1});
  UpstreamKeyView saved = key(1, "aaaa", "second");
  saved.revision = 2;
  happen(KeySaved{saved, RowChange::Saved});
  EXPECT_EQ(state.keys.find(1)->description, "second");
  EXPECT_EQ(state.keys.overlay, KeyOverlay::None);
  EXPECT_TRUE(requests().empty());
}

TEST_F(KeyEdits, SavingNothingAsksNothing) {
  act(OpenKey{1});
  act(SaveKey{1});
  EXPECT_TRUE(requests().empty());
  EXPECT_EQ(state.keys.overlay, KeyOverlay::None);
}

TEST_F(KeyEdits, AFaultyFormIsNotSent) {
  act(OpenKey{1});
  drafts.key.rate_limit_per_minute = "fast";
  act(SaveKey{1});
  EXPECT_TRUE(requests().empty());
  EXPECT_TRUE(state.keys.field_errors.contains("rate_limit_per_minute"));
  EXPECT_EQ(state.keys.overlay, KeyOverlay::Detail);
}

TEST_F(KeyEdits, AConflictRebasesTheFormOnTheLatestRow) {
  act(OpenKey{1});
  drafts.key.description = "mine";
  act(SaveKey{1});
  const auto request = only<SendKeyPatch>();
  happen(RequestFailed{request, refused(409)});
  only<FetchKeys>();
  EXPECT_EQ(state.keys.field_errors[""].id, TextId::RowMovedOn);
  UpstreamKeyView theirs = key(1, "aaaa", "theirs");
  theirs.project = "beta";
  theirs.revision = 2;
  load_keys({theirs, key(2, "bbbb")});
  EXPECT_EQ(drafts.key.description, "mine");
  EXPECT_EQ(drafts.key.project, "beta");
  // Only where both changed the same field there is something to decide.
  EXPECT_EQ(state.keys.field_errors["description"].id, TextId::FieldChangedByOther);
  EXPECT_EQ(state.keys.field_errors["description"].arguments.front(), "theirs");
  EXPECT_FALSE(state.keys.field_errors.contains("project"));
  act(SaveKey{1});
  EXPECT_EQ(only<SendKeyPatch>().body.revision, 2);
  EXPECT_FALSE(only<SendKeyPatch>().body.project.present);
}

TEST_F(KeyEdits, ASaveThatCannotArriveKeepsTheForm) {
  act(OpenKey{1});
  drafts.key.description = "mine";
  act(SaveKey{1});
  happen(RequestFailed{only<SendKeyPatch>(), unreachable()});
  EXPECT_EQ(state.keys.overlay, KeyOverlay::Detail);
  EXPECT_EQ(drafts.key.description, "mine");
  EXPECT_FALSE(state.keys.saving);
  EXPECT_EQ(newest_toast(), "操作失败：无法连接服务器");
  EXPECT_TRUE(state.connection.lost);
}

TEST_F(KeyEdits, SwitchingOneKeyIsAPatchAndSwitchingManyABulk) {
  act(SetKeysActive{{1}, false});
  const auto one = only<SendKeyPatch>();
  EXPECT_EQ(one.id, 1);
  EXPECT_EQ(one.body.is_active.value, false);
  EXPECT_FALSE(one.body.revision);
  EXPECT_TRUE(state.keys.busy.contains(1));
  act(SetKeysActive{{1}, false});
  EXPECT_TRUE(requests().empty());
  UpstreamKeyView off = key(1, "aaaa", "first");
  off.is_active = false;
  off.state = KeyState::Disabled;
  happen(KeySaved{off, RowChange::Disabled});
  EXPECT_EQ(newest_toast(), "已停用 Key …aaaa");
  EXPECT_EQ(state.keys.counts.disabled, 1U);
  EXPECT_TRUE(state.keys.busy.empty());
  act(SetKeysActive{{1, 2}, true});
  EXPECT_EQ(only<SendKeyBulk>().body.action, BulkAction::Enable);
}

TEST_F(KeyEdits, AnOpenFormLearnsOfTheSwitch) {
  act(OpenKey{1});
  drafts.key.description = "half typed";
  UpstreamKeyView off = key(1, "aaaa", "first");
  off.is_active = false;
  off.revision = 2;
  happen(KeySaved{off, RowChange::Disabled});
  EXPECT_FALSE(drafts.key.is_active);
  EXPECT_EQ(drafts.key.description, "half typed");
  EXPECT_EQ(state.keys.opened_row.revision, 2);
}

TEST_F(KeyEdits, DeletesAfterTheQuestionOnly) {
  act(AskDeleteKeys{{1}});
  EXPECT_TRUE(requests().empty());
  EXPECT_EQ(state.keys.asking_to_delete, std::vector<KeyId>{1});
  act(DeleteKeys{{1}});
  EXPECT_EQ(only<SendKeyDeletion>().id, 1);
  EXPECT_EQ(state.keys.keys.size(), 2U) << "the row goes when the server says so";
  happen(KeyDeleted{1});
  EXPECT_EQ(state.keys.keys.size(), 1U);
  EXPECT_EQ(newest_toast(), "已删除 Key …aaaa");
}

TEST_F(KeyEdits, DeletesManyInOneRequest) {
  act(SelectShownKeys{true});
  act(DeleteKeys{{1, 2}});
  const auto request = only<SendKeyBulk>();
  EXPECT_EQ(request.body.action, BulkAction::Delete);
  happen(KeysChanged{request.body, {2}});
  EXPECT_TRUE(state.keys.keys.empty());
  EXPECT_TRUE(state.keys.selected.empty());
  only<FetchKeys>();
}

TEST_F(KeyEdits, ARowThatIsGoneAlreadyGoesHereToo) {
  act(OpenKey{1});
  drafts.key.description = "mine";
  act(SaveKey{1});
  happen(RequestFailed{only<SendKeyPatch>(), refused(404)});
  EXPECT_EQ(state.keys.find(1), nullptr);
  EXPECT_EQ(state.keys.overlay, KeyOverlay::None);
  act(DeleteKeys{{2}});
  happen(RequestFailed{SendKeyDeletion{2}, refused(404)});
  EXPECT_TRUE(state.keys.keys.empty());
}

TEST_F(KeyEdits, AFailedSwitchFreesTheRow) {
  act(SetKeysActive{{1, 2}, false});
  happen(RequestFailed{only<SendKeyBulk>(), refused(500)});
  EXPECT_TRUE(state.keys.busy.empty());
  EXPECT_EQ(newest_toast(), "操作失败：the server's sentence");
}

TEST_F(KeyEdits, ARowDeletedByOthersClosesItsForm) {
  act(OpenKey{1});
  load_keys({key(2, "bbbb")});
  EXPECT_EQ(state.keys.overlay, KeyOverlay::None);
  EXPECT_EQ(newest_toast(), "该条目已不存在");
}

}  // namespace
}  // namespace geminate::ui
